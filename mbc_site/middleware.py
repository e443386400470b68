"""What holds for every request and every answer."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import activate, override

from mbc_site import health
from topics import review, spoken

logger = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponseBase]

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# No control characters at all; and bytes that are not UTF-8, which Django writes as “%FF” again.
ODD_IN_PATH = re.compile(r"[\x00-\x1f\x7f-\x9f]|%[89A-Fa-f][0-9A-Fa-f]")
ODD_IN_FORM = re.compile(CONTROL.pattern + "|\ufffd")  # the last is what bytes that are not UTF-8 become
NUL = re.compile("\x00")
METHODS = ("GET", "HEAD", "POST", "OPTIONS")
PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"


# For answers to a diagnosis: kept by nothing, listed by nobody, and leading nowhere with their address.
FOR_NOBODY_ELSE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


def is_staff_path(path: str) -> bool:
    return path.startswith(settings.STAFF_PATHS)


def is_coded_path(path: str) -> bool:
    return path.lower().startswith(settings.CODED_PATHS)


class PublicPagesKnowNobody:
    """Public addresses neither see nor set a cookie, whoever asks, and so are the same for all."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if is_staff_path(request.path_info):
            response = self.get_response(request)
            patch_cache_control(response, no_store=True, private=True)
            return response
        request.META.pop("HTTP_COOKIE", None)
        response = self.get_response(request)
        response.cookies.clear()
        vary = [name for name in response.get("Vary", "").split(",") if name.strip().lower() not in ("cookie", "")]
        if vary:
            response["Vary"] = ", ".join(name.strip() for name in vary)
        else:
            response.headers.pop("Vary", None)
        return response


class PublicPagesTravelSmall(GZipMiddleware):
    """What readers open is compressed. Staff pages are not: they hold secrets, whose length compression would tell.

    The same page is the same bytes each time: nothing on it is secret, so no random filling is needed.
    """

    max_random_bytes = 0

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.get("Content-Type", "").startswith("text/html") or is_staff_path(request.path_info):
            return response
        return super().process_response(request, response)


class SafeHeaders:
    """Headers that neither Django nor django-csp sends."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if request.path_info.startswith(settings.STATIC_URL):
            # A portal's sandboxed frame counts as another origin and needs the style, too.
            response["Cross-Origin-Resource-Policy"] = "cross-origin"
        if is_staff_path(request.path_info):
            # With no-referrer browsers send “Origin: null” and Django refuses the sign-in form.
            response["Referrer-Policy"] = "same-origin"
        if is_coded_path(request.path_info):  # refusals and redirections too
            for name, value in FOR_NOBODY_ELSE.items():
                response[name] = value
        return response


class ReadableRequests:
    """Refuses what no browser sends before any view sees it: odd methods, bodies and bytes.

    The bytes that old portals send with a code are their view's own affair: it reads round them.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in METHODS:
            return self._refused(request, 405, Allow=", ".join(METHODS))
        if self._too_large(request):
            return self._refused(request, 413)
        if not self._readable(request):
            return self._refused(request, 400)
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed):  # Django's own has no words
            return self._refused(request, 405, Allow=response["Allow"])
        return response

    def _refused(self, request: HttpRequest, status: int, **headers: str) -> HttpResponse:
        """Our page for this status, in the language of the address: nothing has chosen one yet."""
        with override(spoken.answered_in(request.path_info)):
            response = render(request, f"{status}.html", status=status)
        for name, value in headers.items():
            response[name] = value
        return response

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        # Staff forms name the line with an odd character instead, so that no text is lost; NUL is
        # refused everywhere, because PostgreSQL cannot store it.
        if is_coded_path(request.path_info):
            return None
        refused = NUL if is_staff_path(request.path_info) else ODD_IN_FORM
        for name, values in request.POST.lists():
            if any(refused.search(text) for text in (name, *values)):
                return self._refused(request, 400)
        return None

    def _too_large(self, request: HttpRequest) -> bool:
        upload = request.path_info.endswith("/upload/") and is_staff_path(request.path_info)
        most = settings.MAX_UPLOAD_BODY if upload else settings.MAX_BODY
        length = request.META.get("CONTENT_LENGTH") or "0"
        chunked = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
        return chunked or not length.isascii() or not length.isdigit() or len(length) > 12 or int(length) > most

    def _readable(self, request: HttpRequest) -> bool:
        if ODD_IN_PATH.search(request.path_info):
            return False
        if is_coded_path(request.path_info):
            return True
        query = request.META.get("QUERY_STRING", "")
        if len(query) > 8_190:
            return False
        try:
            # WSGI (PEP 3333) hands over bytes as latin-1 text.
            asked = unquote_to_bytes(query.encode("latin-1")).decode()
        except UnicodeError:
            return False
        return not CONTROL.search(asked)


class HealthForAnyHost:
    """Load balancers ask by machine, so health is answered before the Host header is looked at."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        view = health.VIEWS.get(request.path_info)
        return view(request) if view else self.get_response(request)


class PublishWhatIsDue:
    """Texts go live at their time: the first request after it shows them, whichever process it meets.

    A site without visitors has nobody to show them to; `manage.py publish_due` does it by hand. The
    question costs one small query, asked at most every few seconds in each process.
    """

    SECONDS = 5

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.next = 0.0

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        now = time.monotonic()
        if now >= self.next and not request.path_info.startswith((settings.STATIC_URL, settings.MEDIA_URL)):
            self.next = now + self.SECONDS
            try:
                review.publish_due()
            except DatabaseError:  # locked, full or away: readers are answered, and it is tried again
                logger.warning("Scheduled texts could not be looked for: the database does not answer.")
        return self.get_response(request)


class OnlyLanguagesWithPages:
    """An address of a language without pages is answered in the site's own; the page says so (`topics/spoken.py`).

    After the address has led to a view: its prefix counts until then.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        if not is_staff_path(request.path_info):
            activate(spoken.answered_in(request.path_info))


class OwnPasswordFirst:
    """A one-time password opens one door only: the form to choose an own one."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if is_staff_path(request.path_info) and getattr(request.user, "must_change_password", False):
            allowed = [reverse(f"admin:{name}") for name in ("password_change", "logout", "jsi18n")]
            if request.path_info not in allowed:
                return redirect("admin:password_change")
        return self.get_response(request)
