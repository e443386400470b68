"""What a tab, a browser's history and a share card show: enough to find the page again, nothing that shouts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.templatetags.static import static
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from topics.models import OrganSite, Section, Topic
from topics.portal import links, sitemaps

register = template.Library()

# Whole words, longest first. The page's heading, its description and machines keep the full words.
QUIET: dict[str, dict[str, str]] = {
    "en": {"metastatic breast cancer": "MBC", "secondary breast cancer": "MBC", "breast cancer": "it"},
    "es": {"cáncer de mama metastásico": "CMM", "el cáncer de mama": "esto", "cáncer de mama": "esto"},
}


@register.filter
def quiet(title: str) -> SafeString:
    """A page's title for a screen that others may see."""
    title = conditional_escape(title)
    words = QUIET.get((get_language() or "en").split("-")[0], {})
    for loud, calm in words.items():
        large = calm[0].upper() + calm[1:]
        title = re.sub(rf"\b{loud[0].upper()}(?i:{loud[1:]})\b", large, title)
        title = re.sub(rf"\b{loud}\b", calm, title, flags=re.IGNORECASE)
    return mark_safe(title)


@register.inclusion_tag("components/share.html", takes_context=True)
def share(context: Context) -> dict[str, Any]:
    """Of a page that stands at the same address in each language; anything else says for itself what it shares."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    if (
        request is None
        or match is None
        or match.url_name not in sitemaps.PAGES
        or request.method not in ("GET", "HEAD")
    ):
        return {}
    return _card("", *sitemaps.versions_of(match.url_name))


@register.inclusion_tag("components/share.html")
def share_place(place: OrganSite | Section, name: str) -> dict[str, Any]:
    return _card(place.name, *sitemaps.versions_of(name, place.slug))


@register.inclusion_tag("components/share.html")
def share_topic(topic: Topic) -> dict[str, Any]:
    return _card(topic.title, links.page(topic), sitemaps.versions_of_topic(topic))


def _card(title: str, address: str, versions: Mapping[str, str]) -> dict[str, Any]:
    picture = settings.SITE_URL + static("img/share.png")
    return {"title": title, "address": address, "versions": versions, "picture": picture}
