"""The search page and its suggestions. What is typed is answered, and neither kept, logged nor stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from topics import search
from topics.models import OrganSite, Topic
from topics.search.text import cut
from topics.views import language

PER_PAGE = 10
SHORTEST = 2


def found_page(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """GET and HEAD only; no copy is kept anywhere, no search engine lists it."""

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        response = view(request)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex"
        return response

    return answer


@found_page
def find(request: HttpRequest) -> HttpResponse:
    text = _typed(request)
    found = search.search(text, language()) if text else search.Results()
    sites = _sites(found.pages)
    site = next((site for site, _count in sites if site.slug == request.GET.get("site")), None)
    pages = [topic for topic in found.pages if site is None or site in topic.sites.all()]
    page = Paginator(pages, PER_PAGE).get_page(_page_number(request))
    context: dict[str, Any] = {
        "text": text,
        "found": found,
        "page": page,
        "hits": [(topic, found.quote(topic)) for topic in page],
        "site": site,
        "sites": [(one, count, address(text, one)) for one, count in sites] if len(sites) > 1 else [],
        "everywhere": address(text),
        "instead": address(found.instead),
        "before": address(text, site, page.previous_page_number()) if page.has_previous() else "",
        "after": address(text, site, page.next_page_number()) if page.has_next() else "",
        "in_english": _in_english(text) if text and not found.pages else "",
    }
    return render(request, "topics/search.html", context)


@found_page
def suggest(request: HttpRequest) -> HttpResponse:
    text = _typed(request)
    topics = search.suggest(text, language()) if len(text) >= SHORTEST else []
    return JsonResponse(
        {"suggestions": [{"title": topic.title, "address": topic.get_absolute_url()} for topic in topics]}
    )


def address(text: str, site: OrganSite | None = None, number: int = 1) -> str:
    query = {"q": text, "site": site.slug if site else "", "page": str(number) if number > 1 else ""}
    return f"{reverse('search')}?{urlencode({name: value for name, value in query.items() if value})}"


def _typed(request: HttpRequest) -> str:
    return " ".join(cut(request.GET.get("q", "")).split())


def _page_number(request: HttpRequest) -> int:
    """What is no number leads to the first page; the paginator leads numbers that are too high to the last."""
    typed = request.GET.get("page", "")
    return max(1, int(typed)) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1


def _sites(topics: tuple[Topic, ...]) -> list[tuple[OrganSite, int]]:
    counts = Counter(site for topic in topics for site in topic.sites.all())
    return sorted(counts.items(), key=lambda counted: (counted[0].order, counted[0].slug))


def _in_english(text: str) -> str:
    """Where the same search looks through the English pages, which are more."""
    here, english = reverse("search"), settings.LANGUAGE_CODE
    if language() == english:
        return ""
    return address(text).replace(here, here.removeprefix(f"/{language()}"), 1)
