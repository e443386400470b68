"""What answers for machines have in common: methods, headers, and refusals in one sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response, patch_cache_control, set_response_etag
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponse]

READING = "GET, HEAD, OPTIONS"
FOR_NO_DOCUMENT = "default-src 'none'; frame-ancestors 'none'"
# What a script of another origin may send and read (Fetch, CORS protocol); there are no cookies to share.
FROM_ANY_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "If-None-Match, If-Modified-Since, Accept-Language",
    "Access-Control-Max-Age": "86400",
}
# XML 1.0 §2.2 has no way to write these; what staff typed (a note, a name) may hold them.
UNWRITABLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")


def for_machines(view: View) -> View:
    """GET and HEAD of something that is no page: an ETag, and 304 where the asker has it already.

    The view answers first and the condition is looked at second, so that a 304 never says more than a 200.
    """

    @csrf_exempt  # nothing here changes anything, so a POST is told 405, not “your sign-in has run out”
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            response = HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"Allow": READING})
        elif request.method not in ("GET", "HEAD"):
            response = refusal(HTTPStatus.METHOD_NOT_ALLOWED, "This address can only be read.")
            response["Allow"] = READING
        else:
            response = _conditional(request, view(request, *args, **kwargs))
        response["Content-Security-Policy"] = FOR_NO_DOCUMENT
        return response

    return answer


def open_data(view: View) -> View:
    """The same, for scripts on any other site too."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = for_machines(view)(request, *args, **kwargs)
        shared = {**FROM_ANY_ORIGIN, **(PREFLIGHT if request.method == "OPTIONS" else {})}
        for name, value in shared.items():
            response[name] = value
        return response

    return answer


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, public=True, no_cache=True)
    if response.status_code != HTTPStatus.OK:
        return response
    set_response_etag(response)
    # A 304 renews the headers that a cache keeps, so it gets the same ones as the 200 (RFC 9111 §4.3.4).
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def refusal(status: int, sentence: str) -> JsonResponse:
    """RFC 9457. The sentence says what would be right and never repeats what was sent."""
    said = {"title": HTTPStatus(status).phrase, "status": int(status), "detail": sentence}
    return JsonResponse(said, status=status, content_type="application/problem+json")


def moment(at: datetime) -> str:
    """RFC 3339, in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def writable(text: str) -> str:
    return UNWRITABLE.sub(" ", text).strip()
