"""Hold the content files against what they promise: claims, sources, cards, words, sections, links."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from topics.coverage import check_folder


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=settings.CONTENT_DIR)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        report = check_folder(folder)
        for claim, carriers in report.carriers.items():
            self.stdout.write(f"{claim:>4}  {', '.join(carriers) or '— no page carries it'}")
        for problem in report.problems:
            self.stderr.write(self.style.ERROR(str(problem)))
        if report.problems:
            raise CommandError(f"{len(report.problems)} problem(s) in {folder}.")
        self.stdout.write(f"{len(report.carriers)} claims and {report.files} files are in order.")
