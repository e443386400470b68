"""/api/v1/: what patients can read, as JSON that anybody may fetch. Described by `topics.portal.openapi`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import override

from topics import pages
from topics.checks import Claim
from topics.codes import SYSTEMS, systems_in_use
from topics.models import Event, GlossaryTerm, Reference, Topic, localized
from topics.models.codes import Code
from topics.portal import changes as history
from topics.portal import links, openapi
from topics.portal.answers import View, moment, open_data, refusal
from topics.portal.parameters import LARGEST, LIMIT, Unreadable, read
from topics.source import CARD, PAGE

Item = dict[str, Any]
NOTHING_HERE = "There is nothing at this address."


def endpoint(view: View) -> View:
    @open_data
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Unreadable as unreadable:
            return refusal(HTTPStatus.BAD_REQUEST, str(unreadable))

    return answer


# --- addresses ------------------------------------------------------------------------------


@endpoint
def index(request: HttpRequest) -> HttpResponse:
    read(request)
    lists = ("topics", "cards", "glossary", "references", "codes", "changes")
    addresses = {name: _address(f"api_{name}") for name in lists}
    return JsonResponse({"openapi": _address("api_openapi"), "site": f"{settings.SITE_URL}/", **addresses})


@endpoint
def description(request: HttpRequest) -> HttpResponse:
    return JsonResponse(openapi.document())


@endpoint
def topics(request: HttpRequest) -> HttpResponse:
    asked = read(request, "language", "section", "site", "limit", "cursor")
    rows = _live(PAGE, asked["language"], asked["site"])
    if asked["section"]:
        rows = rows.filter(section__slug=asked["section"])
    return _listed("api_topics", asked, rows, "number", topic_item)


@endpoint
def topic(request: HttpRequest, number: int) -> HttpResponse:
    read(request)
    found = _one(PAGE, number)
    return JsonResponse({**topic_item(found), **_content(found)}) if found else _nothing()


@endpoint
def cards(request: HttpRequest) -> HttpResponse:
    asked = read(request, "language", "site", "limit", "cursor")
    return _listed("api_cards", asked, _live(CARD, asked["language"], asked["site"]), "number", card_item)


@endpoint
def card(request: HttpRequest, number: int) -> HttpResponse:
    read(request)
    found = _one(CARD, number)
    if found is None:
        return _nothing()
    rendered = pages.of(found)
    shown = {"base": f"{settings.SITE_URL}/", "html": rendered.lead, "references": list(rendered.citations)}
    return JsonResponse({**card_item(found), **shown})


@endpoint
def glossary(request: HttpRequest) -> HttpResponse:
    asked = read(request, "language", "limit", "cursor")
    rows = GlossaryTerm.objects.all()
    if asked["language"]:
        rows = rows.filter(language=asked["language"])
    return _listed("api_glossary", asked, rows, "pk", term_item)


@endpoint
def term(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    read(request)
    found = GlossaryTerm.objects.filter(language=language, slug=slug).first()
    return JsonResponse(term_item(found)) if found else _nothing()


@endpoint
def references(request: HttpRequest) -> HttpResponse:
    asked = read(request, "limit", "cursor")
    return _listed("api_references", asked, Reference.objects.all(), "pk", reference_item)


@endpoint
def reference(request: HttpRequest, key: str) -> HttpResponse:
    read(request)
    found = Reference.objects.filter(key=key).first()
    return JsonResponse(reference_item(found)) if found else _nothing()


@endpoint
def codes(request: HttpRequest) -> HttpResponse:
    """The map that the Infobutton address answers from, and no row that it would not answer with."""
    asked = read(request, "system", "code", "topic", "limit", "cursor")
    rows = Code.objects.answering().filter(topic__in=Topic.objects.published().open()).select_related("topic")
    if asked["topic"]:
        rows = rows.filter(topic__number=asked["topic"])
    if asked["system"]:
        rows = rows.filter(system=asked["system"])
    if asked["code"]:
        # Each system compares codes in its own way; a code is never looked for in another system's spelling.
        spelt = [Q(system=system.slug, key=system.key(asked["code"])) for system in SYSTEMS.values()]
        rows = rows.filter(Q(*spelt, _connector=Q.OR))
    return _listed("api_codes", asked, rows, "pk", code_item)


@endpoint
def changes(request: HttpRequest) -> HttpResponse:
    asked = read(request, "since", "limit", "cursor")
    limit = asked["limit"] or LIMIT
    found = history.after(asked["cursor"] or 0, asked["since"], limit + 1)
    since = moment(asked["since"]) if asked["since"] else None
    more = {**asked, "since": since, "cursor": found[limit - 1].id} if len(found) > limit else None
    return _page("api_changes", [change_item(change) for change in found[:limit]], more)


@endpoint
def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    return _nothing()


# --- what an item says ----------------------------------------------------------------------


def topic_item(topic: Topic) -> Item:
    section = topic.section
    if section is None:
        raise ValueError("A page without a section: the database forbids that.")
    return {
        **_identity(topic),
        "section": {"slug": section.slug, "name": localized(section.names, topic.language)},
    }


def card_item(topic: Topic) -> Item:
    return {**_identity(topic), "level": topic.level}


def _identity(topic: Any) -> Item:
    return {
        "number": topic.number,
        "name": topic.slug,
        "language": topic.language,
        "title": topic.title,
        "summary": topic.summary,
        "sites": [site.slug for site in topic.sites.all()],
        "revision": topic.live.number,
        "published": moment(topic.published_at),
        "checked": topic.claim.full,
        "address": links.page(topic),
        "permanent_address": links.permanent(topic),
        "api": _address("api_card" if topic.kind == CARD else "api_topic", topic.number),
    }


def _content(topic: Topic) -> Item:
    rendered, source = pages.of(topic), topic.live.source  # type: ignore[union-attr]
    in_use = systems_in_use(snomed=settings.SNOMED_CODES)
    parts = [{"id": part.id, "title": part.title, "html": part.html} for part in rendered.sections]
    called = Topic.objects.published().cards(topic.language).filter(slug__in=rendered.cards)
    return {
        "base": f"{settings.SITE_URL}/",
        "html": {
            "short": rendered.short,
            "lead": rendered.lead,
            "sections": parts,
            "questions": rendered.questions,
        },
        "text": rendered.text,
        "codes": {system: list(codes) for system, codes in source.codes.items() if system in in_use},
        "cards": sorted(called.values_list("number", flat=True)),
        "glossary": list(rendered.terms),
        "references": list(rendered.citations),
    }


def term_item(row: GlossaryTerm) -> Item:
    with override(row.language):
        address = f"{settings.SITE_URL}{reverse('glossary')}#word-{row.slug}"
    return {
        "name": row.slug,
        "language": row.language,
        "term": row.term,
        "meaning": row.meaning,
        "forms": row.forms,
        "say": row.say,
        "address": address,
        "api": _address("api_term", row.language, row.slug),
    }


def reference_item(row: Reference) -> Item:
    return {
        "key": row.key,
        "title": row.title,
        "publisher": row.publisher,
        "address": row.url,
        "year": row.year,
        "api": _address("api_reference", row.key),
    }


def code_item(row: Code) -> Item:
    return {
        "system": row.system,
        "oid": SYSTEMS[row.system].oid or None,
        "code": row.code,
        "covers": row.covers,
        "rank": row.rank,
        "needs_context": row.needs_context,
        "topic": row.topic.number,
        "permanent_address": links.permanent(row.topic),
    }


def change_item(change: history.Change) -> Item:
    topic = change.topic
    return {
        "id": change.id,
        "kind": change.kind,
        "at": moment(change.at),
        "topic": topic.number,
        "topic_kind": topic.kind,
        "language": topic.language,
        "title": topic.title,
        "revision": change.revision,
        "change": change.change,
        "note": change.note,
        "live": topic.live_id is not None,
        "successor": change.successor.number if change.successor else None,
        "permanent_address": links.permanent(topic),
    }


# --- steps shared by the functions above ----------------------------------------------------


def _live(kind: str, language: str | None = None, site: str | None = None) -> QuerySet[Topic]:
    """Public topics of a kind, each with the time of its last publication."""
    rows = (
        Topic.objects.published().open().filter(kind=kind).select_related("section", "live").prefetch_related("sites")
    )
    if language:
        rows = rows.filter(language=language)
    if site:
        rows = rows.filter(pk__in=Topic.objects.filter(sites__slug=site).values("pk"))
    return rows.annotate(published_at=Max("events__at", filter=Q(events__kind=Event.PUBLISHED)))


def _one(kind: str, number: int) -> Any:
    found = list(_live(kind).filter(number=min(number, LARGEST)))
    return next(iter(_with_claims(found)), None)


def _with_claims(found: list[Any]) -> list[Any]:
    """Topics, each with what may be said of its checks."""
    claims = pages.claims(found)
    for topic in found:
        topic.claim = claims.get(topic.pk, Claim())
    return found


def _listed(
    view: str, asked: dict[str, Any], rows: QuerySet[Any], key: str, item: Callable[[Any], Item]
) -> JsonResponse:
    """One page of `rows` in the order of a key that never changes, so that no row is missed or met twice."""
    limit = asked["limit"] or LIMIT
    rows = rows.order_by(key)
    if asked["cursor"] is not None:
        rows = rows.filter(**{f"{key}__gt": asked["cursor"]})
    found = list(rows[: limit + 1])
    more = {**asked, "cursor": getattr(found[limit - 1], key)} if len(found) > limit else None
    shown = _with_claims(found[:limit]) if rows.model is Topic else found[:limit]
    return _page(view, [item(row) for row in shown], more)


def _page(view: str, items: list[Item], more: dict[str, Any] | None) -> JsonResponse:
    query = urlencode({name: value for name, value in (more or {}).items() if value is not None})
    return JsonResponse({"items": items, "next": f"{_address(view)}?{query}" if query else None})


def _address(view: str, *args: Any) -> str:
    return settings.SITE_URL + reverse(view, args=args)


def _nothing() -> JsonResponse:
    return refusal(HTTPStatus.NOT_FOUND, NOTHING_HERE)
