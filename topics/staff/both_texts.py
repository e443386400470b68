"""Two people saved one page: both texts part by part, and the form that puts them together."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from topics import meeting, plain_diff
from topics.field_texts import values_of
from topics.forms import TopicForm
from topics.meeting import BOTH, THEIRS, YOURS, Meeting
from topics.models import Revision, Topic
from topics.source import Source

TAKE = "take-"
MARKS = {plain_diff.OLD: "theirs", plain_diff.NEW: "yours"}


def shown(topic: Topic, form: TopicForm, theirs: Revision) -> dict[str, Any]:
    """Everything that `both_texts.html` needs for a valid form that came too late."""
    before = _revision(topic, form.cleaned_data.get("based_on"))
    fields, order, texts = _met(before, theirs.source, form.cleaned_data["source"])
    met = [_choice(one, _label(form, one.name)) for one in fields]
    met += [_choice(one, _heading(one), place=order.index(one.name)) for one in texts]
    return {
        "theirs": theirs,
        "yours": form.cleaned_data["source"].body,
        "met": met,
        "same": len(order) - len(texts),
        "hidden": [(name, value) for name in form.fields for value in _values(form.data, name)],
    }


def put_together(topic: Topic, post: QueryDict) -> QueryDict:
    """The posted fields with what was chosen from each side; they go on top of theirs."""
    yours = TopicForm(post, topic=topic)
    theirs = _revision(topic, post.get("theirs")) or topic.newest
    if not yours.is_valid():
        return post
    before = _revision(topic, yours.cleaned_data.get("based_on"))
    source = yours.cleaned_data["source"]
    fields, order, texts = _met(before, theirs.source, source)
    data = post.copy()
    for one in fields:
        value = values_of(theirs.source if post.get(TAKE + one.name) == THEIRS else source)[one.name]
        data.setlist(one.name, value if isinstance(value, list) else ["" if value is None else str(value)])
    sides = {one.name: post.get(f"{TAKE}{order.index(one.name)}", "") for one in texts}
    data["body"] = meeting.together(before.source.body if before else None, theirs.source.body, source.body, sides)
    data["based_on"] = str(theirs.number)
    return data


def _met(before: Revision | None, theirs: Source, yours: Source) -> tuple[list[Meeting], list[str], list[Meeting]]:
    fields = meeting.fields_met(_texts(before.source) if before else {}, _texts(theirs), _texts(yours))
    return fields, *meeting.meetings(before.source.body if before else None, theirs.body, yours.body)


def _texts(source: Source) -> dict[str, str]:
    values = {name: value for name, value in values_of(source).items() if name != "body"}
    return {
        name: ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)
        for name, value in values.items()
    }


def _choice(one: Meeting, label: str, place: int | None = None) -> dict[str, Any]:
    names = {
        THEIRS: _("Take theirs") if one.theirs else _("Leave it out"),
        YOURS: _("Take mine") if one.yours else _("Leave it out"),
        **({BOTH: _("Keep both, to edit")} if one.both else {}),
    }
    who = {THEIRS: _("They changed this, you did not."), YOURS: _("You changed this, they did not.")}
    return {
        "name": TAKE + (one.name if place is None else str(place)),
        "label": label,
        "who": who.get(one.chosen, _("Both of you changed this.")),
        "lines": [_marked(line) for line in plain_diff.changes(_lines(one.theirs), _lines(one.yours))],
        "sides": [(side, words, side == one.chosen) for side, words in names.items()],
    }


def _marked(line: plain_diff.Line) -> SafeString:
    """Words of one side only say whose they are: by a word, a shape and a colour."""
    names = {plain_diff.OLD: _("theirs:"), plain_diff.NEW: _("mine:")}

    def shown(piece: plain_diff.Piece) -> SafeString:
        if piece.kind == plain_diff.SAME:
            return format_html("{}", piece.text)
        return format_html('<mark class="{}"><b>{}</b> {}</mark>', MARKS[piece.kind], names[piece.kind], piece.text)

    return format_html_join(" ", "{}", ((shown(piece),) for piece in line))


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _heading(one: Meeting) -> str:
    for text in (one.theirs, one.yours):
        found = meeting.HEADING.match(text.split("\n", 1)[0])
        if found and one.name:
            return found[1]
    return _("Before the first heading")


def _label(form: TopicForm, name: str) -> str:
    return str(form[name].label) if name in form.fields else name


def _values(data: Any, name: str) -> list[str]:
    return data.getlist(name) if hasattr(data, "getlist") else [data.get(name, "")]


def _revision(topic: Topic, number: Any) -> Revision | None:
    text = str(number or "")
    return topic.revisions.filter(number=int(text)).first() if text.isdecimal() and len(text) < 10 else None
