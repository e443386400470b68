"""Taking a page away from patients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from topics import workflow
from topics.forms import WithdrawForm
from topics.models import Topic
from topics.staff.access import need, topic_or_404, who, words_of
from topics.staff.leads_here import leads_to

if TYPE_CHECKING:
    from topics.admin import TopicAdmin


def withdraw(request: HttpRequest, model_admin: TopicAdmin, number: int) -> HttpResponse:
    """Ask why and what takes over; show what leads here; live pages that use this one stop it."""
    topic = topic_or_404(number)
    need(request.user.has_perm("topics.publish_topic"))
    form = WithdrawForm(request.POST or None, topic=topic)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            workflow.withdraw(topic, who(request), values["reason"], values["successor"])
        except workflow.Refused as refused:
            form.add_error(None, words_of(refused))
        else:
            messages.success(request, _withdrawn(topic, values["successor"]))
            return redirect("admin:topics_topic_history", topic.pk)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Withdraw “%(topic)s”") % {"topic": topic},
        "topic": topic,
        "form": form,
        "leads": leads_to(topic),
        "may_change": model_admin.has_change_permission(request),
    }
    return render(request, "admin/topics/withdraw.html", context, status=422 if form.errors else 200)


def _withdrawn(topic: Topic, successor: Topic | None) -> str:
    if successor is None:
        return _("Withdrawn: “%(topic)s”. Patients no longer see it; its addresses say so.") % {"topic": topic}
    words = _("Withdrawn: “%(topic)s”. Patients no longer see it; its addresses lead to “%(successor)s”.")
    return words % {"topic": topic, "successor": successor}
