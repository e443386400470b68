"""Tables that an editor brings and takes: what an import would change, and the import itself.

Rows that an editor brings are theirs from then on: content files do not change them any more.
Nothing is removed, and one row that cannot be taken stops them all.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Any, Protocol

import tomli_w
from django.core.exceptions import ValidationError
from django.db import transaction

from topics import pages
from topics.models import FromFiles, GlossaryTerm, Reference, ReportWord, SearchWords, Topic, User
from topics.problems import Problem
from topics.sheets import Entry, Plan, read_csv, write_csv
from topics.tables import TABLES, Found, Table, read_toml
from topics.transfer.tables import KEPT, row_of, spelt, spelt_elsewhere, table_data

CSV, TOML = "csv", "toml"
Broken = list[tuple[Topic, Problem]]  # pages that keep their old rendering


class Sheet(Protocol):
    """A table as the admin offers it."""

    @property
    def name(self) -> str: ...

    @property
    def formats(self) -> tuple[str, ...]: ...

    def read(self, text: str, form: str) -> tuple[Found, list[Problem]]: ...

    def plan(self, found: Found) -> Plan: ...

    def save(self, plan: Plan, by: User) -> Broken: ...

    def written(self, form: str) -> str: ...


class Changed(Exception):
    """The table is no longer as it was when the editor looked at what would change; `plan` is what would now."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        super().__init__("The table was changed meanwhile.")


def planned(sheet: Sheet, text: str, form: str) -> Plan:
    found, problems = sheet.read(text, form)
    plan = sheet.plan(found)
    if not found and not problems:
        problems = [Problem(1, "There are no rows in this file.", "Choose the file that holds them.")]
    plan.problems = sorted([*plan.problems, *problems])
    return plan


@transaction.atomic
def take(sheet: Sheet, text: str, form: str, token: str, by: User) -> tuple[Plan, Broken]:
    """Do what `token` stands for, all of it or nothing. Raises Changed."""
    plan = planned(sheet, text, form)
    if plan.problems or plan.token != token:
        raise Changed(plan)
    return plan, sheet.save(plan, by)


def read_table(table: Table, text: str, form: str) -> tuple[Found, list[Problem]]:
    return read_toml(table, text) if form == TOML else read_csv(table, text)


def write_table(table: Table, data: dict[str, Any], form: str) -> str:
    return tomli_w.dumps(data) if form == TOML else write_csv(table, data)


@dataclass(frozen=True)
class TableSheet:
    """A table of plain rows: glossary, references, lay words, plain words."""

    name: str
    formats: tuple[str, ...] = (CSV, TOML)

    def read(self, text: str, form: str) -> tuple[Found, list[Problem]]:
        return read_table(TABLES[self.name], text, form)

    def written(self, form: str) -> str:
        return write_table(TABLES[self.name], table_data(self.name), form)

    def plan(self, found: Found) -> Plan:
        model, plan = KEPT[self.name], Plan()
        rows = {_identity(row): row for row in model._default_manager.all()}
        wanted = [(line, *row_of(model, facts)) for line, facts in found]
        coming = {tuple(identity.values()) for _, identity, _ in wanted}
        taken = {key: owner for key, owner in spelt(model).items() if owner[0] not in coming}
        for line, identity, values in wanted:
            row = rows.get(tuple(identity.values()))
            before = {name: getattr(row, name) for name in values} if row else None
            after = _set(copy(row) if row else model(**identity), values)
            plan.entries.append(Entry(str(after), values, before, line, after))
            if before == values:
                continue
            clash = spelt_elsewhere(model, identity, values, taken)
            wrong = [clash] if clash else _faults(after)
            plan.problems += [Problem(line, words, "Mend this row.") for words in wrong]
        return plan

    def save(self, plan: Plan, by: User) -> Broken:
        for entry in (*plan.new, *plan.changed):
            entry.given.save()
        if KEPT[self.name] is not GlossaryTerm or not (plan.new or plan.changed):
            return []
        languages = {entry.given.language for entry in (*plan.new, *plan.changed)}
        return pages.rebuild(Topic.objects.published().filter(language__in=languages).select_related("live"))


def _identity(row: FromFiles) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in row.identity)


def _set(row: Any, values: dict[str, Any]) -> Any:
    for name, value in values.items():
        setattr(row, name, value)
    return row


def _faults(row: FromFiles) -> list[str]:
    """In words, what the row's own rules say against it."""
    try:
        row.full_clean()
    except ValidationError as error:
        return [f"{row}: {' '.join(error.messages)}"]
    if isinstance(row, SearchWords):
        live = set(Topic.objects.published().open().filter(language=row.language).values_list("slug", flat=True))
        return [f"{row}: there is no live page “{slug}” in this language." for slug in row.pages if slug not in live]
    if isinstance(row, ReportWord):
        known = set(Reference.objects.filter(key__in=row.sources).values_list("key", flat=True))
        return [f"{row}: there is no source “{key}”." for key in row.sources if key not in known]
    return []
