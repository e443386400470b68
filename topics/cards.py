"""The red-flag box: how urgent it is, what to do, and one way to call."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from topics.source import Source


@dataclass(frozen=True)
class Numbers:
    """The clinic's phone numbers as staff typed them; an empty one is not set."""

    emergency: str = ""
    day_line: str = ""
    night_line: str = ""


def tel(number: str) -> str:
    return "tel:" + re.sub(r"[^0-9+*#]", "", number)


def card_html(source: Source, slug: str, body: SafeString, numbers: Numbers, word: Callable[[str], str]) -> SafeString:
    """The box: level as a word, what it is about and the act as one heading, signs, then one way to call.

    In a list of headings “Call 999 now if:” alone would not say which of several boxes it is.
    `word` gives the renderer's own words in the page's language.
    """
    return format_html(
        '<section class="card card-{level}" id="card-{slug}" aria-labelledby="card-{slug}-act">'
        '<p class="card-level">{word}</p>'
        '<h2 class="card-act" id="card-{slug}-act"><span class="card-title">{title}</span> {act}</h2>'
        "{body}{call}</section>",
        level=source.level,
        slug=slug,
        word=word(f"level-{source.level}"),
        act=_fill(word(f"act-{source.level}"), numbers, word),
        title=source.title,
        body=body,
        call=_call(source.level, numbers, word),
    )


def _fill(words: str, numbers: Numbers, word: Callable[[str], str]) -> SafeString:
    shown = _tel_link(numbers.emergency) if numbers.emergency else escape(word("emergency"))
    return mark_safe(escape(words).replace("{emergency}", shown))


def _tel_link(number: str) -> SafeString:
    return format_html('<a class="tel" href="{}">{}</a>', tel(number), number)


def _call(level: str, numbers: Numbers, word: Callable[[str], str]) -> SafeString:
    if level not in ("now", "today"):
        return mark_safe("")
    day, night = numbers.day_line, numbers.night_line
    lines = []
    if day and day == night:
        lines.append(_tel_link(day))
    else:
        lines += [format_html("{} {}", word("by-day"), _tel_link(day))] if day else []
        lines += [format_html("{} {}", word("by-night"), _tel_link(night))] if night else []
    if not day or not night:
        lines.append(escape(word("number-not-set")))
    if level == "now":
        lines.append(_fill(word("no-answer"), numbers, word))
    return format_html('<p class="card-call">{}</p>', mark_safe("<br>".join(lines)))
