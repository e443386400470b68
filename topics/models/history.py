"""What was written and what was done with it: rows that are added and never change."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from topics.models.topic import Topic
from topics.source import Source, parse


class NeverChanges(Exception):
    """Somebody tried to change or delete a fact."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    def update(self, **kwargs: Any) -> int:
        raise NeverChanges(f"A saved {self.model.__name__} never changes; append a new one.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise NeverChanges(f"A saved {self.model.__name__} is never deleted.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise NeverChanges(f"A saved {self.model.__name__} never changes; append a new one.")


class AppendOnly(models.Model):
    """Saved once. The database holds the same rule by triggers (migration 0002)."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise NeverChanges(f"A saved {type(self).__name__} never changes; append a new one.")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise NeverChanges(f"A saved {type(self).__name__} is never deleted.")


class Revision(AppendOnly):
    """One saved source of a topic. A row never changes; state is never stored in it."""

    WORDING, CLINICAL, URGENT = "wording", "clinical", "urgent"
    CHANGES = [(WORDING, _("wording")), (CLINICAL, _("clinical")), (URGENT, _("urgent safety"))]
    SITE, FILES = "site", "files"
    ORIGINS = [(SITE, _("written here")), (FILES, _("from files"))]

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    change = models.CharField(max_length=8, choices=CHANGES, default=CLINICAL)
    note = models.CharField(max_length=500, blank=True)
    origin = models.CharField(max_length=5, choices=ORIGINS, default=SITE)

    class Meta:
        ordering = ["topic", "-number"]
        constraints = [models.UniqueConstraint(fields=["topic", "number"], name="revision_numbers_count_up")]

    def __str__(self) -> str:
        return f"{self.topic} · {self.number}"

    @cached_property
    def source(self) -> Source:
        return parse(self.text)


class Event(AppendOnly):
    """Who did what to which revision, when and why. A row never changes.

    `due` is when a check is wanted (submitted) or when the text goes live (scheduled); `basis` says
    what allowed a publication. A check keeps the name and role it was signed with, as they were then.
    """

    SUBMITTED, SENT_BACK, CHECKED = "submitted", "sent back", "checked"
    PUBLISHED, SCHEDULED, CANCELLED = "published", "scheduled", "cancelled"
    WITHDRAWN, RENAMED = "withdrawn", "renamed"
    KINDS = [
        (SUBMITTED, _("asked for a check")),
        (SENT_BACK, _("sent back")),
        (CHECKED, _("checked")),
        (PUBLISHED, _("published")),
        (SCHEDULED, _("scheduled")),
        (CANCELLED, _("schedule cancelled")),
        (WITHDRAWN, _("withdrawn")),
        (RENAMED, _("moved to a new address")),
    ]
    BY_CHECK, BY_WORDING, BY_URGENCY, BY_FILES = "checked", "wording", "urgent", "files"
    BASES = [
        (BY_CHECK, _("checked by a second person")),
        (BY_WORDING, _("wording only")),
        (BY_URGENCY, _("urgent safety change, to be checked afterwards")),
        (BY_FILES, _("from the content files")),
    ]

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="events")
    revision = models.ForeignKey(Revision, models.PROTECT, null=True, related_name="events")
    kind = models.CharField(max_length=10, choices=KINDS)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    note = models.CharField(max_length=500, blank=True)
    basis = models.CharField(max_length=7, blank=True, choices=BASES)
    due = models.DateTimeField(null=True)
    signed_name = models.CharField(max_length=150, blank=True)
    signed_role = models.CharField(max_length=120, blank=True)
    invitation = models.ForeignKey("Invitation", models.PROTECT, null=True, related_name="events")

    class Meta:
        ordering = ["topic", "-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.topic} · {self.get_kind_display()}"

    @property
    def who(self) -> str:
        """The name as it was signed, or the account's."""
        return self.signed_name or (str(self.by) if self.by else str(_("the content files")))


class SectionCheck(AppendOnly):
    """What a clinician said of one part of a text; bound to its words by `digest` (`topics.parts`).

    Belongs to an event of kind checked or sent back. A row never changes.
    """

    CORRECT, SMALL_FIX, WRONG = "correct", "fix", "wrong"
    VERDICTS = [(CORRECT, _("correct")), (SMALL_FIX, _("correct with a small fix")), (WRONG, _("not correct"))]

    event = models.ForeignKey(Event, models.PROTECT, related_name="parts")
    key = models.CharField(max_length=200)
    title = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=64, db_index=True)
    verdict = models.CharField(max_length=7, choices=VERDICTS)
    comment = models.CharField(max_length=2000, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["event", "key"], name="a_part_is_judged_once_in_a_check")]

    def __str__(self) -> str:
        return f"{self.title or self.key}: {self.get_verdict_display()}"


class ReviewAnswer(AppendOnly):
    """What somebody who checked a text said of how easy it is to understand (`plain_language.understandability`).

    Belongs to an event of kind checked or sent back. A row never changes.
    """

    YES, NO, NOT_APPLICABLE = "yes", "no", "n/a"
    ANSWERS = [(YES, _("yes")), (NO, _("no")), (NOT_APPLICABLE, _("does not apply"))]

    event = models.ForeignKey(Event, models.PROTECT, related_name="answers")
    item = models.CharField(max_length=8)
    answer = models.CharField(max_length=3, choices=ANSWERS)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["event", "item"], name="an_item_is_answered_once_in_a_check")]

    def __str__(self) -> str:
        return f"{self.item}: {self.get_answer_display()}"
