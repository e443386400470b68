"""The languages readers can be answered in: the site's own, and each that has a page.

An address of another language (a portal's link, a typed one) is answered in the site's own language, and says so
first in the language that was asked for. Half a page in each would be read aloud wrongly, and its warnings missed.
"""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_from_path, get_language_info

from topics.models import Topic


class Notice(NamedTuple):
    title: str
    words: str
    call: str


# In plain words; {name} is the language's own name. A language without a line here is told in English.
NOTICES = {
    "en": Notice(
        "There is nothing in {name} yet",
        "What follows is in English. You can ask your team for an interpreter.",
        "In an emergency, call",
    ),
    "es": Notice(
        "Todavía no hay páginas en español",
        "Lo que sigue está en inglés. Puede pedir un intérprete a su equipo.",
        "Si es una emergencia, llame al",
    ),
}
NUMBER = {"en": "your local emergency number", "es": "número de emergencias de donde vive"}


def asked_for(path: str) -> str:
    return get_language_from_path(path) or settings.LANGUAGE_CODE


def answered_in(path: str) -> str:
    asked = asked_for(path)
    if asked == settings.LANGUAGE_CODE or Topic.objects.published().open().pages(asked).exists():
        return asked
    return settings.LANGUAGE_CODE


def notice(request: HttpRequest) -> dict[str, object]:
    """For templates: what is said to somebody who asked in a language that there is nothing in; worked out if named."""
    return {"unspoken": SimpleLazyObject(lambda: _notice(asked_for(request.path_info)))}


def _notice(asked: str) -> dict[str, str]:
    if asked in (settings.LANGUAGE_CODE, get_language()):
        return {}
    spoken = asked if asked in NOTICES else settings.LANGUAGE_CODE
    said = NOTICES[spoken]
    title = said.title.format(name=get_language_info(asked)["name_local"])
    return {"language": spoken, "title": title, "words": said.words, "call": said.call, "number": NUMBER[spoken]}
