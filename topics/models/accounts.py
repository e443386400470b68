from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A staff account. `one_time_password` is the hash of a password that someone else has seen."""

    title = models.CharField(
        _("role shown to readers"),
        max_length=120,
        blank=True,
        help_text=_("Stands beside the name where a page says who checked it, like “breast cancer nurse”."),
    )
    one_time_password = models.CharField(max_length=128, blank=True, editable=False)

    def check_password(self, raw_password: str | None) -> bool:
        """A sign-in may write the same password's hash anew; it is a one-time password still."""
        one_time = self.must_change_password
        good = super().check_password(raw_password)
        if one_time and not self.must_change_password:
            self.one_time_password = self.password
            self.save(update_fields=["one_time_password"])
        return good

    @property
    def must_change_password(self) -> bool:
        return bool(self.one_time_password) and self.one_time_password == self.password
