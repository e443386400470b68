"""Content files in and out of the site, through the one writer.

An import never overwrites what an editor wrote. For every file three texts are compared: the
file now, what the files said at the last import, and the site's latest text:

    files changed, site not      → a new live revision
    site changed, files not      → nothing
    both changed                 → a draft that holds both, reported

An export of the result imports without a change, byte for byte.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import tomli_w
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override
from merge3 import Merge3

from topics import pages, workflow
from topics.folder import Folder, path_of, read_folder, slug_of
from topics.models import Revision, Topic
from topics.problems import Problem, Problems, blocking
from topics.rendering import Inputs
from topics.source import CARD, PAGE, Source
from topics.transfer.codes import code_tables, import_codes
from topics.transfer.tables import import_tables, tables

IMPORTED_NOTE = "From the content files"


@dataclass
class Report:
    """What an import did, file by file.

    `kept` names table rows whose site wording was kept; `dead_links` names live pages that link to
    a file which could not be taken.
    """

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)
    unchanged: int = 0
    rows_written: int = 0
    kept: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    dead_links: list[Problem] = field(default_factory=list)

    @property
    def refused(self) -> list[str]:
        return sorted({problem.file for problem in self.problems})


# --- import ----------------------------------------------------------------------------------


def import_folder(
    root: Path,
    reading: Callable[[str], None] = lambda file: None,
    start: Callable[[int], None] = lambda files: None,
    each: Callable[[str], None] = lambda file: None,
) -> Report:
    """Take every file under `root`, one transaction a file. What cannot be taken is reported."""
    folder = read_folder(root, reading)
    report = Report(problems=list(folder.problems))
    import_tables(folder, report)
    start(len(folder.sources))
    importer = _Importer(folder, report)
    files = sorted(folder.sources, key=lambda file: (folder.sources[file].kind != CARD, file))
    waiting = []
    for file in files:
        if importer.take(file):
            waiting.append(file)
        each(file)
    for file in waiting:  # what had to wait for a file after it can be taken now
        report.problems.extend(importer.take(file))
    if importer.shared_changed and report.unchanged:
        start(Topic.objects.published().count())
        importer.render_again(each)
    import_codes(folder, report)
    report.dead_links = importer.dead_links()
    return report


class _Importer:
    """Imports files one after another; inputs are gathered once and refreshed when cards change."""

    def __init__(self, folder: Folder, report: Report) -> None:
        self.folder, self.report = folder, report
        self.inputs: dict[str, Inputs] = {}
        self.coming = self._addresses_to_come()
        self.shared_changed = bool(report.rows_written)
        self.same = self._same_as_before()

    def _same_as_before(self) -> set[str]:
        """The files whose text the last import brought already, by one query for all."""
        numbered = {source.number: file for file, source in self.folder.sources.items() if source.number}
        rows = Topic.objects.values_list("number", "slug", "imported__text").iterator(chunk_size=200)
        found = ((numbered.get(number), slug, text) for number, slug, text in rows)
        return {f for f, slug, text in found if f and slug_of(f) == slug and self.folder.sources[f].text == text}

    def _addresses_to_come(self) -> dict[str, set[str]]:
        """Pages may link to pages of the same import that are taken after them."""
        coming: dict[str, set[str]] = {}
        for file, source in self.folder.sources.items():
            if source.kind == PAGE:
                with override(source.language):
                    coming.setdefault(source.language, set()).add(reverse("topic", args=[slug_of(file)]))
        return coming

    def given(self, language: str) -> Inputs:
        if language not in self.inputs:
            now = pages.inputs(language)
            self.inputs[language] = replace(now, addresses=now.addresses | self.coming.get(language, set()))
        return self.inputs[language]

    def take(self, file: str) -> list[Problem]:
        """Bring one file in, or leave everything as it was and say why."""
        if file in self.same:
            self.report.unchanged += 1
            return []
        try:
            with transaction.atomic():
                pages.one_at_a_time()
                self._take(file, self.folder.sources[file])
        except workflow.Refused as refused:
            problems = refused.problems or [Problem(1, str(refused), "")]
            return [problem.in_file(file) for problem in problems]
        except Problems as found:
            return [problem.in_file(file) for problem in found.problems]
        except ValidationError as error:
            return [Problem(1, " ".join(error.messages), "", file=file)]
        return []

    def _take(self, file: str, source: Source) -> None:
        slug = slug_of(file)
        topic = self._topic(source, slug)
        if topic is None:
            self._check_unnumbered(source, slug)
            topic = workflow.create(source, slug, None, IMPORTED_NOTE, Revision.FILES)
            self._publish(topic, topic.newest)
            workflow.mark_imported(topic, topic.newest)
            self.report.created.append(file)
            return
        numbered = source if source.number else source.revised(number=topic.number)
        if topic.imported and topic.imported.text == numbered.text:
            self.report.unchanged += 1
            return
        for known in (topic.live, topic.latest):  # the files have caught up with the site
            if known and known.text == numbered.text:
                workflow.mark_imported(topic, known)
                self.report.unchanged += 1
                return
        self._check_unnumbered(source, slug)
        self._update(topic, numbered, file)

    def _topic(self, source: Source, slug: str) -> Topic | None:
        same = Topic.objects.select_related("live", "latest", "imported")
        if source.number:
            topic = same.filter(number=source.number).first()
            if topic and (topic.kind, topic.language) != (source.kind, source.language):
                raise workflow.Refused(f"The number {source.number} belongs to “{topic}”, of another kind or language.")
            if topic:
                if topic.slug != slug:
                    workflow.rename(topic, slug, None)
                    topic.refresh_from_db()
                return topic
        topic = same.filter(language=source.language, kind=source.kind, slug=slug).first()
        if topic and source.number:
            what = f"The short name “{slug}” belongs to page {topic.number}, this file says {source.number}."
            raise workflow.Refused(what)
        return topic

    def _check_unnumbered(self, source: Source, slug: str) -> None:
        """Before the text gets a line with its number: problems name the lines of the file."""
        if not source.number:
            self._check(source, slug)

    def _check(self, source: Source, slug: str) -> None:
        rendered = pages.render_source(source, slug, self.given(source.language))
        stops = blocking(pages.faults(source, rendered))
        if stops:
            raise workflow.Refused("This file cannot be published as it is.", stops)

    def _update(self, topic: Topic, source: Source, file: str) -> None:
        untouched = topic.latest_id == topic.imported_id and topic.live_id == topic.latest_id
        site, files_before = topic.newest, topic.imported
        if not untouched:
            self._check(source, topic.slug)
        taken = workflow.save_draft(topic, source, None, site.number, note=IMPORTED_NOTE, origin=Revision.FILES)
        workflow.mark_imported(topic, taken)
        if untouched:
            self._publish(topic, taken)
            self.report.updated.append(file)
            return
        both = merged(files_before.source if files_before else None, site.source, source)
        note = f"Both changed: revision {site.number} on the site, revision {taken.number} in the files"
        workflow.save_draft(topic, both, None, taken.number, note=note, origin=Revision.FILES)
        self.report.drafts.append(file)

    def _publish(self, topic: Topic, revision: Revision) -> None:
        workflow.publish(topic, revision, None, IMPORTED_NOTE, self.given(topic.language))
        if topic.kind == CARD:
            self.inputs.pop(topic.language, None)

    def render_again(self, each: Callable[[str], None]) -> None:
        """Pages that did not change themselves may show a row that did."""
        for topic, problem in pages.rebuild(each=lambda topic: each(topic.slug)):
            self.report.problems.append(problem.in_file(path_of(topic.shown.source, topic.slug)))

    def dead_links(self) -> list[Problem]:
        """Links of live pages to files of this import that were not taken after all."""
        found = []
        for language, coming in self.coming.items():
            for address in sorted(coming - pages.inputs(language).addresses):
                for topic in pages.naming("links", address):
                    text = topic.shown.text
                    line = text.count("\n", 0, max(text.find(address), 0)) + 1
                    what = f"The page is in, but its link “{address}” leads nowhere: that file was not taken."
                    file = path_of(topic.shown.source, topic.slug)
                    found.append(Problem(line, what, "Mend that file and import again.", file=file))
        return found


def merged(before: Source | None, site: Source, files: Source) -> Source:
    """The site's text with the files' changes in it; where both changed the same lines, both stand
    in a “::: conflict” box, which cannot be published. The site's front matter wins where both
    changed it; the files' revision in the history keeps theirs."""
    head = site if before is None or _head(site) != _head(before) else files
    base = before.body if before else ""
    chunks = Merge3(base.splitlines(True), site.body.splitlines(True), files.body.splitlines(True)).merge_groups()
    body = "".join(_merged_chunk(chunk) for chunk in chunks)
    return head.revised(body=body)


def _merged_chunk(chunk: tuple[Any, ...]) -> str:
    if chunk[0] != "conflict":
        return "".join(chunk[1])
    site, files = "".join(chunk[2]), "".join(chunk[3])
    longest = max((len(colons) for colons in re.findall(r":{3,}", site + files)), default=3)
    fence = ":" * (longest + 1)
    return f"\n{fence} conflict\nOn this site:\n\n{_ended(site)}\nIn the files:\n\n{_ended(files)}{fence}\n\n"


def _ended(text: str) -> str:
    return text if text.endswith("\n") or not text else f"{text}\n"


def _head(source: Source) -> str:
    return source.text[: len(source.text) - len(source.body)]


# --- export ----------------------------------------------------------------------------------


def export_folder(
    root: Path,
    start: Callable[[int], None] = lambda files: None,
    each: Callable[[str], None] = lambda file: None,
) -> int:
    """Write every live topic and the tables below `root`; the number of files written.

    Raises FileExistsError if the folder holds anything: an export never overwrites.
    """
    root.mkdir(parents=True, exist_ok=True)
    if any(root.iterdir()):
        raise FileExistsError(f"The folder {root} is not empty.")
    topics = Topic.objects.published().select_related("live").order_by("number")
    table_files = [*((file, tomli_w.dumps(table)) for file, table in tables()), *code_tables()]
    start(topics.count() + len(table_files))
    written = 0
    for topic in topics.iterator(chunk_size=200):
        file = path_of(topic.shown.source, topic.slug)
        _write(root / file, topic.shown.text)
        written += 1
        each(file)
    for file, text in table_files:
        _write(root / file, text)
        written += 1
        each(file)
    return written


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
