"""What was done with a page: who, when and why; older texts, looked at and restored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from topics import workflow
from topics.models import Revision, Topic
from topics.staff.access import need, topic_or_404, who, words_of

if TYPE_CHECKING:
    from topics.admin import TopicAdmin


def history(request: HttpRequest, model_admin: TopicAdmin, object_id: str) -> HttpResponse:
    """Who saved, published, withdrew or moved this page, when and why; newest first."""
    topic = topic_or_404(object_id)
    need(model_admin.has_view_permission(request, topic))
    revisions = topic.revisions.select_related("author").prefetch_related("events__by")
    events = topic.events.select_related("by", "revision")
    entries: list[dict[str, Any]] = [
        *({"at": one.created, "by": one.author, "revision": one, "saved": True} for one in revisions),
        *({"at": one.at, "by": one.by, "revision": one.revision, "event": one} for one in events),
    ]
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("History of “%(topic)s”") % {"topic": topic},
        "topic": topic,
        "entries": sorted(entries, key=lambda entry: entry["at"], reverse=True),
    }
    return render(request, "admin/topics/history.html", context)


def revision(request: HttpRequest, model_admin: TopicAdmin, number: int, revision: int) -> HttpResponse:
    topic, found = _revision(number, revision)
    need(model_admin.has_view_permission(request, topic))
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("“%(topic)s”, revision %(number)s") % {"topic": topic, "number": found.number},
        "topic": topic,
        "revision": found,
        "may_restore": model_admin.has_change_permission(request, topic) and found.pk != topic.latest_id,
    }
    return render(request, "admin/topics/revision.html", context)


def _revision(number: int, revision: int) -> tuple[Topic, Revision]:
    topic = topic_or_404(number)
    found = topic.revisions.filter(number=revision).first() if revision < 2**31 else None
    if found is None:
        raise Http404
    return topic, found


@require_POST
def restore(request: HttpRequest, model_admin: TopicAdmin, number: int, revision: int) -> HttpResponse:
    topic, found = _revision(number, revision)
    need(model_admin.has_change_permission(request, topic))
    based_on = request.POST.get("based_on", "")
    start = int(based_on) if based_on.isascii() and based_on.isdigit() else 0
    try:
        workflow.restore(topic, found, who(request), start)
    except workflow.Refused as refused:
        messages.error(request, words_of(refused))
        return redirect("admin:topics_topic_history", topic.pk)
    words = _("Revision %(number)s is the newest draft again. Look at it, then publish.") % {"number": found.number}
    messages.success(request, words)
    return redirect("admin:topics_topic_change", topic.pk)
