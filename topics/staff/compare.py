"""Any two texts of a page side by side: what differs, part by part and word by word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from topics import comparison, plain_diff
from topics.models import Revision, Topic
from topics.printouts import shown
from topics.source import Source
from topics.staff.access import need, topic_or_404

if TYPE_CHECKING:
    from topics.admin import TopicAdmin

TOLD_IN_PARTS = ("title:", "summary:", "level:", "door:", "number:")


def compare(request: HttpRequest, model_admin: TopicAdmin, number: int) -> HttpResponse:
    """Without a choice: the newest text with the one before it."""
    topic = topic_or_404(number)
    need(model_admin.has_view_permission(request, topic))
    newest = topic.newest.number
    new = _chosen(topic, request.GET.get("new"), newest)
    old = _chosen(topic, request.GET.get("old"), max(1, new.number - 1))
    passages = comparison.between(topic, old, new)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Two texts of “%(topic)s”") % {"topic": topic},
        "topic": topic,
        "old": old,
        "new": new,
        "numbers": range(newest, 0, -1),
        "changed": [one for one in passages if one.differs],
        "same": [one for one in passages if not one.differs],
        "details": _details(old.source, new.source),
        "may_restore": model_admin.has_change_permission(request, topic),
    }
    return render(request, "admin/topics/compare.html", context)


def _chosen(topic: Topic, typed: str | None, usual: int) -> Revision:
    """404 for what is not the number of a text of this page."""
    if typed and not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        raise Http404
    found = topic.revisions.filter(number=int(typed) if typed else usual).select_related("author").first()
    if found is None:
        raise Http404
    return found


def _details(old: Source, new: Source) -> tuple[SafeString, ...]:
    """Lines of the front matter that no part shows: place, organ sites, codes, interval."""
    return shown(plain_diff.changes(_head(old), _head(new)))


def _head(source: Source) -> list[str]:
    rows = source.text[: len(source.text) - len(source.body)].splitlines()
    return [row for row in rows if row.strip("- ") and not row.startswith(TOLD_IN_PARTS)]
