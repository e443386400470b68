from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

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

    class Meta:
        verbose_name = verbose_name_plural = _("clinic settings")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_row_of_clinic_settings")]

    def __str__(self) -> str:
        return str(_("Clinic settings"))

    @classmethod
    def load(cls) -> ClinicSettings:
        return cls.objects.filter(pk=1).first() or cls(pk=1)
