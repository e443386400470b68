"""The edit page: a save appends a revision, it never overwrites one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from topics import workflow
from topics.forms import TopicForm
from topics.models import Revision, Topic
from topics.problems import Problems
from topics.staff.access import need, topic_or_404, who, words_of

if TYPE_CHECKING:
    from topics.admin import TopicAdmin


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
def edit(request: HttpRequest, model_admin: TopicAdmin, object_id: str | None) -> HttpResponseBase:
    """The edit page. A save appends a revision; it never overwrites one."""
    topic = topic_or_404(object_id) if object_id else None
    need(model_admin.has_change_permission(request, topic) if topic else model_admin.has_add_permission(request))
    form = TopicForm(request.POST or None, topic=topic)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return _edit_page(request, model_admin, topic, form, status=status)
    try:
        saved = _saved(request, topic, form)
    except workflow.Stale as stale:
        return _both_texts(request, model_admin, stale)
    except (workflow.Refused, Problems, ValidationError) as refused:
        form.add_error(None, words_of(refused))
        return _edit_page(request, model_admin, topic, form, status=422)
    topic = topic_or_404(saved.topic_id)
    if "_publish" in request.POST:
        _publish(request, topic, saved)
    else:
        messages.success(request, _saved_words(topic))
    return redirect("admin:topics_topic_change", topic.pk)


def _saved(request: HttpRequest, topic: Topic | None, form: TopicForm) -> Revision:
    values = form.cleaned_data
    if topic is None:
        return workflow.create(values["source"], values["slug"], who(request), values["note"]).newest
    return workflow.save_draft(
        topic,
        values["source"],
        who(request),
        values["based_on"] or 0,
        values["change"],
        values["note"],
    )


def _publish(request: HttpRequest, topic: Topic, saved: Revision) -> None:
    """Show the revision that was just saved, and no other: a colleague may have saved since."""
    need(request.user.has_perm("topics.publish_topic"))
    try:
        workflow.publish(topic, saved, who(request), request.POST.get("note", "")[:500])
    except workflow.Refused as refused:
        messages.error(request, format_html("{} {}", _saved_words(topic), words_of(refused)))
        return
    link = format_html('<a href="{}">{}</a>', topic.get_absolute_url(), _("Open the page"))
    words = _("Published: “%(topic)s”. Patients see this text from now on.") % {"topic": saved.source.title}
    messages.success(request, format_html("{} {}.", words, link))


def _saved_words(topic: Topic) -> str:
    if topic.live is None:
        return _("Saved as a draft: “%(topic)s”. Patients do not see it yet.") % {"topic": topic}
    if topic.live_id == topic.latest_id:
        return _("Nothing was changed in “%(topic)s”. Patients see this text.") % {"topic": topic}
    when = date_format(topic.live.created, "DATE_FORMAT")
    return _("Saved as a draft: “%(topic)s”. Patients still see the text of %(when)s.") % {"topic": topic, "when": when}


def _edit_page(
    request: HttpRequest, model_admin: TopicAdmin, topic: Topic | None, form: TopicForm, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Edit “%(topic)s”") % {"topic": topic} if topic else _("New page or card"),
        "topic": topic,
        "form": form,
        "media": form.media,
        "may_publish": request.user.has_perm("topics.publish_topic"),
        "preview_url": _preview_url(topic),
        "upload_url": reverse("admin:topics_topic_upload"),
        "frame_url": reverse("admin:topics_topic_preview_frame"),
        **more,
    }
    return render(request, "admin/topics/edit.html", context, status=status)


def _preview_url(topic: Topic | None) -> str:
    if topic is None:
        return reverse("admin:topics_topic_preview_new")
    return reverse("admin:topics_topic_preview", args=[topic.pk])


def _both_texts(request: HttpRequest, model_admin: TopicAdmin, stale: workflow.Stale) -> HttpResponse:
    """Somebody saved first: their text stands, yours is in the form, and a save now goes on top of theirs."""
    topic = topic_or_404(stale.latest.topic_id)
    data = request.POST.copy()
    data["based_on"] = str(stale.latest.number)
    yours = TopicForm(data, topic=topic)
    yours.is_valid()
    return _edit_page(request, model_admin, topic, yours, status=409, theirs=stale.latest)
