"""What the review page shows: who asks and why, what changed, and the steps that this person may take now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from topics import checks, comparison, letters, pages, review_sheet, transitions, workflow
from topics.invitations import INVITERS
from topics.models import Event, Revision, Topic, User
from topics.problems import blocking
from topics.review_forms import (
    AskForm,
    CancelForm,
    CheckForm,
    InviteForm,
    PublishForm,
    ScheduleForm,
    SendBackForm,
    UrgentForm,
)
from topics.staff.access import who, words_of
from topics.transitions import CANCEL, CHECK, PUBLISH, SCHEDULE, SEND_BACK, SUBMIT

if TYPE_CHECKING:
    from topics.admin import TopicAdmin

FORMS: dict[str, type[forms.Form]] = {
    SUBMIT: AskForm,
    SEND_BACK: SendBackForm,
    PUBLISH: PublishForm,
    SCHEDULE: ScheduleForm,
    CANCEL: CancelForm,
    "invite": InviteForm,
}
LATEST_EVENTS = 6


def page(
    request: HttpRequest,
    model_admin: TopicAdmin,
    topic: Topic,
    bound: Mapping[str, forms.Form] | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """`bound` are forms that somebody filled in and that were refused, by their step."""
    revision, by, bound = topic.newest, who(request), bound or {}
    passages = comparison.of(topic, revision)
    offers = offered(by, topic) | set(bound)  # what was refused is shown with what was typed
    whole = bool(request.GET.get("whole") or request.POST.get("whole"))
    context = {
        **frame(request, model_admin, topic, _("Review “%(topic)s”") % {"topic": revision.source.title}),
        **_about(topic, revision, by),
        "offers": {step.replace(" ", "_"): step in offers for step in (*transitions.TRANSITIONS, "invite")},
        "forms": {step.replace(" ", "_"): bound.get(step) or _form(step, topic, revision, by) for step in FORMS},
        "check": bound.get(CHECK)
        or CheckForm(
            passages=passages, whole=whole, sheet=review_sheet.of(revision, passages, whole), auto_id="check-%s"
        ),
        "removed": [passage for passage in passages if passage.kind == comparison.REMOVED],
        "whole": whole,
        "no_mail": "" if settings.EMAIL_IS_SENT else letters.not_configured(),
        **more,
    }
    return render(request, "admin/topics/review.html", context, status=status)


def frame(request: HttpRequest, model_admin: TopicAdmin, topic: Topic, title: str) -> dict[str, Any]:
    return {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "topic": topic,
        "revision": topic.newest,
        "title": title,
    }


def form_of(step: str, topic: Topic, revision: Revision, by: User) -> type[forms.Form]:
    urgent = step in (PUBLISH, SCHEDULE) and basis(topic, revision, by)[0] == Event.BY_URGENCY
    return UrgentForm if urgent and step == PUBLISH else FORMS[step]


def _form(step: str, topic: Topic, revision: Revision, by: User) -> forms.Form:
    return form_of(step, topic, revision, by)(auto_id=f"{step.replace(' ', '-')}-%s")


def offered(by: User, topic: Topic) -> set[str]:
    """The steps that this person may take with the newest text now. What is taken is decided by the writers."""
    stage = topic.stage
    found = {
        step
        for step, row in transitions.TRANSITIONS.items()
        if by.has_perm(f"topics.{row.permission}") and transitions.allowed(step, stage)
    }
    if topic.scheduled_id and by.has_perm("topics.publish_topic"):
        found.add(CANCEL)
    if transitions.allowed(CHECK, stage) and any(by.has_perm(f"topics.{name}") for name in INVITERS):
        found.add("invite")
    if wrote(by, topic.newest):
        found -= {CHECK, "invite"}
    if not basis(topic, topic.newest, by)[0]:
        found -= {PUBLISH, SCHEDULE}
    return found


def wrote(by: User, revision: Revision) -> bool:
    return settings.REQUIRE_SECOND_PERSON and by.pk in checks.writers(revision)


def basis(topic: Topic, revision: Revision, by: User) -> tuple[str, str]:
    """What would allow this text to go live, or nothing and why not."""
    try:
        return workflow.basis_of(topic, revision, by, "…"), ""
    except workflow.Refused as refused:
        return "", words_of(refused)


def _about(topic: Topic, revision: Revision, by: User) -> dict[str, Any]:
    allows, refusal = basis(topic, revision, by)
    events = topic.events.select_related("by", "revision", "invitation")
    rendered = pages.render_source(revision.source, topic.slug, pages.inputs(topic.language))
    return {
        "asked": events.filter(kind=Event.SUBMITTED, revision=revision).first(),
        "mends": checks.mends(revision),
        "notes": checks.notes(revision),
        "events": events[:LATEST_EVENTS],
        "invitations": [row for row in revision.invitations.select_related("by") if row.is_open],
        "basis": dict(Event.BASES).get(allows, ""),
        "refusal": refusal,
        "urgent": allows == Event.BY_URGENCY,
        "is_live": topic.live_id == revision.pk,
        "own_words": wrote(by, revision),
        "stops": blocking(pages.faults(revision.source, rendered)),
        "references": pages.article(topic, rendered, revision.source).references,
    }
