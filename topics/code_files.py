"""Tables of codes as values: content/codes/<system>.csv, read and written.

Written files are canonical: reading and writing one again gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from topics.codes import EXACT, FAMILY, MAX_CODE, SYSTEMS, System
from topics.problems import Problem
from topics.source import MAX_SLUG, SLUG

COLUMNS = ("system", "code", "covers", "topic", "rank", "needs_context", "verified", "source")
VERIFIED, ONE_SOURCE, UNVERIFIED = "v", "1", "U"
CHECKS = (VERIFIED, ONE_SOURCE, UNVERIFIED)
YES, NO = "yes", "no"
MAX_RANK = 999
MAX_SOURCE = 200
MAX_ROWS = 20_000
# A spreadsheet takes such a cell for a formula; a line break would split the row for an editor.
UNSAFE = re.compile(r"^[=+\-@]|[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class CodeFacts:
    """One row. `line` is where it stands in its file and no part of what it says."""

    system: str
    code: str
    covers: str
    topic: str
    rank: int
    needs_context: bool
    verified: str
    source: str
    line: int = 0

    @property
    def key(self) -> str:
        return SYSTEMS[self.system].key(self.code)


class Wrong(Exception):
    """A row cannot be taken: what is wrong and how to mend it."""

    def __init__(self, what: str, mend: str) -> None:
        self.what, self.mend = what, mend
        super().__init__(what)


def read_codes(text: str, system: str = "", separator: str = ",") -> tuple[list[CodeFacts], list[Problem]]:
    """The rows that can be taken, and every reason why others cannot. `system` is the one they must be of."""
    rows: list[CodeFacts] = []
    problems: list[Problem] = []
    seen: dict[tuple[str, str, str], int] = {}
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        if tuple(next(lines, ())) != COLUMNS:
            return [], [Problem(1, "The first line does not name the columns.", f"Write “{','.join(COLUMNS)}”.")]
        for cells in lines:
            if len(rows) >= MAX_ROWS:
                problems.append(Problem(lines.line_num, f"There are more than {MAX_ROWS:,} rows.", "Split the file."))
                break
            try:
                rows.append(_row(cells, lines.line_num, system, seen))
            except Wrong as wrong:
                problems.append(Problem(lines.line_num, wrong.what, wrong.mend))
    except csv.Error:
        problems.append(Problem(lines.line_num, "This line cannot be read as CSV.", "Check its quotation marks."))
    return rows, problems


def _row(cells: list[str], line: int, only: str, seen: dict[tuple[str, str, str], int]) -> CodeFacts:
    if len(cells) != len(COLUMNS):
        raise Wrong(f"The row has {len(cells)} columns.", f"Give it {len(COLUMNS)}: {', '.join(COLUMNS)}.")
    cell = {name: value.strip() for name, value in zip(COLUMNS, cells, strict=True)}
    system = _system(cell["system"], only)
    facts = CodeFacts(
        system=system.slug,
        code=_code(cell["code"], system),
        covers=_one_of(cell, "covers", (FAMILY, EXACT)),
        topic=_topic(cell["topic"]),
        rank=_rank(cell["rank"]),
        needs_context=_one_of(cell, "needs_context", (YES, NO)) == YES,
        verified=_one_of(cell, "verified", CHECKS),
        source=_source(cell["source"], cell["verified"]),
        line=line,
    )
    before = seen.setdefault((facts.system, facts.key, facts.topic), line)
    if before != line:
        raise Wrong(f"{facts.code} leads to “{facts.topic}” already, on line {before}.", "Keep one of the two.")
    return facts


def _system(slug: str, only: str) -> System:
    if slug not in SYSTEMS:
        raise Wrong("“system” is not a code system that this site knows.", f"Use one of: {', '.join(SYSTEMS)}.")
    if only and slug != only:
        raise Wrong(f"A row of {slug} stands in the file of {only}.", f"Move it to {slug}.csv.")
    return SYSTEMS[slug]


def _code(code: str, system: System) -> str:
    if not code or not system.fits(code):
        raise Wrong(f"“{code[:MAX_CODE]}” is not in the form of a code of {system.name}.", "Check it for slips.")
    return system.shown(code)


def _topic(slug: str) -> str:
    if not SLUG.match(slug) or len(slug) > MAX_SLUG:
        raise Wrong("“topic” is not the short name of a page.", "Write the last part of its address, like “bone”.")
    return slug


def _rank(value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", value):
        raise Wrong("“rank” is not a whole number.", f"Write one from 0 to {MAX_RANK}; small numbers come first.")
    return int(value)


def _source(value: str, verified: str) -> str:
    if len(value) > MAX_SOURCE or UNSAFE.search(value):
        mend = f"Write up to {MAX_SOURCE} characters, not starting with =, +, - or @."
        raise Wrong("“source” cannot be taken as it is.", mend)
    if not value and verified != UNVERIFIED:
        raise Wrong("“source” is empty.", f"Say where the code was checked, or write {UNVERIFIED} in “verified”.")
    return value


def _one_of(cell: dict[str, str], name: str, choices: tuple[str, ...]) -> str:
    if cell[name] not in choices:
        raise Wrong(f"“{name}” is not one of its values.", f"Write one of: {', '.join(choices)}.")
    return cell[name]


def write_codes(rows: Iterable[CodeFacts]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_cells(row) for row in sorted(rows, key=_place))
    return text.getvalue()


def _place(row: CodeFacts) -> tuple[str, str, int, str]:
    return row.system, row.key, row.rank, row.topic


def _cells(row: CodeFacts) -> Iterator[str]:
    yield from (row.system, row.code, row.covers, row.topic, str(row.rank))
    yield from (YES if row.needs_context else NO, row.verified, row.source)
