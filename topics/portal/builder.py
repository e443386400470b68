"""/portals/: where whoever runs a hospital portal makes links, tries codes and prints the guide."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from topics import pages
from topics.codes import SYSTEMS, System, systems_in_use
from topics.models import Topic
from topics.portal import links, oembed
from topics.portal.answers import for_machines
from topics.rendering import PageSection
from topics.source import PAGE
from topics.views import by_section, public_page

NUMBER = re.compile(r"[1-9][0-9]{0,8}")
FULL = "full"


@dataclass(frozen=True)
class Chosen:
    """What the form asks for, as far as it exists here."""

    language: str
    topic: Topic | None
    sections: tuple[PageSection, ...]
    section: PageSection | None
    short: bool
    missing: bool

    @property
    def links(self) -> Sequence[tuple[Promise, str]]:
        """Whole addresses with what each is for; the first is the one to use unless there is a reason."""
        if self.topic is None:
            return []
        permanent = links.permanent(self.topic)
        found = [(_("Permanent link: use this one"), permanent)]
        if self.section:
            found.append((_("Link to the part you chose"), f"{permanent}#{self.section.id}"))
        found.append((_("The page's address today"), links.page(self.topic)))
        if self.short:
            found.append((_("The short version as a page of its own"), links.page(self.topic, "short")))
        found.append((_("Handout, to print"), links.page(self.topic, "handout")))
        return found

    @property
    def answers(self) -> list[tuple[str, str]]:
        """oEmbed requests for the page, one a format."""
        if self.topic is None:
            return []
        return [(form.upper(), oembed.request_address(self.topic, form, self.short)) for form in oembed.FORMATS]

    @property
    def frame(self) -> str:
        return oembed.frame(self.topic, self.short) if self.topic else ""


def choose(asked: QueryDict, languages: Mapping[str, str]) -> Chosen:
    topic = live_page(asked.get("t", ""))
    fallback = topic.language if topic else settings.LANGUAGE_CODE
    language = asked.get("language", fallback)
    language = language if language in languages else fallback
    if topic and topic.language != language:
        topic = Topic.objects.published().open().pages(language).filter(slug=topic.slug).first()
    sections = pages.of(topic).sections if topic else ()
    return Chosen(
        language=language,
        topic=topic,
        sections=sections,
        section=next((section for section in sections if section.id == asked.get("section")), None),
        short=asked.get("view") == links.SHORT,
        missing=bool(asked.get("t")) and topic is None,
    )


def live_page(number: str) -> Topic | None:
    if not NUMBER.fullmatch(number):
        return None
    return Topic.objects.published().open().filter(kind=PAGE, number=int(number)).first()


def languages() -> dict[str, str]:
    """The languages that there are pages in."""
    codes = set(Topic.objects.published().open().filter(kind=PAGE).values_list("language", flat=True))
    return {code: name for code, name in settings.LANGUAGES if code in codes}


@public_page
def portals(request: HttpRequest) -> HttpResponse:
    offered = languages()
    chosen = choose(request.GET, offered)
    topics = Topic.objects.published().open().pages(chosen.language).select_related("section")
    with override(chosen.language):
        chapters = [(section.name if section else "", group) for section, group in by_section(list(topics))]
    context = {
        "languages": offered,
        "chapters": chapters,
        "chosen": chosen,
        "origins": settings.PORTAL_ORIGINS,
        "site": settings.SITE_URL,
        "samples": samples(),
        "systems": systems(),
    }
    return render(request, "portal/portals.html", context)


@public_page
def guide(request: HttpRequest) -> HttpResponse:
    """One sheet of paper for the desk of whoever adds the links."""
    example = Topic.objects.published().open().pages(settings.LANGUAGE_CODE).select_related("section").first()
    context = {"site": settings.SITE_URL, "chosen": choose(QueryDict(f"t={example.number}"), {}) if example else None}
    return render(request, "portal/guide.html", {**context, "sample": SAMPLES[0]})


@for_machines
def qr(request: HttpRequest) -> HttpResponse:
    """The permanent address of a live page as a square to print, readable with 15 % of it lost (level M)."""
    asked = list(request.GET.lists())
    topic = live_page(asked[0][1][0]) if len(asked) == 1 and asked[0][0] == "t" and len(asked[0][1]) == 1 else None
    if topic is None:
        raise Http404
    address, square = links.permanent(topic), BytesIO()
    segno.make(address, error="m", micro=False).save(square, kind="svg", scale=4, light="#fff", title=address)
    response = HttpResponse(square.getvalue(), content_type="image/svg+xml")
    response["Content-Disposition"] = f'inline; filename="page-{topic.number}.svg"'
    return response


# --- codes to try ----------------------------------------------------------------------------

SYSTEM, CODE = "mainSearchCriteria.v.cs", "mainSearchCriteria.v.c"
WORDS, READER = "mainSearchCriteria.v.ot", "informationRecipient.languageCode.c"


def coded(system: str, code: str, place: str = "") -> dict[str, str]:
    return {f"{SYSTEM}{place}": SYSTEMS[system].oid, f"{CODE}{place}": code}


@dataclass(frozen=True)
class Sample:
    """An Infobutton request as a hospital's system sends it, with a path for each kind of answer."""

    label: Promise
    values: Mapping[str, str]

    @property
    def page(self) -> str:
        return f"{reverse('infobutton')}?{urlencode(self.values)}"

    @property
    def json(self) -> str:
        return f"{self.page}&knowledgeResponseType=application/json"

    @property
    def atom(self) -> str:
        return f"{self.page}&knowledgeResponseType=text/xml"


BONE = coded("icd-10-cm", "C79.51")
SAMPLES = (
    Sample(_("A diagnosis: ICD-10-CM C79.51, spread to bone"), BONE),
    Sample(_("The same code without its dot, as some systems send it"), coded("icd-10-cm", "C7951")),
    Sample(_("A diagnosis: SNOMED CT 94222008, spread to bone"), coded("snomed", "94222008")),
    Sample(_("A medicine: RxNorm 72965, letrozole"), coded("rxnorm", "72965")),
    Sample(_("Two codes in one request: bone and brain"), BONE | coded("icd-10-cm", "C79.31", "1")),
    Sample(_("Words only, no code"), {WORDS: "bone metastases"}),
    Sample(_("A reader of Spanish"), BONE | {READER: "es"}),
    Sample(_("A code that no page is about"), coded("icd-10-cm", "S62.0")),
)


def systems() -> list[System]:
    """The code systems that this site answers for and that have an OID to ask with."""
    return [SYSTEMS[slug] for slug in systems_in_use(settings.SNOMED_CODES) if SYSTEMS[slug].oid]


def samples() -> list[Sample]:
    oids = {system.oid for system in systems()}
    return [sample for sample in SAMPLES if sample.values.get(SYSTEM) in (None, *oids)]
