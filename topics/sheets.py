"""Tables as an editor's spreadsheet takes them: CSV in and out, and what an import would change.

Written so that a spreadsheet runs nothing: a cell that it would take for a formula gets an
apostrophe in front, which reading takes away again. Read as spreadsheets write: with a mark of
UTF-8 or without, commas, semicolons or tabs, any line ends, columns in any order.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from topics.problems import Problem
from topics.tables import LIST, NUMBER, YES_NO, Found, Rows, Table

MAX_ROWS = 20_000
SEPARATORS = ",;\t"
MAY_BE_MISSING = ("language", "slug")
YES = {"yes": True, "true": True, "1": True, "x": True, "no": False, "false": False, "0": False}
FORMULA = re.compile(r"^'*[=+\-@\t\r]")
DISARMED = re.compile(r"^'+[=+\-@\t\r]")


def disarmed(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; `armed` is the inverse."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def armed(cell: str) -> str:
    return cell[1:] if DISARMED.match(cell) else cell


def separator(text: str) -> str:
    """What stands between the cells, judged by the first line."""
    head = text.split("\n", 1)[0]
    return max(SEPARATORS, key=lambda mark: (head.count(mark), mark == ","))


# --- out -------------------------------------------------------------------------------------


def write_csv(table: Table, data: Mapping[str, Any]) -> str:
    """The rows that `data` holds as its TOML file does, in the table's own columns."""
    if table.rows:
        rows: Iterable[Mapping[str, Any]] = data[table.rows]
    else:
        rows = ({table.key: key, **row} for key, row in data.items())
    return cells_to_csv(table.columns, ([_cell(row.get(name)) for name in table.columns] for row in rows))


def cells_to_csv(columns: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([disarmed(cell) for cell in row] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "\n".join(value)
    return "" if value is None else str(value)


# --- in --------------------------------------------------------------------------------------


def read_csv(table: Table, text: str) -> tuple[Found, list[Problem]]:
    """A table's rows in a CSV text with their lines, and every reason why others cannot be taken."""
    found, problems = csv_rows(table.columns, text)
    if table.rows:
        data: dict[str, Any] = {table.rows: [row for _, row in found]}
    else:
        data, found = _by_key(table.key, found, problems)
    rows = Rows(text, data, [line for line, _ in found], problems)
    return table.facts(rows), sorted(rows.problems)


def _by_key(
    key: str, found: list[tuple[int, dict[str, Any]]], problems: list[Problem]
) -> tuple[dict[str, Any], list[tuple[int, dict[str, Any]]]]:
    kept: dict[str, tuple[int, dict[str, Any]]] = {}
    for line, row in found:
        name = str(row.pop(key, ""))
        if name in kept:
            problems.append(Problem(line, f"“{name}” stands here a second time.", "Keep one of the two rows."))
        elif name:
            kept[name] = line, row
        else:
            problems.append(Problem(line, f"“{key}” is empty.", "Give the row its name."))
    return {name: row for name, (_, row) in kept.items()}, list(kept.values())


def csv_rows(columns: Mapping[str, str], text: str) -> tuple[list[tuple[int, dict[str, Any]]], list[Problem]]:
    """Each row's line and values; empty cells are left out, so that a row says only what it says."""
    rows: list[tuple[int, dict[str, Any]]] = []
    problems: list[Problem] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator(text), strict=True)
    try:
        head = [name.strip().lower() for name in next(reader, [])]
        wrong = _wrong_head(head, columns)
        if wrong:
            return [], [wrong]
        end = reader.line_num
        for cells in reader:
            line, end = end + 1, reader.line_num
            if len(rows) >= MAX_ROWS:
                problems.append(Problem(line, f"There are more than {MAX_ROWS:,} rows.", "Split the file."))
                break
            if any(cell.strip() for cell in cells):
                _take(rows, problems, line, head, cells, columns)
    except csv.Error:
        problems.append(Problem(reader.line_num, "This line cannot be read as CSV.", "Check its quotation marks."))
    return rows, problems


def _wrong_head(head: list[str], columns: Mapping[str, str]) -> Problem | None:
    known = ", ".join(columns)
    if not set(head) & set(columns):
        return Problem(1, "The first line does not name the columns.", f"Write: {known}.")
    odd = [name for name in head if name not in columns]
    if odd:
        return Problem(1, f"There is no column “{odd[0][:40]}”.", f"Use these: {known}.")
    if len(set(head)) < len(head):
        return Problem(1, "A column stands here twice.", f"Name each once: {known}.")
    missing = [name for name in columns if name not in head and name not in MAY_BE_MISSING]
    if missing:  # taken as empty, it would wipe out what the site has
        return Problem(1, f"The column “{missing[0]}” is missing.", "Keep it, with empty cells where there is nothing.")
    return None


def _take(
    rows: list[tuple[int, dict[str, Any]]],
    problems: list[Problem],
    line: int,
    head: list[str],
    cells: list[str],
    columns: Mapping[str, str],
) -> None:
    if len(cells) > len(head) and any(cell.strip() for cell in cells[len(head) :]):
        what = f"The row has {len(cells)} cells, the first line {len(head)}."
        problems.append(Problem(line, what, "Check its commas and quotation marks."))
        return
    row: dict[str, Any] = {}
    for name, cell in zip(head, cells, strict=False):
        value = armed(cell.strip())
        if not value:
            continue
        try:
            row[name] = _value(columns[name], value)
        except ValueError:
            need = "a whole number" if columns[name] == NUMBER else "yes or no"
            problems.append(Problem(line, f"“{name}” is not {need}: “{value[:40]}”.", "Mend the cell."))
            return
    rows.append((line, row))


def _value(kind: str, value: str) -> Any:
    if kind == LIST:
        return [item.strip() for item in value.replace("\r", "\n").split("\n") if item.strip()]
    if kind == NUMBER:
        if not re.fullmatch(r"[0-9]{1,9}", value):
            raise ValueError
        return int(value)
    if kind == YES_NO:
        if value.lower() not in YES:
            raise ValueError
        return YES[value.lower()]
    return value


# --- what an import would do -----------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """One row of a file beside the site's: `before` is None for a new one, and equals `after` for one that is the same.

    `given` is what the row's keeper needs to save it.
    """

    name: str
    after: Mapping[str, Any]
    before: Mapping[str, Any] | None = None
    line: int = 0
    given: Any = None

    @property
    def differs(self) -> list[tuple[str, str, str]]:
        """What would change: the field, what it says now, what it would say."""
        before = self.before or {}
        return [(name, _cell(before.get(name)), _cell(value)) for name, value in self.after.items() if self._new(name)]

    def _new(self, name: str) -> bool:
        return self.before is None or self.before.get(name) != self.after[name]


@dataclass
class Plan:
    """What an import would do, row by row; with problems it does nothing."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def new(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.before is None]

    @property
    def changed(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.before is not None and entry.before != entry.after]

    @property
    def unchanged(self) -> int:
        return len(self.entries) - len(self.new) - len(self.changed)

    @property
    def refused(self) -> int:
        return len({problem.line for problem in self.problems})

    @property
    def token(self) -> str:
        """The same for the same changes: what was looked at is what is done."""
        seen = [(entry.name, entry.before, entry.after) for entry in self.entries]
        return hashlib.sha256(json.dumps(seen, sort_keys=True, default=str).encode()).hexdigest()
