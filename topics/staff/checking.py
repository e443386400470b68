"""A clinician with an account checks a text: answers, looks at them once more, records them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _

from topics import comparison, review_sheet, transitions, workflow
from topics import review as way
from topics.models import Event, Revision, Topic
from topics.review_forms import Asked, CheckForm, ScheduleForm
from topics.staff import told
from topics.staff.access import topic_or_404, who, words_of
from topics.staff.review_page import frame, page
from topics.transitions import CHECK, PUBLISH

if TYPE_CHECKING:
    from topics.admin import TopicAdmin

LOOK, CHANGE, RECORD = "_look", "_change", "_record"
RECORD_PUBLISH, RECORD_SCHEDULE = "_record_publish", "_record_schedule"
STEPS = (LOOK, CHANGE, RECORD, RECORD_PUBLISH, RECORD_SCHEDULE)


def answer(request: HttpRequest, model_admin: TopicAdmin, topic: Topic, revision: Revision) -> HttpResponseBase:
    if revision.pk != topic.latest_id:
        return _newer(request, model_admin, topic, revision)
    form = _form(request, topic, revision)
    if not form.is_valid():
        return page(request, model_admin, topic, {CHECK: form}, status=422)
    if CHANGE in request.POST:
        return page(request, model_admin, topic, {CHECK: form})
    then = ScheduleForm(request.POST if RECORD_SCHEDULE in request.POST else None, prefix="then")
    if LOOK in request.POST or (then.is_bound and not then.is_valid()):
        return _look(request, model_admin, topic, form, then)
    return _record(request, model_admin, topic, revision, form, then)


def _form(request: HttpRequest, topic: Topic, revision: Revision) -> CheckForm:
    passages, whole = comparison.of(topic, revision), "whole" in request.POST
    sheet = review_sheet.of(revision, passages, whole)
    return CheckForm(request.POST, passages=passages, whole=whole, sheet=sheet, auto_id="check-%s")


def _look(
    request: HttpRequest, model_admin: TopicAdmin, topic: Topic, form: CheckForm, then: ScheduleForm
) -> HttpResponse:
    """Everything that was answered, once more, before it is recorded."""
    context = {
        **frame(request, model_admin, topic, _("Look at your answers: “%(topic)s”") % {"topic": topic}),
        "form": form,
        "then": then,
        "whole": "whole" in request.POST,
        "goes_back": form.goes_back,
        "may_publish": _may_publish(request, topic) and not form.goes_back,
    }
    return render(request, "admin/topics/review_answers.html", context, status=422 if then.errors else 200)


def _may_publish(request: HttpRequest, topic: Topic) -> bool:
    """Whether this person could publish the text once it is checked."""
    is_live = topic.live_id == topic.latest_id
    return not is_live and who(request).has_perm(f"topics.{transitions.TRANSITIONS[PUBLISH].permission}")


def _record(
    request: HttpRequest,
    model_admin: TopicAdmin,
    topic: Topic,
    revision: Revision,
    form: CheckForm,
    then: ScheduleForm,
) -> HttpResponseBase:
    by = who(request)
    signature = way.Signature.of_account(by)
    try:
        event = way.check(topic, revision, signature, form.verdicts(), form.cleaned_data["note"], form.items())
    except workflow.Refused as refused:
        form.add_error(None, words_of(refused))
        status = 403 if isinstance(refused, workflow.NotAllowed | way.OwnWords) else 422
        return page(request, model_admin, topic_or_404(topic.pk), {CHECK: form}, status)
    messages.success(request, told.checked(topic, revision, event))
    if event.kind == Event.CHECKED:
        _then(request, topic, revision, then)
    return redirect("admin:topics_topic_review", topic.pk)


def _then(request: HttpRequest, topic: Topic, revision: Revision, then: ScheduleForm) -> None:
    """Publish at once or at a time, as asked; the check stays recorded if that is refused."""
    by = who(request)
    try:
        if RECORD_PUBLISH in request.POST:
            event = workflow.publish(topic, revision, by)
            messages.success(request, told.published(topic, revision, event))
        elif then.is_bound:
            way.schedule(topic, revision, by, then.cleaned_data["when"], then.cleaned_data["note"])
            messages.success(request, told.scheduled(revision, then.cleaned_data["when"]))
    except workflow.Refused as refused:
        messages.error(request, format_html("{} {}", _("It is not published:"), words_of(refused)))


def _newer(request: HttpRequest, model_admin: TopicAdmin, topic: Topic, revision: Revision) -> HttpResponse:
    """Somebody saved meanwhile: answers for parts that stayed are kept in the form, the others shown."""
    old, passages = _form(request, topic, revision), comparison.of(topic, topic.newest)
    kept, lost = carried(old, CheckForm(passages=passages))
    whole, sheet = "whole" in request.POST, review_sheet.of(topic.newest, passages, "whole" in request.POST)
    form = CheckForm(initial=kept, passages=passages, whole=whole, sheet=sheet, auto_id="check-%s")
    return page(request, model_admin, topic, {CHECK: form}, status=409, lost=lost)


def carried(old: CheckForm, new: CheckForm) -> tuple[dict[str, Any], list[Asked]]:
    """What was typed for an older text, where the newer one has the same words, and what has no place there."""
    places = {asked.passage.part.digest: asked for asked in new.asked()}
    kept: dict[str, Any] = {field.name: field.value() for field in (old["note"], *old.easy())}
    lost = []
    for asked in old.asked():
        here = places.get(asked.passage.part.digest)
        if here is not None:
            kept[here.verdict.name], kept[here.comment.name] = asked.verdict.value(), asked.comment.value()
        elif asked.answer or asked.comment.value():
            lost.append(asked)
    return kept, lost
