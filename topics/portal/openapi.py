"""The OpenAPI 3.1 description of the API; the tests hold every real answer against it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from topics.codes import EXACT, FAMILY, SYSTEMS
from topics.models import Revision
from topics.portal.changes import KINDS
from topics.portal.parameters import LANGUAGE, LARGEST, MAX_LANGUAGE, MAX_SLUG, PARAMETERS, SLUG
from topics.source import CARD, LEVELS, PAGE

Schema = dict[str, Any]

ABOUT = """What patients read on this site, as JSON: read-only, without a key, from any origin.

Only live pages are here. Numbers are permanent: a number never means another page. Answers carry an ETag;
send it back as If-None-Match and you get 304 while nothing changed. HTML in answers is a fragment with addresses
relative to `base`. The pages are general education; `checked` is the day since when a clinician's check
covers every part, with only wording changed since, and null says that none does. Please show that beside
the text, and show a page's red-flag cards with it."""


def document() -> Schema:
    return {
        "openapi": "3.1.0",
        "info": {"title": "MBC Pages", "version": "1.0.0", "description": ABOUT},
        "servers": [{"url": settings.SITE_URL}],
        "paths": {f"/api/v1/{path}": {"get": operation} for path, operation in _operations().items()},
        "components": {"schemas": _schemas(), "responses": _refusals()},
    }


def _operations() -> dict[str, Schema]:
    number = _in_path("number", "The permanent number.", {"type": "integer", "minimum": 1, "maximum": LARGEST})
    word = [
        _in_path("language", "Its language.", {"type": "string", "pattern": LANGUAGE, "maxLength": MAX_LANGUAGE}),
        _in_path("name", "Its short name.", {"type": "string", "pattern": SLUG, "maxLength": MAX_SLUG}),
    ]
    key = _in_path("key", "Its key.", {"type": "string", "pattern": "^[A-Za-z0-9-]+$", "maxLength": 40})
    return {
        "": _reads("index", "Where everything is", "Index"),
        "topics/": _lists("Topics", "Pages", "Topic", "language", "section", "site"),
        "topics/{number}/": _reads("topic", "One page with its text", "TopicDetail", number),
        "cards/": _lists("Cards", "Red-flag cards: when to call, and whom", "Card", "language", "site"),
        "cards/{number}/": _reads("card", "One red-flag card with its text", "CardDetail", number),
        "glossary/": _lists("Glossary", "Hard words in plain language", "Term", "language"),
        "glossary/{language}/{name}/": _reads("term", "One word", "Term", *word),
        "references/": _lists("References", "What the pages rest on", "Reference"),
        "references/{key}/": _reads("reference", "One reference", "Reference", key),
        "codes/": _lists("Codes", "Codes of hospital systems and their pages", "Code", "system", "code", "topic"),
        "changes/": _lists("Changes", "What changed for patients, oldest first", "Change", "since"),
        "openapi.json": _reads("description", "This document", None),
    }


# --- operations -----------------------------------------------------------------------------


def _reads(name: str, summary: str, schema: str | None, *parameters: Schema) -> Schema:
    content = {"$ref": f"#/components/schemas/{schema}"} if schema else {"type": "object"}
    return _operation(name, summary, content, list(parameters), found=bool(parameters))


def _lists(name: str, summary: str, schema: str, *filters: str) -> Schema:
    content = _object(
        "One page of the list.",
        items={"type": "array", "items": {"$ref": f"#/components/schemas/{schema}"}},
        next=_or_null(_address("The page after this one; null at the end.")),
    )
    return _operation(name.lower(), summary, content, [_in_query(key) for key in (*filters, "limit", "cursor")])


def _operation(name: str, summary: str, content: Schema, parameters: list[Schema], found: bool = False) -> Schema:
    etag = {"description": "Names these exact bytes.", "schema": {"type": "string"}}
    answers: Schema = {
        "200": {
            "description": summary,
            "headers": {"ETag": etag},
            "content": {"application/json": {"schema": content}},
        },
        "304": {"description": "You have it already: nothing changed since that ETag."},
        "400": {"$ref": "#/components/responses/Unreadable"},
    }
    if found:
        answers["404"] = {"$ref": "#/components/responses/Nothing"}
    return {"operationId": name, "summary": summary, "parameters": parameters, "responses": answers}


def _in_query(name: str) -> Schema:
    row = PARAMETERS[name]
    return {"name": name, "in": "query", "description": row.meaning, "schema": dict(row.schema)}


def _in_path(name: str, meaning: str, schema: Schema) -> Schema:
    return {"name": name, "in": "path", "required": True, "description": meaning, "schema": schema}


def _refusals() -> dict[str, Schema]:
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    # What no client sends (control characters, over 8 KB) is refused before the API, with the site's own page.
    page = {"schema": {"type": "string"}}
    return {
        "Unreadable": {
            "description": "The request cannot be read; `detail` says in one sentence what would be right.",
            "content": {"application/problem+json": problem, "text/html": page},
        },
        "Nothing": {
            "description": "There is no such thing, or patients cannot see it.",
            "content": {"application/problem+json": problem},
        },
    }


# --- schemas --------------------------------------------------------------------------------


def _object(meaning: str, /, **properties: Schema) -> Schema:
    return {"type": "object", "description": meaning, "properties": properties, "required": list(properties)}


def _text(meaning: str, **more: Any) -> Schema:
    return {"type": "string", "description": meaning, **more}


def _whole(meaning: str) -> Schema:
    return {"type": "integer", "description": meaning}


def _address(meaning: str) -> Schema:
    return _text(meaning, format="uri")


def _moment(meaning: str) -> Schema:
    return _text(meaning, format="date-time")


def _array(meaning: str, of: str) -> Schema:
    return {"type": "array", "description": meaning, "items": {"type": of}}


def _or_null(schema: Schema) -> Schema:
    """Null is allowed as well; where only some words are, it has to be one of them."""
    allowed = {**schema, "type": [schema["type"], "null"]}
    return {**allowed, "enum": [*schema["enum"], None]} if "enum" in schema else allowed


def _schemas() -> dict[str, Schema]:
    return {**_of_pages(), **_of_words(), **_of_links(), "Problem": _problem()}


def _of_pages() -> dict[str, Schema]:
    section = _object("Where it stands.", slug=_text("Short name."), name=_text("In the page's language."))
    topic = {**_identity("page"), "section": section}
    card = {**_identity("card"), "level": _text("How urgent it is, the most urgent first.", enum=list(LEVELS))}
    part = _object("A section.", id=_text("Its anchor on the page."), title=_text("Its heading."), html=_text("HTML."))
    html = _object(
        "In this order.",
        short=_text("“In short”: the main points; may be empty."),
        lead=_text("The red-flag cards and what else stands before the first heading."),
        sections={"type": "array", "items": part},
        questions=_text("Questions to ask; may be empty."),
    )
    codes = {
        "type": "object",
        "description": "What the page is about, in codes: by system.",
        "additionalProperties": {"type": "array", "items": {"type": "string"}},
    }
    return {
        "Topic": _object("A page.", **topic),
        "TopicDetail": _object(
            "A page with its text.",
            **topic,
            base=_base(),
            html=html,
            text=_text("The whole page without markup."),
            codes=codes,
            cards=_array("Numbers of the red-flag cards on it.", "integer"),
            glossary=_array("Names of the glossary words it uses.", "string"),
            references=_keys(),
        ),
        "Card": _object("A red-flag card.", **card),
        "CardDetail": _object(
            "A red-flag card with its text.", **card, base=_base(), html=_text("HTML."), references=_keys()
        ),
    }


def _identity(what: str) -> dict[str, Schema]:
    return {
        "number": _whole(f"The {what}'s permanent number."),
        "name": _text("Short name; it may change, and the old one still leads here."),
        "language": _text("BCP 47."),
        "title": _text("As readers see it."),
        "summary": _text("One sentence."),
        "sites": _array("Short names of organ sites.", "string"),
        "revision": _whole("Which of its texts this is."),
        "published": _moment("When this text went live."),
        "checked": _or_null(
            _text("Since when a clinician's check covers all of it and its cards; null: none does.", format="date")
        ),
        "address": _address("Where it is now."),
        "permanent_address": _address("Never breaks; use it for links."),
        "api": _address("Its own entry here."),
    }


def _base() -> Schema:
    return _address("What relative addresses in the HTML start from.")


def _keys() -> Schema:
    return _array("Keys of what it cites, in the order of the numbers in the text.", "string")


def _of_words() -> dict[str, Schema]:
    term = _object(
        "A hard word in plain language.",
        name=_text("Short name."),
        language=_text("BCP 47."),
        term=_text("The word."),
        meaning=_text("What it means."),
        forms=_array("Further spellings.", "string"),
        say=_text("How to say it; may be empty."),
        address=_address("Where readers find it."),
        api=_address("Its own entry here."),
    )
    reference = _object(
        "What pages rest on.",
        key=_text("As texts cite it."),
        title=_text("Its title."),
        publisher=_text("Who says so."),
        address=_address("The publisher's own page, or a DOI."),
        year=_or_null(_whole("When it was published, if known.")),
        api=_address("Its own entry here."),
    )
    return {"Term": term, "Reference": reference}


def _of_links() -> dict[str, Schema]:
    code = _object(
        "A code and the page it leads to.",
        system=_text("The code system.", enum=list(SYSTEMS)),
        oid=_or_null(_text("The system's OID, for Infobutton requests; names of medicines have none.")),
        code=_text("The code, or the name of a medicine."),
        covers=_text("Only this code, or the family below it too.", enum=[EXACT, FAMILY]),
        rank=_whole("Small numbers first where several pages fit."),
        needs_context={"type": "boolean", "description": "Answered only beside a code that says cancer."},
        topic=_whole("The page's permanent number."),
        permanent_address=_address("The page."),
    )
    change = _object(
        "What changed for patients. No draft is ever here.",
        id=_whole("Counts up; a later change has a larger one."),
        kind=_text(
            "What happened. “returned”: the same text again, after it was withdrawn. “checked”: by a clinician.",
            enum=list(KINDS),
        ),
        at=_moment("When."),
        topic=_whole("The permanent number."),
        topic_kind=_text("A page or a red-flag card.", enum=[PAGE, CARD]),
        language=_text("BCP 47."),
        title=_text("Its title now."),
        revision=_whole("Which text went live, or was withdrawn."),
        change=_or_null(
            _text("For a revised text, the weightiest change in it.", enum=[kind for kind, _name in Revision.CHANGES])
        ),
        note=_text("For a revised text, what changed and why, as its editor wrote it; may be empty."),
        live={"type": "boolean", "description": "Can patients see it now?"},
        successor=_or_null(_whole("The number of the page that took over.")),
        permanent_address=_address("Leads to the page, to its successor, or says that it is gone."),
    )
    return {"Code": code, "Change": change, "Index": _index()}


def _index() -> Schema:
    lists = ("topics", "cards", "glossary", "references", "codes", "changes")
    addresses: Mapping[str, Schema] = {name: _address("A list.") for name in lists}
    return _object("Where everything is.", openapi=_address("This document."), site=_address("Home."), **addresses)


def _problem() -> Schema:
    return _object(
        "RFC 9457.",
        title=_text("The status in words."),
        status=_whole("The HTTP status."),
        detail=_text("One sentence."),
    )
