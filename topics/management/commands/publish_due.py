"""Show patients every text whose time has come. The site does this by itself while it is visited."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from topics import review


class Command(BaseCommand):
    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        for topic in review.publish_due():
            self.stdout.write(f"Live now: “{topic}” ({topic.get_absolute_url()})")
