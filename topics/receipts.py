"""What this installation does with readers' data, read from the settings it runs with: nothing here is a promise."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

from topics import feedback, pdf
from topics.checks import Claim
from topics.models import Reference, RenderedPage, Topic
from topics.portal import codes


@dataclass(frozen=True)
class Receipt:
    what: str
    said: str


def privacy() -> list[Receipt]:
    return [Receipt(_("Other hosts that your browser asks"), _hosts()), *_kept(), *_around()]


def _hosts() -> str:
    """From the policy that browsers enforce on every page."""
    named = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].values()
    hosts = sorted({source for sources in named for source in sources} - {"'self'", "'none'"})
    return ", ".join(hosts) or _("None. Your browser is told to load nothing from anywhere but this site.")


def _kept() -> list[Receipt]:
    years = round(feedback.DAYS_KEPT / 365)
    return [
        Receipt(_("Cookies"), _cookies()),
        Receipt(_("What you search, look up or tick"), _("Answered and forgotten. It is not stored and not logged.")),
        Receipt(
            _("“Did this page help?”"),
            _(
                "How many answers a page got on a day, for %(years)s years. Your internet address is kept for two "
                "minutes as a scrambled word that changes each day, so that nobody sends more than %(most)s a minute."
            )
            % {"years": years, "most": feedback.MOST_A_MINUTE},
        ),
        Receipt(
            _("Codes that a hospital portal sends"),
            _(
                "Used to choose a page. Codes that lead nowhere are counted by day for %(days)s days. "
                "Anything else that a portal sends about you is not looked at and not kept."
            )
            % {"days": codes.DAYS_KEPT},
        ),
        Receipt(_("Logs"), _logs()),
    ]


def _cookies() -> str:
    return _(
        "None for readers. Staff who sign in get two, to stay signed in. "
        "A clinician who checks a page by a personal link gets two for that page."
    )


def _logs() -> str:
    """`LOG_LINE` names all that a line can hold."""
    held = {
        "asctime": _("time"),
        "levelname": _("how serious"),
        "name": _("which part of the program"),
        "message": _("what happened"),
    }
    names = [words for name, words in held.items() if f"%({name})" in settings.LOG_LINE]
    words = _(
        "One line for each event of the program: %(held)s. No addresses of readers, no questions after a “?”. "
        "The hospital's own servers in front may keep more, and whoever runs them decides for how long."
    )
    return words % {"held": ", ".join(names)}


def _around() -> list[Receipt]:
    origins = ", ".join(settings.PORTAL_ORIGINS)
    referrer = settings.SECURE_REFERRER_POLICY == "no-referrer"
    return [
        Receipt(_("Who may show these pages in a frame"), origins or _("Nobody.")),
        Receipt(
            _("What other sites learn when you follow a link"),
            _("Not that you came from here.") if referrer else _("The address of this site."),
        ),
        Receipt(
            _("The way between you and this site"),
            _("Encrypted (https), and browsers are told to insist on it.")
            if settings.HTTPS
            else _("Not encrypted: this is a trial installation (http)."),
        ),
    ]


KNOWN_ISSUES = [
    _later("No group of people with disabilities has tested these pages yet."),
    _later("They were tried in Chromium. Firefox and Safari have not been tested as thoroughly."),
    _later("There are no sound or video versions. Your device can read the pages to you."),
    _later("How to say a word is written in English sounds."),
]


def known_issues() -> list[str]:
    found = [str(issue) for issue in KNOWN_ISSUES]
    if pdf.available():
        found.append(_("PDF files are not tagged for screen readers. The web pages are the better choice."))
    else:
        found.append(_("There are no PDF files on this site. Your browser can print any page, or keep it as PDF."))
    speaking = set(Topic.objects.published().open().values_list("language", flat=True))
    silent = [name for code, name in settings.LANGUAGES if code not in speaking]
    if silent:
        found.append(_("There are no pages yet in: %(languages)s.") % {"languages": ", ".join(silent)})
    return found


def contents(language: str) -> dict[str, int]:
    pages = Topic.objects.published().open().pages(language)
    cards = Topic.objects.published().cards(language)
    counts = {"pages": pages.count(), "cards": cards.count(), "sources": Reference.objects.count()}
    kept = RenderedPage.objects.filter(topic__in=pages | cards).values_list("claim", flat=True)
    checked = sum(Claim.from_data(claim).full is not None for claim in kept)
    return {**counts, "texts": counts["pages"] + counts["cards"], "checked": checked}
