"""A source's parts and their fingerprints: what a clinician's check is bound to.

A page's parts are what its front matter shows (`HEAD`), the text before the first heading
(`LEAD`), the boxes “in short” and “questions”, and each section. A card is one part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from topics import syntax
from topics.source import CARD, Source

HEAD, LEAD, SHORT, QUESTIONS, SECTION, WHOLE = "head", "lead", "short", "questions", "section", "card"
ALIKE = 0.6  # share of words in common, in order; below it a section under another heading is a new one


@dataclass(frozen=True)
class Part:
    """`key` names the part within its source; `title` is a section's heading, else empty."""

    kind: str
    key: str
    title: str
    text: str

    @property
    def digest(self) -> str:
        """SHA-256, hex, of the words as written; how lines and spaces are laid out does not count."""
        return hashlib.sha256(" ".join(self.text.split()).encode()).hexdigest()


def parts(source: Source) -> tuple[Part, ...]:
    """Every part that has words, in the order of the text; never raises on a text."""
    shown = "\n".join([source.title, source.summary, source.level, source.door])
    if source.kind == CARD:
        return (Part(WHOLE, WHOLE, "", f"{shown}\n{source.body}"),)
    inside = tuple(_of_body(source.body))
    order = "\n".join(part.key for part in inside)  # a part that came, went or moved changes the head
    return (Part(HEAD, HEAD, "", f"{shown}\n{order}"), *inside)


def _of_body(body: str) -> Iterator[Part]:
    tokens, _ = syntax.parse(body)
    rows = body.splitlines(keepends=True)
    opened = [block[0] for block in syntax.blocks(tokens)]
    ends = [*(syntax.line_of(token) for token in opened[1:]), len(rows)]
    found: dict[str, Part] = {}
    here = LEAD
    for block, end in zip(syntax.blocks(tokens), ends, strict=True):
        text = "".join(rows[syntax.line_of(block[0]) : end])
        kind, key, title = _place(block[0].type, here), here, ""
        if block[0].type == "heading_open" and block[0].tag == "h2":
            title = syntax.plain(block[1].children).strip()
            kind, here = SECTION, _free(" ".join(title.casefold().split()), found)
            key = here
        elif kind in (SHORT, QUESTIONS):
            key = kind
        before = found.get(key)
        found[key] = Part(kind, key, before.title if before else title, (before.text if before else "") + text)
    yield from found.values()


def _place(token: str, here: str) -> str:
    boxes = {"container_short_open": SHORT, "container_questions_open": QUESTIONS}
    return boxes.get(token, LEAD if here == LEAD else SECTION)


def _free(title: str, taken: dict[str, Part]) -> str:
    key, count = f"s:{title}", 2
    while key in taken:
        key, count = f"s:{title}:{count}", count + 1
    return key


def matched(old: Sequence[Part], new: Sequence[Part]) -> dict[str, Part]:
    """For each new part's key the old part it came from; a section under a new heading is known by its text."""
    left = {part.key: part for part in old}
    found = {part.key: left.pop(part.key) for part in new if part.key in left}
    for part in new:
        if part.key in found or part.kind != SECTION:
            continue
        same = [other for other in left.values() if other.kind == SECTION]
        best = max(same, key=lambda other: _alike(other.text, part.text), default=None)
        if best is not None and _alike(best.text, part.text) >= ALIKE:
            found[part.key] = left.pop(best.key)
    return found


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()
