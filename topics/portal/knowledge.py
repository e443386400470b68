"""An answer as the HL7 SOA guide shapes it: one Atom feed, as XML, as JSON, or as JSON in a script.

All three are one value: the JSON mapping of portal-linking.md §3.3, which the Atom is written from.
Its shape never varies: lists stay lists, and text always stands in `_value`.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from topics.models import ClinicSettings
from topics.portal import links
from topics.portal.answers import moment, writable
from topics.portal.asked import Asked
from topics.portal.matching import Answer, Entry

ATOM = "http://www.w3.org/2005/Atom"
TAG_YEAR = 2026  # a tag URI (RFC 4151) names a day on which its host was ours
CODE, SYSTEM = "mainSearchCriteria.v.c", "mainSearchCriteria.v.cs"
READER, LANGUAGE = "informationRecipient", "informationRecipient.languageCode.c"
# JSON names with a meaning of their own in XML.
ATTRIBUTES = {"lang": "xml:lang", "base": "xml:base"}
# In a script or an HTML page around it, none of these ends or begins anything.
ESCAPES = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"}

Value = dict[str, Any]


def feed(answer: Answer) -> Value:
    with override(answer.asked.language):
        return {"feed": _feed(answer)}


def _feed(answer: Answer) -> Value:
    asked = answer.asked
    shown = ", ".join(f"{one.coded.system.name} {one.coded.shown}" for one in asked.criteria if one.coded)
    about = _("Pages for %(codes)s") % {"codes": shown} if shown else _("Pages for what you asked")
    return {
        "base": f"{settings.SITE_URL}/",
        "lang": asked.language,
        "title": _text(_("Metastatic breast cancer: pages for patients")),
        "subtitle": _text(about),
        "id": {"_value": _tag(f"infobutton/{_codes(asked)}{asked.language}")},
        "updated": {"_value": moment(answer.updated)},
        "author": {"name": {"_value": _author()}, "uri": {"_value": f"{settings.SITE_URL}/"}},
        "category": _categories(asked, range(len(asked.criteria))) + _said(asked),
        "entry": [_entry(entry, asked) for entry in answer.entries],
    }


def _entry(entry: Entry, asked: Asked) -> Value:
    topic = entry.topic
    with override(topic.language):
        return {
            "lang": topic.language,
            "id": {"_value": _tag(f"topic/{topic.number}")},
            "title": _text(topic.title),
            "updated": {"_value": moment(entry.updated)},
            "link": [
                _link("alternate", links.page(topic), topic.language, _("Read the page")),
                _link("related", links.page(topic, "handout"), topic.language, _("Printable handout")),
            ],
            "summary": {"type": "html", "_value": _summary(entry)},
            "category": _categories(asked, entry.criteria),
        }


def _summary(entry: Entry) -> str:
    """People without metastases are met first with the line that is for them (§4.6)."""
    lines = (introduction(entry), entry.topic.summary)
    return format_html("<p>{}</p><p>{}</p>", *(lines if entry.weak else reversed(lines)))


def introduction(entry: Entry, pages: int = 1) -> str:
    """Who a page, or several, are for: codes of metastases do not say where the cancer started."""
    if entry.weak:
        return ngettext(
            "Having breast cancer does not mean that it has spread. "
            "This page is for people whose cancer has spread to another part of the body.",
            "Having breast cancer does not mean that it has spread. "
            "These pages are for people whose cancer has spread to another part of the body.",
            pages,
        )
    return ngettext(
        "This page is for you if your cancer started in the breast and has spread.",
        "These pages are for you if your cancer started in the breast and has spread.",
        pages,
    )


def _categories(asked: Asked, places: Any) -> list[Value]:
    """What was used of the request and says nothing of the patient: never words, never what was ignored (§5.6)."""
    found = []
    for place in places:
        code, number = asked.criteria[place].coded, place or ""
        if code is not None:
            found.append({"scheme": f"{CODE}{number}", "term": code.shown})
            found.append({"scheme": f"{SYSTEM}{number}", "term": code.system.oid})
    return found


def _said(asked: Asked) -> list[Value]:
    said = [(LANGUAGE, asked.language if asked.named else ""), (READER, asked.recipient)]
    return [{"scheme": scheme, "term": term} for scheme, term in said if term]


def _codes(asked: Asked) -> str:
    codes = (f"{one.coded.system.slug}/{quote(one.coded.shown, safe='')}/" for one in asked.criteria if one.coded)
    return "".join(codes)


def _tag(path: str) -> str:
    return f"tag:{urlsplit(settings.SITE_URL).hostname},{TAG_YEAR}:{path}"


def _author() -> str:
    return writable(ClinicSettings.load().clinic_name) or "MBC Pages"


def _text(text: str) -> Value:
    return {"type": "text", "_value": text}


def _link(rel: str, address: str, language: str, title: str) -> Value:
    return {"rel": rel, "type": "text/html", "hreflang": language, "title": title, "href": address}


# --- written ---------------------------------------------------------------------------------


def as_json(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False).translate(ESCAPES)


def as_script(value: Value, callback: str) -> str:
    """The comment in front keeps the callback's name from being read as the start of another file type."""
    return f"/**/{callback}({as_json(value)});"


def as_atom(value: Value) -> bytes:
    root = _element("feed", value["feed"])
    root.set("xmlns", ATOM)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _element(name: str, value: Value) -> ElementTree.Element:
    element = ElementTree.Element(name)
    for key, part in value.items():
        if isinstance(part, str) and key == "_value":
            element.text = part
        elif isinstance(part, str):
            element.set(ATTRIBUTES.get(key, key), part)
        else:
            element.extend(_element(key, one) for one in (part if isinstance(part, list) else [part]))
    return element
