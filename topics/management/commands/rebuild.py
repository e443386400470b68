"""Render every live page anew from the database, and make the search index anew from them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from topics import pages, search
from topics.management.progress import Progress
from topics.models import Topic


class Command(BaseCommand):
    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        progress = Progress(self.stderr, unit=" pages")
        total = Topic.objects.published().count()
        with progress:
            progress.start(total)
            broken = pages.rebuild(each=lambda topic: progress.step(topic.slug))
        indexed = search.rebuild()
        for topic, problem in broken:
            self.stderr.write(self.style.ERROR(f"{topic.slug}: keeps its old page: {problem}"))
        if broken:
            raise CommandError(f"{len(broken)} of {total} pages keep their old HTML. Mend them in the admin.")
        self.stdout.write(f"{total} pages rendered, {indexed} pages and cards in the search index.")
