"""The shipped tables of codes with the pages they lead to, and the ways tests ask for them."""

from __future__ import annotations

from django.conf import settings

from tests.cast import make_section, page_source, published_topic
from topics.code_files import read_codes
from topics.folder import Folder
from topics.models import Revision, Topic
from topics.transfer import Report
from topics.transfer.codes import import_codes

OVERVIEW = "what-is-metastatic-breast-cancer"
SPREAD = "how-breast-cancer-spreads"
PAGES = {
    OVERVIEW: "about",
    SPREAD: "spread",
    "bone": "sites",
    "lung": "sites",
    "liver": "sites",
    "brain": "sites",
    "symptoms-by-place": "symptoms",
    "chemotherapy": "treatment",
    "hormone-therapy": "treatment",
    "targeted-therapy": "treatment",
    "radiotherapy": "treatment",
    "surgery": "treatment",
}
TABLES = sorted((settings.CONTENT_DIR / "codes").glob("*.csv"))
OIDS = {
    "icd-10-cm": "2.16.840.1.113883.6.90",
    "icd-10": "2.16.840.1.113883.6.3",
    "icd-9-cm": "2.16.840.1.113883.6.103",
    "snomed": "2.16.840.1.113883.6.96",
    "rxnorm": "2.16.840.1.113883.6.88",
    "ndc": "2.16.840.1.113883.6.69",
    "loinc": "2.16.840.1.113883.6.1",
    "cpt": "2.16.840.1.113883.6.12",
    "hcpcs": "2.16.840.1.113883.6.285",
}
JSON = {"knowledgeResponseType": "application/json"}


def pages_and_codes() -> dict[str, Topic]:
    """Live pages, written straight into the tables: a few hundred tests start here."""
    pages = {}
    for number, (slug, section) in enumerate(PAGES.items(), start=1):
        source = page_source(title=f"Title of {slug}", summary=f"About {slug}.", section=section, number=number)
        head = {"title": source.title, "summary": source.summary, "section": make_section(section)}
        topic = Topic.objects.create(number=number, slug=slug, **head)
        topic.live = topic.latest = Revision.objects.create(topic=topic, number=1, text=source.text)
        topic.save()
        pages[slug] = topic
    take(*TABLES)
    return pages


def page(slug: str, section: str = "sites", **values) -> Topic:
    return published_topic(
        slug, section=section, **{"title": f"Title of {slug}", "summary": f"About {slug}.", **values}
    )


def take(*files) -> Report:
    """These tables as an import takes them."""
    folder, report = Folder(), Report()
    for file in files:
        name = f"codes/{file.name}"
        folder.codes[name], problems = read_codes(file.read_text(), file.stem)
        report.problems.extend(problem.in_file(name) for problem in problems)
    import_codes(folder, report)
    return report


def request(*codes: tuple[str, str], **more: str) -> dict[str, str]:
    """The parameters for codes of named systems, numbered at the end as the guide says."""
    asked = {}
    for place, (system, code) in enumerate(codes):
        number = place or ""
        asked |= {f"mainSearchCriteria.v.cs{number}": OIDS.get(system, system)}
        asked |= {f"mainSearchCriteria.v.c{number}": code}
    return {**asked, **more}


def words(text: str, name: str = "ot") -> dict[str, str]:
    return {f"mainSearchCriteria.v.{name}": text}


def answered(client, asked: dict[str, str], path: str = "/infobutton/") -> list[str]:
    """The short names of the pages that answer, in order."""
    response = client.get(path, {**asked, **JSON})
    assert response.status_code == 200, response.content
    return [entry["link"][0]["href"].split("/")[-2] for entry in response.json()["feed"]["entry"]]
