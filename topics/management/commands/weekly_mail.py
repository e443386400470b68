"""Write to each page owner what is first to do about their pages. Run it once a week; readers get nothing."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.core.management.base import BaseCommand, CommandError
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from topics.models import User
from topics.staff.content_health import CHECKS
from topics.staff.health_rows import Row, Seen
from topics.staff.standing import Standing, standings

MOST_ROWS = 5


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="print the letters and send nothing")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        failed = 0
        with override(settings.LANGUAGE_CODE):
            for owner, rows in letters():
                if not owner.email:
                    self.stdout.write(f"{owner} has no mail address: {len(rows)} things to do are not sent.")
                    continue
                failed += not self._send(owner, letter(owner, rows), dry_run)
        if failed:
            raise CommandError(f"{failed} letters could not be sent. Look at EMAIL_URL.")

    def _send(self, owner: User, text: str, dry_run: bool) -> bool:
        if dry_run:
            self.stdout.write(f"To {owner}:\n{text}")
            return True
        try:
            send_mail(_("Your pages this week"), text, None, [owner.email])
        except (SMTPException, OSError) as error:
            self.stderr.write(f"{owner}: not sent ({type(error).__name__}).")
            return False
        self.stdout.write(f"{owner}: sent.")
        return True


def letters() -> Iterator[tuple[User, list[Row]]]:
    """Each owner of a page with the first things to do; who has nothing to do is left out."""
    known = standings()
    owners = {one.topic.owner for one in known if one.topic.owner is not None}
    for owner in sorted(owners, key=lambda user: user.pk):
        rows = list(_first(owner, known))
        if owner.is_active and rows:
            yield owner, rows


def _first(owner: User, known: list[Standing]) -> Iterator[Row]:
    """In the order of the health table, and nothing that this account may not see."""
    seen = Seen(owner)
    seen.standings = known
    left = MOST_ROWS
    for check in CHECKS:
        if seen.may(check.needs):
            rows = [row for row in check.rows(seen) if row.topic is not None and _owns(owner, row, seen)][:left]
            yield from rows
            left -= len(rows)


def _owns(owner: User, row: Row, seen: Seen) -> bool:
    return row.topic is not None and seen.by_pk[row.topic.pk].topic.owner_id == owner.pk


def letter(owner: User, rows: list[Row]) -> str:
    context = {"owner": owner, "rows": rows, "site": settings.SITE_URL}
    return render_to_string("letters/weekly.txt", context)
