"""The one writer: every change of a text, or of what patients see of it, is a function here.

Each function is one transaction that locks the topic first, so that two people saving at once
queue instead of overwriting, and refuses in words by raising `Refused`. Who asks for a check, who
gives it and when a text goes live is in `topics.review`, in the same manner.
"""

from __future__ import annotations

from dataclasses import replace

from django.db import IntegrityError, transaction
from django.db.models import Max

from topics import checks, pages, transitions
from topics.anchors import applied, carried
from topics.models import STAGE_WORDS, Event, OldAddress, OrganSite, Revision, Section, Topic, User
from topics.parts import Part, parts
from topics.problems import Problem, blocking
from topics.rendering import Inputs, Rendered
from topics.source import CARD, Source
from topics.transitions import PUBLISH, RENAME, SCHEDULED, WITHDRAW
from topics.wording import clinical_reasons

ATTEMPTS = 20  # of finding a number that nobody takes in the same moment


class Refused(Exception):
    """What was asked cannot be done; `problems` say why when the text is the reason."""

    def __init__(self, message: str, problems: list[Problem] | None = None) -> None:
        self.problems = problems or []
        super().__init__(message)


class NotAllowed(Refused):
    """This person may not do this."""


class Stale(Refused):
    """Somebody saved since the text was opened; `latest` is what they saved."""

    def __init__(self, latest: Revision) -> None:
        self.latest = latest
        super().__init__(f"“{latest.topic}” was saved by somebody else since you opened it. Both texts are kept.")


class NotWording(Refused):
    """A change that was called one of wording is a clinical one; `reasons` say what shows it."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__(f"This is more than a wording change. {' '.join(reasons)} Choose “clinical” and save again.")


@transaction.atomic
def create(source: Source, slug: str, author: User | None, note: str = "", origin: str = Revision.SITE) -> Topic:
    """A new topic with its first revision, as a draft. The source gets its permanent number."""
    _refuse_unstorable(source)
    for attempt in range(ATTEMPTS):
        _refuse_taken(source.language, source.kind, slug)
        if source.number and Topic.objects.filter(number=source.number).exists():
            raise Refused(f"The number {source.number} belongs to another page.")
        try:
            with transaction.atomic():
                topic = _created(source, slug)
            break
        except IntegrityError:  # somebody made a page in this moment: look again what is free
            if attempt == ATTEMPTS - 1:
                raise
    source = source if source.number else source.revised(number=topic.number)
    _append(topic, source, author, None, Revision.CLINICAL, note, origin)
    return topic


def _created(source: Source, slug: str) -> Topic:
    number = source.number or (Topic.objects.aggregate(Max("number"))["number__max"] or 0) + 1
    topic = Topic(number=number, language=source.language, kind=source.kind, slug=slug)
    _show(topic, source)
    topic.clean_fields(exclude=["live", "latest", "imported", "successor", "section"])
    topic.save()
    topic.sites.set(_sites(source))
    return topic


@transaction.atomic
def save_draft(
    topic: Topic,
    source: Source,
    author: User | None,
    based_on: int,
    change: str = Revision.CLINICAL,
    note: str = "",
    origin: str = Revision.SITE,
) -> Revision:
    """Append a revision. `based_on` is the number of the revision the writer started from.

    Raises Stale if that is no longer the latest. A text equal to the latest adds nothing
    (but may make a draft an urgent one).
    """
    _refuse_unstorable(source)
    topic = locked(topic)
    _keep_identity(topic, source)
    latest = topic.latest
    source = source if source.number == topic.number else source.revised(number=topic.number)
    urgent_now = latest is not None and change == Revision.URGENT != latest.change and latest.pk != topic.live_id
    if latest is not None and latest.text == source.text and not urgent_now:
        return latest
    if latest is not None and latest.number != based_on:
        raise Stale(latest)
    if latest is not None and change == Revision.WORDING:
        reasons = clinical_reasons(latest.source, source)
        if reasons:
            raise NotWording(reasons)
    if topic.live_id is None and not topic.was_published:
        _show(topic, source)
        topic.sites.set(_sites(source))
    return _append(topic, source, author, latest, change, note, origin)


@transaction.atomic
def publish(topic: Topic, revision: Revision, by: User | None, note: str = "", given: Inputs | None = None) -> Event:
    """Show `revision` to patients: checks, event, pointer, rendering, in one transaction.

    By nobody (`by=None`) stands for the content files, whose pages say that nobody checked them.
    """
    topic = locked_to_show(topic)
    refuse_other(topic, revision)
    may(by, PUBLISH, topic, SCHEDULED if revision.pk == topic.scheduled_id else topic.stage)
    source, given = revision.source, given or pages.inputs(topic.language)
    given, rendered = _publishable(topic, source, given)
    basis = basis_of(topic, revision, by, note)
    first = topic.live_id is None
    if not first:
        topic.anchors = carried(pages.of(topic).sections, rendered.sections, topic.anchors)
    rendered = applied(rendered, topic.anchors)
    event = Event.objects.create(
        topic=topic, revision=revision, kind=Event.PUBLISHED, by=by, note=note[:500], basis=basis
    )
    if basis == Event.BY_URGENCY:  # its check is asked for in the same moment
        Event.objects.create(topic=topic, revision=revision, kind=Event.SUBMITTED, by=by, note=note[:500])
    end_schedule(topic, by, kept=revision)
    topic.live, topic.successor = revision, None
    _show(topic, source)
    topic.save()
    topic.sites.set(_sites(source))
    pages.keep(topic, given, rendered)
    if topic.kind == CARD and not first:
        for page, problem in pages.rebuild(pages.using(topic)):
            raise Refused(f"“{source.title}” cannot be published: “{page}” shows it and would break. {problem}")
    return event


def basis_of(topic: Topic, revision: Revision, by: User | None, note: str) -> str:
    """What allows this text to go live: one of `Event.BASES`. Refuses clinical words that nobody checked."""
    if by is None:
        return Event.BY_FILES
    open_parts = checks.unaccepted(topic, revision)
    if not open_parts:
        return Event.BY_CHECK if checks.by_check(topic, revision) else Event.BY_WORDING
    _refuse_found_wrong(topic, open_parts)
    shown = topic.revisions.filter(events__kind=Event.PUBLISHED).aggregate(Max("number"))["number__max"] or 0
    newer = topic.revisions.filter(number__gt=shown, number__lte=revision.number)
    if not newer.filter(change=Revision.URGENT).exists():
        names = ", ".join(f"“{part.title}”" for part in open_parts if part.title)
        where = f" in {names}" if names else ""
        raise Refused(
            f"“{revision.source.title}” has clinical words{where} that nobody has checked. They need a check first."
        )
    if not note.strip():
        raise Refused("Say why this cannot wait for a check: an urgent safety change goes live with its reason.")
    return Event.BY_URGENCY


def _refuse_found_wrong(topic: Topic, open_parts: list[Part]) -> None:
    """No urgency makes words right that a clinician found not correct; those that patients see already may stay."""
    live = {part.digest for part in parts(topic.live.source)} if topic.live else set()
    wrong = checks.doubted(topic.pk) - live
    names = ", ".join(f"“{part.title or part.kind}”" for part in open_parts if part.digest in wrong)
    if names:
        raise Refused(f"A clinician found this not correct: {names}. Mend it first.")


def _publishable(topic: Topic, source: Source, given: Inputs) -> tuple[Inputs, Rendered]:
    # A page may link to itself, so its own address is known while it is checked.
    given = replace(given, addresses=given.addresses | {topic.get_absolute_url()})
    rendered = pages.render_source(source, topic.slug, given)
    stops = blocking(pages.faults(source, rendered))
    if stops:
        raise Refused(f"“{source.title}” cannot be published yet: {stops[0]}", stops)
    return given, rendered


@transaction.atomic
def withdraw(topic: Topic, by: User | None, reason: str, successor: Topic | None = None) -> Event:
    """Take a topic away from patients: its address leads to `successor`, or says it is gone."""
    topic = locked_to_show(topic)
    may(by, WITHDRAW, topic)
    if topic.live_id is None:
        raise Refused(f"“{topic}” is not live.")
    if not reason.strip():
        raise Refused("Say why the page is withdrawn.")
    users = pages.using(topic)
    if users:
        names = ", ".join(f"“{user}”" for user in users)
        what = "show this card" if topic.kind == CARD else "link to this page"
        raise Refused(f"“{topic}” cannot be withdrawn: these live pages {what}: {names}. Change them first.")
    if successor is not None and (successor.live_id is None or successor.pk == topic.pk or successor.kind == CARD):
        raise Refused("The page that takes over has to be another page that patients can see.")
    event = Event.objects.create(topic=topic, revision=topic.live, kind=Event.WITHDRAWN, by=by, note=reason[:500])
    end_schedule(topic, by)
    topic.live, topic.successor = None, successor
    topic.save()
    pages.drop(topic)
    return event


@transaction.atomic
def restore(topic: Topic, revision: Revision, by: User, based_on: int) -> Revision:
    """Append an older text once more, as the newest draft."""
    if revision.topic_id != topic.pk:
        raise ValueError("This revision belongs to another topic.")
    note = f"Restored the text of revision {revision.number}"
    return save_draft(topic, revision.source, by, based_on, Revision.CLINICAL, note)


@transaction.atomic
def rename(topic: Topic, slug: str, by: User | None) -> None:
    """Give a topic another short name; the old address leads on for ever."""
    topic = locked_to_show(topic)
    may(by, RENAME, topic)
    old = topic.slug
    if slug == old:
        return
    _refuse_taken(topic.language, topic.kind, slug, topic)
    users = pages.using(topic)
    if users:
        names = ", ".join(f"“{user}”" for user in users)
        raise Refused(f"“{topic}” cannot be renamed: live pages call it by its name: {names}. Change them first.")
    OldAddress.objects.filter(topic=topic, slug=slug).delete()
    if topic.was_published:  # the address of a draft was never given out, and must not lead to it
        OldAddress.objects.create(topic=topic, language=topic.language, kind=topic.kind, slug=old)
    topic.slug = slug
    topic.full_clean(exclude=["live", "latest", "imported", "successor", "section"])
    topic.save()
    Event.objects.create(topic=topic, kind=Event.RENAMED, by=by, note=f"{old} → {slug}")
    if topic.live_id and topic.kind == CARD:  # a card's box carries its short name
        pages.keep(topic, pages.inputs(topic.language))


@transaction.atomic
def mark_imported(topic: Topic, revision: Revision) -> None:
    """Remember which text the content files brought last."""
    Topic.objects.filter(pk=topic.pk).update(imported=revision)
    topic.imported = revision


# --- steps shared with `topics.review` --------------------------------------------------------


def may(by: User | None, step: str, topic: Topic, at: str = "") -> None:
    """Refuses a person without the step's permission, and a step that this stage does not allow."""
    if by is not None and not by.has_perm(f"topics.{transitions.TRANSITIONS[step].permission}"):
        raise NotAllowed(f"Your account may not do this ({step}). Ask the person who keeps the staff accounts.")
    at = at or topic.stage
    if not transitions.allowed(step, at):
        raise Refused(f"“{topic}” is in the stage “{STAGE_WORDS[at]}”, which does not allow this ({step}).")


def refuse_other(topic: Topic, revision: Revision) -> None:
    if revision.topic_id != topic.pk:
        raise ValueError("This revision belongs to another topic.")
    if topic.live_id == revision.pk:
        raise Refused(f"“{topic}” shows this text already.")
    if revision.pk not in (topic.latest_id, topic.scheduled_id):
        raise Stale(topic.newest)


def end_schedule(topic: Topic, by: User | None, kept: Revision | None = None, note: str = "") -> None:
    """A text that waited for its time does not go live any more; one that is `kept` went live itself."""
    if topic.scheduled_id is not None and (kept is None or kept.pk != topic.scheduled_id):
        Event.objects.create(topic=topic, revision=topic.scheduled, kind=Event.CANCELLED, by=by, note=note[:500])
    topic.scheduled, topic.publish_at = None, None


def locked(topic: Topic) -> Topic:
    # Nothing is joined: PostgreSQL gives a row that it had to wait for anew, but not what was joined to it.
    return Topic.objects.select_for_update().get(pk=topic.pk)


def locked_to_show(topic: Topic) -> Topic:
    """For a step that changes what pages show: always this order of locks, so that no two wait for each other."""
    pages.one_at_a_time()
    return locked(topic)


# --- steps of the functions above -------------------------------------------------------------


def _append(
    topic: Topic,
    source: Source,
    author: User | None,
    based_on: Revision | None,
    change: str,
    note: str,
    origin: str,
) -> Revision:
    revision = Revision.objects.create(
        topic=topic,
        number=(based_on.number if based_on else 0) + 1,
        text=source.text,
        author=author,
        based_on=based_on,
        change=change,
        note=note[:500],
        origin=origin,
    )
    revision.source = source
    topic.latest = revision
    topic.save()
    return revision


def _show(topic: Topic, source: Source) -> None:
    topic.title, topic.summary = source.title, source.summary
    topic.order, topic.level, topic.door = source.order, source.level, source.door
    if source.kind != CARD:
        section = Section.objects.filter(slug=source.section).first()
        if section is None:
            stops = pages.unknown(source)
            raise Refused(f"{stops[0].what} {stops[0].mend}", stops)
        topic.section = section


def _sites(source: Source) -> list[OrganSite]:
    return list(OrganSite.objects.filter(slug__in=source.sites))


def _refuse_unstorable(source: Source) -> None:
    if "\x00" in source.text:  # PostgreSQL has no place for it
        line = source.text.count("\n", 0, source.text.index("\x00")) + 1
        stop = Problem(line, "This line has an invisible control character.", "Type the line again.")
        raise Refused(str(stop), [stop])


def _keep_identity(topic: Topic, source: Source) -> None:
    if (source.kind, source.language) != (topic.kind, topic.language):
        raise Refused(f"“{topic}” cannot change its kind or language: make a new page instead.")
    if source.number not in (None, topic.number):
        raise Refused(f"“{topic}” has the permanent number {topic.number}, which cannot change.")


def _refuse_taken(language: str, kind: str, slug: str, topic: Topic | None = None) -> None:
    same = {"language": language, "kind": kind, "slug": slug}
    if Topic.objects.filter(**same).exists():
        raise Refused(f"The short name “{slug}” belongs to another page. Choose another one.")
    old = OldAddress.objects.filter(**same)
    if (old.exclude(topic=topic) if topic else old).exists():
        raise Refused(f"The short name “{slug}” was given out before and still leads to its page. Choose another one.")
