"""Every kind of page that readers open, one line each, and one small set of content that has them all.

Whoever adds a kind of page adds a line: the tests of tests/test_every_page.py then hold for it, too.
"""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings

from tests.cast import checked, go_live, new_draft, published_topic, publisher
from topics import workflow
from topics.models import ClinicSettings, Topic
from topics.transfer import import_folder


class PageType(NamedTuple):
    name: str
    address: str
    status: int = 200
    press: str = ""  # the button there that leads to the page, once the first box is ticked
    fill: str = ""  # or this is typed into the text field


PAGE_TYPES = [
    PageType("home", "/"),
    PageType("sites", "/sites/"),
    PageType("site", "/sites/bone/"),
    PageType("sections", "/sections/"),
    PageType("section", "/sections/treatment/"),
    PageType("topic", "/topics/bone/"),
    PageType("topic that was checked", "/topics/lung/"),
    PageType("topic of many symptoms", "/topics/symptoms-by-place/"),
    PageType("short", "/topics/bone/short/"),
    PageType("handout", "/topics/bone/handout/"),
    PageType("handout in large letters", "/topics/bone/handout/?size=large"),
    PageType("packet builder", "/handout/"),
    PageType("packet", "/handout/?t=21&t=44"),
    PageType("no PDF", "/topics/bone/handout.pdf", 501),
    PageType("questions", "/questions/"),
    PageType("question sheet", "/questions/", press="Make my sheet"),
    PageType("when to call", "/when-to-call/"),
    PageType("result day", "/result-day/"),
    PageType("after an answer", "/topics/bone/feedback/?said=no"),
    PageType("glossary", "/glossary/"),
    PageType("glossary filtered", "/glossary/?q=scan"),
    PageType("sources", "/sources/"),
    PageType("search", "/search/"),
    PageType("search with results", "/search/?q=spine"),
    PageType("search for a misspelt word", "/search/?q=metastasys"),
    PageType("search without results", "/search/?q=xylophone"),
    PageType("printout out of date", "/t/21/1/"),
    PageType("printout still right", "/t/21/2/"),
    PageType("prognosis door", "/topics/outlook/"),
    PageType("behind the door", "/topics/outlook/?show=known"),
    PageType("questions instead", "/topics/outlook/?show=questions"),
    PageType("about", "/about/"),
    PageType("about privacy", "/about/privacy/"),
    PageType("about accessibility", "/about/accessibility/"),
    PageType("about reading", "/about/reading/"),
    PageType("frame in a portal", "/embed/bone/"),
    PageType("words of a report", "/result-day/", press="Show what the words mean", fill="Lytic bone lesions, avid"),
    PageType("no such words", "/result-day/", press="Show what the words mean", fill="xylophone"),
    PageType("feedback", "/topics/bone/feedback/"),
    PageType("no words of the glossary found", "/glossary/?q=xylophone"),
    PageType("links for portals", "/portals/?t=21"),
    PageType("guide for portals", "/portals/guide/"),
    PageType("Spanish home", "/es/"),
    PageType("bad request", "/search/?q=%00", 400),
    PageType("not found", "/nothing/", 404),
    PageType("taken down", "/topics/old-page/", 410),
]


def make_content() -> None:
    """The pages of content/ with a clinic's numbers; bone was changed once, lung was checked, one page withdrawn."""
    numbers = {"emergency_number": "999", "day_line": "020 7946 0123", "night_line": "020 7946 0999"}
    ClinicSettings.objects.create(pk=1, clinic_name="St Anne’s Cancer Centre", **numbers)
    import_folder(settings.CONTENT_DIR)
    bone = Topic.objects.get(slug="bone", language="en", kind="page")
    revision = new_draft(bone, body=bone.latest.source.body.replace("\n## ", "\nA new line.\n\n## ", 1))
    go_live(bone, revision)
    checked(Topic.objects.get(slug="lung", language="en", kind="page"))
    workflow.withdraw(published_topic("old-page", title="An old page"), publisher(), "wrong")
