"""Sections, organ sites, sources, glossary, report, search and plain words: from content files to rows and back.

A row takes what the files say while it still says what they said before. Where staff changed it
too, or removed it, theirs stays and the report says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils.text import slugify

from topics.folder import Folder
from topics.models import (
    FromFiles,
    GlossaryTerm,
    OrganSite,
    PlainWord,
    Reference,
    RemovedRow,
    ReportWord,
    SearchWords,
    Section,
)
from topics.problems import Problem
from topics.source import MAX_SLUG
from topics.tables import TABLES, Table

if TYPE_CHECKING:
    from topics.transfer import Report

# Where the rows of each table are kept. What a file calls by another name than its row:
KEPT: dict[str, type[FromFiles]] = {
    "sections": Section,
    "sites": OrganSite,
    "references": Reference,
    "terms": GlossaryTerm,
    "report_words": ReportWord,
    "search_words": SearchWords,
    "plain_words": PlainWord,
}
NAMED = {"name": "names", "about": "abouts"}
# Columns that together say one thing once: no two rows of a table and language may share a spelling.
SPELT_IN = {
    GlossaryTerm: ("term", "forms"),
    ReportWord: ("term", "forms"),
    PlainWord: ("word", "forms"),
    SearchWords: ("words",),
}

Identity = tuple[str, ...]
Spelt = dict[tuple[str, str], tuple[Identity, str]]


@transaction.atomic
def import_tables(folder: Folder, report: Report) -> None:
    for name, model in KEPT.items():
        table, taken = _Rows(model, report), spelt(model)
        for facts in getattr(folder, name):
            identity, values = row_of(model, facts)
            clash = spelt_elsewhere(model, identity, values, taken)
            if clash:
                report.problems.append(Problem(0, clash, "Keep it in one place.", file=TABLES[name].file))
            else:
                table.take(identity, values)


def row_of(model: type[FromFiles], facts: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What names the row that these facts are about, and what it is to say."""
    fields = {field.name for field in model._meta.get_fields()}
    said = ((NAMED.get(name, name), value) for name, value in asdict(facts).items())
    values = {name: _kept(value) for name, value in said if name in fields}
    return {name: values.pop(name) for name in model.identity}, values


def _kept(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def spelt(model: type[FromFiles]) -> Spelt:
    """Every spelling in the site's rows, by language, with the row that it belongs to."""
    rows = model._default_manager.all() if model in SPELT_IN else ()
    found: Spelt = {}
    for row in rows:
        identity = tuple(getattr(row, name) for name in model.identity)
        found |= {(identity[0], one.lower()): (identity, str(row)) for one in _spellings(model, row.__dict__)}
    return found


def spelt_elsewhere(model: type[FromFiles], identity: dict[str, Any], values: dict[str, Any], taken: Spelt) -> str:
    """In words, if a spelling that `values` bring belongs to another row already; else empty."""
    named = tuple(identity.values())
    spellings = list(_spellings(model, values))
    for one in spellings:
        owner, word = taken.get((named[0], one.lower()), (named, ""))
        if owner != named:
            return f"{spellings[0]}: “{one}” is a spelling of “{word}” on this site."
    return ""


def _spellings(model: type[FromFiles], values: dict[str, Any]) -> Iterable[str]:
    for name in SPELT_IN.get(model, ()):
        value = values[name]
        yield from [value] if isinstance(value, str) else value


class _Rows:
    """The rows of one table while its file is taken: all found at once, each written only where it changed."""

    def __init__(self, model: type[FromFiles], report: Report) -> None:
        self.model, self.report = model, report
        self.rows = {self._key(row.__dict__): row for row in model._default_manager.all()}
        removed = RemovedRow.objects.filter(table=model._meta.model_name)
        self.removed = {row.key: row for row in removed}

    def _key(self, identity: dict[str, Any]) -> str:
        return "/".join(identity[name] for name in self.model.identity)

    def take(self, identity: dict[str, Any], values: dict[str, Any]) -> None:
        key = self._key(identity)
        row = self.rows.get(key)
        if row is not None:
            if row.imported == values:
                return
            now = {name: getattr(row, name) for name in values}
            if now != values and now != row.imported:
                self.report.kept.append(f"{self.model._meta.verbose_name} {key}")
                self.model._default_manager.filter(pk=row.pk).update(imported=values)
                return
        elif key in self.removed:
            self._keep_removed(key, values)
            return
        row = row or self.model(**identity)
        for name, value in {**values, "imported": values}.items():
            setattr(row, name, value)
        row.save()
        self.report.rows_written += 1

    def _keep_removed(self, key: str, values: dict[str, Any]) -> None:
        """A row that staff removed stays away, and is reported if the files changed it since."""
        if self.removed[key].imported != values:
            self.report.kept.append(f"{self.model._meta.verbose_name} {key}, removed here")
            RemovedRow.objects.filter(pk=self.removed[key].pk).update(imported=values)


def tables() -> Iterable[tuple[str, dict[str, Any]]]:
    """Every table as an export writes it."""
    for name, table in TABLES.items():
        yield table.file, table_data(name)


def table_data(name: str) -> dict[str, Any]:
    table = TABLES[name]
    rows = KEPT[name]._default_manager.all()
    if table.rows:
        return {table.rows: [_listed(row, table) for row in rows]}
    return {getattr(row, table.key): _keyed(row, table) for row in rows}


def _listed(row: Any, table: Table) -> dict[str, Any]:
    """A row of a list: what is usual, or follows from the rest, is left out."""
    values = _filled(row, *(name for name in table.columns if name not in ("language", "slug")))
    language = {} if row.language == "en" else {"language": row.language}
    named = "slug" in table.columns and row.slug != slugify(row.term)[:MAX_SLUG]
    return {**language, **values, **({"slug": row.slug} if named else {})}


def _keyed(row: Any, table: Table) -> dict[str, Any]:
    if table.columns:
        return _filled(row, *(name for name in table.columns if name != table.key))
    names, abouts = (dict(sorted(words.items())) for words in (row.names, row.abouts))
    shapes = {"shapes": row.shapes} if isinstance(row, OrganSite) else {}
    return {"order": row.order, "name": names, "about": abouts, **shapes}


def _filled(row: models.Model, *names: str) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in names}
    return {name: value for name, value in values.items() if value not in (None, "", []) and value is not False}
