"""Content health: what is worth a hand now, worst first. The first page of the admin.

`CHECKS` is the whole of it: a further check is one line there and one function that yields rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from topics.models import ClinicSettings, User
from topics.staff import health_checks as pages
from topics.staff import health_of_numbers as numbers
from topics.staff.access import need, who
from topics.staff.health_rows import Row, Seen

MOST_ROWS = 10  # of one group on the first page


@dataclass(frozen=True)
class Check:
    """`needs` is the permission without which nobody sees its rows."""

    name: str
    title: str | Promise
    rows: Callable[[Seen], Iterable[Row]]
    needs: str = "view_topic"


CHECKS = (
    Check("numbers-to-call", _("Numbers patients call"), numbers.to_call, "view_clinicsettings"),
    Check("not-correct", _("Found not correct"), pages.found_wrong),
    Check("urgent", _("Live for safety, not checked yet"), pages.urgent_unchecked),
    Check("cards", _("Red-flag cards without a current check"), pages.cards_unchecked),
    Check("broken", _("Live pages that show what is not there any more"), pages.broken),
    Check("given-up", _("Did not go live at their time"), pages.schedules_given_up),
    Check("overdue", _("Checks that are overdue"), pages.overdue),
    Check("waiting", _("Checks asked for"), pages.waiting),
    Check("to-publish", _("Checked, waiting to be published"), pages.to_publish),
    Check("dead-links", _("Dead links"), pages.dead_links),
    Check("numbers-changed", _("Numbers that changed in the last 30 days"), numbers.changed),
    Check("feedback", _("Pages that did not help readers"), numbers.feedback, "view_feedback"),
    Check("translations", _("Translations whose original is newer"), pages.out_of_step),
    Check("draft-problems", _("Drafts that cannot be published yet"), pages.draft_problems),
    Check("scheduled", _("Going live by themselves"), pages.scheduled),
    Check("unchecked", _("Pages without a full check"), pages.unchecked),
    Check("codes", _("Codes of portals that led nowhere"), numbers.codes_without_page, "view_unmatchedcode"),
    Check("old-drafts", _("Drafts older than 30 days"), pages.old_drafts),
)


@dataclass(frozen=True)
class Group:
    check: Check
    rows: list[Row]
    count: int

    @property
    def more(self) -> bool:
        return self.count > len(self.rows)


def groups(user: User, most: int | None = MOST_ROWS) -> list[Group]:
    """Every check that this person may see, with its first rows; those with none too."""
    seen = Seen(user)
    found = [(check, list(check.rows(seen))) for check in CHECKS if seen.may(check.needs)]
    return [Group(check, rows[:most], len(rows)) for check, rows in found]


def first_page(user: User) -> dict[str, Any]:
    """What the table shows: groups with something to do, and the names of those without."""
    if not user.has_perm("topics.view_topic"):
        return {}
    found = groups(user)
    return {"groups": [one for one in found if one.count], "good": [one.check.title for one in found if not one.count]}


def health_of(request: HttpRequest, name: str, admin_site: AdminSite) -> HttpResponse:
    """All rows of one check."""
    check = next((check for check in CHECKS if check.name == name), None)
    if check is None:
        raise Http404
    need(request.user.has_perm("topics.view_topic") and request.user.has_perm(f"topics.{check.needs}"))
    rows = list(check.rows(Seen(who(request))))
    context = {
        **admin_site.each_context(request),
        "title": check.title,
        "group": Group(check, rows, len(rows)),
    }
    return render(request, "admin/topics/health_of.html", context)


@require_POST
def confirm_numbers(request: HttpRequest) -> HttpResponse:
    """Somebody called the numbers that are set, and says that they are right."""
    need(request.user.has_perm("topics.change_clinicsettings"))
    clinic = ClinicSettings.load()
    if not any(clinic.numbers.values()):
        messages.error(request, _now("No number is set yet. Set them first, then call them."))
    else:
        clinic.confirm(who(request), timezone.localdate())
        messages.success(request, _now("Noted: the numbers were called today and are right."))
    return redirect("admin:index")
