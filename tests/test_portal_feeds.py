"""/feed/: read by a real feed parser, and by the rules of RFC 4287."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.utils import timezone

from tests.cast import checked, go_live, make_topic, new_draft, published_topic, publisher
from topics import workflow
from topics.models import ClinicSettings, Event, Revision
from topics.portal import changes, feeds

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # feedparser imports modules that Python will drop
    import feedparser

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def read(client):
    answer = client.get("/feed/")
    assert answer.status_code == 200
    feed = feedparser.parse(answer.content)
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    return feed


def revise(topic, change=Revision.CLINICAL, note="", **values):
    topic.refresh_from_db()
    source = topic.latest.source.revised(**values)
    revision = workflow.save_draft(topic, source, publisher(), topic.latest.number, change, note)
    go_live(topic, revision)


def test_new_revised_withdrawn_and_returned_pages_are_named_newest_first(client):
    topic = published_topic("bone", title="Bones", summary="About bones.")
    revise(topic, Revision.URGENT, "New number to call", title="Your bones")
    workflow.withdraw(topic, publisher(), "a reason for colleagues")
    go_live(topic, Revision.objects.get(topic=topic, number=2))
    entries = read(client).entries
    assert [entry.title for entry in entries] == [
        "Back again: Your bones",
        "Withdrawn: Your bones",
        "Revised: Your bones",
        "New: Your bones",
    ]
    assert entries[2].summary == "Urgent safety change. New number to call"
    assert [tag.term for tag in entries[2].tags] == ["revised", "urgent"]
    assert entries[3].summary == "About bones."


def test_a_page_withdrawn_by_now_is_not_quoted_and_its_successor_is_named(client):
    old, new = published_topic("old", summary="Wrong words."), published_topic("new", title="The new page")
    workflow.withdraw(old, publisher(), "wrong", successor=new)
    answer = client.get("/feed/").content.decode()
    assert "Wrong words." not in answer
    assert read(client).entries[0].summary == "Read this page instead: The new page"


def test_a_successor_that_is_withdrawn_or_behind_a_door_is_not_named(client):
    old, new = published_topic("old"), published_topic("new", title="The new page")
    workflow.withdraw(old, publisher(), "merged", successor=new)
    new.refresh_from_db()
    go_live(new, new_draft(new, door="prognosis"))
    assert "The new page" not in client.get("/feed/").content.decode()
    assert [row["successor"] for row in client.get("/api/v1/changes/").json()["items"]] == [None, None]
    new.refresh_from_db()
    workflow.withdraw(new, publisher(), "wrong")
    assert "The new page" not in client.get("/feed/").content.decode()


def test_no_draft_no_draft_s_note_no_reason_for_colleagues_and_no_name_of_staff_is_in_it(client):
    topic = published_topic("bone")
    make_topic("hidden", title="Hidden page")
    workflow.save_draft(topic, topic.live.source.revised(title="Draft"), publisher(), 1, note="note of a draft")
    other = published_topic("other")
    workflow.withdraw(other, publisher(), "reason for colleagues")
    answer = client.get("/feed/").content.decode()
    for words in ("Hidden", "Draft", "note of a draft", "reason for colleagues", "publisher", "editor"):
        assert words not in answer


def test_links_are_permanent_and_ids_never_repeat_or_move(client):
    topic = published_topic("bone")
    published_topic("hueso", language="es")
    before = read(client).entries
    revise(topic, title="Other")
    workflow.rename(topic, "bones", publisher())
    after = read(client).entries
    assert len({entry.id for entry in after}) == 3
    assert {entry.id for entry in before} < {entry.id for entry in after}
    for entry in after:
        assert entry.link.startswith(f"{settings.SITE_URL}/")
        page = client.get(entry.link.removeprefix(settings.SITE_URL), follow=True)
        assert page.status_code == 200
    assert {entry.title_detail.language for entry in after} == {"en", "es"}


def test_what_rfc_4287_asks_for_is_there(client):
    published_topic("bone")
    root = ElementTree.fromstring(client.get("/feed/").content)
    for holder in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(holder.findall(f"{ATOM}{name}")) == 1, name
            assert holder.find(f"{ATOM}{name}").text
        assert [link.get("rel") for link in holder.findall(f"{ATOM}link")].count("alternate") == 1
    assert root.find(f"{ATOM}author/{ATOM}name").text
    self_link = [link for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert [link.get("href") for link in self_link] == [f"{settings.SITE_URL}/feed/"]


def test_markup_and_odd_characters_in_a_note_or_a_name_break_nothing(client):
    ClinicSettings.objects.create(pk=1, clinic_name="St \x0bAnn & <b>Co</b>")
    topic = published_topic("bone")
    revise(
        topic, note="<script>alert(1)</script> & \x00\x0c\ud7ff ]]> \ufffe done".replace("\x00", ""), title='B "<i>"'
    )
    feed = read(client)
    assert feed.entries[0].title_detail.value == 'Revised: B "<i>"'
    assert "<script" not in client.get("/feed/").content.decode()
    assert feed.entries[0].summary.endswith("done")


def test_an_empty_feed_is_a_feed_and_stays_the_same(client):
    first = client.get("/feed/")
    assert read(client).entries == []
    assert client.get("/feed/", headers={"if-none-match": first["ETag"]}).status_code == 304


def test_updated_is_the_newest_change_and_never_the_time_of_asking(client):
    published_topic("bone")
    feed = read(client)
    assert feed.feed.updated == feed.entries[0].updated
    changed = datetime(*feed.feed.updated_parsed[:6], tzinfo=UTC)
    assert abs((timezone.now() - changed).total_seconds()) < 60


def test_it_holds_the_newest_fifty_in_a_few_queries(client, django_assert_max_num_queries):
    for number in range(52):
        published_topic(f"page-{number}", title=f"Page {number}")
    with django_assert_max_num_queries(3):
        entries = read(client).entries
    assert len(entries) == 50
    assert entries[0].title == "New: Page 51"


def test_an_import_s_own_note_is_no_change_note(client):
    topic = published_topic("bone")
    source = topic.live.source.revised(title="Other")
    revision = workflow.save_draft(topic, source, None, 1, note="From the content files", origin=Revision.FILES)
    workflow.publish(topic, revision, None)
    assert read(client).entries[0].summary == "Clinical change."


def test_headers_and_discovery(client):
    answer = client.get("/feed/", headers={"cookie": "sessionid=stale"})
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert not answer.cookies
    home = client.get("/").content.decode()
    assert '<link rel="alternate" type="application/atom+xml" href="/feed/"' in home


def test_a_check_of_public_words_is_told_and_a_check_of_a_draft_is_not(client):
    topic = published_topic("bone", title="Bones")
    draft = new_draft(topic, title="Secret")
    checked(topic, draft)
    assert len(read(client).entries) == 1
    go_live(topic, draft)
    assert [tag.term for tag in read(client).entries[0].tags] == ["revised", "clinical"]
    other = published_topic("other", title="Others")
    checked(other, other.live)
    entry = read(client).entries[0]
    assert entry.title == "Checked by a clinician: Others"
    assert entry.summary == "A clinician checked the words that patients could read then (revision 1)."
    assert [tag.term for tag in entry.tags] == ["checked"]
    kinds = [row["kind"] for row in client.get("/api/v1/changes/").json()["items"]]
    assert kinds == ["new", "revised", "new", "checked"]


def test_every_kind_of_change_has_a_title_and_a_place_in_the_description_of_the_api(client):
    assert set(feeds.TITLES) == set(changes.KINDS)
    kinds = client.get("/api/v1/openapi.json").json()["components"]["schemas"]["Change"]["properties"]["kind"]["enum"]
    assert set(kinds) == set(changes.KINDS)


def test_an_event_that_is_the_staff_s_own_affair_is_not_told(client):
    topic = published_topic("bone")
    for kind in ("submitted", "sent back", "scheduled", "cancelled", "renamed"):
        Event.objects.create(topic=topic, revision=topic.live, kind=kind)
    assert len(read(client).entries) == 1


def test_a_card_is_part_of_it(client):
    card = published_topic("cord", kind="card", title="Cord pressure")
    go_live(card, new_draft(card, title="Cord"))
    assert read(client).entries[0].title == "Revised: Cord"
