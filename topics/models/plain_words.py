from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from topics.models.vocabulary import FromFiles


class PlainWord(FromFiles):
    """A word that readers stumble over, its other forms, and what to say instead.

    The sentence coach names it to editors; pages are not changed by it.
    """

    identity = ("language", "slug")

    language = models.CharField(_("language"), max_length=10, default="en")
    slug = models.CharField(max_length=80, editable=False)
    word = models.CharField(_("word"), max_length=80)
    forms = models.JSONField(_("other forms"), default=list, blank=True)
    say = models.CharField(_("say instead"), max_length=120)

    class Meta:
        verbose_name = _("plain word")
        verbose_name_plural = _("plain words")
        ordering = ["language", "slug"]
        constraints = [models.UniqueConstraint(fields=["language", "slug"], name="plain_word_once_per_language")]

    def __str__(self) -> str:
        return self.word

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.slug = slugify(self.word)[:80]
        super().save(*args, **kwargs)

    def clean(self) -> None:
        slug = slugify(self.word)[:80]
        if not slug:
            raise ValidationError({"word": _("This needs letters.")})
        if PlainWord.objects.filter(language=self.language, slug=slug).exclude(pk=self.pk).exists():
            raise ValidationError({"word": _("This word is here already.")})
