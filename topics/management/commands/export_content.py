"""Write every live page, card, glossary word and source back to files that import unchanged."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from topics.management.progress import Progress
from topics.transfer import export_folder


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="a new or empty folder")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        progress = Progress(self.stderr)
        try:
            with progress:
                written = export_folder(folder, progress.start, progress.step)
        except FileExistsError:
            words = f"{folder} is not an empty folder. Name a new one: an export never overwrites."
            raise CommandError(words) from None
        except OSError as error:
            raise CommandError(f"{folder} cannot be written: {error.strerror}.") from None
        self.stdout.write(f"{written} files written to {folder}.")
