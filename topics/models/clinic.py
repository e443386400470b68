from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from topics.models.accounts import User

phone_validator = RegexValidator(
    r"^\+?[0-9][0-9 ().\-]{1,28}[0-9]\Z", _("Use digits, spaces, brackets and hyphens only, like 020 7946 0000.")
)
emergency_validator = RegexValidator(r"^[0-9]{2,6}\Z", _("Use the short number people dial, like 999 or 911."))


class ClinicSettings(models.Model):
    """The one row that says who runs this site and which numbers patients call."""

    clinic_name = models.CharField(max_length=120, blank=True)
    emergency_number = models.CharField(max_length=6, blank=True, validators=[emergency_validator])
    day_line = models.CharField(max_length=30, blank=True, validators=[phone_validator])
    night_line = models.CharField(_("after-hours line"), max_length=30, blank=True, validators=[phone_validator])
    contact_email = models.EmailField(_("contact address"), blank=True)
    review_months = models.PositiveSmallIntegerField(_("review interval in months"), default=12)
    answer_codes_without_context = models.BooleanField(
        _("answer unspecific codes"),
        default=False,
        help_text=_(
            "Portals also send codes such as “headache” or “denosumab” that do not mean metastatic breast cancer. "
            "Off: they are answered only beside a cancer code. On: always. Decide with a clinician."
        ),
    )

    confirmed = models.DateField(null=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    confirmed_numbers = models.CharField(max_length=80, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("clinic settings")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_row_of_clinic_settings")]

    def __str__(self) -> str:
        return str(_("Clinic settings"))

    @classmethod
    def load(cls) -> ClinicSettings:
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @property
    def numbers(self) -> dict[str, str]:
        """The numbers that patients call, by what they are; empty where none is set."""
        return {
            str(_("emergency number")): self.emergency_number,
            str(_("day line")): self.day_line,
            str(_("after-hours line")): self.night_line,
        }

    @property
    def last_confirmed(self) -> date | None:
        """When somebody called the numbers that are set now; one that was changed since counts as never called."""
        return self.confirmed if self.confirmed_numbers == self._all_numbers else None

    def confirm(self, by: User, today: date) -> None:
        """Somebody called these numbers, and they are right."""
        self.confirmed, self.confirmed_by, self.confirmed_numbers = today, by, self._all_numbers
        self.save(update_fields=["confirmed", "confirmed_by", "confirmed_numbers"])

    @property
    def _all_numbers(self) -> str:
        return " | ".join(self.numbers.values())
