"""What was done with a page: who, when and why; older texts, looked at and restored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from topics import workflow
from topics.comparison import TITLES
from topics.models import Event, Invitation, Revision, SectionCheck, Topic
from topics.staff.access import need, topic_or_404, who, words_of

if TYPE_CHECKING:
    from topics.admin import TopicAdmin


@dataclass(frozen=True)
class Entry:
    """A line of the history. `saved` is the text that was saved; `verdicts` what a check said of its parts."""

    at: datetime
    who: str
    what: str
    why: str = ""
    saved: Revision | None = None
    verdicts: Sequence[str] = ()


def history(request: HttpRequest, model_admin: TopicAdmin, object_id: str) -> HttpResponse:
    """Who saved, asked, checked, published, withdrew or moved this page, when and why; newest first."""
    topic = topic_or_404(object_id)
    need(model_admin.has_view_permission(request, topic))
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("History of “%(topic)s”") % {"topic": topic},
        "topic": topic,
        "entries": sorted(_entries(topic), key=lambda entry: entry.at, reverse=True),
        "several": topic.newest.number > 1,
        "old_addresses": topic.old_addresses.order_by("pk"),
        "may_change": model_admin.has_change_permission(request, topic),
        "may_publish": request.user.has_perm("topics.publish_topic"),
    }
    return render(request, "admin/topics/history.html", context)


def _entries(topic: Topic) -> Iterator[Entry]:
    for one in topic.revisions.select_related("author").defer("text"):
        by = str(one.author or _("the content files"))
        yield Entry(one.created, by, str(one.get_change_display()), one.note, saved=one)
    events = topic.events.select_related("by", "revision", "invitation__by").defer("revision__text")
    for event in events.prefetch_related("parts"):
        yield Entry(event.at, _signed(event), _words(event), event.note, verdicts=_verdicts(event.parts.all()))
    invitations = Invitation.objects.filter(revision__topic=topic).select_related("by", "revision")
    for invitation in invitations.defer("revision__text"):
        yield from _invited(invitation)


def _signed(event: Event) -> str:
    if event.kind == Event.CANCELLED and event.by is None:
        return _("the site")
    return f"{event.who}, {event.signed_role}" if event.signed_role else event.who


def _words(event: Event) -> str:
    """What was done, with the number of the text, what allowed it, and by when."""
    said = str(event.get_kind_display())
    if event.revision:
        said = _("%(what)s: text %(number)s") % {"what": said, "number": event.revision.number}
    more = []
    if event.basis:
        more.append(str(event.get_basis_display()))
    if event.due and event.kind == Event.SCHEDULED:
        more.append(_("to go live on %(when)s") % {"when": date_format(event.due, "j F Y, H:i")})
    elif event.due:
        more.append(_("wanted by %(day)s") % {"day": date_format(event.due, "j F Y")})
    if event.invitation:
        more.append(_("by a link that %(who)s sent") % {"who": event.invitation.by})
    return f"{said} ({'; '.join(more)})" if more else said


def _verdicts(parts: Iterable[SectionCheck]) -> list[str]:
    """What needs mending one by one, with its comment; what is correct by name, in one line."""
    rows = [(part, part.title or str(TITLES.get(part.key, part.key))) for part in parts]
    told = [
        f"{title}: {part.get_verdict_display()}. {part.comment}"
        for part, title in rows
        if part.verdict != SectionCheck.CORRECT
    ]
    correct = ", ".join(title for part, title in rows if part.verdict == SectionCheck.CORRECT)
    return [*told, _("Correct: %(parts)s") % {"parts": correct}] if correct else told


def _invited(invitation: Invitation) -> Iterator[Entry]:
    by, text = str(invitation.by), {"who": str(invitation), "number": invitation.revision.number}
    yield Entry(invitation.at, by, _("sent a link for the check of text %(number)s to %(who)s") % text)
    if invitation.revoked:
        yield Entry(invitation.revoked, by, _("took back the link of %(who)s for text %(number)s") % text)


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
