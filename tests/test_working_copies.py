"""Unsaved text is kept for its writer alone, seen by nobody else, and never published."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.cast import clinician, editor, make_section, make_topic, new_draft, published_topic, publisher, stranger
from tests.test_admin_edit import ADD, CHANGE, fields
from topics.models import Topic, WorkingCopy

pytestmark = pytest.mark.django_db

NEW_COPY = "admin:topics_topic_working_copy_new"
COPY = "admin:topics_topic_working_copy"
UNSAVED = "## Which bones\nThe ribs, unsaved.\n"


def autosave(client, topic, **changes):
    return client.post(reverse(COPY, args=[topic.pk]), {**fields(topic, **changes), "typed": "1"})


def edit_page(client, topic):
    return client.get(reverse(CHANGE, args=[topic.pk]))


def test_reopening_a_page_gives_the_unsaved_text_back_and_says_so(client):
    topic = published_topic()
    client.force_login(editor())
    assert autosave(client, topic, body=UNSAVED, sites=[], order=7).json()["kept"]
    page = edit_page(client, topic)
    assert page.context["form"]["body"].value() == UNSAVED
    assert page.context["form"]["order"].value() == "7"
    assert "You have unsaved changes from" in page.text


def test_one_row_a_person_and_page_is_overwritten(client):
    topic = published_topic()
    for user in (editor(), publisher()):
        client.force_login(user)
        for place in range(3):
            autosave(client, topic, body=f"{UNSAVED}{place} {user}\n")
            client.post(reverse(NEW_COPY), {"title": f"New {place}", "typed": "1"})
    assert WorkingCopy.objects.filter(topic=topic).count() == 2
    assert WorkingCopy.objects.filter(topic=None).count() == 2
    client.force_login(editor())
    assert edit_page(client, topic).context["form"]["body"].value() == f"{UNSAVED}2 editor\n"
    assert client.get(reverse(ADD)).context["form"]["title"].value() == "New 2"


def test_unsaved_text_is_shown_to_nobody_else_and_published_by_nothing(client):
    topic = published_topic()
    client.force_login(editor())
    autosave(client, topic, body=UNSAVED)
    assert Topic.objects.get().newest.number == 1
    assert "unsaved" not in client.get("/topics/bone/").text
    client.force_login(publisher())
    assert "The ribs, unsaved" not in edit_page(client, topic).text
    client.post(reverse(CHANGE, args=[topic.pk]), {**fields(topic, title="Bone"), "_publish": "1"})
    assert "The ribs, unsaved" not in client.get("/topics/bone/").text


@pytest.mark.parametrize("button", ["_save", "_discard"])
def test_a_save_or_a_discard_ends_it(client, button):
    topic = published_topic()
    client.force_login(editor())
    autosave(client, topic, body=UNSAVED)
    client.post(reverse(CHANGE, args=[topic.pk]), {**fields(topic, body=UNSAVED), button: "1"})
    assert not WorkingCopy.objects.exists()
    assert ("unsaved" in Topic.objects.get().newest.text) == (button == "_save")


def test_making_the_new_page_ends_its_working_copy(client):
    make_section()
    client.force_login(editor())
    data = {"title": "Skin", "slug": "skin", "kind": "page", "language": "en", "summary": "About skin."}
    data |= {"section": "sites", "order": 50, "body": "## Signs\nLumps.\n", "change": "clinical"}
    client.post(reverse(NEW_COPY), {**data, "typed": "1"})
    assert client.post(reverse(ADD), {**data, "_save": "1"}).status_code == 302
    assert not WorkingCopy.objects.exists()


def test_a_text_equal_to_what_is_saved_is_not_offered(client):
    topic = published_topic(sites=["bone"])
    client.force_login(editor())
    autosave(client, topic, note="", body=topic.live.source.body.replace("\n", "\r\n"))
    assert "You have unsaved changes" not in edit_page(client, topic).text


@pytest.mark.parametrize("refused", [{"title": ""}, {"based_on": "0", "body": UNSAVED}])
def test_what_could_not_be_saved_is_kept_without_any_script(client, refused):
    topic = published_topic()
    client.force_login(editor())
    response = client.post(reverse(CHANGE, args=[topic.pk]), {**fields(topic, note="Mine"), **refused, "_save": "1"})
    assert response.status_code in (409, 422)
    assert edit_page(client, topic).context["form"]["note"].value() == "Mine"


def test_a_sign_of_life_keeps_no_text_and_overwrites_none(client):
    topic = published_topic()
    client.force_login(editor())
    autosave(client, topic, body=UNSAVED)
    assert client.post(reverse(COPY, args=[topic.pk]), fields(topic)).json()["kept"] == ""
    assert edit_page(client, topic).context["form"]["body"].value() == UNSAVED


def test_colleagues_are_told_who_else_is_here_and_what_was_saved_since(client):
    topic = published_topic()
    client.force_login(publisher())
    client.post(reverse(COPY, args=[topic.pk]), {"based_on": 1})
    client.force_login(editor())
    assert "publisher</strong>\nalso has this page open." in edit_page(client, topic).text
    WorkingCopy.objects.update(seen_at=timezone.now() - timedelta(minutes=5))
    assert "publisher</strong>\nalso" not in edit_page(client, topic).text
    client.force_login(publisher())
    autosave(client, topic, body=UNSAVED)
    client.force_login(editor())
    beside = client.post(reverse(COPY, args=[topic.pk]), {"based_on": 1}).json()["beside"]
    assert "also has this page open, with unsaved changes from" in beside
    new_draft(topic, publisher(), title="Bones and joints")
    assert "saved revision 2" in client.post(reverse(COPY, args=[topic.pk]), {"based_on": 1}).json()["beside"]


@pytest.mark.parametrize("who", [None, stranger, clinician])
@pytest.mark.parametrize("name", [COPY, NEW_COPY])
def test_others_are_refused_in_words_and_nothing_is_kept(client, who, name):
    topic = published_topic()
    if who:
        client.force_login(who())
    response = client.post(reverse(name, args=[topic.pk] if name == COPY else []), {"body": "x", "typed": "1"})
    assert response.status_code == 403
    assert "<form" not in response.text
    assert not WorkingCopy.objects.exists()


@pytest.mark.parametrize("name", [ADD, CHANGE])
def test_a_save_after_the_sign_in_ran_out_shows_the_text_even_without_script(client, name):
    topic = published_topic()
    response = client.post(reverse(name, args=[topic.pk] if name == CHANGE else []), fields(topic, body=UNSAVED))
    assert response.status_code == 403
    assert "Sign in again in another tab" in response.text
    assert "The ribs, unsaved." in response.text
    assert Topic.objects.get().newest.number == 1


def test_a_forged_autosave_is_refused():
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor())
    assert client.post(reverse(NEW_COPY), {"body": "x", "typed": "1"}).status_code == 403
    token = client.get(reverse("admin:topics_topic_token")).json()["token"]
    assert (
        client.post(reverse(NEW_COPY), {"body": "x", "typed": "1"}, headers={"X-CSRFToken": token}).status_code == 200
    )


@pytest.mark.parametrize(
    ("odd", "status"),
    [
        ({"body": "x" * 500_000}, 413),
        ({"body": "nul \x00"}, 400),
        ({"body": "\ud7ff\U0001f9b4 \x07", "unknown": "field"}, 200),
        ({"based_on": "99999999999999"}, 200),
        ({"based_on": "²"}, 200),
        ({"sites": ["bone", "nowhere"], "order": "many"}, 200),
    ],
)
def test_odd_input_is_kept_or_refused_in_words(client, odd, status):
    topic = published_topic()
    client.force_login(editor())
    response = autosave(client, topic, **odd)
    assert response.status_code == status
    page = edit_page(client, topic)
    assert page.status_code == 200
    if status == 200:
        for name, value in odd.items():
            assert name in ("unknown", "based_on") or page.context["form"][name].value() == value
        assert client.post(reverse(CHANGE, args=[topic.pk]), {**fields(topic), **odd, "_save": "1"}).status_code < 500


def test_the_pickers_lists_hold_what_a_text_may_call(client):
    make_topic("draft", title="A draft")
    published_topic("liver", title="Liver")
    published_topic("known", title="What is known", door="prognosis")
    published_topic("cord", kind="card", title="Pressure on the spinal cord")
    client.force_login(editor())
    lists = client.get(reverse("admin:topics_topic_choices")).json()
    assert [one["insert"] for one in lists["card"]] == ["::: card cord"]
    pages = {one["insert"]: one["name"] for one in lists["page"]}
    assert pages == {
        "/topics/liver/": "Liver",
        "/topics/liver/#s-which-bones": "Which bones",
        "/topics/known/": "What is known",
    }
    assert [one["insert"] for one in lists["phone"]] == ["{emergency}", "{day_line}", "{night_line}"]
    assert client.get(reverse("admin:topics_topic_choices"), {"language": "xx"}).status_code == 400


@pytest.mark.parametrize("name", ["choices", "token"])
def test_lists_and_tokens_are_for_staff(client, name):
    address = reverse(f"admin:topics_topic_{name}")
    assert client.get(address).status_code == 403
    assert "sign-in has run out" in client.get(address).text
    client.force_login(editor())
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 405
