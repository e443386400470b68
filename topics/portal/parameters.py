"""The parameters of the API: what each may be, as a reader and, in the same row, as a schema for its document."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.http import HttpRequest

from topics.codes import MAX_CODE, SYSTEMS

MAX_PARAMETERS = 50
LARGEST = 2**31 - 1
LIMIT, MOST = 50, 100
LANGUAGE = r"^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$"
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
PRINTED = r"^[^\u0000-\u001f\u007f]+$"
MAX_LANGUAGE, MAX_SLUG = 35, 80
STAMP = re.compile(r"(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d:\d\d)(?:\.\d{1,9})?([Zz]|[+ -]\d\d:\d\d))?", re.ASCII)


class Unreadable(Exception):
    """A request that cannot be read; the message is the sentence to answer."""


@dataclass(frozen=True)
class Parameter:
    """`read` gives the value or None; `right` ends the sentence “… has to be”."""

    name: str
    meaning: str
    right: str
    schema: Mapping[str, Any]
    read: Callable[[str], Any]


def _whole(least: int, most: int) -> Callable[[str], int | None]:
    def read(text: str) -> int | None:
        return int(text) if re.fullmatch(r"[0-9]{1,10}", text) and least <= int(text) <= most else None

    return read


def _formed(pattern: str, most: int) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        return text if len(text) <= most and re.match(pattern.removesuffix("$") + r"\Z", text) else None

    return read


def _moment(text: str) -> datetime | None:
    """A day (its first second in UTC) or an RFC 3339 time; a leap second counts as the one before it."""
    match = STAMP.fullmatch(text)
    if match is None:
        return None
    day, clock, zone = match.groups()
    try:
        if clock is None:
            return datetime.combine(date.fromisoformat(day), time(), UTC)
        clock = clock.removesuffix("60") + "59" if clock.endswith(":60") else clock
        zone = zone.upper().replace(" ", "+").replace("Z", "+00:00")  # an unescaped “+” arrives as a space
        return datetime.fromisoformat(f"{day}T{clock}{zone}").astimezone(UTC)
    except ValueError:
        return None
    except OverflowError:  # in the year 1 or 9999, across the date line
        return datetime.combine(date.fromisoformat(day), time(), UTC)


def _one_of(choices: tuple[str, ...]) -> Callable[[str], str | None]:
    return lambda text: text if text in choices else None


PARAMETERS: dict[str, Parameter] = {
    parameter.name: parameter
    for parameter in (
        Parameter(
            "limit",
            "How many items at most.",
            f"a whole number from 1 to {MOST}",
            {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT},
            _whole(1, MOST),
        ),
        Parameter(
            "cursor",
            "Where the answer before this one ended. It stands in `next`; follow that instead of making one.",
            "the one that “next” gave",
            {"type": "integer", "minimum": 0, "maximum": LARGEST},
            _whole(0, LARGEST),
        ),
        Parameter(
            "language",
            "Only this language, as a BCP 47 tag in small letters. Without it, all languages.",
            "a language tag like en",
            {"type": "string", "pattern": LANGUAGE, "maxLength": MAX_LANGUAGE},
            _formed(LANGUAGE, MAX_LANGUAGE),
        ),
        Parameter(
            "section",
            "Only pages of this section, by its short name.",
            "a short name like treatment",
            {"type": "string", "pattern": SLUG, "maxLength": MAX_SLUG},
            _formed(SLUG, MAX_SLUG),
        ),
        Parameter(
            "site",
            "Only what is about this organ site, by its short name.",
            "a short name like bone",
            {"type": "string", "pattern": SLUG, "maxLength": MAX_SLUG},
            _formed(SLUG, MAX_SLUG),
        ),
        Parameter(
            "since",
            "Only what happened then or later: a day, or a time with its zone.",
            "a day like 2026-03-02 or a time like 2026-03-02T09:00:00Z",
            {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]},
            _moment,
        ),
        Parameter(
            "system",
            "Only codes of this system.",
            f"one of {', '.join(SYSTEMS)}",
            {"type": "string", "enum": list(SYSTEMS)},
            _one_of(tuple(SYSTEMS)),
        ),
        Parameter(
            "code",
            "Only rows of exactly this code, with or without its dot. The Infobutton address also finds families.",
            f"a code of 1 to {MAX_CODE} characters",
            {"type": "string", "pattern": PRINTED, "maxLength": MAX_CODE},
            _formed(PRINTED, MAX_CODE),
        ),
        Parameter(
            "topic",
            "Only codes of the page with this permanent number.",
            "a page's permanent number",
            {"type": "integer", "minimum": 1, "maximum": LARGEST},
            _whole(1, LARGEST),
        ),
    )
}


def read(request: HttpRequest, *names: str) -> dict[str, Any]:
    """What a request asks with these parameters; None where it asks nothing. Raises Unreadable."""
    if request.META.get("QUERY_STRING", "").count("&") >= MAX_PARAMETERS:
        raise Unreadable(f"Send at most {MAX_PARAMETERS} parameters.")
    asked: dict[str, Any] = dict.fromkeys(names)
    for name, values in request.GET.lists():
        if name not in asked:
            known = ", ".join(names) or "none"
            raise Unreadable(f"There is a parameter that this address does not know; it knows: {known}.")
        if len(values) != 1:
            raise Unreadable(f"Send “{name}” once.")
        value = PARAMETERS[name].read(values[0])
        if value is None:
            raise Unreadable(f"“{name}” has to be {PARAMETERS[name].right}.")
        asked[name] = value
    return asked
