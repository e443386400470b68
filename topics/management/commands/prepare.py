"""Everything that `make run` needs before serving: database, static files, content, first account.

Safe to repeat: a second start is quick and changes no data.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from topics import pages, search
from topics.models import Topic


class Command(BaseCommand):
    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        self.stdout.write(f"Data folder: {settings.VAR}")
        first = not Topic.objects.exists()
        if first:
            self.stdout.write("First start: taking the pages from the content folder.")
        try:
            call_command("import_content", stdout=self.stdout, stderr=self.stderr)
        except CommandError as error:
            # The pages that could be taken are there; the rest is named above and stays as it was.
            self.stderr.write(self.style.WARNING(str(error)))
        self.render_anew(first)
        search.catch_up()
        call_command("first_account", stdout=self.stdout)

    def render_anew(self, first: bool) -> None:
        """After an update: pages are kept as HTML, and the one that makes it may be another now."""
        kept, now = settings.VAR / "renderer", pages.renderer()
        if kept.exists() and kept.read_text() == now:
            return
        if not first:
            self.stdout.write("This version makes pages in a new way: making all of them anew.")
            try:
                call_command("rebuild", stdout=self.stdout, stderr=self.stderr)
            except CommandError as error:
                self.stderr.write(self.style.WARNING(str(error)))
        kept.write_text(now)
