"""Forms of a text's way to patients: ask, check, send back, publish, set a time, invite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from topics import invitations
from topics.comparison import REMOVED, Passage
from topics.models import ReviewAnswer, SectionCheck
from topics.review import Verdict
from topics.review_sheet import ReviewSheet

LONGEST_NOTE, LONGEST_COMMENT = 500, 2000


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class DayAndTime(forms.SplitDateTimeWidget):
    template_name = "admin/topics/day_and_time.html"

    def __init__(self) -> None:
        forms.MultiWidget.__init__(self, {"day": DayInput(), "time": TimeInput()})


def note(label: Any, required: bool = False, help_text: Any = "") -> forms.CharField:
    lines = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, max_length=LONGEST_NOTE, required=required, help_text=help_text, widget=lines)


class AskForm(forms.Form):
    day = forms.DateField(label=_("Wanted by (may stay empty)"), required=False, widget=DayInput)
    note = note(_("What should the clinician look at? (may stay empty)"))

    def due(self) -> datetime | None:
        """The end of the day that was typed, by the clinic's clock."""
        return end_of(self.cleaned_data["day"])


def end_of(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time(23, 59))) if day else None


class SendBackForm(forms.Form):
    reason = note(_("What has to be mended?"), required=True, help_text=_("The writer reads it on the edit page."))


class PublishForm(forms.Form):
    note = note(_("Note for the history (may stay empty)"))


class UrgentForm(PublishForm):
    note = note(
        _("Why can this not wait for a check?"),
        required=True,
        help_text=_("It goes live at once, and a clinician is asked to check it afterwards."),
    )


class ScheduleForm(forms.Form):
    use_required_attribute = False
    when = forms.SplitDateTimeField(label=_("Day and time"), widget=DayAndTime)
    note = note(_("Note for the history (may stay empty)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = timezone.get_current_timezone_name()
        self.fields["when"].help_text = gettext("By the clock of this time zone: %(zone)s.") % {"zone": zone}


class CancelForm(forms.Form):
    note = note(_("Why? (may stay empty)"))


class InviteForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=150, help_text=_("Readers see it: “checked by …”."))
    role = forms.CharField(label=_("Role"), max_length=120, help_text=_("Like “oncologist”. Readers see it, too."))
    email = forms.EmailField(label=_("E-mail address"), help_text=_("A code sent there proves that it is theirs."))
    days = forms.IntegerField(
        label=_("The link works for so many days"),
        min_value=1,
        max_value=invitations.MOST_DAYS,
        initial=invitations.DAYS,
    )


class LinkForm(forms.Form):
    """One of the links that were sent for a text."""

    invitation = forms.IntegerField(min_value=1, max_value=2**53, widget=forms.HiddenInput)


@dataclass(frozen=True)
class Asked:
    """One passage and the two fields that answer for it."""

    passage: Passage
    verdict: forms.BoundField
    comment: forms.BoundField

    @property
    def answer(self) -> str:
        return str(dict(SectionCheck.VERDICTS).get(self.verdict.value() or "", ""))


class CheckForm(forms.Form):
    """One answer a part, named by the part's place in the text, and a note.

    Parts that nobody has found correct need one; with `whole` each does.
    """

    use_required_attribute = False  # a browser cannot point to a field that is folded away
    note = note(_("Anything else for the writer? (may stay empty)"))

    def __init__(
        self,
        *args: Any,
        passages: Sequence[Passage],
        whole: bool = False,
        sheet: ReviewSheet | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = sheet or ReviewSheet()
        for item in self.sheet.asked:
            self.fields[f"item-{item.id}"] = forms.ChoiceField(
                label=item.question, choices=ReviewAnswer.ANSWERS, required=False, widget=forms.RadioSelect
            )
        self.passages = [passage for passage in passages if passage.kind != REMOVED]
        for place, passage in enumerate(self.passages):
            self.fields[f"verdict-{place}"] = forms.ChoiceField(
                label=_("Is it correct?"),
                choices=SectionCheck.VERDICTS,
                required=passage.needs_check or whole,
                widget=forms.RadioSelect,
                error_messages={"required": _("Answer for this part, too.")},
            )
            self.fields[f"comment-{place}"] = forms.CharField(
                label=_("What should be mended?"),
                max_length=LONGEST_COMMENT,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2, "placeholder": " "}),  # the style asks whether it is shown
            )

    def asked(self) -> Iterator[Asked]:
        for place, passage in enumerate(self.passages):
            yield Asked(passage, self[f"verdict-{place}"], self[f"comment-{place}"])

    def answered(self) -> list[Asked]:
        return [asked for asked in self.asked() if asked.answer]

    def easy(self) -> list[forms.BoundField]:
        """The questions on how easy the text is."""
        return [self[f"item-{item.id}"] for item in self.sheet.asked]

    def easy_answered(self) -> list[tuple[str, str]]:
        names = dict(ReviewAnswer.ANSWERS)
        return [(str(field.label), str(names[field.value()])) for field in self.easy() if field.value() in names]

    def items(self) -> dict[str, str]:
        found = {item.id: self.cleaned_data.get(f"item-{item.id}", "") for item in self.sheet.asked}
        return {item: answer for item, answer in found.items() if answer}

    @property
    def goes_back(self) -> bool:
        """Whether one answer is “not correct”, so that the text goes back to its writer."""
        return any(asked.verdict.value() == SectionCheck.WRONG for asked in self.asked())

    def typed(self) -> list[tuple[str, str]]:
        """Every value as a hidden field carries it to the next step."""
        return [(name, self[name].value()) for name in self.fields if self[name].value()]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        for place, _passage in enumerate(self.passages):
            said, comment = values.get(f"verdict-{place}", ""), values.get(f"comment-{place}", "")
            if said and said != SectionCheck.CORRECT and not comment:
                self.add_error(f"comment-{place}", _("Say in a few words what to mend."))
            if comment and not said and f"verdict-{place}" not in self.errors:
                self.add_error(f"verdict-{place}", _("You wrote a comment: choose an answer, too."))
        if not self.errors and not self.verdicts():
            raise forms.ValidationError(_("Answer for at least one part."))
        return values

    def verdicts(self) -> Mapping[str, Verdict]:
        """What `topics.review.check` takes."""
        values = self.cleaned_data
        return {
            passage.part.key: Verdict(values[f"verdict-{place}"], values[f"comment-{place}"])
            for place, passage in enumerate(self.passages)
            if values.get(f"verdict-{place}")
        }
