"""What can be done to several pages of the list at once. Nothing here publishes, withdraws or deletes."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from topics import review, workflow
from topics.code_files import UNSAFE
from topics.models import Topic, User
from topics.review_forms import AskForm, DayInput, end_of
from topics.staff.access import who
from topics.staff.saved_filters import seen_by


class OwnerForm(forms.Form):
    owner = forms.ModelChoiceField(
        label=_("Who looks after these pages?"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody"),
        help_text=_("Owners get the weekly letter about their pages, if their account has a mail address."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["owner"]
        field.queryset = possible_owners()


class DueForm(forms.Form):
    day = forms.DateField(
        label=_("When is the next check due?"),
        required=False,
        widget=DayInput,
        help_text=_("Leave it empty to go by the last check and the interval."),
    )


class AskForManyForm(AskForm):
    """A day that has passed is told once, not for each page."""

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("That day has passed. Choose a later one."))
        return day


def possible_owners() -> QuerySet[User]:
    """Staff whose groups or own permissions let them write or publish."""
    needed = Permission.objects.filter(
        content_type__app_label="topics", codename__in=("change_topic", "publish_topic", "check_topic")
    )
    allowed = Q(groups__permissions__in=needed) | Q(user_permissions__in=needed) | Q(is_superuser=True)
    return User.objects.filter(allowed, is_active=True, is_staff=True).distinct().order_by("username")


def assign(topics: Sequence[Topic], values: dict[str, Any], by: User) -> list[str]:
    review.assign(topics, values["owner"])
    return []


def set_due(topics: Sequence[Topic], values: dict[str, Any], by: User) -> list[str]:
    review.set_due(topics, values["day"])
    return []


def ask(topics: Sequence[Topic], values: dict[str, Any], by: User) -> list[str]:
    """Each page by itself: one that cannot be asked for does not hold up the others."""
    due, refused = end_of(values["day"]), []
    for topic in topics:
        try:
            review.submit(topic, topic.newest, by, values["note"], due)
        except workflow.Refused as why:
            refused.append(str(why))
    return refused


@dataclass(frozen=True)
class Action:
    """`does` answers with the reasons why some pages were left as they were."""

    words: str | Promise
    permission: str
    form: type[forms.Form]
    does: Callable[[Sequence[Topic], dict[str, Any], User], list[str]]


ACTIONS: dict[str, Action] = {
    "assign": Action(_("Assign an owner"), "change_topic", OwnerForm, assign),
    "set_due": Action(_("Set when the next check is due"), "change_topic", DueForm, set_due),
    "ask": Action(_("Ask for a check"), "change_topic", AskForManyForm, ask),
}


def actions(request: HttpRequest) -> dict[str, tuple[Any, str, Any]]:
    """In the form that the admin's list wants, as far as this person may."""
    found: dict[str, tuple[Any, str, Any]] = {
        name: (_asking(name), name, action.words)
        for name, action in ACTIONS.items()
        if request.user.has_perm(f"topics.{action.permission}")
    }
    if request.user.has_perm("topics.view_topic"):
        found["export"] = (export, "export", _("Download as a table"))
    return found


def _asking(name: str) -> Callable[[Any, HttpRequest, QuerySet[Topic]], HttpResponse | None]:
    def run(model_admin: Any, request: HttpRequest, chosen: QuerySet[Topic]) -> HttpResponse | None:
        return _run(ACTIONS[name], name, model_admin, request, chosen)

    return run


def _run(
    action: Action, name: str, model_admin: Any, request: HttpRequest, chosen: QuerySet[Topic]
) -> HttpResponse | None:
    """Ask what the action needs to know, then do it and say what became of it."""
    topics = list(chosen.select_related("latest"))
    form = action.form(request.POST if "apply" in request.POST else None)
    if form.is_valid():
        refused = action.does(topics, form.cleaned_data, who(request))
        done = len(topics) - len(refused)
        words = ngettext("Done for %(count)s page.", "Done for %(count)s pages.", done) % {"count": done}
        messages.add_message(request, messages.SUCCESS if done else messages.WARNING, words)
        for why in refused:
            messages.warning(request, why)
        return None
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": action.words,
        "topics": topics,
        "form": form,
        "action": name,
        "chosen": ACTION_CHECKBOX_NAME,
    }
    return render(request, "admin/topics/bulk.html", context, status=422 if form.errors else 200)


def export(model_admin: Any, request: HttpRequest, chosen: QuerySet[Topic]) -> HttpResponse:
    """The columns of the list as a CSV file, for a spreadsheet."""
    by_pk, today = seen_by(request).by_pk, seen_by(request).today
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="pages.csv"'
    rows = csv.writer(response)
    rows.writerow(COLUMNS)
    for topic in chosen:
        one = by_pk[topic.pk]
        sites = ", ".join(site.name for site in topic.sites.all())
        days = (one.claim.full or "", one.due or "", one.days_late(today) or "")
        values = (topic.number, topic.title, topic.kind, topic.language, sites, one.topic.state, one.topic.owner or "")
        rows.writerow([_plain(value) for value in (*values, *days, one.problems)])
    return response


COLUMNS = (
    *("number", "title", "kind", "language", "organ sites", "state", "owner"),
    *("last full check", "next due", "days late", "open problems"),
)


def _plain(value: object) -> str:
    """A spreadsheet takes a cell that starts like this for a formula."""
    return f"'{value}" if UNSAFE.match(str(value)) else str(value)


def odd_choice(request: HttpRequest) -> bool:
    """Whether a posted selection holds what cannot be the key of a page."""
    chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
    return not all(key.isascii() and key.isdigit() and len(key) < 19 for key in chosen)


def say_odd(request: HttpRequest) -> None:
    messages.warning(request, _now("These pages could not be found. Choose them again; nothing was changed."))
