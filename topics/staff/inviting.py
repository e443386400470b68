"""Links for clinicians without an account: sent, sent again, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from topics import invitations, letters, review, workflow
from topics.models import Invitation, Revision, Topic
from topics.review_forms import InviteForm, LinkForm
from topics.staff.access import topic_or_404, who, words_of
from topics.staff.review_page import page

if TYPE_CHECKING:
    from topics.admin import TopicAdmin

INVITE, RENEW, REVOKE = "_invite", "_renew", "_revoke"
STEPS = (INVITE, RENEW, REVOKE)


def answer(request: HttpRequest, model_admin: TopicAdmin, topic: Topic, revision: Revision) -> HttpResponseBase:
    if INVITE in request.POST:
        return _invite(request, model_admin, topic, revision)
    invitation = _posted(request, topic)
    try:
        if RENEW in request.POST:
            _send(request, invitation, invitations.renew(invitation, who(request)))
        else:
            invitations.revoke(invitation, who(request))
            messages.success(request, _("The link of %(who)s does not open any more.") % {"who": invitation})
    except workflow.Refused as refused:
        return page(request, model_admin, topic, status=_status(refused), refused=words_of(refused))
    return redirect("admin:topics_topic_review", topic.pk)


def _invite(request: HttpRequest, model_admin: TopicAdmin, topic: Topic, revision: Revision) -> HttpResponse:
    form = InviteForm(request.POST, auto_id="invite-%s")
    if not form.is_valid():
        return page(request, model_admin, topic, {"invite": form}, status=422)
    try:
        invitation, secret = invitations.invite(topic, revision, who(request), **form.cleaned_data)
    except workflow.Refused as refused:
        form.add_error(None, words_of(refused))
        return page(request, model_admin, topic_or_404(topic.pk), {"invite": form}, _status(refused))
    _send(request, invitation, secret)
    return redirect("admin:topics_topic_review", topic.pk)


def _status(refused: workflow.Refused) -> int:
    return 403 if isinstance(refused, workflow.NotAllowed | review.OwnWords) else 422


def _posted(request: HttpRequest, topic: Topic) -> Invitation:
    form = LinkForm(request.POST)
    rows = Invitation.objects.filter(revision__topic=topic)
    found = rows.filter(pk=form.cleaned_data["invitation"]).first() if form.is_valid() else None
    if found is None:
        raise Http404
    return found


def _send(request: HttpRequest, invitation: Invitation, secret: str) -> None:
    """Say what became of the letter. The link itself is in the letter only: the code would not follow it."""
    try:
        letters.invitation(invitation, secret)
    except letters.NotSent:
        words = _(
            "The link for %(who)s is made, but the mail server did not take the letter. Nothing is lost: "
            "try “Send again” below in a while, or ask the person who runs this site."
        )
        messages.error(request, words % {"who": invitation})
        return
    if not settings.EMAIL_IS_SENT:
        messages.warning(request, letters.not_configured())
        return
    words = _("A link for “%(topic)s” is on its way to %(who)s. You see the answer here and in the history.")
    messages.success(request, words % {"topic": invitation.revision.source.title, "who": invitation})
