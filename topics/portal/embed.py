"""The page inside a portal's frame: no menus, red flags always there, every link in a new tab.

CSP 3 §6.4.2: `frame-ancestors` names the portals that may frame it, and wins over X-Frame-Options,
which is left out. A portal that isolates itself (HTML §7.1.4, COEP) frames only what isolates itself too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from html.parser import HTMLParser
from typing import Any

from csp.constants import NONE
from csp.decorators import csp_replace
from django.conf import settings
from django.forms.utils import flatatt
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.clickjacking import xframe_options_exempt

from topics import pages
from topics.models import ClinicSettings, Topic
from topics.portal import links
from topics.views import cards_of, language, public_page

NEW_TAB = {"target": "_blank", "rel": "noopener noreferrer"}
STAYS = ("tel:", "mailto:")


def framed(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """PORTAL_ORIGINS may frame the answer; with none set, nobody may."""

    @xframe_options_exempt
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        allowed = {"frame-ancestors": list(settings.PORTAL_ORIGINS) or [NONE]}
        response = csp_replace(allowed)(view)(request, *args, **kwargs)
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        response["Cross-Origin-Embedder-Policy"] = "require-corp"
        response["X-Robots-Tag"] = "noindex"
        return response

    return answer


@framed
@public_page
def page(request: HttpRequest, slug: str) -> HttpResponse:
    short = request.GET.get("view") == links.SHORT
    found = links.named(slug, language())
    live = links.standing_in(found)
    if live is None:
        if found is None or not found.was_published:
            raise Http404
        return render(request, "portal/embed_gone.html", status=410)
    if (live.slug, live.language) != (slug, language()):
        return redirect(links.embed(live, short), permanent=True)
    return render(request, "portal/embed.html", {"topic": live, "body": body(live, short)})


def body(topic: Topic, short: bool) -> SafeString:
    """The live page's own rendering, whole or only its summary, with its red flags either way."""
    article = pages.article(topic, pages.of(topic))
    context: dict[str, Any] = {"article": article, "clinic": ClinicSettings.load(), "address": links.page(topic)}
    if short:
        cards = Topic.objects.published().cards(topic.language).filter(slug__in=article.rendered.cards)
        context |= {"short": True, "cards": cards_of(cards), "article": replace(article, references=[])}
    return outward(render_to_string("portal/embed_body.html", context), links.page(topic))


def outward(html: str, address: str) -> SafeString:
    """The same HTML with every link opening the site in a new tab; only phone and mail links stay.

    A link inside the page leads to its place on the full page: a frame that has grown to its whole
    height has nothing to scroll, and may not scroll the portal around it.
    """
    parser = _Outward(address)
    parser.feed(html)
    parser.close()
    return mark_safe("".join(parser.parts))


class _Outward(HTMLParser):
    """Copies what templates and the sanitiser made letter by letter, start tags of links apart."""

    def __init__(self, address: str) -> None:
        super().__init__(convert_charrefs=False)
        self.address = address
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append(self._link(dict(attrs)) if tag == "a" else self.get_starttag_text() or "")

    handle_startendtag = handle_starttag

    def _link(self, attributes: dict[str, str | None]) -> str:
        href = attributes.get("href") or ""
        if href.startswith("#"):
            href = self.address + href
        outside = {} if href.startswith(STAYS) else NEW_TAB
        return f"<a{flatatt({**attributes, 'href': href, **outside})}>"

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_entityref(self, name: str) -> None:
        self.parts.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.parts.append(f"&#{name};")
