"""Checks of the health table that look at numbers: those patients call, those that changed, those that count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Max, OuterRef, Subquery, Sum
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from topics.checks import months_after
from topics.codes import SYSTEMS
from topics.models import Event, Feedback, Revision, UnmatchedCode
from topics.staff.feedback import totals
from topics.staff.health_rows import Row, Seen, on_page
from topics.wording import numbers_changed

CONFIRM_MONTHS = 6
DAYS_OF_CODES = 90
DAYS_OF_FEEDBACK = 90


def to_call(seen: Seen) -> Iterable[Row]:
    """Numbers that are not set, or that nobody has called for half a year."""
    clinic = seen.clinic
    for name, number in clinic.numbers.items():
        if not number:
            what = _("It is not set: pages say “the number your team gave you” in its place.")
            yield Row(name.capitalize(), what, *_settings(seen))
    called = clinic.last_confirmed
    if any(clinic.numbers.values()) and (called is None or months_after(called, CONFIRM_MONTHS) <= seen.today):
        numbers = ", ".join(number for number in clinic.numbers.values() if number)
        what = _("Call %(numbers)s and listen who answers. Do it twice a year.") % {"numbers": numbers}
        allowed = seen.may("change_clinicsettings")
        done = _("I called them, they are right"), reverse("admin:topics_clinicsettings_confirm")
        yield Row(_("All numbers"), what, *(done if allowed else _settings(seen)), since=called, posts=allowed)


def _settings(seen: Seen) -> tuple[str, str]:
    if not seen.may("change_clinicsettings"):
        return _("See the numbers"), reverse("admin:topics_clinicsettings_changelist")
    if seen.clinic._state.adding:
        return _("Set it"), reverse("admin:topics_clinicsettings_add")
    return _("Set it"), reverse("admin:topics_clinicsettings_change", args=[seen.clinic.pk])


def changed(seen: Seen) -> Iterable[Row]:
    """Numbers in live texts that differ from the text patients saw before, for a month."""
    before = (
        Event.objects.filter(topic=OuterRef("topic"), kind=Event.PUBLISHED, pk__lt=OuterRef("pk"))
        .exclude(revision=OuterRef("revision"))
        .order_by("-pk")
    )
    shown = Event.objects.filter(kind=Event.PUBLISHED, at__gte=seen.recently, topic__live__isnull=False)
    events = list(shown.annotate(before=Subquery(before.values("revision")[:1])).exclude(before=None).order_by("-pk"))
    texts = Revision.objects.in_bulk([pk for event in events for pk in (event.before, event.revision_id)])
    for event in events:
        old, new = texts[event.before], texts[event.revision_id or 0]
        gone, came = numbers_changed(old.text, new.text)
        if (gone or came) and event.topic_id in seen.by_pk:
            said = _told(", ".join(gone), ", ".join(came))
            topic = seen.by_pk[event.topic_id].topic
            address = reverse("admin:topics_topic_compare", args=[topic.pk])
            query = urlencode({"old": old.number, "new": new.number})
            yield on_page(topic, said, (_("Compare the texts"), f"{address}?{query}"), event.at)


def _told(gone: str, came: str) -> str:
    if gone and came:
        return f"{gone} → {came}"
    return _("New: %(numbers)s") % {"numbers": came} if came else _("Gone: %(numbers)s") % {"numbers": gone}


def codes_without_page(seen: Seen) -> Iterable[Row]:
    """What portals asked for in vain: code and count, nothing else is known."""
    since = seen.today - timedelta(days=DAYS_OF_CODES)
    sums = UnmatchedCode.objects.filter(day__gt=since).order_by().values("system", "code")
    for row in sums.annotate(total=Sum("count"), last=Max("day")).order_by("-total", "system", "code"):
        system = SYSTEMS[row["system"]].name if row["system"] in SYSTEMS else row["system"]
        total = row["total"]
        what = ngettext("Asked for once.", "Asked for %(total)s times.", total) % {"total": total}
        values = urlencode({"system": row["system"], "code": row["code"]})
        action = _("Look at the codes"), reverse("admin:topics_unmatchedcode_changelist")
        if seen.may("add_code"):
            action = _("Give it a page"), f"{reverse('admin:topics_code_add')}?{values}"
        yield Row(f"{system} {row['code']}", what, *action, since=row["last"])


def feedback(seen: Seen) -> Iterable[Row]:
    """Pages that readers said “no” to, with their reasons; a wrong number to call, or wrong words, come first."""
    grave = {str(name) for word, name in Feedback.REASONS if word in GRAVE}
    told = [one for one in totals(DAYS_OF_FEEDBACK) if one[1][NO] or grave & set(dict(one[2]))]
    for topic, answers, reasons in sorted(told, key=lambda one: grave.isdisjoint(dict(one[2]))):
        said = [f"{name}: {count}" for (_word, name), count in zip(Feedback.ANSWERS, answers, strict=True)]
        why = [f"{name}: {count}" for name, count in reasons]
        what = _("Did this page help? %(answers)s.") % {"answers": ", ".join(said)}
        what = f"{what} {', '.join(why)}." if why else what
        yield on_page(topic, what, seen.mending(topic))


NO = [word for word, _name in Feedback.ANSWERS].index("no")
GRAVE = ("number", "wrong")
