"""Search words in the admin: what people type, what the pages call it, which pages come first."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.utils.translation import gettext_lazy as _

from topics.models import SearchWords, Topic
from topics.staff.sheets import SheetAdmin
from topics.transfer.sheets import TableSheet

MOST_CHARACTERS = 80


class SearchWordsForm(forms.ModelForm):
    """Lists are typed one to a line."""

    typed = forms.CharField(
        label=_("What people type"),
        widget=AdminTextareaWidget(attrs={"rows": 8}),
        help_text=_("Everyday words, short forms, brand names: one to a line. Misspelt words are found anyway."),
    )
    first = forms.CharField(
        label=_("Pages to put first"),
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("Short names of pages or cards, like “bone”: one to a line."),
    )

    class Meta:
        model = SearchWords
        fields = ("language", "means", "portals")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(choices=settings.LANGUAGES)
        self.fields["typed"].initial = "\n".join(self.instance.words)
        self.fields["first"].initial = "\n".join(self.instance.pages)

    def clean_typed(self) -> list[str]:
        phrases = lines(self.cleaned_data["typed"])
        for phrase in phrases:
            if len(phrase) > MOST_CHARACTERS:
                raise forms.ValidationError(_("“%(phrase)s…” is too long."), params={"phrase": phrase[:30]})
        return phrases

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._refuse_taken(cleaned)
        live = Topic.objects.published().open().filter(language=cleaned.get("language"))
        known = set(live.values_list("slug", flat=True))
        cleaned["first"] = lines(cleaned.get("first", ""))
        for slug in cleaned["first"]:
            if slug not in known:
                self.add_error("first", _("There is no live page “%(slug)s” in this language.") % {"slug": slug})
        if cleaned.get("portals") and cleaned.get("first") == []:
            self.add_error("first", _("Name the pages that portals are led to."))
        return cleaned

    def _refuse_taken(self, cleaned: dict[str, Any]) -> None:
        """One phrase has one meaning."""
        others = SearchWords.objects.filter(language=cleaned.get("language")).exclude(pk=self.instance.pk)
        taken = {phrase.casefold(): other.means for other in others for phrase in other.words}
        for phrase in cleaned.get("typed") or []:
            if phrase.casefold() in taken:
                words = _("“%(phrase)s” already means “%(other)s”.")
                self.add_error("typed", words % {"phrase": phrase, "other": taken[phrase.casefold()]})

    def save(self, commit: bool = True) -> Any:
        self.instance.words, self.instance.pages = self.cleaned_data["typed"], self.cleaned_data["first"]
        return super().save(commit)


def lines(text: str) -> list[str]:
    rows = (" ".join(line.split()) for line in text.splitlines())
    return list({line.casefold(): line for line in rows if line}.values())


@admin.register(SearchWords)
class SearchWordsAdmin(SheetAdmin):
    """A change counts from the next search on: the index is caught up by itself."""

    sheet = TableSheet("search_words")
    sheet_rows = _("search words")
    form = SearchWordsForm
    fields = ("language", "means", "typed", "first", "portals")
    list_display = ("means", "typed", "first", "portals", "language")
    list_filter = ("language", "portals")
    search_fields = ("means", "slug")
    actions = None

    @admin.display(description=_("What people type"))
    def typed(self, row: SearchWords) -> str:
        return ", ".join(row.words)

    @admin.display(description=_("Pages to put first"))
    def first(self, row: SearchWords) -> str:
        return ", ".join(row.pages)
