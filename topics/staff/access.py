"""Who may open what: every staff view names the permission it needs.

Views that a script calls (preview, upload) answer an expired session with 403 and a sentence,
never with a sign-in form.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from topics.models import Topic, User
from topics.views import csrf_failure

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

View = Callable[..., HttpResponseBase]


def answers_in_words(view: View, method: str = "POST") -> View:
    """For addresses that a script calls: one method, signed-in staff, CSRF; refusals are 4xx sentences."""

    @require_http_methods([method])
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (request.user.is_active and request.user.is_staff):
            return sentence(_("Your sign-in has run out. Sign in again in another tab; your text is still here."), 403)
        return view(request, *args, **kwargs)

    return csrf_protect(answer)


def keeps_what_was_typed(view: View) -> View:
    """A save after the sign-in ran out: the text is shown, where a redirect to the sign-in would drop it."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and not (request.user.is_active and request.user.is_staff):
            return csrf_failure(request)
        return view(request, *args, **kwargs)

    return answer


def sentence(words: str, status: int) -> HttpResponse:
    return HttpResponse(format_html('<p class="refused" role="alert">{}</p>', words), status=status)


def may_edit(request: HttpRequest, model_admin: ModelAdmin, topic: Topic | None) -> bool:
    if topic is None:
        return model_admin.has_add_permission(request)
    return model_admin.has_change_permission(request, topic)


def who(request: HttpRequest) -> User:
    """The signed-in account; every view here stands behind a sign-in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def topic_or_404(number: int | str | None) -> Topic:
    found = Topic.objects.select_related("live", "latest", "section")
    try:
        return found.get(pk=int(str(number)))
    except (Topic.DoesNotExist, ValueError, OverflowError):
        raise Http404 from None


def need(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def words_of(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    return str(error)
