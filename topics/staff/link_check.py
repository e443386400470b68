"""A check by personal link: no account, one text, an address proved by a mailed code.

The address's secret lets nobody in by itself. A GET changes nothing, since mail scanners open links;
each POST names its step. Answers travel with every step, so that a code that ran out loses none.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from topics import comparison, invitations, letters, pages, review_sheet, workflow
from topics.comparison import REMOVED, Passage
from topics.models import Invitation
from topics.review_forms import CheckForm
from topics.staff.access import words_of

logger = logging.getLogger(__name__)

COOKIE, SALT, LASTS = "check", "topics.staff.link_check", 4 * 60 * 60
TYPED = ("verdict-", "comment-", "item-", "note")


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("The six digits from our mail"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "code"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, secret: str) -> HttpResponseBase:
    invitation = _invitation(secret)
    why = invitations.closed(invitation)
    if why:
        return _closed(request, invitation, why)
    if request.method != "POST":
        return _asked(request, invitation) if _is_proved(request, invitation) else _door(request, invitation)
    step = next((step for name, step in STEPS.items() if name in request.POST), None)
    if step is None:
        raise Http404
    try:
        return step(request, invitation)
    except invitations.Closed as closed:  # in this very moment
        return _closed(request, invitation, closed.why)


@require_safe
def whole(request: HttpRequest, secret: str) -> HttpResponseBase:
    """The whole text as patients would see it."""
    invitation = _invitation(secret)
    why = invitations.closed(invitation)
    if why:
        return _closed(request, invitation, why)
    if not _is_proved(request, invitation):
        return redirect("check_by_link", secret)
    topic, revision = invitation.revision.topic, invitation.revision
    rendered = pages.render_source(revision.source, topic.slug, pages.inputs(topic.language))
    article = pages.article(topic, rendered, revision.source)
    return _page(request, "check/whole.html", invitation, article=article)


def _invitation(secret: str) -> Invitation:
    found = invitations.found(secret)
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, template: str, invitation: Invitation, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "invitation": invitation,
        "revision": invitation.revision,
        "topic": invitation.revision.topic,
        "address": _address(request),
        **more,
    }
    response = render(request, template, context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _address(request: HttpRequest) -> str:
    match = request.resolver_match
    return reverse("check_by_link", args=[match.kwargs["secret"]]) if match else request.path


# --- the cookie that says whose address is proved; it goes to this one address only ----------------------


def _is_proved(request: HttpRequest, invitation: Invitation) -> bool:
    value = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=LASTS)
    return invitation.proved is not None and value == str(invitation.pk)


def _let_in(request: HttpRequest, response: HttpResponseBase, invitation: Invitation) -> None:
    response.set_signed_cookie(
        COOKIE,
        str(invitation.pk),
        salt=SALT,
        max_age=LASTS,
        path=_address(request),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Strict",
    )


# --- pages ------------------------------------------------------------------------------------------


def _door(
    request: HttpRequest, invitation: Invitation, status: int = 200, form: CodeForm | None = None, **more: Any
) -> HttpResponse:
    """Before the address is proved: nothing of the text, and the address half hidden."""
    name, _at, host = invitation.email.rpartition("@")
    return _page(
        request,
        "check/door.html",
        invitation,
        status,
        form=form or CodeForm(),
        mail_to=f"{name[0]}…@{host}",
        typed=[(key, value) for key, value in request.POST.items() if key.startswith(TYPED)],
        was_sent=bool(invitation.code) or form is not None,
        no_mail=not settings.EMAIL_IS_SENT,
        **more,
    )


def _closed(request: HttpRequest, invitation: Invitation, why: str) -> HttpResponse:
    """410 in words; what somebody had typed stands there still, but only for whose address is proved."""
    typed = [
        value for key, value in request.POST.items() if key.startswith(("comment-", "note")) and str(value).strip()
    ]
    return _page(request, "check/closed.html", invitation, 410, why=why, typed=typed)


def _passages(invitation: Invitation) -> tuple[list[Passage], list[Passage], bool]:
    """Those to answer for, those that were taken out, and whether it is a check of the whole page again."""
    found = comparison.of(invitation.revision.topic, invitation.revision)
    whole = not any(passage.needs_check for passage in found)
    asked = [passage for passage in found if passage.kind != REMOVED]
    return asked, [passage for passage in found if passage.kind == REMOVED], whole


def _asked(
    request: HttpRequest, invitation: Invitation, form: CheckForm | None = None, status: int = 200
) -> HttpResponse:
    passages, removed, whole = _passages(invitation)
    revision = invitation.revision
    rendered = pages.render_source(revision.source, revision.topic.slug, pages.inputs(revision.topic.language))
    return _page(
        request,
        "check/check.html",
        invitation,
        status,
        check=form or CheckForm(passages=passages, whole=whole, sheet=review_sheet.of(revision, passages, whole)),
        removed=removed,
        whole=whole,
        references=pages.article(revision.topic, rendered, revision.source).references,
        asked=revision.events.filter(kind="submitted").first(),
    )


# --- steps ------------------------------------------------------------------------------------------


def _send_code(request: HttpRequest, invitation: Invitation) -> HttpResponseBase:
    try:
        digits = invitations.send_code(invitation)
    except invitations.Closed:
        raise
    except workflow.Refused as refused:
        return _door(request, invitation, 429, refused=words_of(refused))
    invitation.refresh_from_db()
    try:
        letters.code(invitation, digits)
    except letters.NotSent:
        return _door(request, invitation, 503, not_sent=True)
    return _door(request, invitation, sent=True)


def _prove(request: HttpRequest, invitation: Invitation) -> HttpResponseBase:
    form = CodeForm(request.POST)
    try:
        if form.is_valid():
            invitations.prove(invitation, form.cleaned_data["code"])
    except invitations.WrongCode as refused:
        form.add_error("code", words_of(refused))
    if form.errors:
        return _door(request, invitation, 422, form=form)
    if any(key.startswith("verdict-") for key in request.POST):  # the answers of somebody whose time ran out
        response: HttpResponseBase = _asked(request, invitation, _form(request, invitation))
    else:
        response = redirect(request.path)
    _let_in(request, response, invitation)
    return response


def _form(request: HttpRequest, invitation: Invitation) -> CheckForm:
    passages, _removed, whole = _passages(invitation)
    sheet = review_sheet.of(invitation.revision, passages, whole)
    return CheckForm(request.POST, passages=passages, whole=whole, sheet=sheet)


def _for_the_proved(step: Callable[[HttpRequest, Invitation, CheckForm], HttpResponseBase]) -> Any:
    def answer(request: HttpRequest, invitation: Invitation) -> HttpResponseBase:
        if not _is_proved(request, invitation):
            return _door(request, invitation, 403, again=True)
        form = _form(request, invitation)
        if not form.is_valid():
            return _asked(request, invitation, form, 422)
        return step(request, invitation, form)

    return answer


def _look(request: HttpRequest, invitation: Invitation, form: CheckForm) -> HttpResponseBase:
    return _page(request, "check/answers.html", invitation, form=form, goes_back=form.goes_back)


def _change(request: HttpRequest, invitation: Invitation, form: CheckForm) -> HttpResponseBase:
    return _asked(request, invitation, form)


def _record(request: HttpRequest, invitation: Invitation, form: CheckForm) -> HttpResponseBase:
    try:
        event = invitations.answer(invitation, form.verdicts(), form.cleaned_data["note"], form.items())
    except invitations.Closed:
        raise
    except workflow.Stale:
        raise invitations.Closed(invitations.NEWER) from None
    except workflow.Refused as refused:
        form.add_error(None, words_of(refused))
        return _asked(request, invitation, form, 422)
    logger.info("Check by link %s: answered", invitation.pk)
    response = _page(request, "check/done.html", invitation, event=event, goes_back=form.goes_back)
    response.delete_cookie(COOKIE, path=request.path, samesite="Strict")
    return response


STEPS: dict[str, Callable[[HttpRequest, Invitation], HttpResponseBase]] = {
    "_send_code": _send_code,
    "_prove": _prove,
    "_look": _for_the_proved(_look),
    "_change": _for_the_proved(_change),
    "_record": _for_the_proved(_record),
}
