"""Rendered pages: the derived table that readers are served from, and how it is made.

`topics.rendering` is pure; this module gathers what it needs from the tables, and keeps the
result for every live page, so that a reader never waits for a parser.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext, override

from topics import checks
from topics.addresses import known
from topics.anchors import applied
from topics.cards import Numbers
from topics.checks import Claim
from topics.models import ClinicSettings, GlossaryTerm, OrganSite, Reference, RenderedPage, Section, Topic
from topics.problems import Problem
from topics.rendering import WORDS, Inputs, Rendered, RenderedCard, render, render_card
from topics.source import CARD, PAGE, Source, compose
from topics.terms import Term

MADE_BY = (
    "rendering",
    "syntax",
    "sanitising",
    "cards",
    "terms",
    "anchors",
    "parts",
    "checks",
)  # what is kept of a page
PAGES_LOCK = 0x4D4243  # the name of the lock in PostgreSQL, which is a number
AT_ONCE = 50  # pages that are rendered anew in one transaction, while publishing waits


def inputs(language: str) -> Inputs:
    """What renderings in `language` depend on, as the tables say now."""
    bare = Inputs(
        language=language,
        references=frozenset(Reference.objects.values_list("key", flat=True)),
        terms=terms(language),
        addresses=addresses(language),
        numbers=clinic_numbers(),
        words=_words(language),
    )
    cards = Topic.objects.published().cards(language).select_related("live")
    return replace(bare, cards={card.slug: live_card(card, bare) for card in cards})


def live_card(card: Topic, bare: Inputs) -> RenderedCard:
    return render_card(card.shown.source, card.slug, bare)


def clinic_numbers() -> Numbers:
    clinic = ClinicSettings.load()
    return Numbers(clinic.emergency_number, clinic.day_line, clinic.night_line)


def terms(language: str) -> tuple[Term, ...]:
    rows = GlossaryTerm.objects.filter(language=language)
    return tuple(Term(row.slug, row.term, row.meaning, (row.term, *row.forms), row.say) for row in rows)


def addresses(language: str) -> frozenset[str]:
    topics = Topic.objects.published().pages(language)
    slugs = [rows.values_list("slug", flat=True) for rows in (Section.objects.all(), OrganSite.objects.all(), topics)]
    with override(language):
        return known(*slugs)


def _words(language: str) -> dict[str, str]:
    with override(language):
        return {key: gettext(words) for key, words in WORDS.items()}


def render_source(source: Source, slug: str, given: Inputs) -> Rendered:
    """A page or a card as readers meet it; a card stands alone in its `lead`."""
    if source.kind != CARD:
        return render(source, given)
    card = render_card(source, slug, given)
    return Rendered(lead=card.html, citations=card.citations, problems=card.problems)


def faults(source: Source, rendered: Rendered) -> list[Problem]:
    """Everything wrong with a source, in the rendering and in what it calls by name."""
    return sorted([*rendered.problems, *unknown(source)])


def unknown(source: Source) -> list[Problem]:
    """The section, organ sites and language that a source names and this site does not have."""
    problems = []
    sites = set(OrganSite.objects.values_list("slug", flat=True))
    if source.kind == PAGE and not Section.objects.filter(slug=source.section).exists():
        known = ", ".join(Section.objects.values_list("slug", flat=True))
        problems.append(_named(source, "section", f"There is no section “{source.section}”.", known))
    for slug in source.sites:
        if slug not in sites:
            problems.append(_named(source, "sites", f"There is no organ site “{slug}”.", ", ".join(sorted(sites))))
    codes = dict(settings.LANGUAGES)
    if source.language not in codes:
        problems.append(_named(source, "language", f"This site has no language “{source.language}”.", ", ".join(codes)))
    return problems


def _named(source: Source, name: str, what: str, known: str) -> Problem:
    lines = source.text[: len(source.text) - len(source.body)].split("\n")
    line = next((number for number, row in enumerate(lines, start=1) if row.startswith(f"{name}:")), 1)
    return Problem(line, what, f"Use one of: {known or 'none yet'}.")


def of(topic: Topic) -> Rendered:
    """The kept rendering of a live topic; made and kept now if it is missing."""
    return of_all([topic])[0]


def of_all(topics: Sequence[Topic]) -> list[Rendered]:
    """The same for many, in one query."""
    rows = {row.topic_id: row for row in RenderedPage.objects.filter(topic__in=topics)}
    return [_kept(topic, rows.get(topic.pk)) for topic in topics]


def _kept(topic: Topic, row: RenderedPage | None) -> Rendered:
    if row is None or row.revision_id != topic.live_id:
        return _made_now(topic)
    return Rendered.from_data(row.data)


@transaction.atomic
def _made_now(topic: Topic) -> Rendered:
    one_at_a_time()
    given = inputs(topic.language)
    if Topic.objects.filter(pk=topic.pk, live=topic.live_id).exists():
        return keep(topic, given)
    return _rendered(topic, given)  # a newer text went live since the topic was read; its page stays


def one_at_a_time() -> None:
    """Until the transaction ends, nobody else changes what a page shows or keeps a page.

    A page is made from rows that other people change: its cards, the numbers to call, its checks. Without this, one
    that was made a moment before such a change could be kept a moment after it. Comes before a topic's own lock.
    """
    if connection.vendor == "postgresql":  # SQLite lets in one writer at a time
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PAGES_LOCK])


def keep(topic: Topic, given: Inputs, rendered: Rendered | None = None) -> Rendered:
    """Store the rendering of a topic's live revision."""
    rendered = rendered or _rendered(topic, given)
    RenderedPage.objects.update_or_create(
        topic=topic,
        defaults={
            "revision_id": topic.shown.pk,
            "data": rendered.as_data(),
            "claim": checks.of(topic.shown).as_data(),
            "review_months": topic.shown.source.review_months,
        },
    )
    return rendered


def _rendered(topic: Topic, given: Inputs) -> Rendered:
    return applied(render_source(topic.shown.source, topic.slug, given), topic.anchors)


def keep_claim(topic: Topic) -> None:
    """After a check: what the live page may say of it."""
    if topic.live is not None:
        RenderedPage.objects.filter(topic=topic).update(claim=checks.of(topic.live).as_data())


def claim(topic: Topic, cards: Iterable[str] | None = None) -> Claim:
    """What a live page may say of its checks, the cards that it shows included."""
    row = RenderedPage.objects.filter(topic=topic).first()
    own = Claim.from_data(row.claim) if row else Claim()
    slugs = list(row.data["cards"] if row and cards is None else cards or ())
    shown = RenderedPage.objects.filter(topic__kind=CARD, topic__language=topic.language, topic__slug__in=slugs)
    found = shown.values_list("claim", flat=True) if slugs and own.full else ()
    return own.with_cards([Claim.from_data(data) for data in found])


def claims(topics: Collection[Topic]) -> dict[int, Claim]:
    """The same for many live pages and cards at once, by their keys."""
    kept = RenderedPage.objects.filter(topic__in=topics)
    rows = kept.values_list("topic", "topic__language", "claim", "data__cards")
    cards = RenderedPage.objects.filter(topic__kind=CARD).values_list("topic__language", "topic__slug", "claim")
    shown = {(language, slug): Claim.from_data(data) for language, slug, data in cards}
    return {
        pk: Claim.from_data(own).with_cards([shown[language, slug] for slug in slugs if (language, slug) in shown])
        for pk, language, own, slugs in rows
    }


def drop(topic: Topic) -> None:
    RenderedPage.objects.filter(topic=topic).delete()


def using(topic: Topic) -> list[Topic]:
    """Live topics whose page calls this card or links to this page."""
    users = naming("cards", topic.slug) if topic.kind == CARD else naming("links", topic.get_absolute_url())
    return [user for user in users if user.language == topic.language and user.pk != topic.pk]


def naming(what: str, name: str) -> list[Topic]:
    """Live topics whose kept rendering has `name` among its “cards” or “links”."""
    rows = RenderedPage.objects.filter(**{f"data__{what}__icontains": f'"{name}"'})
    return [row.topic for row in rows.select_related("topic__live") if name in row.data[what]]


def spelling(term: GlossaryTerm, *forms: str) -> list[Topic]:
    """Live topics that link this word now, or whose text holds one of its spellings; to be rendered anew."""
    one_at_a_time()
    found = Q(data__terms__icontains=f'"{term.slug}"')
    for form in (term.term, *term.forms, *forms):
        found |= Q(data__text__icontains=form)
    rows = RenderedPage.objects.filter(found, topic__language=term.language)
    return [row.topic for row in rows.select_related("topic__live")]


def rebuild(
    topics: Iterable[Topic] | None = None, each: Callable[[Topic], None] = lambda topic: None
) -> list[tuple[Topic, Problem]]:
    """Render live topics anew (all of them by default) and return what came out broken.

    A page that no longer renders keeps its old HTML, which patients had before, and is reported.
    """
    live = Topic.objects.published()
    chosen = live if topics is None else live.filter(pk__in=[topic.pk for topic in topics])
    keys = list(chosen.values_list("pk", flat=True))
    chunks = [keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE)]
    return [broken for chunk in chunks for broken in _rebuilt(chunk, each)]


@transaction.atomic
def _rebuilt(keys: list[int], each: Callable[[Topic], None]) -> list[tuple[Topic, Problem]]:
    one_at_a_time()
    broken: list[tuple[Topic, Problem]] = []
    known: dict[str, Inputs] = {}
    for topic in Topic.objects.published().filter(pk__in=keys).select_related("live"):
        given = known.get(topic.language) or known.setdefault(topic.language, inputs(topic.language))
        rendered = _rendered(topic, given)
        stops = [problem for problem in rendered.problems if problem.blocks]
        if stops and RenderedPage.objects.filter(topic=topic, revision_id=topic.shown.pk).exists():
            broken.append((topic, stops[0]))
        else:
            keep(topic, given, rendered)
        each(topic)
    return broken


def refresh_numbers() -> list[tuple[Topic, Problem]]:
    """After a phone number changed: every page that prints one or carries a card."""
    one_at_a_time()
    rows = RenderedPage.objects.filter(~Q(data__cards=[]) | ~Q(data__numbers=[]) | Q(topic__kind=CARD))
    return rebuild([row.topic for row in rows.select_related("topic__live")])


@dataclass(frozen=True)
class Explained:
    """A word below a page, and the part of the page that uses it first: the way back."""

    slug: str
    term: str
    meaning: str
    say: str
    back: str = ""  # anchor; with no heading, the top of the page
    heading: str = ""


@dataclass(frozen=True)
class Article:
    """Everything that `components/article.html` shows; page and preview are made from the same."""

    topic: Topic
    rendered: Rendered
    section: Section | None
    sites: list[OrganSite]
    terms: list[GlossaryTerm]
    references: list[Reference]
    previous: Topic | None
    following: Topic | None
    claim: Claim
    check_due: date | None

    @property
    def is_overdue(self) -> bool:
        return self.check_due is not None and self.check_due < timezone.localdate()

    @property
    def contents(self) -> list[tuple[str, str]]:
        """“On this page”: anchors and headings, questions included."""
        entries = [(section.id, section.title) for section in self.rendered.sections]
        return [*entries, ("questions", gettext("Questions to ask"))] if self.rendered.questions else entries

    @property
    def explained(self) -> list[Explained]:
        return [Explained(row.slug, row.term, row.meaning, row.say, *self._first_use(row.slug)) for row in self.terms]

    def _first_use(self, slug: str) -> tuple[str, str]:
        """Anchor and heading; a word of the boxes above the sections leads to the top."""
        for section in self.rendered.sections:
            if f'href="#word-{slug}"' in section.html:
                return section.id, section.title
        return "main", ""


def article(topic: Topic, rendered: Rendered, source: Source | None = None) -> Article:
    """The page that `topic` makes with `rendered`; `source` where it differs from the live one."""
    section, sites = topic.section, list(topic.sites.all()) if topic.pk else []
    if source is not None:
        section = Section.objects.filter(slug=source.section).first()
        sites = list(OrganSite.objects.filter(slug__in=source.sites))
    terms = GlossaryTerm.objects.filter(language=topic.language, slug__in=rendered.terms)
    by_key = Reference.objects.in_bulk(rendered.citations, field_name="key")
    previous, following = _neighbours(topic, section)
    said = claim(topic, rendered.cards) if topic.live and (source is None or source == topic.live.source) else Claim()
    return Article(
        topic=topic,
        rendered=rendered,
        section=section,
        sites=sites,
        terms=sorted(terms, key=lambda term: term.slug),
        references=[by_key[key] for key in rendered.citations if key in by_key],
        previous=previous,
        following=following,
        claim=said,
        check_due=checks.due(topic, said, ClinicSettings.load()) if said.full else None,
    )


def _neighbours(topic: Topic, section: Section | None) -> tuple[Topic | None, Topic | None]:
    """The live pages before and after this one in its section."""
    if section is None:
        return None, None
    pages = Topic.objects.published().open().pages(topic.language).filter(section=section).exclude(pk=topic.pk)
    others, order, number = pages.order_by("order", "number"), topic.order, topic.number or 10**9
    previous = others.filter(Q(order__lt=order) | Q(order=order, number__lt=number)).last()
    following = others.filter(Q(order__gt=order) | Q(order=order, number__gt=number)).first()
    return previous, following


def renderer() -> str:
    """A mark of the code that makes HTML: pages kept by another one are to be made anew."""
    found = hashlib.sha256()
    for module in MADE_BY:
        found.update(Path(__file__).with_name(f"{module}.py").read_bytes())
    return found.hexdigest()


def preview_html(text: str) -> str:
    """Markdown alone through the one renderer: the function that django-markdownx asks for."""
    source = compose(text if text.strip() else "…", title="…", section="preview", summary="…")
    given = inputs(settings.LANGUAGE_CODE)
    rendered = render(source, given)
    topic = Topic(number=0, language=given.language, title=source.title, summary=source.summary)
    return render_to_string("components/body.html", {"article": article(topic, rendered, source)})
