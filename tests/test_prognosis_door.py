"""The prognosis door (design §9.7): one page's numbers are shown to who asks for them, and nowhere else."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core.management import call_command

from tests.cast import go_live, make_topic, new_draft, page_source, published_topic, publisher
from topics import handouts, search, workflow
from topics.models import Code, SearchWords, Topic
from topics.problems import Problems
from topics.search import index as search_index
from topics.source import CARD
from topics.transfer import export_folder, import_folder

pytestmark = pytest.mark.django_db

MARKER = "7331"
BODY = f"""::: short
- About {MARKER} in 9000, in short.
:::

## The numbers {MARKER}
About {MARKER} in 9000 people were tallied.

::: questions
- Would I rather talk?
:::
"""


@pytest.fixture
def door() -> Topic:
    published_topic("bone", sites=["bone"])
    return published_topic(
        "outlook", title="Looking ahead", summary=f"About {MARKER}.", door="prognosis", sites=["bone"], body=BODY
    )


def addresses_of(topic: Topic) -> list[str]:
    """Every address that gives anything of a page, or of all pages."""
    number, revision, page = topic.number, topic.live.number, f"{settings.SITE_URL}/topics/outlook/"
    lists = [
        "/",
        "/sites/",
        "/sites/bone/",
        "/sections/",
        "/sections/sites/",
        "/questions/",
        "/handout/",
        "/sources/",
        "/result-day/",
    ]
    own = ["", "short/", "handout/", "handout.pdf", "?show=questions", "?show=nothing", "?view=short"]
    framed = ["/embed/outlook/", "/embed/outlook/?view=short"]
    api = [
        "/api/v1/topics/",
        "/api/v1/topics/?site=bone",
        f"/api/v1/topics/{number}/",
        "/api/v1/changes/",
        "/api/v1/codes/",
    ]
    portal = ["/portals/", f"/portals/?t={number}", "/portals/guide/", "/infobutton/?mainSearchCriteria.v.ot=prognosis"]
    portal += [f"/infobutton/feed/?{urlencode(coded)}" for coded in CODED]
    return [
        *lists,
        *(f"/topics/outlook/{end}" for end in own),
        *(f"/search/?q={word}" for word in ("tallied", "looking+ahead", "outlook", "numbers", "prognosis")),
        *(f"/search/suggest/?q={word}" for word in ("tallied", "looking", "talli")),
        *("/feed/", "/sitemap.xml", "/robots.txt", "/glossary/", "/when-to-call/"),
        *(f"/oembed/?{urlencode({'url': page, 'format': form})}" for form in ("json", "xml")),
        *framed,
        *api,
        *portal,
        *(f"/handout/?t={number}", f"/t/{number}/", f"/t/{number}/{revision}/"),
    ]


CODED = [
    {"mainSearchCriteria.v.cs": "2.16.840.1.113883.6.90", "mainSearchCriteria.v.c": "C79.51"},
    {"mainSearchCriteria.v.ot": "prognosis"},
]


def test_no_output_but_the_asked_for_page_holds_the_number(client, door):
    SearchWords.objects.create(means="outlook", words=["prognosis"], pages=["outlook"], portals=True)
    Code.objects.create(system="icd-10-cm", code="C79.51", topic=door, verified="v")
    call_command("rebuild")
    for address in addresses_of(door):
        answer = client.get(address, follow=True)
        assert MARKER not in answer.content.decode(), address
        assert all(MARKER not in value for value in answer.headers.values()), address
    known = client.get("/topics/outlook/?show=known").content.decode()
    assert f"About {MARKER} in 9000 people" in known


def test_only_a_title_in_a_quiet_link_leads_to_it(client, door):
    link = '<a href="/topics/outlook/">Looking ahead</a>'
    for address in ("/", "/sections/", "/sections/sites/"):
        page = client.get(address).content.decode()
        assert page.count(link) == 1 == page.count("/topics/outlook/"), address
    outputs = [*("/sites/bone/", "/questions/", "/handout/", "/search/?q=looking+ahead", "/topics/bone/"), *MACHINES]
    for address in outputs:
        assert "/topics/outlook/" not in client.get(address).content.decode(), address


MACHINES = ("/feed/", "/sitemap.xml", "/api/v1/topics/", "/api/v1/changes/", "/portals/")


def test_first_it_shows_three_equal_links_and_no_script_or_cookie(client, door):
    answer = client.get("/topics/outlook/")
    page = answer.content.decode()
    links = re.findall(r"<a([^>]*)>([^<]*)</a>", page.split("door-choices")[1].split("</ul>")[0])
    assert links == [
        (' href="/"', "Not now"),
        (' href="?show=questions"', "Questions I could ask instead"),
        (' href="?show=known"', "Show me what is known"),
    ]
    assert "<script" not in page
    assert not answer.cookies


@pytest.mark.parametrize("query", ["", "?show=known", "?show=questions"])
def test_its_head_tells_search_engines_and_shares_nothing(client, door, query):
    answer = client.get(f"/topics/outlook/{query}")
    head = answer.content.decode().split("</head>")[0]
    assert answer["X-Robots-Tag"] == "noindex, nosnippet, noarchive"
    assert '<meta name="robots" content="noindex, nosnippet, noarchive">' in head
    assert MARKER not in head
    assert "<title>Looking ahead" in head
    for word in ("ld+json", "oembed", "og:description"):
        assert word not in head


def test_the_questions_are_shown_without_the_numbers_and_the_numbers_can_be_closed(client, door):
    questions = client.get("/topics/outlook/?show=questions").content.decode()
    assert "Would I rather talk?" in questions
    known = client.get("/topics/outlook/?show=known").content.decode()
    assert known.count('<a class="button" href="/topics/outlook/">') == 2


@pytest.mark.parametrize("end", ["short/", "handout/", "handout.pdf"])
def test_short_and_paper_lead_to_the_door(client, door, end):
    assert client.get(f"/topics/outlook/{end}").headers["Location"] == "/topics/outlook/"


def test_frames_and_machines_are_told_there_is_no_such_page(client, door):
    page = f"{settings.SITE_URL}/topics/outlook/"
    for address in ("/embed/outlook/", f"/oembed/?{urlencode({'url': page})}", f"/api/v1/topics/{door.number}/"):
        assert client.get(address).status_code == 404, address
    assert handouts.chosen([str(door.number)], "en") == ([], 1)


def test_a_page_that_gets_a_door_leaves_every_output_at_its_publication(client):
    topic = published_topic("outlook", title="Looking ahead", body=BODY)
    assert [found.slug for found in search.search(MARKER, "en").pages] == ["outlook"]
    printed = topic.live.number
    draft = new_draft(topic, door="prognosis")
    assert MARKER in client.get("/topics/outlook/").content.decode()
    go_live(topic, draft)
    assert MARKER not in client.get("/topics/outlook/").content.decode()
    assert not search.search(MARKER, "en").pages
    assert not search_index.reader("en").knows(MARKER)
    paper = client.get(f"/t/{topic.number}/{printed}/")
    assert paper.headers["Location"] == "/topics/outlook/"


def test_a_page_that_loses_its_door_is_not_compared_with_what_stood_behind_it(client, door):
    behind = door.live.number
    go_live(door, new_draft(door, door="", body="## Plain\nNothing counted.\n", summary="Plain."))
    assert "Nothing counted." in client.get("/topics/outlook/").content.decode()
    assert client.get(f"/t/{door.number}/{behind}/").status_code == 404


def test_a_withdrawn_page_does_not_open_the_door_of_its_successor(client, door):
    old = published_topic("old", title="Old")
    workflow.withdraw(old, publisher(), "told elsewhere", door)
    assert client.get("/embed/old/").status_code == 410
    assert handouts.chosen([str(old.number)], "en") == ([], 1)
    page = client.get("/topics/old/handout/", follow=True)
    assert page.redirect_chain[-1][0] == "/topics/outlook/"


def test_the_pages_before_and_after_pass_it_by(client, door):
    published_topic("lung", title="Lungs", order=300)
    page = client.get("/topics/bone/").content.decode()
    assert "Looking ahead" not in page
    assert "/topics/lung/" in page


def test_the_door_survives_export_and_import(door, tmp_path):
    export_folder(tmp_path)
    assert "door: prognosis\n" in (tmp_path / "sites" / "outlook.md").read_text()
    report = import_folder(tmp_path)
    assert (report.problems, report.created, report.updated) == ([], [], [])
    door.refresh_from_db()
    assert not door.is_open


def test_only_pages_have_doors_and_only_the_known_one():
    with pytest.raises(Problems, match="door"):
        page_source(kind=CARD, door="prognosis")
    with pytest.raises(Problems, match="door"):
        page_source(door="cellar")


def test_drafts_behind_a_door_are_not_linked(client):
    make_topic("outlook", title="Looking ahead", door="prognosis")
    assert "Looking ahead" not in client.get("/").content.decode()
    assert client.get("/topics/outlook/").status_code == 404
