"""What changed in what patients see, read from the events; drafts and their notes are never part of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from topics.models import Event, Revision, Topic
from topics.portal.answers import writable

NEW, REVISED, RETURNED, CHECKED, WITHDRAWN = "new", "revised", "returned", "checked", "withdrawn"
KINDS = (NEW, REVISED, RETURNED, CHECKED, WITHDRAWN)


@dataclass(frozen=True)
class Change:
    """One event as the public may know it. `change` and `note` are given for a revised text only."""

    id: int
    kind: str
    at: datetime
    topic: Topic
    revision: int
    change: str | None = None
    note: str = ""

    @property
    def successor(self) -> Topic | None:
        """The page that took over, as long as patients can see it and it stands behind no door."""
        successor = self.topic.successor
        return successor if successor is not None and successor.live_id and successor.is_open else None


def after(event: int, since: datetime | None, most: int) -> list[Change]:
    """The first changes behind this event, oldest first."""
    rows = _events().filter(pk__gt=event).order_by("pk")
    if since is not None:
        rows = rows.filter(at__gte=since)
    return [_change(row) for row in rows[:most]]


def latest(most: int) -> list[Change]:
    """Newest first."""
    return [_change(row) for row in _events().order_by("-pk")[:most]]


def _events() -> QuerySet[Any]:
    """What the public may know, each with what was live before and what the drafts since then changed.

    A page may be published after several drafts: a clinical one keeps it a clinical change, even if the
    last draft only put a comma right.
    """
    published = Event.objects.filter(topic=OuterRef("topic"), kind=Event.PUBLISHED, pk__lt=OuterRef("pk"))
    steps = Revision.objects.filter(
        topic=OuterRef("topic"),
        number__gt=Coalesce(OuterRef("before"), 0),
        number__lte=OuterRef("revision__number"),
    )
    shown = published.filter(revision=OuterRef("revision"))
    return (
        # A check of words that were not public yet would tell of a draft.
        Event.objects.filter(Q(kind__in=MEANS), ~Q(kind=Event.CHECKED) | Exists(shown), topic__in=Topic.objects.open())
        .select_related("topic__section", "topic__successor", "revision")
        .defer("revision__text")
        .annotate(before=Subquery(published.order_by("-pk").values("revision__number")[:1]))
        .annotate(
            urgent=Exists(steps.filter(change=Revision.URGENT)),
            clinical=Exists(steps.filter(change=Revision.CLINICAL)),
        )
    )


def _change(event: Any) -> Change:
    kind = MEANS[event.kind](event)
    if kind != REVISED:
        return Change(event.pk, kind, event.at, event.topic, event.revision.number)
    change = Revision.URGENT if event.urgent else Revision.CLINICAL if event.clinical else Revision.WORDING
    # The note of an import names files, which says nothing to a reader.
    note = event.revision.note if event.revision.origin == Revision.SITE else ""
    return Change(event.pk, kind, event.at, event.topic, event.revision.number, change, writable(note))


def _published(event: Any) -> str:
    if event.before is None:
        return NEW
    return RETURNED if event.before == event.revision.number else REVISED


# Events that readers are told of, and as what; every other kind is the staff's own affair.
MEANS: dict[str, Callable[[Any], str]] = {
    Event.PUBLISHED: _published,
    Event.CHECKED: lambda event: CHECKED,
    Event.WITHDRAWN: lambda event: WITHDRAWN,
}
