"""What readers open. Each view finds, gathers and renders; nothing here writes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from topics import images, pages, spoken
from topics.models import ClinicSettings, OldAddress, OrganSite, Reference, Section, Topic
from topics.source import CARD, LEVELS, PAGE

View = Callable[..., HttpResponseBase]
OWN_PLACE = {"result-day": "result_day"}  # pages whose text stands at an address of its own, with more around it
BEHIND_THE_DOOR = {"known": "topics/door_known.html", "questions": "topics/door_questions.html"}


def public_page(view: View) -> View:
    """GET and HEAD only; may be stored, but is asked for again each time, so that a change shows at once."""

    @csrf_exempt  # nothing here changes anything, so a POST is told 405, not that a sign-in has run out
    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        patch_cache_control(response, public=True, no_cache=True)
        return response

    return answer


def language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def live_pages() -> list[Topic]:
    return list(Topic.objects.published().open().pages(language()).select_related("section"))


def by_section(topics: list[Topic]) -> list[tuple[Section | None, list[Topic]]]:
    return [(section, list(group)) for section, group in groupby(topics, key=lambda topic: topic.section)]


def cards_of(topics: Any) -> list[str]:
    """The boxes of live cards, most urgent first."""
    ordered = sorted(topics, key=lambda card: (LEVELS.index(card.level), card.order, card.number))
    return [card.lead for card in pages.of_all(ordered)]


@public_page
def home(request: HttpRequest) -> HttpResponse:
    context = {"chapters": by_section(live_pages()), "sites": OrganSite.objects.all(), "clinic": ClinicSettings.load()}
    return render(request, "topics/home.html", context)


@public_page
def sites(request: HttpRequest) -> HttpResponse:
    return render(request, "topics/sites.html", {"sites": OrganSite.objects.all()})


@public_page
def site(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(OrganSite, slug=slug)
    topics = Topic.objects.published().open().pages(language()).filter(sites=found).select_related("section")
    cards = Topic.objects.published().cards(language()).filter(sites=found)
    context = {"site": found, "chapters": by_section(list(topics)), "cards": cards_of(cards)}
    return render(request, "topics/site.html", {**context, "sites": OrganSite.objects.all()})


@public_page
def sections(request: HttpRequest) -> HttpResponse:
    return render(request, "topics/sections.html", {"chapters": by_section(live_pages())})


@public_page
def section(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Section, slug=slug)
    topics = Topic.objects.published().open().pages(language()).filter(section=found)
    return render(request, "topics/section.html", {"section": found, "topics": topics})


@public_page
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    found = page_named(request, slug)
    if isinstance(found, HttpResponse):
        return found
    article = pages.article(found, pages.of(found))
    if not found.is_open:
        return _at_the_door(request, article)
    if found.slug in OWN_PLACE:
        return redirect(OWN_PLACE[found.slug], permanent=True)
    return render(request, "topics/topic.html", {"article": article, "clinic": ClinicSettings.load()})


def _at_the_door(request: HttpRequest, article: pages.Article) -> HttpResponse:
    """Nothing of the page until it is asked for, in the address, so that nothing has to be remembered."""
    template = BEHIND_THE_DOOR.get(request.GET.get("show", ""), "topics/door.html")
    response = render(request, template, {"article": article, "clinic": ClinicSettings.load()})
    response["X-Robots-Tag"] = "noindex, nosnippet, noarchive"
    return response


def page_named(request: HttpRequest, slug: str, address: str = "topic") -> Topic | HttpResponse:
    """The live page of this name, or what to answer instead; `address` is the one that was asked for."""
    asked = spoken.asked_for(request.path_info)  # a page has its name in one language only
    found = Topic.objects.pages(asked).filter(slug=slug).select_related("section", "successor", "live").first()
    if found is None:
        old = OldAddress.objects.filter(language=asked, kind=PAGE, slug=slug).select_related("topic").first()
        if old is None or not old.topic.was_published:  # a draft's names were never given out
            raise Http404
        return _moved(old.topic, address)
    if found.live_id is None:
        return _not_live(request, found, address)
    if not found.is_open and address != "topic":  # no short version and no paper: the door comes first
        return redirect(found)
    return found


def _moved(topic: Topic, address: str) -> HttpResponse:
    with override(topic.language):
        return redirect(reverse(address, args=[topic.slug]), permanent=True)


def _not_live(request: HttpRequest, found: Topic, address: str) -> HttpResponse:
    """A draft is not there at all; what patients once saw leads to its successor or says it is gone."""
    if not found.was_published:
        raise Http404
    if found.successor is not None:
        return _moved(found.successor, address)
    return render(request, "410.html", status=410)


@public_page
def permanent(request: HttpRequest, number: int) -> HttpResponse:
    found = get_object_or_404(Topic, number=number) if number < 2**31 else None
    if found is None or (found.live_id is None and not found.was_published):
        raise Http404
    if found.kind == CARD and found.live_id is None:
        return render(request, "410.html", status=410)
    return redirect(found, permanent=True)


@public_page
def when_to_call(request: HttpRequest) -> HttpResponse:
    return render(request, "topics/when_to_call.html", {"cards": cards_of(Topic.objects.published().cards(language()))})


@public_page
def sources(request: HttpRequest) -> HttpResponse:
    return render(request, "topics/sources.html", {"references": Reference.objects.order_by("publisher", "title")})


@csrf_exempt
@require_safe
def media(request: HttpRequest, name: str) -> HttpResponseBase:
    """A picture by its stored name only; its type from our table, never from a guess."""
    kind = images.type_of(name)
    path = settings.MEDIA_ROOT / name
    if kind is None or not path.is_file():
        raise Http404
    response = FileResponse(path.open("rb"), content_type=kind)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@csrf_exempt
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """For pages whose head names no icon, such as the admin's."""
    return redirect(static("img/favicon.ico"))


# --- when something is wrong -----------------------------------------------------------------


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _apology(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _apology(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _apology(request, 404)


def _apology(request: HttpRequest, status: int) -> HttpResponse:
    """In the language of the address: an address that leads nowhere has not met the step that settles it."""
    answered = spoken.answered_in(request.path_info)
    with override(answered):
        response = render(request, f"{status}.html", status=status)
    response["Content-Language"] = answered
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Without database, session or context: whatever broke is not asked again."""
    return render(None, "500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    explanation = _(
        "Your sign-in has run out, or the page was open for too long. "
        "Sign in again in another tab, then go back: what you typed is still there."
    )
    context = {"explanation": explanation, "typed": request.POST.get("body", "")}
    return render(request, "403.html", context, status=403)
