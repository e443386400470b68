"""Plain words in the admin: what the sentence coach would rather see, and what to say instead."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.utils.translation import gettext_lazy as _

from topics.models import PlainWord
from topics.staff.search_words import lines
from topics.staff.sheets import SheetAdmin
from topics.transfer.sheets import TableSheet


class PlainWordForm(forms.ModelForm):
    """Other forms are typed one to a line."""

    spellings = forms.CharField(
        label=_("Other forms"),
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 4}),
        help_text=_("Plurals, past forms, American spelling: one to a line. Each is told to editors."),
    )

    class Meta:
        model = PlainWord
        fields = ("language", "word", "say")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(choices=settings.LANGUAGES)
        self.fields["spellings"].initial = "\n".join(self.instance.forms)

    def clean_spellings(self) -> list[str]:
        return lines(self.cleaned_data["spellings"])

    def clean(self) -> dict[str, Any]:
        """One word has one plainer one."""
        cleaned = super().clean() or {}
        others = PlainWord.objects.filter(language=cleaned.get("language")).exclude(pk=self.instance.pk)
        taken = {form.casefold(): other.word for other in others for form in (other.word, *other.forms)}
        for name, said in (("word", [cleaned.get("word", "")]), ("spellings", cleaned.get("spellings") or [])):
            for form in said:
                if form.casefold() in taken:
                    words = _("“%(form)s” is here already, with “%(other)s”.")
                    self.add_error(name, words % {"form": form, "other": taken[form.casefold()]})
        return cleaned

    def save(self, commit: bool = True) -> Any:
        self.instance.forms = self.cleaned_data["spellings"]
        return super().save(commit)


@admin.register(PlainWord)
class PlainWordAdmin(SheetAdmin):
    """A change counts from the next preview on; no page is touched by it."""

    sheet = TableSheet("plain_words")
    sheet_rows = _("plain words")
    form = PlainWordForm
    fields = ("language", "word", "spellings", "say")
    list_display = ("word", "say", "others", "language")
    list_filter = ("language",)
    search_fields = ("word", "say", "slug")
    actions = None

    @admin.display(description=_("Other forms"))
    def others(self, row: PlainWord) -> str:
        return ", ".join(row.forms)
