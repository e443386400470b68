"""Codes of hospital systems and the pages they lead to, and the codes that led nowhere."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from topics.code_files import ONE_SOURCE, UNVERIFIED, VERIFIED
from topics.codes import EXACT, FAMILY, MAX_CODE, SYSTEMS, systems_in_use
from topics.models.topic import Topic
from topics.models.vocabulary import FromFiles


class CodeQuerySet(models.QuerySet["Code"]):
    def answering(self) -> CodeQuerySet:
        """Rows that may answer a portal: in use, checked in a public source, of a system that is switched on,
        and never to a page behind a door."""
        in_use = systems_in_use(snomed=settings.SNOMED_CODES)
        return self.filter(active=True, system__in=in_use, topic__door="").exclude(verified=UNVERIFIED)

    def leading_somewhere(self) -> CodeQuerySet:
        """Rows whose page is live, or was replaced by another."""
        return self.filter(models.Q(topic__live__isnull=False) | models.Q(topic__successor__isnull=False))


class Code(FromFiles):
    """A code leads to a page. `key` is the code as compared, `stem` what it is looked up by.

    `topic` is the page in its first language; other languages have a page of the same short name.
    """

    CHECKS = [(VERIFIED, _("verified")), (ONE_SOURCE, _("one public source")), (UNVERIFIED, _("not verified"))]

    system = models.CharField(max_length=16, choices=[(system.slug, system.name) for system in SYSTEMS.values()])
    code = models.CharField(max_length=MAX_CODE)
    key = models.CharField(max_length=MAX_CODE, editable=False)
    stem = models.CharField(max_length=MAX_CODE, editable=False)
    covers = models.CharField(
        max_length=6,
        choices=[(EXACT, _("this code only")), (FAMILY, _("this code and all below it"))],
        default=EXACT,
        help_text=_("For a medicine, “all below” means the name with a biosimilar suffix, like trastuzumab-dkst."),
    )
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="codes", verbose_name=_("page"))
    rank = models.PositiveSmallIntegerField(
        default=100,
        help_text=_(
            "Small numbers first. 100–199 says what it is; 200–299 belongs to every cancer; "
            "300 and more is mostly sent for people without metastases."
        ),
    )
    needs_context = models.BooleanField(
        _("only beside a cancer code"), default=False, help_text=_("Alone it does not mean metastatic breast cancer.")
    )
    verified = models.CharField(
        _("checked"),
        max_length=1,
        choices=CHECKS,
        default=UNVERIFIED,
        help_text=_(
            "Portals are answered with verified codes only. Check the code in a public list and name it below."
        ),
    )
    source = models.CharField(_("checked in"), max_length=200, blank=True)
    active = models.BooleanField(_("in use"), default=True)

    objects = CodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("code")
        verbose_name_plural = _("codes")
        ordering = ["system", "key", "rank", "topic"]
        constraints = [models.UniqueConstraint(fields=["system", "key", "topic"], name="a_code_leads_to_a_page_once")]
        indexes = [models.Index(fields=["stem", "system"], name="codes_by_stem")]

    def __str__(self) -> str:
        return f"{SYSTEMS[self.system].name} {self.code}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.set_key()
        super().save(*args, **kwargs)

    def set_key(self) -> None:
        system = SYSTEMS[self.system]
        self.key = system.key(self.code)
        self.code, self.stem = system.shown(self.code), system.stem(self.key)

    def clean(self) -> None:
        system = SYSTEMS.get(self.system)
        if system is None:
            return
        if not system.fits(self.code):
            raise ValidationError({"code": _("This is not in the form of a code of this system.")})
        same = Code.objects.filter(system=self.system, key=system.key(self.code), topic_id=self.topic_id)
        if same.exclude(pk=self.pk).exists():
            raise ValidationError({"code": _("This code leads to this page already.")})


class UnmatchedCode(models.Model):
    """How often a code was asked for on a day and led nowhere. Nothing else is known of the request."""

    day = models.DateField()
    system = models.CharField(max_length=16, choices=[(system.slug, system.name) for system in SYSTEMS.values()])
    code = models.CharField(max_length=MAX_CODE)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("code without a page")
        verbose_name_plural = _("codes without a page")
        ordering = ["-day", "-count", "system", "code"]
        constraints = [models.UniqueConstraint(fields=["day", "system", "code"], name="unmatched_code_once_a_day")]

    def __str__(self) -> str:
        return f"{self.get_system_display()} {self.code}"
