"""oEmbed 1.0 (oembed.com): a portal gives the address of a page and gets the frame to show it in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_from_path, override

from topics.models import Topic
from topics.portal import links
from topics.portal.answers import open_data, refusal
from topics.source import PAGE

FORMATS = ("json", "xml")
WIDTH, HEIGHT = 700, 900
CACHE_AGE = 24 * 60 * 60  # seconds; the answer is only a frame, and what the frame shows is always today's page
# As little as works: the height message, links in a new tab, and those tabs free of the frame's limits.
SANDBOX = "allow-scripts allow-popups allow-popups-to-escape-sandbox"
MAX_ADDRESS = 1_000
MAX_PARAMETERS = 50


@open_data
def answer(request: HttpRequest) -> HttpResponse:
    """§2.3: 404 for what is no live page (drafts are not given away), 501 for another format.

    400 where the specification is silent: no `url`, or more parameters than anybody needs.
    """
    asked, form = request.GET.get("url", ""), request.GET.get("format", "").lower() or FORMATS[0]
    if not asked or len(request.GET) > MAX_PARAMETERS:
        return refusal(HTTPStatus.BAD_REQUEST, "Send the address of one of our pages as url=…")
    if form not in FORMATS:
        return refusal(HTTPStatus.NOT_IMPLEMENTED, "Ask for format=json or format=xml.")
    found = live_page_at(asked)
    if found is None:
        return refusal(HTTPStatus.NOT_FOUND, "None of our pages has this address.")
    values = rich(*found, request.GET.get("maxwidth", ""), request.GET.get("maxheight", ""))
    if form == "xml":
        return HttpResponse(as_xml(values), content_type="text/xml; charset=utf-8")
    return JsonResponse(values)


def live_page_at(address: str) -> tuple[Topic, bool] | None:
    """The live page that an address of ours leads a reader to, and whether it is the short version.

    The address is only parsed and matched, never fetched.
    """
    if len(address) > MAX_ADDRESS:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if f"{parts.scheme}://{parts.netloc}".lower() != settings.SITE_URL.lower():
        return None
    path = parts.path if parts.path.endswith("/") else f"{parts.path}/"
    language = get_language_from_path(path) or settings.LANGUAGE_CODE
    try:
        with override(language):
            match = resolve(path)
    except Resolver404:
        return None
    topic = links.standing_in(_named(match.url_name, match.kwargs, language))
    short = match.url_name == links.SHORT or f"view={links.SHORT}" in parts.query.split("&")
    return (topic, short) if topic else None


def _named(view: str | None, values: dict[str, Any], language: str) -> Topic | None:
    if view == "permanent" and values["number"] < 2**31:
        return Topic.objects.filter(kind=PAGE, number=values["number"]).select_related("successor").first()
    if view in ("topic", "short", "handout", "embed"):
        return links.named(values["slug"], language)
    return None


def rich(topic: Topic, short: bool, maxwidth: str, maxheight: str) -> dict[str, str | int]:
    """§2.3.4.4: type rich needs html, width and height, and never exceeds the maxima."""
    width, height = _at_most(maxwidth, WIDTH), _at_most(maxheight, HEIGHT)
    return {
        "type": "rich",
        "version": "1.0",
        "title": topic.title,
        "provider_name": "MBC Pages",
        "provider_url": f"{settings.SITE_URL}/",
        "cache_age": CACHE_AGE,
        "html": frame(topic, short, width, height),
        "width": width,
        "height": height,
    }


def _at_most(asked: str, usual: int) -> int:
    """A maximum that is no whole number above 0 counts as not sent."""
    sound = asked.isascii() and asked.isdigit() and len(asked) <= 9 and int(asked) > 0
    return min(int(asked), usual) if sound else usual


def frame(topic: Topic, short: bool = False, width: int | str = "100%", height: int = HEIGHT) -> SafeString:
    return format_html(
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy" referrerpolicy="no-referrer" sandbox="{}">'
        "</iframe>",
        links.embed(topic, short),
        topic.title,
        width,
        height,
        SANDBOX,
    )


def as_xml(values: dict[str, str | int]) -> bytes:
    root = ElementTree.Element("oembed")
    for name, value in values.items():
        ElementTree.SubElement(root, name).text = str(value)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def request_address(topic: Topic, form: str, short: bool = False) -> str:
    """Where the answer for a page is: for discovery (§4) and for the link builder."""
    address = links.embed(topic, short) if short else links.page(topic)
    return f"{settings.SITE_URL}{reverse('oembed')}?{urlencode({'url': address, 'format': form})}"
