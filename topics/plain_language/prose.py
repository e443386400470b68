"""The running words of a Markdown text: passages, sentences and words, each with its line.

Found on the same tokens that the page is made of, so that marks, addresses and the numbers of
citations are no words, and every sentence knows where it stands in the source.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it.token import Token

from topics import syntax
from topics.limits import hostile_shapes

PARAGRAPH, ITEM, HEADING, CELL = "paragraph", "item", "heading", "cell"
KINDS = {"paragraph_open": PARAGRAPH, "heading_open": HEADING, "th_open": CELL, "td_open": CELL}
PHONE_WORDS = {"en": "the number", "es": "el teléfono"}  # what stands in a sentence for {day_line}

# A word, or a number with its unit. Each piece of a word ends at a character it cannot hold.
WORD = re.compile(r"\d+(?:[.,:]\d+)*\s?%?|[^\W\d_]+(?:['’\-‐‑–][^\W\d_]+)*")
END = re.compile(r"[.!?…][.!?…\"'”’»)\]]{0,8}(?=\s{1,4}[\"'“‘«(\[¿¡]{0,3}[A-ZÁÉÍÓÚÑ0-9])")
LAST_WORD = re.compile(r"(?:^|[\s(\[“\"'‘])([^\s(\[“\"'‘]{1,12})\Z")
INITIALS = re.compile(r"[A-Z](?:\.[A-Z])*\.?")  # J. Smith, the U.S. Office
ABBREVIATIONS = {
    *("e.g", "i.e", "eg", "ie", "dr", "mr", "mrs", "ms", "prof", "st", "vs", "cf", "fig", "approx", "al", "tel"),
    *("p", "ej", "p.ej", "sr", "sra", "dra", "ee", "uu", "núm", "aprox", "pág"),
}


@dataclass(frozen=True)
class Link:
    words: str
    line: int


@dataclass(frozen=True)
class Sentence:
    """One sentence of a passage; `start` is its place in the passage's text."""

    text: str
    line: int
    start: int = 0

    @property
    def words(self) -> list[str]:
        return WORD.findall(self.text)


@dataclass(frozen=True)
class Passage:
    """A paragraph, list item, heading or table cell. `box` is the box it stands in, "" for none.

    `lines` are the places in `text` where a new source line begins, the first being `line`.
    """

    kind: str
    text: str
    line: int
    box: str = ""
    section: int = 0
    lines: tuple[int, ...] = ()
    links: tuple[Link, ...] = ()
    strong: bool = False

    def line_at(self, place: int) -> int:
        return self.line + bisect_right(self.lines, place)

    @property
    def runs(self) -> bool:
        """Whether it is running text, which reading formulas are about."""
        return self.kind in (PARAGRAPH, ITEM)

    def sentences(self) -> Iterator[Sentence]:
        start = 0
        for end in END.finditer(self.text):
            if not _abbreviated(self.text[max(start, end.start() - 14) : end.start()], end[0]):
                yield self._sentence(start, end.end())
                start = end.end()
        if self.text[start:].strip():
            yield self._sentence(start, len(self.text))

    def _sentence(self, start: int, end: int) -> Sentence:
        words = self.text[start:end]
        start += len(words) - len(words.lstrip())
        return Sentence(words.strip(), self.line_at(start), start)


def _abbreviated(before: str, mark: str) -> bool:
    """Whether the dot after `before` ends a short form and no sentence."""
    last = LAST_WORD.search(before)
    if not mark.startswith(".") or mark.startswith("..") or last is None:
        return False
    word = last[1].lower().rstrip(".")
    return word in ABBREVIATIONS or INITIALS.fullmatch(last[1]) is not None


def passages(text: str, first_line: int = 1, language: str = "en") -> list[Passage]:
    """Every passage of a Markdown text whose first line is `first_line` of its source."""
    if hostile_shapes(text):
        return []
    tokens, _ = syntax.parse(text)
    return list(_passages(tokens, first_line, PHONE_WORDS.get(language, PHONE_WORDS["en"])))


def _passages(tokens: list[Token], first_line: int, phone: str) -> Iterator[Passage]:
    kind, box, section, items = PARAGRAPH, [""], 0, 0
    for token in tokens:
        items += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        if token.type.startswith("container_"):
            box = [*box, token.type.split("_")[1]] if token.nesting > 0 else box[:-1]
        elif token.type in KINDS:
            kind = ITEM if items and token.type == "paragraph_open" else KINDS[token.type]
            section += token.type == "heading_open" and token.tag == "h2"
        elif token.type == "inline":
            found = _passage(token, kind, box[-1], section, first_line, phone)
            if found.text.strip():
                yield found


def _passage(token: Token, kind: str, box: str, section: int, first_line: int, phone: str) -> Passage:
    words: list[str] = []
    breaks: list[int] = []
    links: list[Link] = []
    length = opened = 0
    for child, line in syntax.with_lines(token):
        piece = phone if child.type == "phone" else syntax.plain([child])
        words.append(piece)
        length += len(piece)
        if child.type in ("softbreak", "hardbreak"):
            breaks.append(length)
        elif child.type == "link_open":
            opened = len(words)
        elif child.type == "link_close":
            links.append(Link("".join(words[opened:]).strip(), line + first_line))
    strong = any(child.type == "strong_open" for child in token.children or [])
    line = syntax.line_of(token) + first_line
    return Passage(kind, "".join(words), line, box, section, tuple(breaks), tuple(links), strong)
