"""How every page stands, without reading its text: what staff lists and the health table are made from.

A fixed number of queries, however many pages there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Min, OuterRef, Subquery
from django.utils.translation import gettext as _

from topics import checks, draft_problems
from topics.checks import Claim
from topics.draft_problems import Names
from topics.models import ClinicSettings, Event, RenderedPage, Revision, Topic

SOON = timedelta(days=60)


@dataclass(frozen=True)
class Standing:
    """`stops` say what is broken in what patients see; `behind` since when the original is newer.

    `languages` are the other languages that have this page, each with the day since when it is behind.
    """

    topic: Topic
    claim: Claim
    due: date | None
    cards: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    dead: tuple[str, ...] = ()
    behind: datetime | None = None
    languages: Mapping[str, datetime | None] = field(default_factory=dict)

    @property
    def is_live(self) -> bool:
        return self.topic.live_id is not None

    @property
    def is_waiting(self) -> bool:
        """The newest text is not the one that patients see."""
        return self.topic.live_id != self.topic.latest_id

    @property
    def is_unchecked(self) -> bool:
        return self.is_live and self.claim.full is None

    def days_late(self, today: date) -> int:
        return max(0, (today - self.due).days) if self.is_live and self.due else 0

    @property
    def problems(self) -> int:
        """Whatever stops the newest text, or is broken in the live one."""
        return len(self.stops) + len(self.dead) + self.draft_stops

    @property
    def draft_stops(self) -> int:
        judged = getattr(self.topic, "draft_problems", None)
        return judged.count if self.is_waiting and judged and judged.revision_id == self.topic.latest_id else 0


def standings() -> list[Standing]:
    """Of every page and card, in the order of the site."""
    known = draft_problems.names()
    draft_problems.refresh(known)
    topics = list(
        Topic.objects.with_stage()
        .select_related("owner", "section", "live", "latest", "latest__author", "draft_problems")
        .defer("live__text", "latest__text", "anchors")
    )
    kept = {row["topic_id"]: row for row in RenderedPage.objects.values("topic_id", *KEPT)}
    clinic = ClinicSettings.load()
    behind = out_of_step(topics)
    others = _languages(topics, behind)
    return [_standing(topic, kept.get(topic.pk), known, clinic, behind, others) for topic in topics]


KEPT = ("revision_id", "claim", "review_months", "data__cards", "data__links", "data__citations")


def _standing(
    topic: Topic,
    row: Mapping[str, Any] | None,
    known: Mapping[str, Names],
    clinic: ClinicSettings,
    behind: Mapping[int, datetime],
    others: Mapping[tuple[str, str], Mapping[str, datetime | None]],
) -> Standing:
    languages = {code: since for code, since in others[topic.kind, topic.slug].items() if code != topic.language}
    if row is None or topic.live_id is None:
        stops = () if topic.live_id is None else (_("It was never rendered."),)
        due = topic.check_due if topic.live_id else None
        return Standing(topic, Claim(), due, stops=stops, languages=languages)
    claim = Claim.from_data(row["claim"])
    names = known.get(topic.language) or Names(frozenset(), frozenset(), frozenset())
    links = tuple(row["data__links"] or ())
    return Standing(
        topic=topic,
        claim=claim,
        due=checks.due_after(topic, claim, row["review_months"], clinic),
        cards=tuple(row["data__cards"] or ()),
        links=links,
        citations=tuple(row["data__citations"] or ()),
        stops=tuple(_broken(topic, row, names)),
        dead=tuple(link for link in links if link.startswith("/") and link not in names.addresses),
        behind=behind.get(topic.pk),
        languages=languages,
    )


def _broken(topic: Topic, row: Mapping[str, Any], names: Names) -> Iterable[str]:
    """Why the live text does not render any more as it stands."""
    if row["revision_id"] != topic.live_id:
        yield _("Patients see the rendering of an older text.")
    for slug in row["data__cards"] or ():
        if slug not in names.cards:
            yield _("It shows the card “%(card)s”, which is not live.") % {"card": slug}
    for key in row["data__citations"] or ():
        if key not in names.references:
            yield _("It cites the source “%(key)s”, which is not there.") % {"key": key}


def out_of_step(topics: Iterable[Topic]) -> dict[int, datetime]:
    """Live translations → since when the original (same kind and short name, first language) is clinically newer.

    The clock is when the original's newest clinical words went live, against when the translation was saved.
    """
    live = [topic for topic in topics if topic.live_id]
    originals = {(topic.kind, topic.slug): topic for topic in live if topic.language == settings.LANGUAGE_CODE}
    pairs = [
        (topic, originals[topic.kind, topic.slug])
        for topic in live
        if topic.language != settings.LANGUAGE_CODE and (topic.kind, topic.slug) in originals
    ]
    since = _clinical_since([original.pk for _translation, original in pairs]) if pairs else {}
    return {
        translation.pk: since[original.pk]
        for translation, original in pairs
        if original.pk in since and translation.live and since[original.pk] > translation.live.created
    }


def _clinical_since(topics: list[int]) -> dict[int, datetime]:
    """When the newest clinical words of each live text were first published."""
    clinical = (
        Revision.objects.filter(topic=OuterRef("topic"), number__lte=OuterRef("topic__live__number"))
        .exclude(change=Revision.WORDING)
        .order_by("-number")
        .values("number")[:1]
    )
    shown = Event.objects.filter(topic__in=topics, kind=Event.PUBLISHED, revision__number__gte=Subquery(clinical))
    return dict(shown.order_by().values_list("topic").annotate(Min("at")))


def _languages(
    topics: Iterable[Topic], behind: Mapping[int, datetime]
) -> dict[tuple[str, str], dict[str, datetime | None]]:
    found: dict[tuple[str, str], dict[str, datetime | None]] = {}
    for topic in topics:
        here = found.setdefault((topic.kind, topic.slug), {})
        if topic.live_id:
            here[topic.language] = behind.get(topic.pk)
    return found
