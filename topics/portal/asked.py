"""HL7 Infobutton: the parameters of a request (URL guide, portal-linking.md §1) as one small value.

Everything that describes the patient, the staff or the place (§1.2) is not on the list below, and
so is dropped unread: after `read` the request itself holds no parameter any more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from topics.codes import MAX_CODE, Coded, coded, systems_in_use
from topics.portal.parameters import MAX_LANGUAGE, MAX_PARAMETERS

HTML, XML, JSON, JSONP = "text/html", "text/xml", "application/json", "application/javascript"
FORMATS = (HTML, XML, JSON, JSONP)
FORMS = ("", "application/x-www-form-urlencoded", "multipart/form-data")
RECIPIENTS = ("PAT", "PROV", "PAYOR")

MAX_REQUEST = 8_192
MAX_BYTES = 4 * MAX_REQUEST  # as sent: names of other scripts take up to nine bytes a character
MAX_CRITERIA = 5
MAX_WORDS = 256

# Names in small letters. `.c.` for `.v.` is the guide's old spelling, “critieria” a client's; a number
# belongs at the end of the name, and some clients write it in the middle.
CRITERION = re.compile(r"mainsearchcrit(?:er|ier)ia(\d{0,2})\.([vc])\.(c|cs|dn|ot)(\d{0,2})", re.ASCII)
PARTS = ("c", "cs", "ot", "dn")
SUBTOPIC = re.compile(r"subtopic\.[vc]\.c\d{0,2}", re.ASCII)
# The recipient's language before the asker's; the second is an old spelling.
LANGUAGES = (
    "informationrecipient.languagecode.c",
    "informationrecipient.patientperson.languagecode.c",
    "performer.languagecode.c",
)
RECIPIENT, FORMAT, CALLBACK = "informationrecipient", "knowledgeresponsetype", "callback"
SINGLE = (*LANGUAGES, RECIPIENT, FORMAT, CALLBACK)

CALLBACK_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$.]{0,63}", re.ASCII)
# Proxies put whole addresses into headers of their own, so that only the two that answers need stay.
OF_THE_SITE = ("HTTP_HOST", "HTTP_X_FORWARDED_PROTO")
OF_THE_SENDER = ("RAW_URI", "REQUEST_URI", "REMOTE_ADDR", "REMOTE_HOST", "REMOTE_PORT", "CONTENT_TYPE")
INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


class Unreadable(Exception):
    """A request that cannot be read; the message is the sentence to answer and repeats nothing of it."""

    def __init__(self, sentence: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        self.status = status
        super().__init__(sentence)


@dataclass(frozen=True)
class Criterion:
    """One concept asked for. `words` are the original text, then the display name; they are never echoed."""

    coded: Coded | None = None
    words: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Asked:
    """All of a request that anything else may see. `named` says that it named the language it gets."""

    criteria: tuple[Criterion, ...] = ()
    subtopics: tuple[str, ...] = ()
    language: str = "en"
    named: bool = False
    recipient: str = ""
    format: str = HTML
    callback: str = ""


def read(request: HttpRequest, default: str) -> Asked:
    """What a GET or POST asks, with `default` as its answer's format. Raises Unreadable."""
    try:
        return _asked(list(_pairs(request)), default)
    finally:
        _forget(request)


def _pairs(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """The body's parameters before the address's; too many or too long ones are not looked at."""
    both = _fields(request)
    if sum(len(values) for _name, values in both) > MAX_PARAMETERS:
        raise Unreadable(_("Send at most %(number)s parameters.") % {"number": MAX_PARAMETERS})
    if sum(len(name) + len(value) for name, values in both for value in values) > MAX_REQUEST:
        raise _too_long()
    for name, values in both:
        name = name.strip().lower()
        for value in values:
            # A callback becomes part of a script: it is taken as it is, or refused.
            value = value if name == CALLBACK else INVISIBLE.sub("", value).strip()
            if value:
                yield name, value


def _fields(request: HttpRequest) -> list[tuple[str, list[str]]]:
    """What a form or an address holds. Bytes that are no UTF-8 spoil one value, not the request."""
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if length and request.content_type not in FORMS:
        sentence = _("Send the parameters in the address, or as the fields of a form.")
        raise Unreadable(sentence, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if length + len(request.META.get("QUERY_STRING", "")) > MAX_BYTES:
        raise _too_long()
    try:
        return [(name, values) for fields in (request.POST, request.GET) for name, values in fields.lists()]
    except SuspiciousOperation:  # more fields or files than any form has
        raise _too_long() from None
    except (BadRequest, MultiPartParserError, UnreadablePostError, LookupError):
        sentence = _("The form cannot be read. Send its fields in UTF-8 and all of its bytes.")
        raise Unreadable(sentence) from None


def _too_long() -> Unreadable:
    return Unreadable(_("The request is too long. It may have %(number)s characters.") % {"number": MAX_REQUEST})


def _forget(request: HttpRequest) -> None:
    """Nothing behind this point, no template, log or error report, can see what was sent or who sent it (§5.1)."""
    request.GET, request.POST = QueryDict(), QueryDict()
    request._body = b""
    request._files = MultiValueDict()  # type: ignore[attr-defined]
    for name in list(request.META):
        if name in OF_THE_SENDER or name.startswith("HTTP_") and name not in OF_THE_SITE:
            del request.META[name]
    request.META["QUERY_STRING"] = ""


def _asked(pairs: Iterable[tuple[str, str]], default: str) -> Asked:
    single: dict[str, str] = {}
    criteria: dict[int, dict[str, str]] = {}
    subtopics: list[str] = []
    for name, value in pairs:
        if match := CRITERION.fullmatch(name):
            middle, role, part, end = match.groups()
            parts = criteria.setdefault(int(end or middle or -1), {})
            parts.setdefault(f"{role}.{part}", value)
        elif SUBTOPIC.fullmatch(name):
            subtopics.append(value.upper())
        elif name in SINGLE:
            single.setdefault(name, value)
    language = _language(next((single[name] for name in LANGUAGES if name in single), ""))
    wanted = _format(single.get(FORMAT, default))
    recipient = single.get(RECIPIENT, "").upper()
    return Asked(
        criteria=tuple(_criterion(parts) for _number, parts in sorted(criteria.items())[:MAX_CRITERIA]),
        subtopics=tuple(subtopics[:MAX_CRITERIA]),
        language=language or settings.LANGUAGE_CODE,
        named=bool(language),
        recipient=recipient if recipient in RECIPIENTS else "",
        format=wanted,
        callback=_callback(single.get(CALLBACK, "")) if wanted == JSONP else "",
    )


def _criterion(parts: dict[str, str]) -> Criterion:
    """`.v.` wins over the old `.c.`; a code without its system, or not in its form, counts for nothing."""
    code, system, original, display = (parts.get(f"v.{part}") or parts.get(f"c.{part}", "") for part in PARTS)
    if len(code) > MAX_CODE:
        raise Unreadable(_("A code has at most %(number)s characters.") % {"number": MAX_CODE})
    found = coded(system, code) if code else None
    if found is not None and found.system.slug not in systems_in_use(settings.SNOMED_CODES):
        found = None
    return Criterion(found, tuple(text[:MAX_WORDS] for text in (original, display) if text))


def _language(tag: str) -> str:
    """The site's language for a BCP 47 tag: exactly, else by its nearest beginning (RFC 4647 §3.4), else none."""
    if len(tag) > MAX_LANGUAGE:
        return ""
    tag = tag.lower().replace("_", "-")
    tag = "es" if tag == "sp" else tag  # no code of any language, and sent by clients of MedlinePlus
    known = {code.lower(): code for code, _name in settings.LANGUAGES}
    parts = tag.split("-")
    beginnings = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((known[one] for one in beginnings if one in known), "")


def _format(value: str) -> str:
    value = value.split(";")[0].strip().lower()
    if value not in FORMATS:
        sentence = _("This address answers text/xml, application/json and application/javascript.")
        raise Unreadable(sentence, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    return value


def _callback(value: str) -> str:
    if not CALLBACK_NAME.fullmatch(value):
        raise Unreadable(_("“callback” has to be the name of a function, up to 64 characters long."))
    return value
