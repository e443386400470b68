from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from topics.models.topic import Topic


class Feedback(models.Model):
    """How often a page got an answer, or a reason, on a day. Nothing is known of who gave it."""

    ANSWERS = [("yes", _("Yes")), ("partly", _("Partly")), ("no", _("No"))]
    REASONS = [
        ("hard", _("Hard words")),
        ("upsetting", _("It upset me")),
        ("long", _("Too long")),
        ("missing", _("Something is missing")),
        ("number", _("A number to call is wrong")),
        ("wrong", _("Something is not right")),
    ]

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="feedback", verbose_name=_("page"))
    day = models.DateField()
    said = models.CharField(_("answer or reason"), max_length=10, choices=[*ANSWERS, *REASONS])
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        ordering = ["-day", "topic", "said"]
        constraints = [models.UniqueConstraint(fields=["topic", "day", "said"], name="feedback_counted_once_a_day")]

    def __str__(self) -> str:
        return f"{self.topic}: {self.get_said_display()}"
