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

from topics.code_files import CodeFacts, write_codes
from topics.codes import SYSTEMS
from topics.folder import CODES, Folder, slug_of
from topics.models import Code, OldAddress, Topic
from topics.problems import Problem, Problems
from topics.source import PAGE

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


@dataclass
class Taken:
    """How many rows of an uploaded table were new, changed, or said already."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


@transaction.atomic
def take_rows(rows: Iterable[CodeFacts]) -> Taken:
    """Rows that an editor brings: theirs from now on, so that files do not change them. Raises Problems."""
    pages, taken = pages_by_slug(), Taken()
    rows = list(rows)
    unknown = [unknown_page(row) for row in rows if row.topic not in pages]
    if unknown:
        raise Problems(unknown)
    known = {(row.system, row.key, row.topic_id): row for row in Code.objects.all()}
    for facts in rows:
        identity = (facts.system, facts.key, pages[facts.topic])
        row = known.get(identity) or Code(system=facts.system, topic_id=pages[facts.topic])
        values = said(facts)
        if row.pk and all(getattr(row, name) == value for name, value in values.items()):
            taken.unchanged += 1
            continue
        taken.new, taken.changed = taken.new + (row.pk is None), taken.changed + (row.pk is not None)
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
    return taken
