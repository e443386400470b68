"""/feed/: changes in what patients see, as Atom (RFC 4287), for librarians and portals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from topics.models import ClinicSettings, Revision
from topics.portal import changes, links
from topics.portal.answers import open_data, writable

MOST = 50
TITLES = {
    changes.NEW: gettext_lazy("New: %(title)s"),
    changes.REVISED: gettext_lazy("Revised: %(title)s"),
    changes.RETURNED: gettext_lazy("Back again: %(title)s"),
    changes.CHECKED: gettext_lazy("Checked by a clinician: %(title)s"),
    changes.WITHDRAWN: gettext_lazy("Withdrawn: %(title)s"),
}
CHANGES = {
    Revision.WORDING: gettext_lazy("Change of wording."),
    Revision.CLINICAL: gettext_lazy("Clinical change."),
    Revision.URGENT: gettext_lazy("Urgent safety change."),
}
NO_CHANGE_YET = datetime(2026, 1, 1, tzinfo=UTC)  # “updated” is compulsory, and the time of asking is no change


class ChangesFeed(Atom1Feed):
    def latest_post_date(self) -> Any:
        return max((item["updateddate"] for item in self.items), default=NO_CHANGE_YET)

    def item_attributes(self, item: dict[str, Any]) -> dict[str, Any]:
        return {**super().item_attributes(item), "xml:lang": item["language"]}


@open_data
def feed(request: HttpRequest) -> HttpResponse:
    """The newest changes, without parameters."""
    atom = ChangesFeed(
        title=_("MBC Pages: what changed"),
        subtitle=_(
            "New, revised, checked and withdrawn pages and red-flag cards for people with metastatic breast cancer."
        ),
        description="",
        link=f"{settings.SITE_URL}/",
        feed_url=settings.SITE_URL + reverse("feed"),
        feed_guid=tag("changes"),
        language=settings.LANGUAGE_CODE,
        author_name=writable(ClinicSettings.load().clinic_name) or "MBC Pages",
        author_link=f"{settings.SITE_URL}/",
    )
    for change in changes.latest(MOST):
        with override(change.topic.language):
            atom.add_item(**entry(change))
    return HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def entry(change: changes.Change) -> dict[str, Any]:
    """A change in the page's own language. The text is escaped once more because Django sends it as HTML."""
    kinds = [change.kind, *([change.change] if change.change else [])]
    return {
        "title": TITLES[change.kind] % {"title": change.topic.title},
        "link": links.permanent(change.topic),
        "description": escape(said(change)) or None,
        "unique_id": tag(f"change/{change.id}"),
        "updateddate": change.at,
        "pubdate": change.at,
        "categories": kinds,
        "language": change.topic.language,
    }


def said(change: changes.Change) -> str:
    return SAYS.get(change.kind, _summary)(change)


def _revised(change: changes.Change) -> str:
    return f"{CHANGES[change.change or Revision.WORDING]} {change.note}".strip()


def _checked(change: changes.Change) -> str:
    return _("A clinician checked the words that patients could read then (revision %(number)s).") % {
        "number": change.revision
    }


def _withdrawn(change: changes.Change) -> str:
    if change.successor is not None:
        return _("Read this page instead: %(title)s") % {"title": change.successor.title}
    return _("Patients no longer see it. Please remove your copies.")


def _summary(change: changes.Change) -> str:
    """The words of a page that is withdrawn by now are not handed on."""
    return change.topic.summary if change.topic.live_id else ""


SAYS: dict[str, Callable[[changes.Change], str]] = {
    changes.REVISED: _revised,
    changes.CHECKED: _checked,
    changes.WITHDRAWN: _withdrawn,
}


def tag(name: str) -> str:
    """A name that stays when addresses change (RFC 4151)."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},2026:{name}"
