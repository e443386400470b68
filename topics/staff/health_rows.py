"""What a check of the health table is given, and what it answers with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from topics.models import ClinicSettings, Topic, User
from topics.staff.standing import Standing, standings

RECENTLY = timedelta(days=30)


@dataclass(frozen=True)
class Row:
    """One thing to do: where, what is the matter, since when, and the one action that mends it.

    `posts` marks an action that is done at once, by a button, and not on the page behind a link.
    """

    page: str
    what: str
    action: str
    url: str
    since: date | None = None
    topic: Topic | None = None
    posts: bool = False


@dataclass
class Seen:
    """Who looks, and what all checks look at: gathered once, when the first check asks."""

    user: User

    @cached_property
    def today(self) -> date:
        return timezone.localdate()

    @cached_property
    def standings(self) -> list[Standing]:
        return standings()

    @cached_property
    def by_pk(self) -> dict[int, Standing]:
        return {one.topic.pk: one for one in self.standings}

    @cached_property
    def clinic(self) -> ClinicSettings:
        return ClinicSettings.load()

    @property
    def recently(self) -> datetime:
        return timezone.now() - RECENTLY

    def may(self, permission: str) -> bool:
        return self.user.has_perm(f"topics.{permission}")

    # --- the actions that rows lead to ---------------------------------------------------------

    def mending(self, topic: Topic) -> tuple[str, str]:
        """Words and address for who may write; others look at the history."""
        if self.may("change_topic"):
            return _("Edit the page"), reverse("admin:topics_topic_change", args=[topic.pk])
        return self.looking(topic)

    def looking(self, topic: Topic) -> tuple[str, str]:
        return _("See its history"), reverse("admin:topics_topic_history", args=[topic.pk])

    def checking(self, topic: Topic, asked: bool = False) -> tuple[str, str]:
        """Where a check is asked for and given, and what this person can do there."""
        address = reverse("admin:topics_topic_review", args=[topic.pk])
        if self.may("check_topic"):
            return _("Check it"), address
        return (_("Ask for a check") if self.may("change_topic") and not asked else _("See what is asked")), address

    def publishing(self, topic: Topic) -> tuple[str, str]:
        address = reverse("admin:topics_topic_review", args=[topic.pk])
        return (_("Publish it") if self.may("publish_topic") else _("See what was said")), address


def on_page(topic: Topic, what: str, action: tuple[str, str], since: date | datetime | None = None) -> Row:
    day = timezone.localdate(since) if isinstance(since, datetime) else since
    return Row(title(topic), what, *action, since=day, topic=topic)


def title(topic: Topic) -> str:
    return f"{topic.title} ({topic.language})" if topic.language != "en" else topic.title
