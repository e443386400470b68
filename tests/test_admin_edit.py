"""The editor's page through the real client: nothing is overwritten, nothing is lost, words for every refusal."""

import pytest
from django.urls import reverse

from tests.cast import clinician, editor, make_section, make_topic, new_draft, published_topic, publisher
from topics import checks, review
from topics.models import Event, Revision, Topic

pytestmark = pytest.mark.django_db

CHANGE = "admin:topics_topic_change"
ADD = "admin:topics_topic_add"


def fields(topic: Topic, **changes) -> dict:
    source = Topic.objects.get(pk=topic.pk).latest.source
    values = {
        "title": source.title,
        "summary": source.summary,
        "section": source.section,
        "level": source.level,
        "sites": list(source.sites),
        "order": source.order,
        "body": source.body,
        "verify": "\n".join(source.verify),
        "change": Revision.CLINICAL,
        "note": "Ribs added",
        "based_on": Topic.objects.get(pk=topic.pk).latest.number,
    }
    return {**values, **changes}


def save(client, topic, **changes):
    return client.post(reverse(CHANGE, args=[topic.pk]), {**fields(topic, **changes), "_save": "1"}, follow=True)


def messages(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def test_a_saved_draft_changes_nothing_for_patients(client):
    topic = published_topic()
    client.force_login(editor())
    response = save(client, topic, body="## Which bones\nThe ribs.\n")
    assert "Patients still see" in messages(response)
    topic.refresh_from_db()
    assert "The ribs." in topic.latest.text
    assert "The ribs." not in topic.live.text
    assert "The ribs." not in client.get(topic.get_absolute_url()).text


def test_a_save_says_who_when_and_why(client):
    topic = published_topic()
    client.force_login(editor())
    save(client, topic, title="Your bones", note="Ribs added", change=Revision.WORDING)
    latest = Topic.objects.get(pk=topic.pk).latest
    assert (latest.author.username, latest.note, latest.change) == ("editor", "Ribs added", Revision.WORDING)


def test_a_point_for_the_clinician_is_kept_until_a_line_is_removed(client):
    topic = published_topic(verify=["BO12: a broken limb", "LU9: chest pain"])
    client.force_login(editor())
    save(client, topic, body="## Which bones\nThe ribs.\n")
    assert Topic.objects.get(pk=topic.pk).newest.source.verify == ("BO12: a broken limb", "LU9: chest pain")
    save(client, topic, verify="LU9: chest pain\r\n")
    assert Topic.objects.get(pk=topic.pk).newest.source.verify == ("LU9: chest pain",)


def test_the_edit_page_never_publishes_whatever_is_posted_to_it(client):
    topic = published_topic()
    client.force_login(publisher())
    data = {**fields(topic, title="Your bones", change=Revision.WORDING), "_publish": "1"}
    client.post(reverse(CHANGE, args=[topic.pk]), data)
    topic.refresh_from_db()
    assert (topic.newest.number, topic.shown.number) == (2, 1)
    assert "_publish" not in client.get(reverse(CHANGE, args=[topic.pk])).text


def test_saving_to_ask_for_a_check_leads_to_the_review_page(client):
    topic = published_topic()
    client.force_login(editor())
    data = {**fields(topic, body="## Which bones\nThe ribs.\n"), "_submit": "1"}
    response = client.post(reverse(CHANGE, args=[topic.pk]), data)
    assert response["Location"] == reverse("admin:topics_topic_review", args=[topic.pk]) + "#ask"
    topic.refresh_from_db()
    assert "The ribs." in topic.newest.text
    assert topic.stage == "draft"


def test_why_a_text_was_sent_back_stands_on_the_edit_page(client):
    topic = published_topic()
    new_draft(topic, body="## Which bones\nThe ribs.\n")
    topic.refresh_from_db()
    review.submit(topic, topic.newest, editor())
    review.send_back(topic, topic.newest, clinician(), "Which ribs?")
    client.force_login(editor())
    assert "Which ribs?" in client.get(reverse(CHANGE, args=[topic.pk])).text


def test_what_a_clinician_asked_to_mend_stands_on_the_edit_page_until_there_is_a_newer_text(client):
    topic = published_topic()
    mend = {part.key: review.Verdict("fix", "Say “ribs”.") for part in checks.unchecked(topic.newest)}
    review.check(topic, topic.newest, review.Signature.of_account(clinician()), mend)
    client.force_login(editor())
    assert "Say “ribs”." in client.get(reverse(CHANGE, args=[topic.pk])).text
    new_draft(topic, body="## Which bones\nThe ribs.\n")
    assert "Say “ribs”." not in client.get(reverse(CHANGE, args=[topic.pk])).text


def test_a_stale_edit_overwrites_nothing_and_shows_both_texts(client):
    topic = published_topic()
    client.force_login(editor())
    mine = fields(topic, body="## Which bones\nMy ribs.\n")
    new_draft(topic, publisher(), body="## Which bones\nTheir skull.\n")
    response = client.post(reverse(CHANGE, args=[topic.pk]), {**mine, "_save": "1"})
    assert response.status_code == 409
    assert "Their skull." in response.text
    assert "My ribs." in response.text
    assert Topic.objects.get(pk=topic.pk).latest.number == 2
    again = {**mine, "based_on": 2, "body": "## Which bones\nBoth.\n", "_save": "1"}
    assert client.post(reverse(CHANGE, args=[topic.pk]), again).status_code == 302
    assert Topic.objects.get(pk=topic.pk).latest.number == 3


@pytest.mark.parametrize("based_on", ["", "0", "999", "-1", "abc", "99999999999999999999"])
def test_a_save_that_does_not_say_what_it_started_from_overwrites_nothing(client, based_on):
    topic = published_topic()
    client.force_login(editor())
    data = {**fields(topic, body="## Which bones\nThe ribs.\n"), "based_on": based_on, "_save": "1"}
    assert client.post(reverse(CHANGE, args=[topic.pk]), data).status_code in (409, 422)
    assert Topic.objects.get(pk=topic.pk).latest.number == 1


def test_a_new_page_is_a_draft_that_nobody_sees(client):
    make_section()
    client.force_login(editor())
    data = {
        "title": "Skin",
        "slug": "skin",
        "kind": "page",
        "language": "en",
        "summary": "About skin.",
        "section": "sites",
        "order": 50,
        "body": "## Signs\r\nLumps.\r\n",
        "change": "clinical",
        "_save": "1",
    }
    client.post(reverse(ADD), data)
    topic = Topic.objects.get(slug="skin")
    assert topic.latest.text.endswith("## Signs\nLumps.\n")
    assert f"number: {topic.number}\n" in topic.latest.text
    assert client.get("/topics/skin/").status_code == 404
    assert client.get(f"/t/{topic.number}/").status_code == 404


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("title", "", "required"),
        ("title", "x" * 121, "120"),
        ("body", "   \n", "required"),
        ("slug", "Not A Slug", "small letters"),
        ("section", "nowhere", "valid choice"),
        ("section", "", "“section” is missing"),
        ("level", "now", "Only a card has a level"),
        ("order", "-1", "greater than or equal"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_the_text_stays(client, name, value, words):
    make_section()
    client.force_login(editor())
    data = {
        "title": "Skin",
        "slug": "skin",
        "kind": "page",
        "language": "en",
        "summary": "About skin.",
        "section": "sites",
        "order": 50,
        "body": "## Signs\nLumps of many kinds.\n",
        "change": "clinical",
        "_save": "1",
    }
    response = client.post(reverse(ADD), {**data, name: value})
    assert response.status_code == 422
    assert words in response.text
    if name != "body":
        assert "Lumps of many kinds." in response.text
    assert not Topic.objects.exists()


def test_a_short_name_that_is_taken_is_refused_in_words(client):
    published_topic()
    client.force_login(editor())
    data = {
        **fields(Topic.objects.get()),
        "slug": "bone",
        "kind": "page",
        "language": "en",
        "_save": "1",
    }
    response = client.post(reverse(ADD), data)
    assert response.status_code == 422
    assert "belongs to another page" in response.text


def test_history_tells_who_when_and_why_and_restores(client):
    topic = published_topic()
    new_draft(topic, editor(), body="## Which bones\nThe ribs.\n")
    client.force_login(publisher())
    history = client.get(reverse("admin:topics_topic_history", args=[topic.pk])).text
    assert "saved revision 2" in history
    assert "published" in history
    assert "patients see this one" in history
    old = client.get(reverse("admin:topics_topic_revision", args=[topic.pk, 1])).text
    assert "The spine is often affected." in old
    client.post(reverse("admin:topics_topic_restore", args=[topic.pk, 1]), {"based_on": 2})
    topic.refresh_from_db()
    assert topic.latest.number == 3
    assert topic.latest.source.body == topic.revisions.get(number=1).source.body


def test_withdrawing_asks_why_and_leads_on(client):
    topic, successor = published_topic(), published_topic("liver", title="Liver")
    client.force_login(publisher())
    address = reverse("admin:topics_topic_withdraw", args=[topic.pk])
    assert client.post(address, {"reason": ""}).status_code == 422
    client.post(address, {"reason": "Merged", "successor": successor.pk})
    response = client.get("/topics/bone/")
    assert (response.status_code, response["Location"]) == (301, "/topics/liver/")
    assert Event.objects.filter(kind=Event.WITHDRAWN, note="Merged").count() == 1


def test_pages_are_never_deleted(client):
    topic = published_topic()
    user = publisher()
    user.is_superuser = True
    user.save()
    client.force_login(user)
    assert client.post(reverse("admin:topics_topic_delete", args=[topic.pk]), {"post": "yes"}).status_code == 403
    assert Topic.objects.filter(pk=topic.pk).exists()


@pytest.mark.parametrize("odd", ["0", "99999999999999999999999", "abc", "-1", "1e3", "٣"])
def test_an_odd_number_in_an_address_is_a_404(client, odd):
    client.force_login(publisher())
    assert client.get(f"/admin/topics/topic/{odd}/change/").status_code == 404
    assert client.get(f"/admin/topics/topic/{odd}/history/").status_code == 404


def test_a_draft_is_seen_nowhere(client):
    topic = make_topic()
    for address in ("/", "/sites/bone/", "/sites/", "/sections/", "/sections/sites/", "/when-to-call/", "/glossary/"):
        assert "Bones" not in client.get(address).text
    assert client.get("/topics/bone/").status_code == 404
    assert client.get(f"/t/{topic.number}/").status_code == 404
