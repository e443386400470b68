"""Rows of codes in and out of the site, after the pages they lead to.

For every row three wordings are compared, as for pages: the file now, what the files said at the
last import, and the site's row. What an editor changed, switched off or wrote stays; a row that
the files dropped and nobody changed here goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from topics.code_files import CodeFacts, read_codes, write_codes
from topics.codes import SYSTEMS
from topics.folder import CODES, Folder, slug_of
from topics.models import Code, OldAddress, Topic, User
from topics.problems import Problem
from topics.sheets import Entry, Plan, separator
from topics.source import PAGE
from topics.tables import Found
from topics.transfer.sheets import CSV, Broken

if TYPE_CHECKING:
    from topics.transfer import Report

Identity = tuple[str, int]  # the key and the page
Values = dict[str, Any]
SAID = ("code", "covers", "rank", "needs_context", "verified", "source")


def import_codes(folder: Folder, report: Report) -> None:
    """Take every table of codes of the folder, one transaction a file."""
    pages = pages_by_slug() if folder.codes else {}
    for file, rows in folder.codes.items():
        unknown = [unknown_page(row).in_file(file) for row in rows if row.topic not in pages]
        report.problems.extend(unknown)
        whole = not any(problem.file == file for problem in report.problems)
        known = [row for row in rows if row.topic in pages]
        with transaction.atomic():
            _Table(slug_of(file), report).take({(row.key, pages[row.topic]): said(row) for row in known}, whole)


def pages_by_slug() -> dict[str, int]:
    """Pages by their short names, past ones included; where languages share a name, English wins."""
    old = OldAddress.objects.filter(kind=PAGE, language=settings.LANGUAGE_CODE).values_list("slug", "topic_id")
    now = Topic.objects.filter(kind=PAGE).values_list("language", "slug", "pk")
    others = {slug: pk for language, slug, pk in now if language != settings.LANGUAGE_CODE}
    return {**others, **dict(old), **{slug: pk for language, slug, pk in now if language == settings.LANGUAGE_CODE}}


def unknown_page(row: CodeFacts) -> Problem:
    return Problem(row.line, f"There is no page “{row.topic}”.", "Name a page by the last part of its address.")


def said(row: CodeFacts | Code) -> Values:
    return {name: getattr(row, name) for name in SAID}


class _Table:
    """The rows of one system, while its file is taken."""

    def __init__(self, system: str, report: Report) -> None:
        self.system, self.report = system, report
        found = Code.objects.filter(system=system).select_related("topic")
        self.rows: dict[Identity, Code] = {(row.key, row.topic_id): row for row in found}

    def take(self, files: dict[Identity, Values], whole: bool) -> None:
        new = []
        for (key, topic), values in files.items():
            row = self.rows.get((key, topic))
            if row is None:
                row = Code(system=self.system, topic_id=topic, imported=values, **values)
                row.set_key()
                new.append(row)
            elif row.imported != values:
                self._update(row, values)
        Code.objects.bulk_create(new)
        self.report.rows_written += len(new)
        if whole:
            for identity in self.rows.keys() - files.keys():
                self._drop(self.rows[identity])

    def _update(self, row: Code, values: Values) -> None:
        now = said(row)
        changed_here = now != values and now != row.imported
        row.imported = values
        if changed_here:
            self.report.kept.append(f"{row._meta.verbose_name} {row}")
        else:
            for name, value in values.items():
                setattr(row, name, value)
            self.report.rows_written += 1
        row.save()

    def _drop(self, row: Code) -> None:
        """Editors' rows stay, and so do rows of pages that are not live: an export leaves those out."""
        as_imported = row.imported == said(row)
        if as_imported and row.active and row.topic.live_id is not None:
            row.delete()
            self.report.rows_written += 1


def code_tables() -> Iterable[tuple[str, str]]:
    """Every file of codes as an export writes it: rows in use that lead to a live page."""
    rows = Code.objects.filter(active=True, topic__live__isnull=False).select_related("topic")
    by_system: dict[str, list[CodeFacts]] = {}
    for row in rows:
        by_system.setdefault(row.system, []).append(facts(row))
    for system in SYSTEMS:
        if system in by_system:
            yield f"{CODES}/{system}.csv", write_codes(by_system[system])


def facts(row: Code) -> CodeFacts:
    return CodeFacts(system=row.system, topic=row.topic.slug, **said(row))


# --- an editor's own table -------------------------------------------------------------------


@dataclass(frozen=True)
class CodeSheet:
    """All codes in use as one table. Rows that an editor brings are theirs: files do not change them any more."""

    name: str = "codes"
    formats: tuple[str, ...] = (CSV,)

    def read(self, text: str, form: str) -> tuple[Found, list[Problem]]:
        rows, problems = read_codes(text, separator=separator(text))
        return [(row.line, row) for row in rows], problems

    def written(self, form: str) -> str:
        return write_codes(facts(row) for row in Code.objects.filter(active=True).select_related("topic"))

    def plan(self, found: Found) -> Plan:
        page_of, plan = pages_by_slug(), Plan()
        known = {(row.system, row.key, row.topic_id): row for row in Code.objects.all()}
        for line, row in found:
            if row.topic not in page_of:
                plan.problems.append(unknown_page(row))
                continue
            topic = page_of[row.topic]
            kept = known.get((row.system, row.key, topic))
            name = f"{row.system} {row.code} → {row.topic}"
            given = kept or Code(system=row.system, topic_id=topic)
            plan.entries.append(Entry(name, said(row), said(kept) if kept else None, line, given))
        return plan

    def save(self, plan: Plan, by: User) -> Broken:
        for entry in (*plan.new, *plan.changed):
            for name, value in entry.after.items():
                setattr(entry.given, name, value)
            entry.given.save()
        return []
