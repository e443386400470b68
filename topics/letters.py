"""Letters to clinicians who check by link: plain text, no patient's data, no word of a page but its title."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from topics.models import ClinicSettings, Invitation

logger = logging.getLogger(__name__)

HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


class NotSent(Exception):
    """The mail server did not take a letter."""


def invitation(to: Invitation, secret: str) -> None:
    more = {
        "title": to.revision.source.title,
        "address": settings.SITE_URL + reverse("check_by_link", args=[secret]),
        "expires": date_format(timezone.localtime(to.expires), "j F Y, H:i"),
    }
    _send(to, _("Please check a text for patients"), "letters/invitation.txt", more)


def code(to: Invitation, digits: str) -> None:
    _send(to, _("Your code"), "letters/code.txt", {"code": digits})


def not_configured() -> str:
    return _(
        "This site cannot send mail yet: EMAIL_URL is not set. The letter is written to the folder “mail” in the "
        "site's data folder, and the code that the clinician asks for will be, too. Ask the person who runs this "
        "site to set EMAIL_URL, or to pass on both."
    )


def _send(to: Invitation, subject: str, template: str, more: dict[str, Any]) -> None:
    sender = to.by.get_full_name() or _("a member of the staff")
    site = " ".join(ClinicSettings.load().clinic_name.split()) or "MBC Pages"
    text = render_to_string(template, {"invitation": to, "sender": sender, "site": site, **more})
    letter = EmailMessage(f"{site}: {subject}", text, to=[to.email], headers=HEADERS)
    try:
        letter.send()
    except (SMTPException, OSError, UnicodeError) as error:  # refused, away, not writable
        logger.warning("A letter for check by link %s was not sent: %s", to.pk, type(error).__name__)
        raise NotSent from error
