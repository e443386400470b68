from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from topics.models.vocabulary import FromFiles


class SearchWords(FromFiles):
    """What people type, and what the pages call it: “Ibrance” means “palbociclib”.

    `words` are the phrases typed; a search for one also looks for `means`, and puts the pages
    named in `pages` (short names) first.
    """

    identity = ("language", "slug")

    language = models.CharField(max_length=10, default="en")
    slug = models.CharField(max_length=80, editable=False)
    means = models.CharField(_("what the pages call it"), max_length=80)
    words = models.JSONField(_("what people type"), default=list)
    pages = models.JSONField(_("pages to put first"), default=list, blank=True)
    portals = models.BooleanField(
        _("answers portals"),
        default=False,
        help_text=_(
            "A hospital portal that sends one of these names is led to these pages. For names that mean metastatic "
            "breast cancer or its medicines; never for symptoms, which a portal sends for anybody."
        ),
    )

    class Meta:
        verbose_name = verbose_name_plural = _("search words")
        ordering = ["language", "slug"]
        constraints = [models.UniqueConstraint(fields=["language", "slug"], name="search_words_once_per_language")]

    def __str__(self) -> str:
        return self.means

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.slug = slugify(self.means)[:80]
        super().save(*args, **kwargs)

    def clean(self) -> None:
        slug = slugify(self.means)[:80]
        if not slug:
            raise ValidationError({"means": _("This needs letters.")})
        if SearchWords.objects.filter(language=self.language, slug=slug).exclude(pk=self.pk).exists():
            raise ValidationError({"means": _("This has its search words already: add yours there.")})
