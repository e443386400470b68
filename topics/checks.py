"""What clinicians' checks cover: computed from checks that are bound to the words of each part.

A part counts as checked when its exact words were found correct, or when only wording changes
(`topics.wording`) lie between its words and words that were. Nothing here is stored as a fact.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from topics.models import ClinicSettings, Event, Revision, SectionCheck, Topic
from topics.parts import Part, matched, parts

MOST_STEPS = 500  # back in a page's history; what lies further back counts as unchecked

Signature = tuple[str, str]  # name and role, each may be empty


@dataclass(frozen=True)
class Claim:
    """What a page may say of its checks.

    `full` is the day since when every part stands checked, None while one does not; `by` who signed;
    `unchecked` the headings of the parts nobody checked (`""` for what has none); `wording` the day
    of the last wording change since.
    """

    full: date | None = None
    by: tuple[Signature, ...] = ()
    unchecked: tuple[str, ...] = ()
    wording: date | None = None
    partly: bool = False

    @property
    def unchecked_sections(self) -> list[str]:
        return [title for title in self.unchecked if title]

    def as_data(self) -> dict[str, Any]:
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(self).items()}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Claim:
        if not data:
            return cls()
        days = {name: date.fromisoformat(data[name]) if data[name] else None for name in ("full", "wording")}
        by = tuple((name, role) for name, role in data["by"])
        return cls(by=by, unchecked=tuple(data["unchecked"]), partly=data["partly"], **days)

    def with_cards(self, cards: Collection[Claim]) -> Claim:
        """The claim of a page that shows these cards: readers meet both as one."""
        if self.full is None or any(card.full is None for card in cards):
            return replace(self, full=None, partly=self.partly or self.full is not None)
        days = [self.full, *(card.full for card in cards if card.full)]
        by = dict.fromkeys([*self.by, *(one for card in cards for one in card.by)])
        return replace(self, full=min(days), by=tuple(by))


@dataclass(frozen=True)
class Rest:
    """The accepted words that a part rests on, and when its wording last changed since."""

    digest: str
    wording: datetime | None


def of(revision: Revision) -> Claim:
    good = found_correct(revision.topic_id)
    whole = parts(revision.source)
    rests = resting(revision, good)
    unchecked = tuple(part.title for part in whole if part.key not in rests)
    if not rests:
        return Claim(unchecked=unchecked)
    events = sorted({good[rest.digest] for rest in rests.values()}, key=lambda event: (event.at, event.pk))
    signed = dict.fromkeys((event.signed_name, event.signed_role) for event in events)
    changed = [rest.wording for rest in rests.values() if rest.wording]
    return Claim(
        full=None if unchecked else timezone.localdate(events[0].at),
        by=tuple(signed),
        unchecked=unchecked,
        wording=timezone.localdate(max(changed)) if changed else None,
        partly=True,
    )


def found_correct(topic: int) -> dict[str, Event]:
    """Fingerprints of words whose last verdict was not “not correct”, each with its event."""
    return {row.digest: row.event for row in _last_verdicts(topic) if row.verdict != SectionCheck.WRONG}


def doubted(topic: int) -> set[str]:
    """Fingerprints of words whose last verdict was “not correct”."""
    return {row.digest for row in _last_verdicts(topic) if row.verdict == SectionCheck.WRONG}


def _last_verdicts(topic: int) -> list[SectionCheck]:
    """By what was said last, without checks that something since took away."""
    rows = list(SectionCheck.objects.filter(event__topic=topic).select_related("event").order_by("pk"))
    if not rows:
        return []
    whole, replaced = _sent_back_whole(topic), _replaced_urgently(topic)
    standing = (
        row
        for row in rows
        if row.event_id > whole.get(row.event.revision_id or 0, 0)
        and not (row.digest in replaced and row.event.at < replaced[row.digest])
    )
    return list({row.digest: row for row in standing}.values())


def _sent_back_whole(topic: int) -> dict[int, int]:
    """Texts that went back without a word on which part is meant, and by which event: none counts as checked before."""
    events = Event.objects.filter(topic=topic, kind=Event.SENT_BACK, parts__isnull=True)
    return dict(events.order_by("pk").values_list("revision", "pk"))


def _replaced_urgently(topic: int) -> dict[str, datetime]:
    """Words that an urgent safety change took away from patients, and when: they do not come back unread."""
    shown = Revision.objects.filter(topic=topic, events__kind=Event.PUBLISHED).order_by("-number")[:1]
    urgent = Revision.objects.filter(topic=topic, change=Revision.URGENT, number__lte=shown.values("number"))
    found: dict[str, datetime] = {}
    for revision in urgent.select_related("based_on").order_by("number"):
        stays = {part.digest for part in parts(revision.source)}
        old = parts(revision.based_on.source) if revision.based_on else ()
        found |= {part.digest: revision.created for part in old if part.digest not in stays}
    return found


def unaccepted(topic: Topic, revision: Revision) -> list[Part]:
    """The parts that stop publication: neither checked, nor live already, nor changed in wording only."""
    accepted = {*found_correct(topic.pk), *_doubt_free_live(topic)}
    rests = resting(revision, accepted)
    return [part for part in parts(revision.source) if part.key not in rests]


def unchecked(revision: Revision) -> list[Part]:
    """The parts that a check has to answer for before the page may claim a full one."""
    rests = resting(revision, found_correct(revision.topic_id))
    return [part for part in parts(revision.source) if part.key not in rests]


def mends(revision: Revision) -> list[SectionCheck]:
    """What clinicians asked to mend in this text: small fixes, and what is not correct."""
    rows = SectionCheck.objects.filter(event__revision=revision).exclude(comment="")
    return list(rows.select_related("event__by").order_by("pk"))


def notes(revision: Revision) -> list[Event]:
    """What clinicians wrote to the writer of this text besides."""
    kinds = (Event.CHECKED, Event.SENT_BACK)
    return list(revision.events.filter(kind__in=kinds).exclude(note="").select_related("by").order_by("pk"))


def by_check(topic: Topic, revision: Revision) -> bool:
    """Whether each part that differs from the live text is, word for word, one that was found correct."""
    good = found_correct(topic.pk)
    live = {part.digest for part in parts(topic.live.source)} if topic.live else set()
    return all(part.digest in good for part in parts(revision.source) if part.digest not in live)


def _doubt_free_live(topic: Topic) -> set[str]:
    """What patients see now, without words that somebody since found not correct."""
    if topic.live is None:
        return set()
    return {part.digest for part in parts(topic.live.source)} - doubted(topic.pk)


def resting(revision: Revision, accepted: Collection[str]) -> dict[str, Rest]:
    """For each part's key the accepted words that it rests on; parts that rest on none are missing.

    Words that somebody found not correct rest on none, whatever they were made from.
    """
    if not accepted:
        return {}
    wrong, found = doubted(revision.topic_id), dict[str, Rest]()
    wording: dict[str, datetime | None] = {part.key: None for part in parts(revision.source)}
    for step, here, before in _steps(revision):
        for key in list(wording):
            part, older = here[key], before.get(key)
            changed = older is None or older.digest != part.digest
            if part.digest in accepted:
                found[key] = Rest(part.digest, wording.pop(key))
            elif part.digest in wrong or older is None or (changed and step.change != Revision.WORDING):
                del wording[key]
            elif changed:
                wording[key] = wording[key] or step.created
        if not wording:
            break
    return found


def writers(revision: Revision) -> set[int]:
    """The accounts whose clinical words in this text nobody has found correct yet."""
    accepted = found_correct(revision.topic_id)
    open_parts = {part.key for part in parts(revision.source) if part.digest not in accepted}
    found: set[int] = set()
    for step, here, before in _steps(revision):
        for key in list(open_parts):
            part, older = here[key], before.get(key)
            changed = older is None or older.digest != part.digest
            if changed and step.change != Revision.WORDING and step.author_id is not None:
                found.add(step.author_id)
            if older is None or older.digest in accepted:
                open_parts.remove(key)
        if not open_parts:
            break
    return found


def _steps(revision: Revision) -> Iterator[tuple[Revision, dict[str, Part], dict[str, Part]]]:
    """Each revision back from this one, with where this one's parts (by key) stood in it and in the one before."""
    here = {part.key: part for part in parts(revision.source)}
    for older in _before(revision):
        same = matched(parts(older.source), list(here.values()))
        before = {key: same[part.key] for key, part in here.items() if part.key in same}
        yield revision, here, before
        revision, here = older, before
    if revision.based_on_id is None:
        yield revision, here, {}


def _before(revision: Revision) -> Iterator[Revision]:
    """Each saved on top of the one after it here, back to the first."""
    rows = Revision.objects.filter(topic=revision.topic_id, number__lt=revision.number).order_by("-number")
    yield from rows[:MOST_STEPS].iterator(chunk_size=20)


def due(topic: Topic, claim: Claim, clinic: ClinicSettings) -> date | None:
    """When the next check is due: the day that staff set, else the interval after the last full check."""
    return due_after(topic, claim, topic.live.source.review_months if topic.live else None, clinic)


def due_after(topic: Topic, claim: Claim, months: int | None, clinic: ClinicSettings) -> date | None:
    """The same for who knows the interval that the live text asks for, and need not read the text."""
    if topic.check_due is not None:
        return topic.check_due
    if claim.full is None or topic.live_id is None:
        return None
    return months_after(claim.full, months or clinic.review_months)


def months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
