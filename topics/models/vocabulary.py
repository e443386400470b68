"""What texts call by name: sections, organ sites, references, glossary words."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, RegexValidator, URLValidator
from django.db import models
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from topics.source import SLUG
from topics.tables import KEY, SVG_PATH

slug_validator = RegexValidator(SLUG, _("Use small letters, digits and single hyphens."))


def localized(names: dict[str, str], language: str | None = None) -> str:
    """The name in the wanted language, in its base language, or in English."""
    language = language or get_language() or "en"
    return names.get(language) or names.get(language.split("-")[0]) or names.get("en", "")


class FromFiles(models.Model):
    """A row that content files may bring: `imported` is what they said last, None if never.

    An import changes the row only while it still says what the files said before.
    """

    imported = models.JSONField(null=True, editable=False)

    # The fields by which content files name a row; they do not change once it is there.
    identity: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Remember what the files said of it, so that the next import does not bring it back."""
        if self.imported is not None and self.identity:
            key = "/".join(getattr(self, name) for name in self.identity)
            defaults = {"imported": self.imported}
            RemovedRow.objects.update_or_create(table=self._meta.model_name, key=key, defaults=defaults)
        return super().delete(*args, **kwargs)


class RemovedRow(models.Model):
    """A row that the files brought and staff removed; `imported` is what the files said of it then."""

    table = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    imported = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "key"], name="a_row_is_removed_once")]

    def __str__(self) -> str:
        return f"{self.table} {self.key}"


class Section(FromFiles):
    """A chapter of the site. Its short name is fixed: sources call it."""

    identity = ("slug",)
    slug = models.CharField(_("short name"), max_length=80, unique=True, validators=[slug_validator])
    order = models.PositiveIntegerField(default=100)
    names = models.JSONField(default=dict)
    abouts = models.JSONField(default=dict)

    class Meta:
        ordering = ["order", "slug"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("section", args=[self.slug])

    @property
    def name(self) -> str:
        return localized(self.names)

    @property
    def about(self) -> str:
        return localized(self.abouts)


class OrganSite(FromFiles):
    """A part of the body that readers browse by; `shapes` are SVG paths on the body map."""

    identity = ("slug",)
    slug = models.CharField(_("short name"), max_length=80, unique=True, validators=[slug_validator])
    order = models.PositiveIntegerField(default=100)
    names = models.JSONField(default=dict)
    abouts = models.JSONField(default=dict)
    shapes = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["order", "slug"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("site", args=[self.slug])

    def clean(self) -> None:
        shapes = self.shapes
        if not isinstance(shapes, list) or not all(isinstance(s, str) and SVG_PATH.match(s) for s in shapes):
            raise ValidationError({"shapes": _("Use a list of SVG paths: letters, numbers, commas and spaces.")})

    @property
    def name(self) -> str:
        return localized(self.names)

    @property
    def about(self) -> str:
        return localized(self.abouts)


class Reference(FromFiles):
    """What pages rest on: a publisher's own page or a DOI. Its key is fixed: texts cite it."""

    identity = ("key",)
    key = models.CharField(
        max_length=40, unique=True, validators=[RegexValidator(KEY, _("Use letters, digits and hyphens."))]
    )
    title = models.CharField(max_length=300)
    publisher = models.CharField(max_length=200)
    url = models.CharField(_("address"), max_length=500, validators=[URLValidator(schemes=["https"])])
    year = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return f"{self.key}: {self.title}"


class Word(FromFiles):
    """A word and its plain meaning; `forms` are its further spellings.

    The short name is made from the first wording and stays when the word is reworded.
    """

    identity = ("language", "slug")
    language = models.CharField(max_length=10, default="en")
    slug = models.CharField(max_length=80, editable=False)
    term = models.CharField(max_length=80)
    meaning = models.TextField(validators=[MaxLengthValidator(600)])
    forms = models.JSONField(default=list, blank=True)
    say = models.CharField(_("say it like"), max_length=120, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.term

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.slug = self.slug or slugify(self.term)[:80]
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if not slugify(self.term):
            raise ValidationError({"term": _("A term needs letters.")})
        slug = self.slug or slugify(self.term)[:80]
        same = type(self)._default_manager.filter(language=self.language, slug=slug)
        if same.exclude(pk=self.pk).exists():
            raise ValidationError({"term": _("This word is here already.")})
        if not isinstance(self.forms, list) or not all(isinstance(f, str) and f.strip() for f in self.forms):
            raise ValidationError({"forms": _("Write the other spellings one to a line.")})

    @property
    def spellings(self) -> tuple[str, ...]:
        return (self.term, *self.forms)


class GlossaryTerm(Word):
    """A word that pages link at its first use in a section."""

    class Meta:
        ordering = ["language", "slug"]
        constraints = [models.UniqueConstraint(fields=["language", "slug"], name="term_once_per_language")]


class ReportWord(Word):
    """A word of scan reports, looked up on the page for the day of a result; no page links it.

    `sources` are keys of references that its meaning rests on.
    """

    sources = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("report word")
        verbose_name_plural = _("report words")
        ordering = ["language", "slug"]
        constraints = [models.UniqueConstraint(fields=["language", "slug"], name="report_word_once_per_language")]
