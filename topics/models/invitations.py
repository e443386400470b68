"""A clinician without an account, asked by mail to check one revision."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from topics.models.history import Revision


class Invitation(models.Model):
    """A personal link to the check of one revision. `name`, `role` and `email` are as the inviter gave them.

    The link's secret and the mailed code are kept as hashes only. What it led to is an Event.
    """

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="invitations")
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=120)
    email = models.EmailField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()
    secret = models.CharField(max_length=64, unique=True, editable=False)
    code = models.CharField(max_length=128, blank=True, editable=False)
    code_expires = models.DateTimeField(null=True, editable=False)
    codes = models.PositiveSmallIntegerField(default=0, editable=False)  # sent so far
    tries = models.PositiveSmallIntegerField(default=0, editable=False)  # of the code that was sent last
    proved = models.DateTimeField(null=True, editable=False)  # when the mailed code came back
    revoked = models.DateTimeField(null=True, editable=False)
    answered = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-at"]
        verbose_name = _("check by link")
        verbose_name_plural = _("checks by link")

    def __str__(self) -> str:
        return f"{self.name}, {self.role}"

    @property
    def is_open(self) -> bool:
        """Whether the link still opens: not answered, not taken back, not run out."""
        return self.answered is None and self.revoked is None and timezone.now() < self.expires
