"""Everything that leads readers and portals to a page: looked at before it is withdrawn or moved."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import F, Q, QuerySet

from topics import pages
from topics.models import Code, OldAddress, SearchWords, Topic
from topics.portal import links
from topics.source import CARD


@dataclass(frozen=True)
class Leads:
    """`stop` are the live pages that have to be changed first; the others are told and stay."""

    stop: list[Topic]
    drafts: list[Topic]
    replaced: list[Topic]
    languages: list[Topic]
    old_addresses: list[str]
    codes: list[Code]
    searches: list[SearchWords]
    portals: dict[str, str] = field(default_factory=dict)


def leads_to(topic: Topic) -> Leads:
    same_name = Topic.objects.filter(kind=topic.kind, slug=topic.slug).exclude(pk=topic.pk)
    old = OldAddress.objects.filter(topic=topic).order_by("pk")
    words = SearchWords.objects.filter(language=topic.language, pages__icontains=f'"{topic.slug}"')
    return Leads(
        stop=pages.using(topic),
        drafts=list(_drafts_naming(topic)),
        replaced=list(topic.replaces.filter(live=None)),
        languages=list(same_name.published()),
        old_addresses=[_address(topic, row.slug) for row in old],
        codes=list(Code.objects.filter(topic__kind=topic.kind, topic__slug=topic.slug, active=True)),
        searches=[row for row in words if topic.slug in row.pages],
        portals=_portals(topic),
    )


def _drafts_naming(topic: Topic) -> QuerySet[Topic]:
    """Newest texts that call this page or card, and are not live."""
    name = f"::: card {topic.slug}\n" if topic.kind == CARD else topic.get_absolute_url()
    waiting = Topic.objects.filter(Q(live__isnull=True) | ~Q(live=F("latest")), language=topic.language)
    return waiting.filter(latest__text__contains=name).exclude(pk=topic.pk)


def _address(topic: Topic, slug: str) -> str:
    return Topic(kind=topic.kind, language=topic.language, slug=slug).get_absolute_url()


def _portals(topic: Topic) -> dict[str, str]:
    """Whole addresses that portals may hold, by their use."""
    if topic.kind == CARD or not topic.is_open:
        return {"permanent": links.permanent(topic)}
    return {"permanent": links.permanent(topic), "frame": links.embed(topic), "page": links.page(topic)}
