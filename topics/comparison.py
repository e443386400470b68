"""A text beside the one that patients see, part by part: what somebody who checks it looks at.

Words are compared as `topics.plain_diff` does for paper; what no reader sees as words (a source, the
address of a link) is named beside them, so that nothing that makes a part another one stays unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from topics import checks, pages, plain_diff, syntax
from topics.models import Revision, Topic
from topics.parts import HEAD, LEAD, QUESTIONS, SECTION, SHORT, WHOLE, Part, matched, parts
from topics.printouts import shown
from topics.rendering import Inputs, RenderedCard
from topics.source import CARD, Source

ADDED, CHANGED, SAME, REMOVED = "added", "changed", "same", "removed"
TITLES = {
    HEAD: gettext_lazy("Title, summary and order"),
    LEAD: gettext_lazy("The beginning"),
    SHORT: gettext_lazy("In short"),
    QUESTIONS: gettext_lazy("Questions to ask"),
    WHOLE: gettext_lazy("The card"),
}
LINK = re.compile(r"\]\(([^)\s]+)")


@dataclass(frozen=True)
class Passage:
    """One part of a text. `html` is what patients would see; `lines` the same words with changes marked;
    `beside` what changed and is no word; `needs_check` says that nobody has found these words correct."""

    part: Part
    kind: str
    html: str
    lines: tuple[SafeString, ...]
    beside: tuple[SafeString, ...]
    needs_check: bool

    @property
    def title(self) -> str:
        return self.part.title or str(TITLES.get(self.part.kind, ""))

    @property
    def differs(self) -> bool:
        return self.kind != SAME


def of(topic: Topic, revision: Revision) -> tuple[Passage, ...]:
    """Every part of `revision` in the order of the text, then those that it took out of the live one."""
    return between(topic, topic.live, revision)


def between(topic: Topic, earlier: Revision | None, revision: Revision) -> tuple[Passage, ...]:
    """The same for any two texts of a topic."""
    return tuple(_passages(topic, earlier.source if earlier else None, revision))


def _passages(topic: Topic, earlier: Source | None, revision: Revision) -> Iterator[Passage]:
    given = pages.inputs(topic.language)
    cards = {slug: replace(card, html=_named_only(card)) for slug, card in given.cards.items()}
    given = replace(given, addresses=given.addresses | {topic.get_absolute_url()}, cards=cards)
    old_html = _html(earlier, topic.slug, given) if earlier else {}
    new_html = _html(revision.source, topic.slug, given)
    old, new = parts(earlier) if earlier else (), parts(revision.source)
    came_from = matched(old, new)
    unchecked = {part.key for part in checks.unchecked(revision)}
    for part in new:
        before = came_from.get(part.key)
        html = new_html.get(part.key, "")
        yield _passage(part, before, html, old_html.get(before.key, "") if before else "", part.key in unchecked)
    left = {part.key for part in came_from.values()}
    for part in old:
        if part.key not in left:
            gone = plain_diff.marked(_lines(part, old_html.get(part.key, "")), [])
            yield Passage(part, REMOVED, "", shown(gone), (), needs_check=False)


def _named_only(card: RenderedCard) -> str:
    """A red-flag card is a text of its own with checks of its own, so a page's check does not show its words."""
    words = _("Red-flag card “%(title)s” stands here. It is checked by itself.") % {"title": card.title}
    return format_html('<p class="card-here">{}</p>', words)


def _passage(part: Part, before: Part | None, html: str, old_html: str, needs_check: bool) -> Passage:
    if before is None:
        return Passage(part, ADDED, html, (), (), needs_check)
    if before.digest == part.digest:
        return Passage(part, SAME, html, (), (), needs_check)
    reworded = before.title != part.title
    old, new = _lines(before, old_html, reworded), _lines(part, html, reworded)
    beside = plain_diff.changes(_named(before.text), _named(part.text))
    if old == new and not beside:  # something is different that neither words nor names show
        beside = plain_diff.changes(before.text.splitlines(), part.text.splitlines())
    lines = shown(plain_diff.marked(old, new)) if old != new else ()
    return Passage(part, CHANGED, html, lines, shown(beside), needs_check)


def _lines(part: Part, html: str, with_heading: bool = False) -> list[str]:
    heading = [part.title] if with_heading and part.kind == SECTION else []
    return [*heading, *plain_diff.lines_of(html)]


def _named(text: str) -> list[str]:
    """The sources and links that a part calls, a line each, in its order: two that changed places show, too."""
    keys = (key.strip(" @") for hit in syntax.CITATION.findall(text) for key in hit.split(";"))
    sources = [_("Source: %(key)s") % {"key": key} for key in keys]
    return [*sources, *(_("Link: %(address)s") % {"address": link} for link in LINK.findall(text))]


def _html(source: Source, slug: str, given: Inputs) -> Mapping[str, str]:
    """What readers see of each part, by the part's key."""
    rendered = pages.render_source(source, slug, given)
    whole = parts(source)
    if source.kind == CARD:
        return {WHOLE: _head(source, whole) + rendered.lead}
    headed = [part for part in whole if part.kind == SECTION]
    found = {part.key: section.html for part, section in zip(headed, rendered.sections, strict=False)}
    found |= {LEAD: rendered.lead, SHORT: rendered.short, QUESTIONS: rendered.questions}
    return {**found, HEAD: _head(source, whole)}


def _head(source: Source, whole: Sequence[Part]) -> str:
    order = " · ".join(part.title for part in whole if part.title)
    rows = [
        (_("Title"), source.title),
        (_("Summary"), source.summary),
        (_("When to call"), source.level),
        (_("Door"), source.door),
        (_("Organ sites"), ", ".join(sorted(source.sites))),
        (_("Sections in order"), order),
    ]
    said = format_html_join("", "<li><b>{}:</b> {}</li>", ((name, value) for name, value in rows if value))
    return format_html('<ul class="head-of-page">{}</ul>', said)
