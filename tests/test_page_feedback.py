"""“Did this help?”: day totals and nothing else, five a minute, no trace of who answers."""

from __future__ import annotations

import logging
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import DatabaseError
from django.test import Client, RequestFactory
from django.utils import timezone

from tests.browser import violations
from tests.cast import make_topic, person, published_topic, publisher
from tests.test_at_once import at_once
from topics import feedback, workflow
from topics.client_address import address_of, name_for_a_day
from topics.models import ClinicSettings, Feedback

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

ADDRESS = "/topics/bone/feedback/"


@pytest.fixture(autouse=True)
def nobody_has_sent_anything_yet():
    cache.clear()


@pytest.fixture
def bone():
    return published_topic("bone")


@pytest.fixture
def client():
    return Client(enforce_csrf_checks=True)


def counted() -> dict[str, int]:
    return dict(Feedback.objects.values_list("said", "count"))


# --- asking and answering --------------------------------------------------------------------


def test_a_page_asks_at_its_foot_and_needs_no_script(client, bone):
    page = client.get("/topics/bone/").content.decode()
    assert page.index('action="/topics/bone/feedback/"') > page.index('class="checked"')
    assert [f'value="{word}"' in page for word in ("yes", "partly", "no")] == [True] * 3


@pytest.mark.parametrize("address", ["/embed/bone/", "/topics/bone/handout/", "/topics/bone/short/", "/handout/?t=1"])
def test_frames_and_paper_do_not_ask(client, bone, address):
    assert "Did this page help?" not in client.get(address).content.decode()


def test_an_answer_is_a_total_of_the_day_and_loading_again_does_not_count(client, bone):
    answer = client.post(ADDRESS, {"said": "no"})
    assert (answer.status_code, answer["Location"]) == (303, f"{ADDRESS}?said=no")
    assert (answer["Cache-Control"], dict(answer.cookies)) == ("no-store", {})
    client.get(answer["Location"]), client.get(answer["Location"])
    client.post(ADDRESS, {"said": "no"})
    (row,) = Feedback.objects.all()
    assert (row.topic, row.day, row.said, row.count) == (bone, timezone.localdate(), "no", 2)


def test_who_is_not_helped_may_choose_reasons_and_who_is_helped_is_thanked(client, bone):
    assert 'value="hard"' in client.get(f"{ADDRESS}?said=partly").content.decode()
    thanks = client.get(f"{ADDRESS}?said=yes").content.decode()
    assert "Thank you" in thanks and 'name="reason"' not in thanks
    answer = client.post(ADDRESS, {"reason": ["hard", "number", "hard"]})
    assert answer["Location"] == f"{ADDRESS}?said=thanks"
    assert counted() == {"hard": 1, "number": 1}


def test_nothing_ticked_is_fine(client, bone):
    assert client.post(ADDRESS, {}).status_code == 303
    assert counted() == {}


@pytest.mark.parametrize(
    "sent",
    [{"said": "maybe"}, {"reason": "my story"}, {"reason": ["hard", "x" * 9_000]}, {"said": "yes", "reason": "hard"}],
)
def test_what_is_not_offered_is_a_kind_400_and_counts_nothing(client, bone, sent):
    answer = client.post(ADDRESS, sent)
    assert (answer.status_code, "You did nothing wrong" in answer.content.decode()) == (400, True)
    assert counted() == {}


def test_odd_words_in_the_address_show_the_question(client, bone):
    page = client.get(f"{ADDRESS}?said=%3Cb%3E").content.decode()
    assert "<h1>Did this page help?</h1>" in page and "<b>" not in page


def test_pages_that_are_not_there_take_no_answers(client, bone):
    make_topic("draft")
    published_topic("outlook", door="prognosis")
    workflow.withdraw(published_topic("gone"), publisher(), "wrong")
    for slug, status in (("draft", 404), ("nowhere", 404), ("gone", 410), ("outlook", 302)):
        assert client.post(f"/topics/{slug}/feedback/", {"said": "no"}).status_code == status, slug
    assert counted() == {}


def test_something_wrong_is_told_by_post_or_phone(client, bone):
    assert "mailto:" not in client.get(ADDRESS).content.decode()
    ClinicSettings.objects.create(pk=1, contact_email="pages@example.org")
    assert "mailto:pages@example.org" in client.get(ADDRESS).content.decode()


def test_a_database_that_cannot_write_is_told_and_nothing_breaks(client, bone, monkeypatch):
    def fails(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr(feedback, "_add_one", fails)
    answer = client.post(ADDRESS, {"said": "no"})
    assert (answer.status_code, "That could not be counted" in answer.content.decode()) == (503, True)


def test_totals_are_kept_for_two_years(bone):
    today = date(2026, 11, 27)
    feedback.count(bone, ["no"], today - timedelta(days=feedback.DAYS_KEPT + 1))
    feedback.count(bone, ["yes"], today)
    assert counted() == {"yes": 1}


@pytest.mark.django_db(transaction=True)
def test_nobody_s_answer_is_lost_when_many_answer_at_once():
    bone = published_topic("bone")
    words = [["hard", "long"], ["long", "hard"]]
    assert all(at_once(lambda place: feedback.count(bone, words[place % 2], date(2026, 11, 27))))
    assert counted() == {"hard": 20, "long": 20}


# --- how often -------------------------------------------------------------------------------


@pytest.fixture
def noon(monkeypatch):
    """The clock stands at the start of a minute."""
    monkeypatch.setattr("topics.feedback.time.time", lambda: 1_800_000_000)


def test_the_sixth_answer_of_a_minute_waits_and_is_told_how_long(client, bone, noon, monkeypatch):
    assert [client.post(ADDRESS, {"said": "no"}).status_code for _ in range(6)] == [303] * 5 + [429]
    answer = client.post(ADDRESS, {"said": "no"})
    assert (answer["Retry-After"], answer["Cache-Control"]) == ("60", "no-store")
    assert "Yours was not counted" in answer.content.decode()
    assert counted() == {"no": 5}
    assert client.post(ADDRESS, {"said": "no"}, REMOTE_ADDR="192.0.2.9").status_code == 303
    monkeypatch.setattr("topics.feedback.time.time", lambda: 1_800_000_060)
    assert client.post(ADDRESS, {"said": "no"}).status_code == 303


def test_a_forged_header_changes_nothing(client, bone, noon):
    sent = [client.post(ADDRESS, {"said": "no"}, headers={"x-forwarded-for": f"192.0.2.{n}"}) for n in range(6)]
    assert sent[-1].status_code == 429


@pytest.mark.parametrize(
    ("remote", "forwarded", "found"),
    [
        ("10.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "198.51.100.1, 192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "192.0.2.7, 10.0.0.2", "192.0.2.7"),
        ("192.0.2.7", "198.51.100.1", "192.0.2.7"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "odd, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "odd", "10.0.0.1"),
        ("::ffff:10.0.0.1", "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("", "192.0.2.7", ""),
    ],
)
def test_the_client_is_the_last_address_that_no_trusted_proxy_has(settings, remote, forwarded, found):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert address_of(RequestFactory().post("/", REMOTE_ADDR=remote, headers={"x-forwarded-for": forwarded})) == found


def test_no_address_stands_in_the_database_the_cache_or_a_log(client, bone, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    keys = []
    add = cache.add
    monkeypatch.setattr(feedback.cache, "add", lambda key, *args: keys.append(key) or add(key, *args), raising=False)
    for _ in range(6):
        client.post(ADDRESS, {"said": "no"}, REMOTE_ADDR="203.0.113.77")
    assert keys and not any("203.0.113.77" in key for key in keys)
    assert "203.0.113.77" not in caplog.text
    assert {field.name for field in Feedback._meta.fields} == {"id", "topic", "day", "said", "count"}


def test_the_name_of_an_address_changes_each_day_and_with_the_secret(settings):
    today = date(2026, 11, 27)
    name = name_for_a_day("192.0.2.7", today)
    assert name == name_for_a_day("192.0.2.7", today) != name_for_a_day("192.0.2.7", today + timedelta(days=1))
    settings.SECRET_KEY = "another " * 8
    assert name != name_for_a_day("192.0.2.7", today)


def test_a_cache_that_is_down_stops_nobody(client, bone, monkeypatch):
    def fails(*args):
        raise ConnectionError

    monkeypatch.setattr(feedback.cache, "add", fails, raising=False)
    assert client.post(ADDRESS, {"said": "no"}).status_code == 303


# --- who looks -------------------------------------------------------------------------------


def test_editors_see_totals_of_each_page_the_most_doubtful_first_and_change_nothing(client, bone):
    other, today = published_topic("lung", title="Lungs"), timezone.localdate()
    for topic, words in ((bone, ["yes"]), (other, ["no"]), (other, ["hard", "long"])):
        feedback.count(topic, words, today)
    feedback.count(bone, ["no"], today - timedelta(days=91))
    client = Client()
    client.force_login(person("looker", "view_feedback"))
    page = client.get("/admin/topics/feedback/").content.decode()
    table = page.split("Totals of each page")[1].split("</table>")[0]
    assert table.index("Lungs") < table.index("Bones")
    assert "<td>0</td><td>0</td><td>1</td><td>Hard words: 1; Too long: 1</td>" in table
    assert "<td>1</td><td>0</td><td>0</td><td></td>" in table
    row = Feedback.objects.first()
    for end in ("add/", f"{row.pk}/change/", f"{row.pk}/delete/"):
        assert client.post(f"/admin/topics/feedback/{end}", {"post": "yes"}).status_code == 403, end


def test_others_do_not_see_it(client):
    client = Client()
    client.force_login(person("stranger-to-it"))
    assert client.get("/admin/topics/feedback/").status_code == 403


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_a_reader_answers_with_script_switched_off(live_server, chromium, page):
    published_topic("bone")
    plain = chromium.new_context(java_script_enabled=False).new_page()
    plain.goto(f"{live_server.url}/topics/bone/")
    plain.get_by_role("button", name="Partly").click()
    plain.get_by_label("Hard words").check()
    plain.get_by_role("button", name="Send").click()
    plain.get_by_role("heading", name="Thank you").wait_for()
    assert plain.context.cookies() == []
    plain.context.close()
    assert counted() == {"partly": 1, "hard": 1}
    for address in ("/topics/bone/", f"{ADDRESS}?said=no", ADDRESS):
        page.goto(live_server.url + address)
        assert violations(page) == [], address
