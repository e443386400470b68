"""What staff are told after a step that several pages take: what happened, to which page, what is next."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from topics.models import Event, Revision, Topic


def published(topic: Topic, revision: Revision, event: Event) -> str:
    link = format_html('<a href="{}">{}</a>', topic.get_absolute_url(), _("Open the page"))
    words = _("Published: “%(topic)s”. Patients see this text from now on.") % {"topic": revision.source.title}
    later = _("A clinician is asked to check it afterwards.") if event.basis == Event.BY_URGENCY else ""
    return format_html("{} {} {}.", words, later, link)


def scheduled(revision: Revision, at: datetime) -> str:
    when = date_format(timezone.localtime(at), "DATETIME_FORMAT")
    words = _("“%(topic)s” goes live on %(when)s (%(zone)s), by itself. Until then you can cancel it here.")
    return words % {"topic": revision.source.title, "when": when, "zone": timezone.get_current_timezone_name()}


def checked(topic: Topic, revision: Revision, event: Event) -> str:
    title = {"topic": revision.source.title}
    if event.kind == Event.SENT_BACK:
        return _("“%(topic)s” went back to its writer with your comments. What is correct stays checked.") % title
    if topic.live_id == revision.pk:
        return _("Your check of “%(topic)s” is recorded. Its page says so from now on.") % title
    return _("Your check of “%(topic)s” is recorded. Next: a publisher shows it to patients.") % title
