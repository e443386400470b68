"""Whether a page on paper is still right, and what changed since it was printed.

The code on paper names a page and one of its revisions. The red-flag boxes on that paper are topics of
their own: each is compared as it was while that revision was live with how it is now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from topics import anchors, pages, plain_diff
from topics.models import Event, Revision, Topic
from topics.rendering import Inputs, PageSection, Rendered, RenderedCard, render, render_card
from topics.source import CARD

CURRENT, BOXES, SAME_WORDS, CHANGED, GONE = "current", "boxes", "same words", "changed", "gone"


@dataclass(frozen=True)
class Part:
    """A section or a box that differs, and how: lines with `<ins>` and `<del>`."""

    title: str
    lines: tuple[SafeString, ...]
    changed: datetime | None = None


@dataclass(frozen=True)
class Printout:
    """What is true now of a paper with this code; `printed_from` is when it was first live."""

    topic: Topic
    revision: Revision
    verdict: str
    printed_from: datetime
    changed: datetime | None
    urgent: bool
    boxes: tuple[Part, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Span:
    """From when to when a revision was what patients saw; no end while it still is."""

    start: datetime
    end: datetime | None


def of(topic: Topic, number: int) -> Printout | None:
    """None when patients never saw revision `number`, or only behind a door, which nothing is printed from."""
    revision = topic.revisions.filter(number=number).first()
    span = _span(topic, revision) if revision else None
    if revision is None or span is None or revision.source.door:
        return None
    if topic.live is None:
        gone = topic.events.filter(kind=Event.WITHDRAWN).first()
        return Printout(topic, revision, GONE, span.start, gone.at if gone else None, False, (), ())
    boxes, parts = _differences(topic, revision, span)
    if revision.pk == topic.live_id:
        verdict = BOXES if boxes else CURRENT
    else:
        verdict = CHANGED if boxes or parts else SAME_WORDS
    since = topic.events.filter(kind=Event.PUBLISHED, revision__number__gt=number)
    latest = since.first()
    urgent = topic.revisions.filter(number__gt=number, number__lte=topic.live.number, change=Revision.URGENT).exists()
    changed = latest.at if latest else max((box.changed for box in boxes if box.changed), default=None)
    return Printout(topic, revision, verdict, span.start, changed, urgent, tuple(boxes), tuple(parts))


def boxes_now(topic: Topic) -> list[str]:
    """The red-flag boxes of a live page as they are now, phone numbers included."""
    if topic.kind == CARD:
        return [pages.of(topic).lead]
    slugs = list(pages.of(topic).cards)
    cards = Topic.objects.published().cards(topic.language).filter(slug__in=slugs)
    return [card.lead for card in pages.of_all(sorted(cards, key=lambda card: slugs.index(card.slug)))]


def _span(topic: Topic, revision: Revision) -> Span | None:
    shown = list(topic.events.filter(kind__in=(Event.PUBLISHED, Event.WITHDRAWN)).order_by("at", "pk"))
    places = [
        at for at, event in enumerate(shown) if event.revision_id == revision.pk and event.kind == Event.PUBLISHED
    ]
    if not places:
        return None
    later = shown[places[-1] + 1 :]
    return Span(shown[places[0]].at, later[0].at if later else None)


# --- differences --------------------------------------------------------------------------------


def _differences(topic: Topic, revision: Revision, span: Span) -> tuple[list[Part], list[Part]]:
    given = pages.inputs(topic.language)
    if topic.kind == CARD:
        old, new = (render_card(one.source, topic.slug, given).html for one in (revision, topic.shown))
        return _boxes([(topic.title, old, new, None)]), []
    were = _boxes_during(span, topic.language, given)
    first = {slug: rows[0] for slug, rows in were.items()}
    before = render(revision.source, _with_silent(given, first))
    now = render(topic.shown.source, _with_silent(given, given.cards))
    both = [*now.cards, *(slug for slug in before.cards if slug not in now.cards)]
    pairs = [_pair(slug, before, now, were, given.cards, topic.language) for slug in both]
    return _boxes(pairs), list(_parts(revision, topic.shown, before, now))


Pair = tuple[str, str, str, datetime | None]


def _pair(
    slug: str,
    before: Rendered,
    now: Rendered,
    were: Mapping[str, Sequence[RenderedCard]],
    are: Mapping[str, RenderedCard],
    language: str,
) -> Pair:
    """A box's title, what the paper may say, what is right now, and when it changed."""
    new = are[slug].html if slug in now.cards else ""
    printed = [card.html for card in were.get(slug, ())] if slug in before.cards else []
    old = next((html for html in printed if plain_diff.lines_of(html) != plain_diff.lines_of(new)), new)
    if not printed:
        old = ""
    title = (are.get(slug) or were[slug][0]).title
    event = Event.objects.filter(topic__slug=slug, topic__kind=CARD, topic__language=language, kind=Event.PUBLISHED)
    last = event.order_by("-at", "-pk").first() if printed and new else None
    return title, old, new, last.at if last else None


def _boxes(pairs: Sequence[Pair]) -> list[Part]:
    found = []
    for title, old, new, changed in pairs:
        lines = plain_diff.changes(plain_diff.lines_of(old), plain_diff.lines_of(new))
        if lines:
            found.append(Part(title, shown(lines), changed))
    return found


def _boxes_during(span: Span, language: str, given: Inputs) -> dict[str, list[RenderedCard]]:
    """Every text that each box had in this time, the first one first."""
    events = Event.objects.filter(topic__kind=CARD, topic__language=language).exclude(kind=Event.RENAMED)
    if span.end is not None:
        events = events.filter(at__lte=span.end)
    found: dict[str, list[Revision]] = {}
    for event in events.order_by("at", "pk").select_related("topic", "revision"):
        revisions = found.setdefault(event.topic.slug, [])
        if event.at <= span.start:
            revisions.clear()
        if event.kind == Event.PUBLISHED and event.revision is not None:
            revisions.append(event.revision)
    return {slug: [render_card(one.source, slug, given) for one in rows] for slug, rows in found.items() if rows}


def _with_silent(given: Inputs, cards: Mapping[str, RenderedCard]) -> Inputs:
    """The same inputs with boxes that say nothing: they are compared by themselves."""
    return replace(given, cards={slug: replace(card, html="") for slug, card in cards.items()})


def _parts(old: Revision, new: Revision, before: Rendered, now: Rendered) -> Iterator[Part]:
    whole = [
        (_("Title"), f"<p>{escape(old.source.title)}</p>", f"<p>{escape(new.source.title)}</p>"),
        (_("In short"), before.short, now.short),
        (_("The beginning"), before.lead, now.lead),
        *_sections(before.sections, now.sections),
        (_("Questions to ask"), before.questions, now.questions),
    ]
    for title, was, is_now in whole:
        lines = plain_diff.changes(plain_diff.lines_of(was), plain_diff.lines_of(is_now))
        if lines:
            yield Part(title, shown(lines))


def _sections(before: Sequence[PageSection], now: Sequence[PageSection]) -> Iterator[tuple[str, str, str]]:
    """Title, old and new HTML of each section; one with a new heading is known by its text."""
    same = anchors.carried(before, now, {})
    known = {section.id: section for section in before}
    for section in now:
        old = known.pop(same.get(section.id, section.id), None)
        yield section.title, _headed(old) if old else "", _headed(section)
    for section in known.values():
        yield section.title, _headed(section), ""


def _headed(section: PageSection) -> str:
    return f"<p>{escape(section.title)}</p>{section.html}"


def shown(lines: Sequence[plain_diff.Line]) -> tuple[SafeString, ...]:
    return tuple(plain_diff.as_html(line, _("old:"), _("new:")) for line in lines)
