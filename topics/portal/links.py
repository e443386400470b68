"""Whole addresses to hand out: made from SITE_URL and in the page's own language, never from a request."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from topics.models import OldAddress, Topic
from topics.source import PAGE

SHORT = "short"
MOST_STEPS = 10  # of pages replaced by pages that were replaced


def page(topic: Topic, version: str = "") -> str:
    """Of the page itself, or of its “short” or “handout” version."""
    with override(topic.language):
        return settings.SITE_URL + (reverse(version, args=[topic.slug]) if version else topic.get_absolute_url())


def permanent(topic: Topic) -> str:
    with override(topic.language):
        return settings.SITE_URL + topic.permanent_url


def embed(topic: Topic, short: bool = False) -> str:
    with override(topic.language):
        address = settings.SITE_URL + reverse("embed", args=[topic.slug])
    return f"{address}?view={SHORT}" if short else address


def named(slug: str, language: str) -> Topic | None:
    """The page that has this short name, or had it once; live or not, but never one behind a door."""
    found = (
        Topic.objects.open().pages(language).filter(slug=slug).select_related("section", "successor", "live").first()
    )
    if found is None:
        rows = OldAddress.objects.filter(language=language, kind=PAGE, slug=slug)
        old = rows.select_related("topic__section", "topic__successor", "topic__live").first()
        found = old.topic if old and old.topic.is_open else None
    return found


def standing_in(topic: Topic | None) -> Topic | None:
    """The live page that a reader of this one ends at, itself or what took its place; none behind a door."""
    for _step in range(MOST_STEPS):
        if topic is None or topic.live_id is not None:
            return topic if topic and topic.is_open else None
        topic = topic.successor
    return None
