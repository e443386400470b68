"""The questions that staff ask of the list of pages, and what each of them needs first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from topics.models import Topic
from topics.staff.access import who
from topics.staff.health_rows import Seen
from topics.staff.standing import SOON, Standing
from topics.transitions import CHECKED, IN_REVIEW, LIVE_ASKED, LIVE_DOUBTED, SENT_BACK

Test = Callable[[Standing, Seen], bool]


def is_mine(one: Standing, seen: Seen) -> bool:
    latest = one.topic.latest
    wrote = latest is not None and latest.author_id == seen.user.pk
    return one.topic.owner_id == seen.user.pk or (wrote and one.is_waiting)


def waits_for_me(one: Standing, seen: Seen) -> bool:
    """A check that I may give, a text that I may publish, or one of mine that came back."""
    stage, latest = one.topic.stage, one.topic.latest
    if stage in (IN_REVIEW, LIVE_ASKED):
        return seen.may("check_topic") and (latest is None or latest.author_id != seen.user.pk)
    if stage == CHECKED:
        return seen.may("publish_topic")
    return stage in (SENT_BACK, LIVE_DOUBTED) and seen.may("change_topic") and is_mine(one, seen)


def is_due_soon(one: Standing, seen: Seen) -> bool:
    return one.is_live and one.due is not None and seen.today <= one.due <= seen.today + SOON


def is_overdue(one: Standing, seen: Seen) -> bool:
    return one.days_late(seen.today) > 0


FILTERS: Mapping[str, tuple[str | Promise, Test]] = {
    "mine": (_("Mine"), is_mine),
    "waiting": (_("Waiting for me"), waits_for_me),
    "due": (_("Due in 60 days"), is_due_soon),
    "overdue": (_("Overdue"), is_overdue),
    "unchecked": (_("Without a full check"), lambda one, seen: one.is_unchecked),
    "problems": (_("Has problems"), lambda one, seen: one.problems > 0),
    "translation": (_("Changed since translation"), lambda one, seen: one.behind is not None),
    "live": (_("Live"), lambda one, seen: one.is_live),
    "newer": (
        _("Live, newer text waiting"),
        lambda one, seen: one.is_live and one.topic.live_id != one.topic.latest_id,
    ),
    "not": (_("Not live"), lambda one, seen: not one.is_live),
}

# What needs me stands first; each page stands at the first of these that fits it.
ORDER: tuple[Test, ...] = (
    waits_for_me,
    lambda one, seen: is_mine(one, seen) and (is_overdue(one, seen) or one.problems > 0),
    is_overdue,
    lambda one, seen: one.problems > 0,
    is_due_soon,
)


def seen_by(request: HttpRequest) -> Seen:
    """Gathered once for a request, whichever filter, column or order asks first."""
    kept: Seen = vars(request).setdefault("_seen", Seen(who(request)))
    return kept


def place(one: Standing, seen: Seen) -> int:
    return next((number for number, test in enumerate(ORDER) if test(one, seen)), len(ORDER))


class SavedFilter(admin.SimpleListFilter):
    """Shown on top of the list, not beside it: `topic_list.html`."""

    title = _("saved filters")
    parameter_name = "show"
    template = "admin/topics/saved_filter.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        seen = seen_by(request)
        counts = {name: sum(test(one, seen) for one in seen.standings) for name, (_title, test) in FILTERS.items()}
        return [(name, f"{title} ({counts[name]})") for name, (title, _test) in FILTERS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Topic]) -> QuerySet[Topic]:
        test = FILTERS[self.value() or ""][1] if self.value() in FILTERS else None
        if test is None:
            return queryset
        seen = seen_by(request)
        return queryset.filter(pk__in=[one.topic.pk for one in seen.standings if test(one, seen)])
