"""Shapes of Markdown that no honest page has and that a parser is slow on.

Checked before any parser sees the text, so that every text is answered in bounded time.
The numbers were measured on markdown-it-py: with them, the slowest text tried took about a
second. A page of 900 words uses less than a tenth of each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

from topics.problems import Problem

MAX_CHARACTERS = 100_000
MAX_LINES = 5_000
MAX_LINE = 20_000
MAX_INDENT = 64
MAX_BLOCK_MARKERS = 6
MAX_HEADINGS = 400
MAX_DEFINITIONS = 300
MAX_DEFINITION_LENGTH = 2_000
MAX_CELLS = 10_000
MAX_HTML = 1_000_000

# Counted over the whole text, and within one block (text between empty lines).
MAX_IN_TEXT = {"[": 3_000, "|": 15_000}
MAX_IN_LINE = {"|": 60}
MAX_IN_BLOCK = {
    "[": 100,
    "<": 200,
    "`": 600,
    "~": 600,
    "$": 600,
    "^": 300,
    "{": 300,
    "*": 1_500,
    "_": 1_500,
    "&": 1_500,
    '"': 1_500,
    "'": 1_500,
}
SMALL_BLOCK = 500

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]")
SURROGATE = re.compile(r"[\ud800-\udfff]")
BLOCK_MARKERS = re.compile(rf"(?:[ \t]*(?:>|(?:[-+*]|\d{{1,9}}[.)])(?=[ \t]|$))){{{MAX_BLOCK_MARKERS + 1}}}")
HEADING = re.compile(r"^[ \t>]*(?:#{1,6}(?:[ \t]|$)|(?:=+|-+)[ \t]*$)")
TABLE_RULE = re.compile(r"^[ \t>]*\|?[ \t]*:?-[-:| \t]*$")
DEFINITION = re.compile(r"^ {0,3}\[[^\]]*\]:")


def hostile_shapes(text: str) -> list[Problem]:
    """The reasons, if any, why `text` is not given to the Markdown parser."""
    if len(text) > MAX_CHARACTERS:
        line = text.count("\n", 0, MAX_CHARACTERS) + 1
        what = f"The text has {len(text):,} characters; the limit, {MAX_CHARACTERS:,}, is reached here."
        return [Problem(line, what, "Split it into several pages.")]
    lines = text.split("\n")
    if len(lines) > MAX_LINES:
        what = f"The text has {len(lines):,} lines; the limit is {MAX_LINES:,}."
        return [Problem(MAX_LINES + 1, what, "Split it into several pages.")]
    return [*_in_lines(lines), *_in_text(lines), *_in_blocks(lines)]


def _in_lines(lines: list[str]) -> Iterator[Problem]:
    for number, line in enumerate(lines, start=1):
        if CONTROL.search(line) or SURROGATE.search(line):
            yield Problem(number, "This line has an invisible control character.", "Type the line again.")
        if len(line) > MAX_LINE:
            yield Problem(number, f"This line is {len(line):,} characters long.", "Break it into paragraphs.")
        indent = line[: len(line) - len(line.lstrip(" \t"))].expandtabs(4)
        if len(indent) > MAX_INDENT:
            yield Problem(number, "This line starts too far to the right.", "Remove the spaces before it.")
        if BLOCK_MARKERS.match(line):
            yield Problem(number, "Too many list or quote marks start this line.", "Keep one.")
        for mark, most in MAX_IN_LINE.items():
            if line.count(mark) > most:
                yield Problem(number, f"This line has more than {most} of “{mark}”.", "Make the table narrower.")


def _in_text(lines: list[str]) -> Iterator[Problem]:
    for mark, most in MAX_IN_TEXT.items():
        seen = accumulate(line.count(mark) for line in lines)
        first = next((number for number, count in enumerate(seen, start=1) if count > most), 0)
        if first:
            yield Problem(first, f"The text has more than {most:,} of “{mark}”.", "Remove those that are not needed.")
    headings = [number for number, line in enumerate(lines, start=1) if HEADING.match(line)]
    if len(headings) > MAX_HEADINGS:
        yield Problem(headings[MAX_HEADINGS], f"More than {MAX_HEADINGS} headings.", "Split the page.")
    definitions = [(number, line) for number, line in enumerate(lines, start=1) if DEFINITION.match(line)]
    if len(definitions) > MAX_DEFINITIONS:
        line = definitions[MAX_DEFINITIONS][0]
        yield Problem(line, f"More than {MAX_DEFINITIONS} link definitions.", "Use plain links.")
    for number, row in definitions:
        if len(row) > MAX_DEFINITION_LENGTH:
            yield Problem(number, "This link definition is too long.", "Use a shorter address.")


def _in_blocks(lines: list[str]) -> Iterator[Problem]:
    cells = 0
    for first, block in _blocks(lines):
        text = "\n".join(block)
        for mark, most in MAX_IN_BLOCK.items() if len(text) > SMALL_BLOCK else ():
            if text.count(mark) > most:
                yield Problem(first, f"This paragraph has more than {most} of “{mark}”.", "Break it up.")
        before, cells = cells, cells + _cells(block)
        if before <= MAX_CELLS < cells:
            what = f"Here the tables of this text reach {MAX_CELLS:,} cells, empty ones counted."
            yield Problem(first, what, "Make them smaller.")


def _blocks(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Texts between empty lines, as the parser sees them: other white space ends no paragraph."""
    block: list[str] = []
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip(" \t"):
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _cells(block: list[str]) -> int:
    """How many cells the parser would make: it fills every row to the width of the table's head."""
    width, cells = 0, 0
    for line in block:
        if TABLE_RULE.match(line):
            width = max(width, line.count("|") + 1)
        cells += width
    return cells
