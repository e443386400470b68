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
from django.utils.translation import gettext as _

from topics import checks, workflow
from topics.forms import TopicForm
from topics.models import Revision, Topic
from topics.problems import Problems
from topics.staff import both_texts, working_copies
from topics.staff.access import may_edit, need, topic_or_404, who, words_of

if TYPE_CHECKING:
    from topics.admin import TopicAdmin

# What the script calls, by the ends of its `data-…-url`; the first two are of one page.
ADDRESSES = {
    "preview": "preview",
    "copy": "working_copy",
    "choices": "choices",
    "token": "token",
    "upload": "upload",
    "frame": "preview_frame",
}
OF_ONE_PAGE = ("preview", "copy")


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
def edit(request: HttpRequest, model_admin: TopicAdmin, object_id: str | None) -> HttpResponseBase:
    """The edit page. A save appends a revision; it never overwrites one."""
    topic = topic_or_404(object_id) if object_id else None
    need(may_edit(request, model_admin, topic))
    if request.method != "POST":
        return _opened(request, model_admin, topic)
    if "_discard" in request.POST:
        return _discarded(request, topic)
    if "_put_together" in request.POST and topic is not None:
        data = both_texts.put_together(topic, request.POST)
        working_copies.kept(who(request), topic, data)
        form = TopicForm(data, topic=topic)
        return _edit_page(request, model_admin, topic, form, put_together=True)
    return _posted(request, model_admin, topic)


def _opened(request: HttpRequest, model_admin: TopicAdmin, topic: Topic | None) -> HttpResponse:
    """The newest text; where this person left some unsaved, theirs, with what it started from."""
    copy = working_copies.waiting(who(request), topic)
    if copy is None:
        return _edit_page(request, model_admin, topic, TopicForm(topic=topic))
    initial = {**working_copies.initial(copy), "based_on": copy.based_on}
    return _edit_page(request, model_admin, topic, TopicForm(topic=topic, initial=initial), copy=copy)


def _discarded(request: HttpRequest, topic: Topic | None) -> HttpResponse:
    working_copies.drop(who(request), topic)
    messages.success(request, _("Your unsaved changes are discarded. This is the text that was saved last."))
    return redirect("admin:topics_topic_change", topic.pk) if topic else redirect("admin:topics_topic_add")


def _posted(request: HttpRequest, model_admin: TopicAdmin, topic: Topic | None) -> HttpResponseBase:
    form = TopicForm(request.POST, topic=topic)
    if not form.is_valid():
        return _not_saved(request, model_admin, topic, form)
    try:
        saved = _saved(request, topic, form)
    except workflow.Stale as stale:
        working_copies.kept(who(request), topic, request.POST)
        return _both_texts(request, model_admin, form, stale)
    except (workflow.Refused, Problems, ValidationError) as refused:
        form.add_error(None, words_of(refused))
        return _not_saved(request, model_admin, topic, form)
    working_copies.drop(who(request), topic)
    topic = topic_or_404(saved.topic_id)
    messages.success(request, _saved_words(topic))
    if "_submit" in request.POST:
        return redirect(reverse("admin:topics_topic_review", args=[topic.pk]) + "#ask")
    return redirect("admin:topics_topic_change", topic.pk)


def _not_saved(request: HttpRequest, model_admin: TopicAdmin, topic: Topic | None, form: TopicForm) -> HttpResponseBase:
    working_copies.kept(who(request), topic, request.POST)
    return _edit_page(request, model_admin, topic, form, status=422)


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
    based_on = form["based_on"].value()
    context = {
        **_frame(request, model_admin, topic),
        "form": form,
        "media": form.media,
        "may_publish": request.user.has_perm("topics.publish_topic"),
        "mends": checks.mends(topic.newest) if topic else [],
        "notes": checks.notes(topic.newest) if topic else [],
        "addresses": _addresses(topic),
        "changed": form.is_bound or "copy" in more,
        **working_copies.others(who(request), topic, int(based_on) if str(based_on).isdecimal() else 0),
        **more,
    }
    return render(request, "admin/topics/edit.html", context, status=status)


def _frame(request: HttpRequest, model_admin: TopicAdmin, topic: Topic | None) -> dict[str, Any]:
    return {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Edit “%(topic)s”") % {"topic": topic} if topic else _("New page or card"),
        "topic": topic,
    }


def _addresses(topic: Topic | None) -> dict[str, str]:
    def address(of: str) -> str:
        name = f"admin:topics_topic_{ADDRESSES[of]}"
        if of not in OF_ONE_PAGE:
            return reverse(name)
        return reverse(name, args=[topic.pk]) if topic else reverse(f"{name}_new")

    return {of: address(of) for of in ADDRESSES}


def _both_texts(request: HttpRequest, model_admin: TopicAdmin, form: TopicForm, stale: workflow.Stale) -> HttpResponse:
    """Somebody saved first: their text stands, yours waits, and nothing is decided for you."""
    topic = topic_or_404(stale.latest.topic_id)
    context = {**_frame(request, model_admin, topic), **both_texts.shown(topic, form, stale.latest)}
    return render(request, "admin/topics/both_texts.html", context, status=409)
