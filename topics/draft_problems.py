"""What keeps each newest text from going live: derived, and made anew when what it is judged by changes.

A text is rendered once for each state of the names that it may call (cards, sources, addresses), so
that lists of many pages need not render any.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db.models import F, Q

from topics import pages
from topics.models import DraftProblems, Reference, Topic
from topics.problems import blocking


@dataclass(frozen=True)
class Names:
    """What texts of one language may call by name, as it is now."""

    cards: frozenset[str]
    references: frozenset[str]
    addresses: frozenset[str]

    @cached_property
    def digest(self) -> str:
        told = repr([sorted(self.cards), sorted(self.references), sorted(self.addresses)])
        return hashlib.sha256(told.encode()).hexdigest()


def names() -> dict[str, Names]:
    """For every language of the site."""
    references = frozenset(Reference.objects.values_list("key", flat=True))
    cards: dict[str, set[str]] = {}
    for language, slug in Topic.objects.published().filter(kind="card").values_list("language", "slug"):
        cards.setdefault(language, set()).add(slug)
    return {
        language: Names(frozenset(cards.get(language, ())), references, pages.addresses(language))
        for language, _name in settings.LANGUAGES
    }


def refresh(known: Mapping[str, Names]) -> None:
    """Judge every newest text that is not live and was saved, or is judged by other names, since the last time."""
    rows: list[DraftProblems] = []
    for language, stale in _stale(known).items():
        given = pages.inputs(language)
        for topic in Topic.objects.filter(pk__in=stale).select_related("latest"):
            rows.append(_judgement(topic, known[language].digest, given))
    fields = ["revision", "names", "count", "first"]
    DraftProblems.objects.bulk_create(rows, update_conflicts=True, unique_fields=["topic"], update_fields=fields)


def _stale(known: Mapping[str, Names]) -> dict[str, list[int]]:
    """By language: topics whose newest text has no judgement by the names of today."""
    waiting = Topic.objects.filter(Q(live__isnull=True) | ~Q(live=F("latest"))).order_by()
    columns = ("pk", "language", "latest_id", "draft_problems__revision_id", "draft_problems__names")
    stale: dict[str, list[int]] = {}
    for pk, language, latest, judged, by in waiting.values_list(*columns):
        if language in known and (judged, by) != (latest, known[language].digest):
            stale.setdefault(language, []).append(pk)
    return stale


def _judgement(topic: Topic, digest: str, given: pages.Inputs) -> DraftProblems:
    source = topic.newest.source
    stops = blocking(pages.faults(source, pages.render_source(source, topic.slug, given)))
    first = str(stops[0])[:500] if stops else ""
    return DraftProblems(topic=topic, revision=topic.newest, names=digest, count=len(stops), first=first)
