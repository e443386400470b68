from __future__ import annotations

from django.db import models

from topics.models.history import Revision
from topics.models.topic import Topic


class DraftProblems(models.Model):
    """What keeps a topic's newest text from going live. Derived: `topics.draft_problems` makes it anew.

    `names` is the mark of the cards, sources and addresses that it was judged by.
    """

    topic = models.OneToOneField(Topic, models.CASCADE, related_name="draft_problems")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    names = models.CharField(max_length=64)
    count = models.PositiveIntegerField(default=0)
    first = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return str(self.topic)
