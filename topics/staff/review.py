"""The review page's address: a step is taken, and what happened is told; or refused, and what was typed stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from topics import review as way
from topics import workflow
from topics.models import Revision, Topic, User
from topics.staff import checking, inviting, told
from topics.staff.access import need, topic_or_404, who, words_of
from topics.staff.review_page import form_of, page
from topics.transitions import CANCEL, PUBLISH, SCHEDULE, SEND_BACK, SUBMIT

if TYPE_CHECKING:
    from topics.admin import TopicAdmin


def review(request: HttpRequest, model_admin: TopicAdmin, number: int) -> HttpResponseBase:
    topic = topic_or_404(number)
    need(model_admin.has_view_permission(request, topic))
    if request.method != "POST":
        return page(request, model_admin, topic)
    revision = posted_revision(request, topic)
    for steps, answer in ((checking.STEPS, checking.answer), (inviting.STEPS, inviting.answer)):
        if any(name in request.POST for name in steps):
            return answer(request, model_admin, topic, revision)
    step = next((step for step in STEPS if _button(step) in request.POST), None)
    if step is None:
        raise Http404
    return _step(request, model_admin, topic, revision, step)


def posted_revision(request: HttpRequest, topic: Topic) -> Revision:
    """The text that the person had before them, which need not be the newest any more."""
    number = request.POST.get("revision", "")
    small = number.isascii() and number.isdigit() and len(number) < 10
    found = topic.revisions.filter(number=int(number)).first() if small else None
    if found is None:
        raise Http404
    return found


def _button(step: str) -> str:
    return f"_{step.replace(' ', '_')}"


def _step(request: HttpRequest, model_admin: TopicAdmin, topic: Topic, revision: Revision, step: str) -> HttpResponse:
    by = who(request)
    form = form_of(step, topic, revision, by)(request.POST, auto_id=f"{step.replace(' ', '-')}-%s")
    if not form.is_valid():
        return page(request, model_admin, topic, {step: form}, status=422)
    try:
        done = STEPS[step](topic, revision, by, form)
    except workflow.Refused as refused:
        form.add_error(None, words_of(refused))
        status = 403 if isinstance(refused, workflow.NotAllowed) else 422
        return page(request, model_admin, topic_or_404(topic.pk), {step: form}, status)
    messages.success(request, done)
    return redirect("admin:topics_topic_review", topic.pk)


# --- the steps: each takes it and says what happened, to which page, and what is next ------------------


def _submit(topic: Topic, revision: Revision, by: User, form: Any) -> str:
    way.submit(topic, revision, by, form.cleaned_data["note"], form.due())
    words = _("Asked for a check of “%(topic)s”. Next: a clinician checks it here, or by a link that you send.")
    return words % {"topic": revision.source.title}


def _send_back(topic: Topic, revision: Revision, by: User, form: Any) -> str:
    way.send_back(topic, revision, by, form.cleaned_data["reason"])
    words = _("“%(topic)s” went back to its writer with your reason. Next: the writer mends it and asks again.")
    return words % {"topic": revision.source.title}


def _publish(topic: Topic, revision: Revision, by: User, form: Any) -> str:
    event = workflow.publish(topic, revision, by, form.cleaned_data["note"])
    return told.published(topic, revision, event)


def _schedule(topic: Topic, revision: Revision, by: User, form: Any) -> str:
    way.schedule(topic, revision, by, form.cleaned_data["when"], form.cleaned_data["note"])
    return told.scheduled(revision, form.cleaned_data["when"])


def _cancel(topic: Topic, revision: Revision, by: User, form: Any) -> str:
    way.cancel(topic, by, form.cleaned_data["note"])
    words = _("The time is cancelled: “%(topic)s” does not go live by itself any more. The text stays as it is.")
    return words % {"topic": revision.source.title}


STEPS: dict[str, Callable[[Topic, Revision, User, Any], str]] = {
    SUBMIT: _submit,
    SEND_BACK: _send_back,
    PUBLISH: _publish,
    SCHEDULE: _schedule,
    CANCEL: _cancel,
}
