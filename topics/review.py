"""The way of a text from draft to patients: ask for a check, check, send back, set a time, go live at it.

Like `topics.workflow`: each function is one transaction, locks the topic first, appends an event,
and refuses in words by raising `Refused`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from topics import checks, pages
from topics.models import Event, Invitation, ReviewAnswer, Revision, SectionCheck, Topic, User
from topics.parts import Part, parts
from topics.transitions import CANCEL, CHECK, SCHEDULE, SCHEDULED, SEND_BACK, SUBMIT
from topics.workflow import Refused, Stale, basis_of, end_schedule, locked, locked_to_show, may, publish, refuse_other

logger = logging.getLogger(__name__)


class OwnWords(Refused):
    """Somebody wants to check clinical words of their own."""


@dataclass(frozen=True)
class Verdict:
    """What a clinician says of one part: one of `SectionCheck.VERDICTS`, and why if it is not simply correct."""

    verdict: str
    comment: str = ""


@dataclass(frozen=True)
class Signature:
    """Who checks: an account, or the person whom an invitation names. `name` and `role` are public."""

    by: User | None
    name: str
    role: str
    invitation: Invitation | None = None

    @classmethod
    def of_account(cls, by: User) -> Signature:
        return cls(by, by.get_full_name(), by.title)

    @classmethod
    def of_invitation(cls, invitation: Invitation) -> Signature:
        return cls(None, invitation.name, invitation.role, invitation)


@transaction.atomic
def submit(topic: Topic, revision: Revision, by: User, note: str = "", due: datetime | None = None) -> Event:
    """Ask a clinician to check this text: the newest draft, or the live one when its check is due."""
    topic = locked(topic)
    may(by, SUBMIT, topic)
    _refuse_older(topic, revision)
    if due is not None and due < timezone.now():
        raise Refused("The day by which the check is wanted has passed. Choose a later one.")
    return Event.objects.create(topic=topic, revision=revision, kind=Event.SUBMITTED, by=by, note=note[:500], due=due)


@transaction.atomic
def check(
    topic: Topic,
    revision: Revision,
    signature: Signature,
    verdicts: Mapping[str, Verdict],
    note: str = "",
    items: Mapping[str, str] | None = None,
) -> Event:
    """A clinician's answer, part by part (by key of `topics.parts`).

    Every part without a check needs a verdict. When one is “not correct” the text goes back to
    its writer with the comments; what was found correct stays found correct. `items` are answers
    about how easy the text is, by id of `topics.plain_language.understandability`.
    """
    topic = locked_to_show(topic)
    _may_check(topic, revision, signature)
    judged = [part for part in parts(revision.source) if part.key in verdicts]
    _refuse_gaps(checks.unchecked(revision), verdicts)
    _refuse_silence(judged, verdicts)
    wrong = any(verdicts[part.key].verdict == SectionCheck.WRONG for part in judged)
    event = _signed(Event.SENT_BACK if wrong else Event.CHECKED, topic, revision, signature, note)
    SectionCheck.objects.bulk_create(_row(event, part, verdicts[part.key]) for part in judged)
    ReviewAnswer.objects.bulk_create(
        ReviewAnswer(event=event, item=item, answer=answer) for item, answer in (items or {}).items()
    )
    pages.keep_claim(topic)
    return event


@transaction.atomic
def send_back(topic: Topic, revision: Revision, by: User, reason: str) -> Event:
    """Give a text back to its writer, with the reason."""
    topic = locked_to_show(topic)
    may(by, SEND_BACK, topic)
    _refuse_older(topic, revision)
    if not reason.strip():
        raise Refused("Say why the text goes back, so that its writer knows what to mend.")
    event = _signed(Event.SENT_BACK, topic, revision, Signature.of_account(by), reason)
    if topic.scheduled_id == revision.pk:
        end_schedule(topic, by, note=reason)
        topic.save()
    pages.keep_claim(topic)
    return event


@transaction.atomic
def schedule(topic: Topic, revision: Revision, by: User, when: datetime, note: str = "") -> Event:
    """Set the time at which this text goes live; it has to be publishable now."""
    topic = locked(topic)
    may(by, SCHEDULE, topic)
    refuse_other(topic, revision)
    if when <= timezone.now():
        raise Refused("That time has passed. Choose a later one, or publish now.")
    basis = basis_of(topic, revision, by, note)
    end_schedule(topic, by, kept=revision)
    topic.scheduled, topic.publish_at = revision, when
    topic.save()
    return Event.objects.create(
        topic=topic, revision=revision, kind=Event.SCHEDULED, by=by, note=note[:500], basis=basis, due=when
    )


@transaction.atomic
def cancel(topic: Topic, by: User, note: str = "") -> None:
    """A text that waits for its time waits no longer."""
    topic = locked(topic)
    may(by, CANCEL, topic, SCHEDULED if topic.scheduled_id else "")  # a newer draft may stand on it already
    end_schedule(topic, by, note=note)
    topic.save()


def publish_due(now: datetime | None = None) -> list[Topic]:
    """Show every text whose time has come, and return their topics; one transaction each.

    A text that cannot be shown any more (its card is gone, say) loses its time, and the event says why.
    """
    now, shown = now or timezone.now(), []
    for topic in Topic.objects.filter(publish_at__lte=now).order_by("publish_at"):
        try:
            if _publish_scheduled(topic, now):
                shown.append(topic)
        except DatabaseError:
            raise
        except Exception:  # a fault of ours with one text: the others still go live, and readers are answered
            logger.exception("A scheduled text could not go live: topic %s", topic.number)
    return shown


@transaction.atomic
def _publish_scheduled(topic: Topic, now: datetime) -> bool:
    topic = locked_to_show(topic)
    event = topic.events.filter(kind=Event.SCHEDULED, revision=topic.scheduled_id).first()
    revision, when = topic.scheduled, topic.publish_at
    if event is None or revision is None or when is None or when > now:  # cancelled or moved in this moment
        return False
    try:
        publish(topic, revision, event.by, event.note)
    except Refused as refused:
        logger.warning("A scheduled text could not go live: topic %s, revision %s", topic.number, revision.number)
        end_schedule(topic, None, note=str(refused))
        topic.save()
        return False
    return True


@transaction.atomic
def assign(topics: Sequence[Topic], owner: User | None) -> None:
    """Say who looks after these pages."""
    Topic.objects.filter(pk__in=[topic.pk for topic in topics]).update(owner=owner)


@transaction.atomic
def set_due(topics: Sequence[Topic], day: date | None) -> None:
    """Say when these pages' next check is due; None: as their last check says."""
    Topic.objects.filter(pk__in=[topic.pk for topic in topics]).update(check_due=day)


# --- steps of the functions above -------------------------------------------------------------


def _may_check(topic: Topic, revision: Revision, signature: Signature) -> None:
    may(signature.by, CHECK, topic)
    _refuse_older(topic, revision)
    if settings.REQUIRE_SECOND_PERSON and _wrote(signature, revision):
        raise OwnWords("You wrote clinical words of this text, so somebody else has to check it.")


def _wrote(signature: Signature, revision: Revision) -> bool:
    writers = checks.writers(revision)
    if signature.by is not None:
        return signature.by.pk in writers
    address = signature.invitation.email if signature.invitation else ""
    return User.objects.filter(pk__in=writers, email__iexact=address).exclude(email="").exists()


def _refuse_older(topic: Topic, revision: Revision) -> None:
    if revision.topic_id != topic.pk:
        raise ValueError("This revision belongs to another topic.")
    if topic.latest_id != revision.pk:
        raise Stale(topic.newest)


def _refuse_gaps(open_parts: Sequence[Part], verdicts: Mapping[str, Verdict]) -> None:
    missing = [part for part in open_parts if part.key not in verdicts]
    if missing:
        names = ", ".join(f"“{part.title or part.kind}”" for part in missing)
        raise Refused(f"Answer for every part that changed. Still open: {names}.")


def _refuse_silence(judged: Sequence[Part], verdicts: Mapping[str, Verdict]) -> None:
    if not judged:
        raise Refused("Answer for at least one part.")
    for part in judged:
        said = verdicts[part.key]
        if said.verdict not in dict(SectionCheck.VERDICTS):
            raise Refused(f"“{said.verdict}” is not an answer that can be given.")
        if said.verdict != SectionCheck.CORRECT and not said.comment.strip():
            raise Refused(f"Say what to mend in “{part.title or part.kind}”.")


def _signed(kind: str, topic: Topic, revision: Revision, signature: Signature, note: str) -> Event:
    return Event.objects.create(
        topic=topic,
        revision=revision,
        kind=kind,
        by=signature.by,
        note=note[:500],
        signed_name=signature.name[:150],
        signed_role=signature.role[:120],
        invitation=signature.invitation,
    )


def _row(event: Event, part: Part, said: Verdict) -> SectionCheck:
    return SectionCheck(
        event=event,
        key=part.key[:200],
        title=part.title[:300],
        digest=part.digest,
        verdict=said.verdict,
        comment=said.comment.strip()[:2000],
    )
