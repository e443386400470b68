"""What is asked of a text beside “is it correct?”: items on how easy it is, as far as a change touches them.

What a machine can see answers itself, with its evidence; the rest is asked, and need not be answered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from topics import coach, pages
from topics.comparison import Passage
from topics.models import Revision
from topics.parts import HEAD, LEAD, QUESTIONS, SECTION, SHORT, WHOLE
from topics.plain_language import understandability as understandability
from topics.plain_language.understandability import ASK, CDC, PEMAT, Answer, Item
from topics.syntax import CARD_LINE

# What a part of a text is called there, by its kind; and what is in it, by how it is written.
OF_KIND = {
    HEAD: understandability.SECTIONS,
    LEAD: understandability.SECTIONS,
    SECTION: understandability.SECTIONS,
    SHORT: understandability.SHORT,
    QUESTIONS: understandability.QUESTIONS,
    WHOLE: understandability.CARDS,
}
CARD, PICTURE, TABLE, FIGURE = re.compile(CARD_LINE.pattern, re.MULTILINE), r"!\[", r"^\s*\|", r"\d"
WRITTEN: dict[str, Callable[[str], object]] = {
    understandability.CARDS: CARD.search,
    understandability.PICTURES: re.compile(PICTURE).search,
    understandability.TABLES: re.compile(TABLE, re.MULTILINE).search,
    understandability.NUMBERS: re.compile(FIGURE).search,
}


@dataclass(frozen=True)
class ReviewSheet:
    """`answered` by itself, with evidence; `asked` of a person; `shares` how many of each instrument are passed."""

    answered: tuple[tuple[Item, Answer], ...] = ()
    asked: tuple[Item, ...] = ()
    shares: tuple[tuple[str, int, int], ...] = ()


def of(revision: Revision, passages: Sequence[Passage], whole: bool = False) -> ReviewSheet:
    source = revision.source
    rendered = pages.render_source(source, revision.topic.slug, pages.inputs(source.language))
    found = coach.review_answers(source, rendered)
    looked_at = [passage for passage in passages if whole or passage.differs or passage.needs_check]
    items = understandability.touched([understandability.WHOLE] if whole else touched(looked_at))
    return ReviewSheet(
        answered=tuple((item, found[item.id]) for item in items if found[item.id].result != ASK),
        asked=tuple(item for item in items if found[item.id].result == ASK),
        shares=tuple((name, *understandability.share(found, name)) for name in (PEMAT, CDC)),
    )


def touched(passages: Iterable[Passage]) -> set[str]:
    """Which parts of a page these passages are, in the words of the items."""
    names = set()
    for passage in passages:
        names.add(OF_KIND[passage.part.kind])
        names |= {name for name, finds in WRITTEN.items() if finds(passage.part.text)}
    return names
