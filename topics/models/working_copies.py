"""What people typed and have not saved yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from topics.models.topic import Topic

OPEN_FOR = timedelta(seconds=75)  # without a sign of life: then the page counts as closed


class WorkingCopyQuerySet(models.QuerySet["WorkingCopy"]):
    def of(self, owner: Any, topic: Topic | None) -> WorkingCopyQuerySet:
        return self.filter(owner=owner, topic=topic) if topic else self.filter(owner=owner, topic__isnull=True)

    def beside(self, owner: Any, topic: Topic | None) -> WorkingCopyQuerySet:
        """Colleagues who have the same page open now, or have typed text that waits."""
        if topic is None:
            return self.none()
        others = self.filter(topic=topic).exclude(owner=owner).select_related("owner")
        return others.filter(Q(saved_at__isnull=False) | Q(seen_at__gt=timezone.now() - OPEN_FOR)).order_by("-seen_at")


class WorkingCopy(models.Model):
    """One person's unsaved text of one page; without a topic, of the page they are about to make.

    Overwritten by every autosave, shown to nobody else, never published, gone with a save. A row
    without `saved_at` holds no text: it only says that its owner has the page open.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    topic = models.ForeignKey(Topic, models.CASCADE, null=True, related_name="+")
    fields = models.JSONField(default=dict)
    based_on = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()

    objects = WorkingCopyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "topic"], name="one_working_copy_a_person_and_page"),
            models.UniqueConstraint(
                fields=["owner"], condition=Q(topic__isnull=True), name="one_working_copy_of_a_new_page_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner} · {self.topic or '–'}"

    def is_open(self, now: datetime) -> bool:
        return self.seen_at > now - OPEN_FOR
