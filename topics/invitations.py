"""A clinician without an account checks one text by a personal link: invite, send a code, prove it, answer.

Like `topics.workflow`: each function is one transaction and refuses in words by raising `Refused`.
Of the link's secret and of the mailed code only hashes are kept. Letters are sent by the caller
(`topics.letters`), after the transaction, so that a mail server that fails loses no invitation.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from topics import checks, review, transitions
from topics.models import Event, Invitation, Revision, Topic, User
from topics.review import OwnWords, Signature, Verdict
from topics.transitions import CHECK
from topics.workflow import NotAllowed, Refused, Stale, locked

logger = logging.getLogger(__name__)

DAYS, MOST_DAYS = 7, 30
CODE_LASTS, CODE_PAUSE = timedelta(minutes=15), timedelta(minutes=1)
TRIES, MOST_CODES = 5, 10  # together fifty guesses among a million, however long the link lives
INVITERS = ("change_topic", "publish_topic", "check_topic")

TOO_MANY = "That was too many tries. Ask for a new code."

# Why a link does not open any more.
ANSWERED, REVOKED, EXPIRED, NEWER, DONE = "answered", "revoked", "expired", "newer text", "done"


class WrongCode(Refused):
    """The code is not the one that was sent, or it cannot be used any more."""


class Closed(Refused):
    """The link does not open any more; `why` says which of the reasons above."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"This link does not open any more: {why}.")


@transaction.atomic
def invite(
    topic: Topic, revision: Revision, by: User, name: str, role: str, email: str, days: int = DAYS
) -> tuple[Invitation, str]:
    """A new invitation and its link's secret, which is kept nowhere else."""
    topic = locked(topic)
    _refuse_inviter(revision, by)
    _refuse_address(revision, by, email)
    if topic.latest_id != revision.pk:
        raise Stale(topic.newest)
    if not transitions.allowed(CHECK, topic.stage):
        raise Refused("Ask for a check first, then send the link: nobody waits for an answer to this text yet.")
    if not 1 <= days <= MOST_DAYS:
        raise Refused(f"A link lasts between 1 and {MOST_DAYS} days.")
    secret = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        revision=revision,
        name=" ".join(name.split()),
        role=" ".join(role.split()),
        email=email,
        by=by,
        expires=timezone.now() + timedelta(days=days),
        secret=_digest(secret),
    )
    logger.info("Check by link %s: sent for topic %s by account %s", invitation.pk, topic.number, by.pk)
    return invitation, secret


@transaction.atomic
def renew(invitation: Invitation, by: User) -> str:
    """Another secret for a link that is still open, because its letter did not arrive; the old one is void."""
    invitation = _locked(invitation)
    _refuse_inviter(invitation.revision, by)
    _refuse_closed(invitation)
    secret = secrets.token_urlsafe(32)
    invitation.secret = _digest(secret)
    invitation.save()
    return secret


@transaction.atomic
def revoke(invitation: Invitation, by: User) -> None:
    """Take a link back. Whoever may send one may take one back."""
    invitation = _locked(invitation)
    _refuse_others(by)
    if invitation.answered is not None:
        raise Refused(f"{invitation} has answered already.")
    invitation.revoked = invitation.revoked or timezone.now()
    invitation.save()
    logger.info("Check by link %s: taken back by account %s", invitation.pk, by.pk)


def found(secret: str) -> Invitation | None:
    rows = Invitation.objects.select_related("revision__topic__latest", "revision__topic__live", "by")
    row = rows.filter(secret=_digest(secret)).first()
    return row if row is not None and constant_time_compare(row.secret, _digest(secret)) else None


def closed(invitation: Invitation) -> str:
    """Why this link does not open any more; empty while it does."""
    topic = invitation.revision.topic
    if invitation.answered is not None:
        return ANSWERED
    if invitation.revoked is not None:
        return REVOKED
    if topic.latest_id != invitation.revision_id:
        return NEWER
    if not invitation.is_open:
        return EXPIRED
    return "" if transitions.allowed(CHECK, topic.stage) else DONE


@transaction.atomic
def send_code(invitation: Invitation) -> str:
    """A new six-digit code for the address; the one before it is void."""
    invitation = _locked(invitation)
    _refuse_closed(invitation)
    now = timezone.now()
    if invitation.code_expires is not None and now < invitation.code_expires - CODE_LASTS + CODE_PAUSE:
        raise Refused("A code was sent less than a minute ago. Please look into your mail first.")
    if invitation.codes >= MOST_CODES:
        raise Refused("No more codes are sent for this link. Ask the person who sent it for a new one.")
    code = f"{secrets.randbelow(10**6):06}"
    invitation.code = _of_code(invitation, code)
    invitation.code_expires = now + CODE_LASTS
    invitation.tries = 0
    invitation.codes += 1
    invitation.save()
    return code


def prove(invitation: Invitation, typed: str) -> None:
    """The mailed code came back: the address is proved. Raises WrongCode; each try counts, whatever it was."""
    refusal = _tried(invitation, "".join(typed.split()))
    if refusal:
        logger.warning("Check by link %s: a code was refused", invitation.pk)
        raise WrongCode(refusal)


@transaction.atomic
def _tried(invitation: Invitation, typed: str) -> str:
    invitation = _locked(invitation)
    _refuse_closed(invitation)
    if not invitation.code or invitation.code_expires is None or timezone.now() >= invitation.code_expires:
        return "That code has run out. Ask for a new one."
    if invitation.tries >= TRIES:
        return TOO_MANY
    invitation.tries += 1
    good = constant_time_compare(invitation.code, _of_code(invitation, typed))
    if good:
        invitation.code, invitation.proved = "", timezone.now()
    invitation.save()
    if good:
        return ""
    left = TRIES - invitation.tries
    return f"That is not the code in our mail. Tries left: {left}." if left else TOO_MANY


@transaction.atomic
def answer(
    invitation: Invitation, verdicts: Mapping[str, Verdict], note: str = "", items: Mapping[str, str] | None = None
) -> Event:
    """The clinician's check, signed with the name and role that the inviter gave; once only."""
    invitation = _locked(invitation)
    _refuse_closed(invitation)
    if invitation.proved is None:
        raise NotAllowed("Type the code from our mail first.")
    revision = invitation.revision
    event = review.check(revision.topic, revision, Signature.of_invitation(invitation), verdicts, note, items)
    invitation.answered = timezone.now()
    invitation.save()
    return event


# --- steps of the functions above -------------------------------------------------------------


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _of_code(invitation: Invitation, code: str) -> str:
    """Six digits are soon guessed from a plain hash, so the site's key goes into it."""
    return salted_hmac("topics.invitations.code", f"{invitation.pk}:{code}", algorithm="sha256").hexdigest()


def _locked(invitation: Invitation) -> Invitation:
    return Invitation.objects.select_for_update().get(pk=invitation.pk)


def _refuse_closed(invitation: Invitation) -> None:
    why = closed(invitation)
    if why:
        raise Closed(why)


def _refuse_others(by: User) -> None:
    if not any(by.has_perm(f"topics.{name}") for name in INVITERS):
        raise NotAllowed("Your account may not send links for a check. Ask the person who keeps the staff accounts.")


def _refuse_inviter(revision: Revision, by: User) -> None:
    _refuse_others(by)
    if settings.REQUIRE_SECOND_PERSON and by.pk in checks.writers(revision):
        raise OwnWords(
            "You wrote clinical words of this text, so a colleague has to send the link: "
            "then two people stand behind the check. Ask one who did not write it."
        )


def _refuse_address(revision: Revision, by: User, email: str) -> None:
    """A link never lets anybody check who could not do so with an account."""
    writers = checks.writers(revision) if settings.REQUIRE_SECOND_PERSON else set()
    for account in User.objects.filter(email__iexact=email):
        if account.pk == by.pk:
            raise Refused("This is your own address. A link goes to somebody else.")
        if account.pk in writers:
            raise OwnWords("Whoever has this address wrote clinical words of this text. Ask somebody else to check it.")
        if not account.has_perm("topics.check_topic"):
            raise Refused("This address belongs to a staff account that may not check. Ask a clinician.")
