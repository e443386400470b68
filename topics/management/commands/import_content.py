"""Take the content files into the site: new and changed pages go live, nobody's edit is lost."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from topics.management.progress import Progress
from topics.transfer import Report, import_folder


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=settings.CONTENT_DIR)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        progress = Progress(self.stderr)
        with progress:
            report = import_folder(folder, progress.reading, progress.start, progress.step)
        self._tell(report)
        if report.problems:
            count = len(report.refused)
            raise CommandError(f"{count} file(s) not taken; every other file is in. Mend them and run again.")
        if report.dead_links:
            raise CommandError(f"{len(report.dead_links)} link(s) of live pages lead nowhere. Mend them and run again.")

    def _tell(self, report: Report) -> None:
        for problem in report.problems:
            self.stderr.write(self.style.ERROR(f"not taken: {problem}"))
        for problem in report.dead_links:
            self.stderr.write(self.style.ERROR(f"dead link: {problem}"))
        for file in report.drafts:
            words = "changed here and in the files; a draft holds both, patients see the old text until you publish"
            self.stdout.write(self.style.WARNING(f"draft: {file}: {words}"))
        for row in report.kept:
            self.stdout.write(self.style.WARNING(f"kept: {row}: changed here and in the files; this site's words stay"))
        self.stdout.write(
            f"{len(report.created)} new, {len(report.updated)} updated, {len(report.drafts)} draft(s) to merge, "
            f"{report.unchanged} unchanged, {report.rows_written} table row(s) written, "
            f"{len(report.refused)} file(s) not taken."
        )
