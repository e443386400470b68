"""Report words in the admin: what the page for the day of a result explains."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.utils.translation import gettext_lazy as _

from topics.forms import GlossaryForm
from topics.models import Reference, ReportWord
from topics.staff.sheets import SheetAdmin
from topics.transfer.sheets import TableSheet


class ReportWordForm(GlossaryForm):
    """A word with its spellings and the keys of its sources, each one to a line."""

    resting = forms.CharField(
        label=_("Sources"),
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("Keys of references, like NCI-METS: one to a line."),
    )

    class Meta(GlossaryForm.Meta):
        model = ReportWord
        help_texts = {"meaning": _("What the word says, never what it means for anybody.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["spellings"].help_text = _("Plurals, short forms, words in a row: one to a line.")
        self.fields["resting"].initial = "\n".join(self.instance.sources)

    def clean_resting(self) -> list[str]:
        keys = list(dict.fromkeys(self.cleaned_data["resting"].split()))
        known = set(Reference.objects.filter(key__in=keys).values_list("key", flat=True))
        for key in keys:
            if key not in known:
                raise forms.ValidationError(_("There is no source “%(key)s”."), params={"key": key[:40]})
        return keys

    def save(self, commit: bool = True) -> Any:
        self.instance.sources = self.cleaned_data["resting"]
        return super().save(commit)


@admin.register(ReportWord)
class ReportWordAdmin(SheetAdmin):
    """Looked up as they are: nothing has to be rendered again."""

    sheet = TableSheet("report_words")
    sheet_rows = _("report words")
    form = ReportWordForm
    fields = ("language", "term", "meaning", "spellings", "say", "resting")
    list_display = ("term", "meaning", "language")
    list_filter = ("language",)
    search_fields = ("term", "meaning")
    actions = None
