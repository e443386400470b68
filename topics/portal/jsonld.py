"""schema.org facts about a page, as JSON-LD 1.1 in the page's head.

JSON-LD 1.1 §7 puts the facts into a `script` element of type application/ld+json. HTML calls that a data
block: it is never run, and CSP 3 §4.2.3 is about what would be run, so `script-src 'self'`, and even `'none'`,
is not violated (measured in Chromium 156; tests/test_portal_jsonld.py measures it again).
"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from topics.checks import Claim
from topics.codes import SYSTEMS, systems_in_use
from topics.models import ClinicSettings, Event, Topic
from topics.pages import Article
from topics.portal import links
from topics.portal.answers import moment
from topics.source import Source

# So that no text can end the element or open a comment in it (HTML §4.12.1.3).
ESCAPED = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}
WHAT_A_CODE_NAMES = {
    "rxnorm": "Drug",
    "ndc": "Drug",
    "medicines": "Drug",
    "loinc": "MedicalTest",
    "cpt": "MedicalProcedure",
    "hcpcs": "MedicalProcedure",
}


def block(article: Article) -> SafeString:
    text = json.dumps(facts(article), ensure_ascii=False, separators=(",", ":")).translate(ESCAPED)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))


def facts(article: Article) -> dict[str, Any]:
    """A MedicalWebPage. It says that it was reviewed only while every part of it stands checked."""
    topic = article.topic
    return {
        "@context": "https://schema.org",
        "@type": "MedicalWebPage",
        "@id": links.permanent(topic),
        "url": links.page(topic),
        "name": topic.title,
        "description": topic.summary,
        "inLanguage": topic.language,
        **_dates(topic),
        **_reviewed(article.claim),
        "isAccessibleForFree": True,
        "audience": {"@type": "Patient", "audienceType": _("People with metastatic breast cancer")},
        "about": [_the_disease(), *_coded(topic.live.source if topic.live else None)],
        "publisher": {"@type": "Organization", "name": _publisher(), "url": f"{settings.SITE_URL}/"},
        "citation": [row.url for row in article.references],  # their titles stand on the page
    }


def _dates(topic: Topic) -> dict[str, str]:
    published = topic.events.filter(kind=Event.PUBLISHED).order_by("pk").values_list("at", flat=True)
    first, last = published.first(), published.last()
    return {"datePublished": moment(first), "dateModified": moment(last)} if first and last else {}


def _reviewed(claim: Claim) -> dict[str, Any]:
    if claim.full is None:
        return {}
    signed = [{"name": name, "jobTitle": role} for name, role in claim.by]
    people = [{"@type": "Person", **{key: said for key, said in one.items() if said}} for one in signed]
    named = [person for person in people if len(person) > 1]
    return {"lastReviewed": claim.full.isoformat(), **({"reviewedBy": named} if named else {})}


def _the_disease() -> dict[str, str]:
    return {"@type": "MedicalCondition", "name": _("Metastatic breast cancer")}


def _coded(source: Source | None) -> list[dict[str, Any]]:
    """What the page's own codes name, one thing for each kind."""
    kinds: dict[str, list[dict[str, str]]] = {}
    in_use = systems_in_use(snomed=settings.SNOMED_CODES)
    for system, codes in source.codes.items() if source else ():
        if system in in_use:
            said = [{"@type": "MedicalCode", "codeValue": code, "codingSystem": SYSTEMS[system].name} for code in codes]
            kinds.setdefault(WHAT_A_CODE_NAMES.get(system, "MedicalCondition"), []).extend(said)
    return [{"@type": kind, "code": codes} for kind, codes in kinds.items()]


def _publisher() -> str:
    return ClinicSettings.load().clinic_name or "MBC Pages"
