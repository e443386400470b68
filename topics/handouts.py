"""Pages for paper: one or several, each with the code that says later whether it is still right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from topics import pages
from topics.models import Topic
from topics.pages import Article
from topics.portal import links
from topics.rendering import Rendered

MOST_PAGES = 12

TAG = re.compile(r'<[a-z][a-z0-9]*(?: [^<>"]*(?:"[^"]*"[^<>"]*)*)?>')
NAMES = re.compile(r'( id="|href="#)')
LABEL = re.compile(r' aria-labelledby="[^"]*"')


@dataclass(frozen=True)
class Sheet:
    """One page for paper; `prefix` keeps its anchors apart from those of other pages beside it."""

    article: Article
    prefix: str
    code: str
    check: str
    qr: SafeString


def sheets(topics: Sequence[Topic]) -> list[Sheet]:
    return [_sheet(topic, f"p{place}-") for place, topic in enumerate(topics, start=1)]


def _sheet(topic: Topic, prefix: str) -> Sheet:
    article = pages.article(topic, _prefixed(pages.of(topic), prefix))
    check = check_address(topic, topic.shown.number)
    # Level M: readable with 15 % of it lost. The light ground is for dark screens.
    square = segno.make(check, error="m", micro=False).svg_inline(light="#fff", omitsize=True)
    return Sheet(article, prefix, f"{topic.number}.{topic.shown.number}", check, mark_safe(square))


def check_address(topic: Topic, revision: int) -> str:
    """Where a paper with this code is compared with what is right now."""
    with override(topic.language):
        return settings.SITE_URL + reverse("printout", args=[topic.number, revision])


def _prefixed(rendered: Rendered, prefix: str) -> Rendered:
    sections = tuple(
        replace(section, id=prefix + section.id, html=with_prefix(section.html, prefix))
        for section in rendered.sections
    )
    return replace(
        rendered,
        short=with_prefix(rendered.short, prefix),
        lead=with_prefix(rendered.lead, prefix),
        sections=sections,
        questions=with_prefix(rendered.questions, prefix),
    )


def with_prefix(html: str, prefix: str) -> str:
    """Every anchor in rendered HTML, and every link to one, with `prefix`; words are left alone.

    A box that stands on several pages of a packet keeps its heading and is no landmark there.
    """
    return TAG.sub(lambda tag: NAMES.sub(rf"\1{prefix}", LABEL.sub("", tag[0])), html)


def chosen(asked: Sequence[str], language: str) -> tuple[list[Topic], int]:
    """The live pages with these numbers, in this order, once each; and how many are not here."""
    found: list[Topic] = []
    missing = 0
    for typed in dict.fromkeys(asked):
        topic = _numbered(typed, language)
        if topic is None:
            missing += 1
        elif topic not in found:
            found.append(topic)
    return found, missing


def _numbered(typed: str, language: str) -> Topic | None:
    """The page, or the one that took over from it."""
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        return None
    topic = Topic.objects.pages(language).filter(number=int(typed)).select_related("live", "section").first()
    return links.standing_in(topic)
