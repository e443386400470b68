"""Ask every address outside this site that live pages name whether it still answers. Run it every night."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from topics import link_round
from topics.management.progress import Progress
from topics.outside_links import Asker


class Command(BaseCommand):
    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        urls = link_round.due()
        if not urls:
            self.stdout.write("Every address was asked today already, or no live page names one.")
            return
        with Progress(self.stderr, unit=" addresses") as progress:
            progress.start(len(urls))
            found = link_round.go(urls, Asker(), progress.step)
        if found.offline:
            raise CommandError("No address answered at all. Nothing was counted: look at this machine's network first.")
        self.stdout.write(f"Asked {found.asked} addresses: {found.failing} failed, {found.dead} of them on two days.")
