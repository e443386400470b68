"""Checks of the health table that look at pages: what is overdue, doubted, broken, waiting or forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import F, Subquery
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from topics import transitions
from topics.comparison import TITLES
from topics.models import Event, LinkCheck, Reference, SectionCheck, Topic
from topics.parts import parts
from topics.source import CARD
from topics.staff.health_rows import Row, Seen, on_page
from topics.staff.standing import Standing

OLD_DRAFT = 30  # days


def found_wrong(seen: Seen) -> Iterable[Row]:
    """Parts whose last verdict is “not correct”, while their words still stand in the live or the newest text."""
    rows = SectionCheck.objects.select_related("event").order_by("pk")
    last = {(row.event.topic_id, row.digest): row for row in rows.filter(digest__in=_doubted())}
    wrong = [row for row in last.values() if row.verdict == SectionCheck.WRONG]
    topics = Topic.objects.select_related("live", "latest").in_bulk({row.event.topic_id for row in wrong})
    standing = {pk: _digests(topic) for pk, topic in topics.items()}
    for row in wrong:
        topic = topics[row.event.topic_id]
        live, latest = standing[topic.pk]
        if row.digest in live | latest:
            what = f"“{row.title or TITLES.get(row.key, row.key)}”: {row.comment}"
            what = _("Patients see it. %(what)s") % {"what": what} if row.digest in live else what
            yield on_page(topic, what, seen.mending(topic), row.event.at)


def _doubted() -> Subquery:
    return Subquery(SectionCheck.objects.filter(verdict=SectionCheck.WRONG).order_by().values("digest"))


def _digests(topic: Topic) -> tuple[set[str], set[str]]:
    live, latest = ({part.digest for part in parts(one.source)} if one else set() for one in (topic.live, topic.latest))
    return live, latest


def urgent_unchecked(seen: Seen) -> Iterable[Row]:
    """Texts that went live at once for safety and that nobody has checked since."""
    events = Event.objects.filter(
        kind=Event.PUBLISHED, basis=Event.BY_URGENCY, revision=F("topic__live")
    ).select_related("by")
    for event in events.order_by("at"):
        standing = seen.by_pk.get(event.topic_id)
        if standing and standing.is_unchecked:
            what = _("Live at once for safety: “%(why)s”") % {"why": event.note}
            yield on_page(standing.topic, what, seen.checking(standing.topic), event.at)


def cards_unchecked(seen: Seen) -> Iterable[Row]:
    """Red flags first: those without a full check, then those whose check has run out."""
    cards = [one for one in seen.standings if one.is_live and one.topic.kind == CARD]
    shown = _pages_of_cards(seen)
    for one in sorted(cards, key=lambda one: (not one.is_unchecked, one.due or date.max)):
        if one.is_unchecked or one.days_late(seen.today):
            count = shown.get((one.topic.language, one.topic.slug), 0)
            pages = ngettext("It is on %(count)s page.", "It is on %(count)s pages.", count) % {"count": count}
            what = _("No full check.") if one.is_unchecked else _late(one, seen)
            yield on_page(one.topic, f"{what} {pages}", seen.checking(one.topic), one.due)


def _pages_of_cards(seen: Seen) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for one in seen.standings:
        for slug in one.cards:
            key = one.topic.language, slug
            found[key] = found.get(key, 0) + 1
    return found


def overdue(seen: Seen) -> Iterable[Row]:
    late = [one for one in _pages(seen) if one.days_late(seen.today)]
    for one in sorted(late, key=lambda one: one.due or date.max):
        yield on_page(one.topic, _late(one, seen), seen.checking(one.topic), one.due)


def _late(one: Standing, seen: Seen) -> str:
    days = one.days_late(seen.today)
    return ngettext("Its check is %(days)s day late.", "Its check is %(days)s days late.", days) % {"days": days}


def unchecked(seen: Seen) -> Iterable[Row]:
    """Pages that are not fully checked, those nearest to it first."""
    missing = [one for one in _pages(seen) if one.is_unchecked and not one.days_late(seen.today)]
    for one in sorted(missing, key=lambda one: (not one.claim.partly, len(one.claim.unchecked))):
        count = len(one.claim.unchecked)
        partly = ngettext("%(count)s part is not checked.", "%(count)s parts are not checked.", count)
        what = partly % {"count": count} if one.claim.partly else _("Nobody has checked it.")
        yield on_page(one.topic, what, seen.checking(one.topic))


def _pages(seen: Seen) -> list[Standing]:
    return [one for one in seen.standings if one.is_live and one.topic.kind != CARD]


def waiting(seen: Seen) -> Iterable[Row]:
    """Checks that were asked for; those of my pages first, then by the day on which they are wanted."""
    asked = Event.objects.filter(kind=Event.SUBMITTED, revision=F("topic__latest")).select_related("by")
    stages = (transitions.IN_REVIEW, transitions.LIVE_ASKED)
    open_ones = {one.topic.pk: one.topic for one in seen.standings if one.topic.stage in stages}
    events = {event.topic_id: event for event in asked.order_by("pk") if event.topic_id in open_ones}
    others = {pk for pk, topic in open_ones.items() if topic.owner_id != seen.user.pk}
    for event in sorted(events.values(), key=lambda event: (event.topic_id in others, _wanted(event))):
        topic = open_ones[event.topic_id]
        what = _("%(who)s asked for a check.") % {"who": event.who}
        if event.due:
            what += " " + _("Wanted by %(day)s.") % {"day": date_format(event.due, "j F Y")}
        yield on_page(topic, what, seen.checking(topic, asked=True), event.at)


def _wanted(event: Event) -> tuple[date, int]:
    return event.due.date() if event.due else date.max, event.pk


def to_publish(seen: Seen) -> Iterable[Row]:
    """Texts that a clinician found correct and that patients do not see yet."""
    given = Event.objects.filter(kind=Event.CHECKED, revision=F("topic__latest")).order_by("pk")
    events = {event.topic_id: event for event in given}
    for one in seen.standings:
        event = events.get(one.topic.pk)
        if event and one.topic.stage == transitions.CHECKED:
            what = _("%(who)s found it correct.") % {"who": event.who}
            yield on_page(one.topic, what, seen.publishing(one.topic), event.at)


def schedules_given_up(seen: Seen) -> Iterable[Row]:
    """Texts that could not go live at their time and are still not live."""
    gone = Event.objects.filter(kind=Event.CANCELLED, by=None, at__gte=seen.recently, revision=F("topic__latest"))
    for event in gone.exclude(revision=F("topic__live")).order_by("-at"):
        one = seen.by_pk.get(event.topic_id)
        if one and one.topic.scheduled_id is None:
            what = _("It did not go live at its time: %(why)s") % {"why": event.note}
            yield on_page(one.topic, what, seen.mending(one.topic), event.at)


def scheduled(seen: Seen) -> Iterable[Row]:
    times = [(one.topic.publish_at, one.topic.pk) for one in seen.standings if one.topic.publish_at]
    for when, pk in sorted(times):
        topic = seen.by_pk[pk].topic
        what = _("It goes live on %(when)s.") % {"when": date_format(when, "j F Y, H:i")}
        yield on_page(topic, what, seen.looking(topic))


def broken(seen: Seen) -> Iterable[Row]:
    """Live pages that show what is not there any more."""
    for one in seen.standings:
        if one.stops:
            yield on_page(one.topic, " ".join(one.stops), seen.mending(one.topic))


def draft_problems(seen: Seen) -> Iterable[Row]:
    for one in seen.standings:
        if one.draft_stops:
            more = one.draft_stops - 1
            words = ngettext("And %(more)s more.", "And %(more)s more.", more) % {"more": more} if more else ""
            what = f"{one.topic.draft_problems.first} {words}".strip()
            yield on_page(one.topic, what, seen.mending(one.topic), one.topic.newest.created)


def dead_links(seen: Seen) -> Iterable[Row]:
    """Links within the site, as they are now; addresses outside it, as the last two rounds found them."""
    for one in seen.standings:
        for link in one.dead:
            what = _("A link leads nowhere on this site: %(link)s") % {"link": link}
            yield on_page(one.topic, what, seen.mending(one.topic))
    yield from _dead_outside(seen)


def _dead_outside(seen: Seen) -> Iterator[Row]:
    """A source once, however many pages cite it; other links page by page."""
    dead = {row.url: row for row in LinkCheck.objects.all() if row.is_dead}
    cited = {key for one in seen.standings for key in one.citations}
    for source in Reference.objects.filter(url__in=dead, key__in=cited):
        count = sum(source.key in one.citations for one in seen.standings)
        pages = ngettext("%(count)s page cites it.", "%(count)s pages cite it.", count) % {"count": count}
        row = dead[source.url]
        yield Row(source.key, f"{row.url}: {row.status} {pages}", *_source(seen, source), since=row.failing_since)
    for one in seen.standings:
        for url in (link for link in one.links if link in dead):
            what = f"{url}: {dead[url].status}"
            yield on_page(one.topic, what, seen.mending(one.topic), dead[url].failing_since)


def _source(seen: Seen, source: Reference) -> tuple[str, str]:
    words = _("Mend the source") if seen.may("change_reference") else _("See the source")
    return words, reverse("admin:topics_reference_change", args=[source.pk])


def out_of_step(seen: Seen) -> Iterable[Row]:
    behind = [one for one in seen.standings if one.behind]
    for one in sorted(behind, key=lambda one: str(one.behind)):
        what = _("Its original has newer clinical words.")
        yield on_page(one.topic, what, seen.mending(one.topic), one.behind)


def old_drafts(seen: Seen) -> Iterable[Row]:
    """Texts that somebody began and nobody sent on."""
    forgotten = (transitions.DRAFT, transitions.SENT_BACK)
    for one in sorted(seen.standings, key=_saved):
        latest = one.topic.latest
        if latest and one.topic.stage in forgotten and (seen.today - latest.created.date()).days > OLD_DRAFT:
            who = latest.author or _("the content files")
            what = _("%(state)s, saved by %(who)s.") % {"state": one.topic.state, "who": who}
            yield on_page(one.topic, what, seen.mending(one.topic), latest.created)


def _saved(one: Standing) -> float:
    return one.topic.latest.created.timestamp() if one.topic.latest else 0.0
