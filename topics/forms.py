"""Forms of the admin: a topic's source as fields, names in every language, withdrawal."""

from __future__ import annotations

import re
from typing import Any, ClassVar, cast

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.utils.translation import gettext_lazy as _
from markdownx.fields import MarkdownxFormField
from markdownx.widgets import AdminMarkdownxWidget

from topics.field_texts import codes_read, lines_read, values_of, words_read
from topics.folder import plain_line_ends
from topics.models import GlossaryTerm, OrganSite, Revision, Section, Topic, Word
from topics.models.vocabulary import slug_validator
from topics.problems import Problem, Problems
from topics.source import CARD, LEVELS, PAGE, PROGNOSIS, Source, compose

LEVEL_NAMES = {
    "emergency": _("Emergency: call the emergency number now"),
    "now": _("Call the team now, day or night"),
    "today": _("Call the team today"),
    "visit": _("Tell the team at the next visit"),
}
NEW_PAGE = """::: short
- Three to five plain points.
:::

## First heading

Write here. [@SOURCE-KEY]
"""
# The first is what the others share; each of them is one help of the editor's.
SCRIPTS = ("desk", "fields", "insert", "picker", "picture", "paste", "preview", "keeping", "keys")


class EditorWidget(AdminMarkdownxWidget):
    """django-markdownx's text field with our script: the shipped one inserts any error page as text."""

    template_name = "admin/topics/editor.html"

    @property
    def media(self) -> forms.Media:
        return forms.Media(css={"all": ["css/admin.css"]}, js=[f"js/editor/{name}.js" for name in SCRIPTS])


class TopicForm(forms.Form):
    """A source as an editor sees it, in the order in which readers meet it. `source()` is the text they make."""

    # What only the other kind has is not on the page; for a new page the script hides it.
    OF_ONE_KIND: ClassVar[dict[str, str]] = {"section": PAGE, "door": PAGE, "level": CARD}
    FIRST_ONLY = ("kind", "language", "slug")
    GROUPS: ClassVar[tuple[tuple[Any, tuple[str, ...]], ...]] = (
        (_("What readers see"), ("kind", "language", "title", "slug", "summary", "body")),
        (_("Where it stands"), ("level", "section", "sites", "order", "door")),
        (_("What it rests on, and when it is checked"), ("verify", "review_months", "codes", "claims")),
        (_("This change"), ("change", "note")),
    )

    kind = forms.ChoiceField(label=_("What it is"), choices=[(PAGE, _("page")), (CARD, _("red-flag card"))])
    language = forms.ChoiceField(choices=())
    title = forms.CharField(max_length=120, widget=AdminTextInputWidget)
    slug = forms.CharField(
        label=_("Short name"),
        max_length=80,
        validators=[slug_validator],
        help_text=_("The last part of the page's address, like “bone”. Small letters, digits, hyphens."),
        widget=AdminTextInputWidget,
    )
    summary = forms.CharField(
        max_length=300,
        help_text=_("One sentence for lists and search. No numbers about survival."),
        widget=AdminTextareaWidget(attrs={"rows": 2}),
    )
    body = MarkdownxFormField(
        label=_("Text"), strip=False, widget=EditorWidget(attrs={"rows": 30, "spellcheck": "true"})
    )
    level = forms.ChoiceField(
        label=_("How urgent"),
        required=False,
        choices=[("", "—"), *((level, LEVEL_NAMES[level]) for level in LEVELS)],
        help_text=_("Cards only."),
    )
    section = forms.ChoiceField(required=False, help_text=_("Pages only."))
    sites = forms.MultipleChoiceField(
        label=_("Organ sites"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Where readers find it."),
    )
    order = forms.IntegerField(
        label=_("Place in its section"),
        min_value=0,
        max_value=1_000_000,
        initial=100,
        help_text=_("Small numbers first."),
    )
    door = forms.ChoiceField(
        required=False,
        choices=[("", _("Open")), (PROGNOSIS, _("Behind the prognosis door"))],
        help_text=_("Numbers about survival stand behind the door only: readers see them after asking."),
    )
    verify = forms.CharField(
        label=_("For the checking clinician"),
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("What rests on no listed source, one point to a line. Remove a line when it is settled."),
    )
    review_months = forms.IntegerField(
        label=_("Months until the next check"),
        required=False,
        min_value=1,
        max_value=120,
        help_text=_("Empty: the interval in the clinic settings."),
    )
    codes = forms.CharField(
        label=_("Codes of what it is about"),
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_(
            "Portals get them with the page. One code system to a line, like “icd-10-cm: C79.51, C79.52”. "
            "Which page opens for a code is set under Codes."
        ),
    )
    claims = forms.CharField(
        label=_("Claims of the first text"),
        required=False,
        widget=AdminTextInputWidget,
        help_text=_("Numbers like “S13, S14”: which statements of the text that the site was made from stand here."),
    )
    change = forms.ChoiceField(label=_("Kind of change"), choices=Revision.CHANGES, initial=Revision.CLINICAL)
    note = forms.CharField(
        label=_("What changed, and why"),
        max_length=500,
        required=False,
        widget=AdminTextInputWidget,
        help_text=_("One line for the history. Once published, it is in the public list of changes too."),
    )
    based_on = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2_000_000_000)

    def __init__(self, *args: Any, topic: Topic | None = None, **kwargs: Any) -> None:
        self.topic = topic
        if topic is not None and topic.latest is not None:
            latest = {**values_of(topic.latest.source), "based_on": topic.latest.number}
            kwargs["initial"] = {**latest, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["language"].choices = settings.LANGUAGES
        fields["section"].choices = [("", "—"), *((row.slug, row.name) for row in Section.objects.all())]
        fields["sites"].choices = [(row.slug, row.name) for row in OrganSite.objects.all()]
        fields["body"].initial = NEW_PAGE
        if topic is None:
            for name, kind in self.OF_ONE_KIND.items():
                fields[name].widget.attrs["data-kind"] = kind
        else:
            of_other_kind = [name for name, kind in self.OF_ONE_KIND.items() if kind != topic.kind]
            for name in (*self.FIRST_ONLY, *of_other_kind):
                del fields[name]
            for name in self.OF_ONE_KIND.keys() & set(fields):
                fields[name].help_text = ""

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields that are here, in their order, below a heading each."""
        return [(words, [self[name] for name in names if name in self.fields]) for words, names in self.GROUPS]

    def clean_body(self) -> str:
        return plain_line_ends(self.cleaned_data["body"])

    def clean_verify(self) -> list[str]:
        return lines_read(self.cleaned_data["verify"])

    def clean_claims(self) -> list[str]:
        return words_read(self.cleaned_data["claims"])

    def clean_codes(self) -> dict[str, list[str]]:
        try:
            return codes_read(self.cleaned_data["codes"])
        except Problems as found:
            raise forms.ValidationError([str(problem) for problem in found.problems]) from None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                cleaned["source"] = self.source(cleaned)
            except Problems as found:
                self.add_source_errors(found.problems)
        return cleaned

    def add_source_errors(self, problems: list[Problem]) -> None:
        for problem in problems:
            self.add_error(self.field_of(problem) or "body", f"{problem.what} {problem.mend}")

    def field_of(self, problem: Problem) -> str:
        """The field that a problem of the front matter is about, if it names one."""
        return next((name for name in self.fields if re.search(f"“{name}\\b", problem.what)), "")

    def source(self, values: dict[str, Any]) -> Source:
        """The text that these values make. Raises Problems where one is wrong."""
        head = self.head(values)
        body = values["body"] if values["body"].endswith("\n") else values["body"] + "\n"
        if self.topic is not None and self.topic.latest is not None:
            return self.topic.latest.source.revised(body=body, **head)
        language = "" if values["language"] == "en" else values["language"]
        kind = "" if values["kind"] == PAGE else values["kind"]
        return compose(body, kind=kind, language=language, **head)

    def head(self, values: dict[str, Any]) -> dict[str, Any]:
        """The front matter of these values; a field that the form did not send keeps what it was."""
        unsent = {"codes", "claims", "review_months", "verify"} - set(self.data)
        names = ("title", "sites", "order", "verify", "codes", "claims", "review_months", *self.OF_ONE_KIND)
        head = {name: values[name] for name in names if name in values and name not in unsent}
        return {**head, "summary": " ".join(values["summary"].split())}


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Why is the page withdrawn?"),
        max_length=500,
        widget=AdminTextInputWidget,
        help_text=_("For the history."),
    )
    successor = forms.ModelChoiceField(
        label=_("Which page takes over?"),
        queryset=Topic.objects.none(),
        required=False,
        empty_label=_("None: the address says that the page is gone"),
    )

    def __init__(self, *args: Any, topic: Topic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["successor"]
        field.queryset = Topic.objects.published().pages(topic.language).exclude(pk=topic.pk)


class NamesForm(forms.ModelForm):
    """A row whose name and description exist in every language of the site."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, _name in settings.LANGUAGES:
            self.fields[f"name_{code}"].initial = self.instance.names.get(code, "")
            self.fields[f"about_{code}"].initial = self.instance.abouts.get(code, "")

    def save(self, commit: bool = True) -> Any:
        for stem, target in (("name", self.instance.names), ("about", self.instance.abouts)):
            for code, _name in settings.LANGUAGES:
                words = self.cleaned_data[f"{stem}_{code}"].strip()
                if words:
                    target[code] = words
                else:
                    target.pop(code, None)
        return super().save(commit)


def _names_fields() -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for code, language in settings.LANGUAGES:
        fields[f"name_{code}"] = forms.CharField(
            label=_("Name (%(language)s)") % {"language": language}, max_length=120, widget=AdminTextInputWidget
        )
    for code, language in settings.LANGUAGES:
        fields[f"about_{code}"] = forms.CharField(
            label=_("In one sentence (%(language)s)") % {"language": language},
            max_length=400,
            required=code == "en",
            widget=AdminTextInputWidget,
        )
    return fields


NamesInEveryLanguageForm = cast("type[NamesForm]", type("NamesInEveryLanguageForm", (NamesForm,), _names_fields()))


class GlossaryForm(forms.ModelForm):
    """A term with its further spellings one to a line."""

    spellings = forms.CharField(
        label=_("Further spellings"),
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 4}),
        help_text=_("Plurals, short forms, American spelling: one to a line. Pages link them too."),
    )

    class Meta:
        model: type[Word] = GlossaryTerm
        fields = ("language", "term", "meaning", "say")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(choices=settings.LANGUAGES)
        self.fields["spellings"].initial = "\n".join(self.instance.forms)

    def clean_spellings(self) -> list[str]:
        lines = (line.strip() for line in self.cleaned_data["spellings"].splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        rows = self._meta.model._default_manager.filter(language=cleaned.get("language"))
        others = rows.exclude(pk=self.instance.pk)
        taken = {form.casefold(): row.term for row in others for form in (row.term, *row.forms)}
        for name in ("term", "spellings"):
            spelt = cleaned.get(name) or []
            for form in [spelt] if isinstance(spelt, str) else spelt:
                if form.casefold() in taken:
                    other = taken[form.casefold()]
                    words = _("“%(form)s” is already a spelling of “%(other)s”.")
                    self.add_error(name, words % {"form": form, "other": other})
        return cleaned

    def save(self, commit: bool = True) -> Any:
        self.instance.forms = self.cleaned_data["spellings"]
        return super().save(commit)
