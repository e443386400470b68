"""A check by personal link: who may send one, what it opens, and what every forged, old or guessed one meets."""

import logging
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mbc_site.logs import OneLine
from tests.cast import checked, clinician, editor, make_topic, new_draft, person, published_topic, publisher, stranger
from topics import checks, invitations, letters, pages, review, workflow
from topics.models import Event, Invitation, SectionCheck, Topic

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TWO = "## Which bones\nThe spine.\n\n## What helps\nRadiotherapy.\n"
ADDRESS = "onco@example.org"
GOOD = {"verdict-0": "correct", "verdict-1": "correct", "verdict-2": "correct"}
WHO = {"name": "Role Clinician", "role": "oncologist", "email": ADDRESS, "days": 7}


@pytest.fixture(autouse=True)
def mail_is_configured(settings):
    settings.EMAIL_IS_SENT = True


def again(row):
    return type(row).objects.get(pk=row.pk)


def waiting(**values) -> Topic:
    """A draft whose check was asked for."""
    topic = make_topic(body=TWO, **values)
    review.submit(topic, topic.newest, editor())
    return again(topic)


def invited(topic=None, by=None, **values) -> tuple[Invitation, str]:
    topic = topic or waiting()
    invitation, secret = invitations.invite(topic, topic.newest, by or publisher(), **{**WHO, **values})
    return invitation, reverse("check_by_link", args=[secret])


def code_of(letter) -> str:
    return re.search(r"^ +(\d{6})$", letter.body, re.MULTILINE)[1]


def proved(client, link) -> None:
    client.post(link, {"_send_code": "1"})
    assert client.post(link, {"_prove": "1", "code": code_of(mail.outbox[-1])}).status_code == 302


def refused(*words: str):
    return pytest.raises(workflow.Refused, match=".*".join(words))


# --- who may send a link ----------------------------------------------------------------------


def test_who_wrote_the_words_cannot_send_the_link_for_them():
    topic = waiting()
    with pytest.raises(review.OwnWords, match="a colleague has to send the link"):
        invited(topic, by=editor())
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("right", ["change_topic", "publish_topic", "check_topic"])
def test_a_colleague_with_any_of_three_rights_can(right):
    invitation, _link = invited(by=person("colleague", right))
    assert invitation.by.username == "colleague"


def test_nobody_else_can():
    with pytest.raises(workflow.NotAllowed):
        invited(by=stranger())


def test_a_link_to_oneself_is_no_second_person():
    colleague = person("colleague", "change_topic")
    colleague.email = "Colleague@example.org"
    colleague.save()
    with refused("your own address"):
        invited(by=colleague, email="colleague@EXAMPLE.org")


def test_a_link_to_the_writers_address_is_none_either():
    writer = editor()
    writer.email = ADDRESS
    writer.save()
    with pytest.raises(review.OwnWords):
        invited()


def test_a_link_gives_no_account_a_right_that_it_has_not():
    for name, right in (("nurse", "change_topic"), ("doctor", "check_topic")):
        account = person(name, right)
        account.email = f"{name}@example.org"
        account.save()
    with refused("may not check"):
        invited(email="nurse@example.org")
    assert invited(Topic.objects.get(), email="doctor@example.org")


def test_a_text_that_nobody_asked_to_check_gets_no_link():
    with refused("Ask for a check first"):
        invited(make_topic())


@pytest.mark.parametrize("days", [0, -1, 31, 10**9])
def test_a_link_lasts_for_days_not_for_ever(days):
    with refused("between 1 and 30 days"):
        invited(days=days)


def test_the_secret_and_the_code_are_kept_as_hashes_only(client):
    invitation, link = invited()
    client.post(link, {"_send_code": "1"})
    secret, code = link.split("/")[2], code_of(mail.outbox[-1])
    kept = " ".join(str(value) for value in again(invitation).__dict__.values())
    assert len(secret) >= 43  # 256 bits
    assert secret not in kept
    assert code not in kept


# --- what a link opens ------------------------------------------------------------------------


def test_a_link_alone_opens_nothing_of_the_text(client):
    _invitation, link = invited()
    for address in (link, f"{link}page/"):
        shown = client.get(address, follow=True).text
        assert "Radiotherapy" not in shown
        assert ADDRESS not in shown


def test_the_whole_way_ends_in_a_check_with_the_name_that_the_inviter_gave(client):
    invitation, link = invited()
    proved(client, link)
    shown = client.get(link).text
    assert "Radiotherapy" in shown
    assert "Radiotherapy" in client.get(f"{link}page/").text
    assert "Nothing is recorded yet" in client.post(link, {"_look": "1", **GOOD}).text
    assert not SectionCheck.objects.exists()
    assert "Your check is recorded" in client.post(link, {"_record": "1", "note": "Well said", **GOOD}).text
    event = Event.objects.get(kind=Event.CHECKED)
    assert (event.by, event.invitation, event.note) == (None, invitation, "Well said")
    assert (event.signed_name, event.signed_role) == ("Role Clinician", "oncologist")
    topic = Topic.objects.get()
    assert topic.stage == "checked"
    workflow.publish(topic, topic.newest, publisher())
    assert pages.claim(again(topic)).by == (("Role Clinician", "oncologist"),)
    assert "Role Clinician, oncologist" in client.get("/topics/bone/").text


def test_only_what_changed_is_asked(client):
    topic = published_topic(body=TWO)
    checked(topic)
    new_draft(topic, body=TWO.replace("Radio", "Chemo"))
    review.submit(topic, again(topic).newest, editor())
    _invitation, link = invited(again(topic))
    proved(client, link)
    shown = client.get(link).text
    assert "<ins><b>new:</b> Chemotherapy.</ins>" in shown
    assert shown.count('<section class="passage') == 1
    assert "Your check is recorded" in client.post(link, {"_record": "1", "verdict-2": "correct"}).text
    assert checks.unchecked(again(topic).newest) == []


def test_not_correct_goes_back_to_the_writer(client):
    _invitation, link = invited()
    proved(client, link)
    answers = {**GOOD, "verdict-2": "wrong", "comment-2": "Not for everybody"}
    assert "goes back to its writer" in client.post(link, {"_record": "1", **answers}).text
    assert Topic.objects.get().stage == "sent back"


def test_too_little_is_refused_and_what_was_typed_stays(client):
    _invitation, link = invited()
    proved(client, link)
    for step in ("_look", "_record"):
        response = client.post(link, {step: "1", "verdict-0": "wrong", "comment-1": "Which spine?"})
        assert response.status_code == 422
        assert "Which spine?" in response.text
    assert not SectionCheck.objects.exists()


# --- nothing happens by itself ----------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_mail_scanner_that_opens_the_link_changes_nothing(client, method):
    invitation, link = invited()
    before = again(invitation).__dict__ | {"_state": None}
    for address in (link, f"{link}?_send_code=1", f"{link}?_record=1&verdict-0=correct", f"{link}page/"):
        getattr(client, method)(address)
    assert again(invitation).__dict__ | {"_state": None} == before
    assert mail.outbox == []
    assert not SectionCheck.objects.exists()


@pytest.mark.parametrize("step", ["_look", "_change", "_record"])
def test_answers_without_a_proved_address_are_not_taken_and_not_lost(client, step):
    _invitation, link = invited()
    response = client.post(link, {step: "1", **GOOD, "comment-1": "Well said"})
    assert response.status_code == 403
    assert 'name="comment-1" value="Well said"' in response.text
    assert not SectionCheck.objects.exists()


def test_answers_come_back_after_the_address_is_proved_again(client):
    _invitation, link = invited()
    proved(client, link)
    client.cookies.clear()
    assert client.post(link, {"_look": "1", **GOOD, "note": "Well said"}).status_code == 403
    Invitation.objects.update(code_expires=timezone.now() - timedelta(minutes=1))
    client.post(link, {"_send_code": "1", **GOOD, "note": "Well said"})
    values = {"_prove": "1", "code": code_of(mail.outbox[-1]), **GOOD, "note": "Well said"}
    assert "Well said" in client.post(link, values).text
    assert "Your check is recorded" in client.post(link, {"_record": "1", **GOOD}).text


def test_a_step_that_is_none_is_a_404(client):
    _invitation, link = invited()
    assert client.post(link, {}).status_code == 404
    assert client.put(link).status_code == 405


def test_the_way_is_shut_to_posts_from_elsewhere():
    _invitation, link = invited()
    assert Client(enforce_csrf_checks=True).post(link, {"_send_code": "1"}).status_code == 403
    assert mail.outbox == []


# --- the cookie and the headers ---------------------------------------------------------------


def test_the_cookie_goes_to_this_link_only_and_no_script_reads_it(client):
    _invitation, link = invited()
    proved(client, link)
    cookie = client.cookies["check"]
    assert (cookie["path"], cookie["samesite"], cookie["httponly"]) == (link, "Strict", True)
    assert cookie["max-age"] <= 4 * 3600


def test_a_cookie_of_another_link_or_of_ones_own_making_opens_nothing(client):
    topic = waiting()
    _one, first = invited(topic)
    other, second = invited(topic, email="other@example.org")
    proved(client, first)
    Invitation.objects.filter(pk=other.pk).update(proved=timezone.now())
    assert "Radiotherapy" not in client.get(second).text
    for value in ("", str(other.pk), f"{other.pk}:1:x", "x" * 5_000):
        client.cookies["check"] = value
        assert "Radiotherapy" not in client.get(second).text


def test_nobody_stores_indexes_or_is_told_of_the_address(client):
    _invitation, link = invited()
    for answer in (client.get(link), client.get(f"{link}page/"), client.post(link, {"_send_code": "1"})):
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "same-origin"
    assert "noindex" in client.get(link)["X-Robots-Tag"]
    assert "Disallow: /check/" in client.get("/robots.txt").text
    assert "/check/" not in client.get("/sitemap.xml").text


def test_no_log_line_holds_the_secret_or_the_code(client, caplog):
    _invitation, link = invited()
    client.post(link, {"_send_code": "1"})
    with caplog.at_level(logging.DEBUG):
        client.post(link, {"_prove": "1", "code": "12 34 56"})
        client.post(link, {})
        client.get(link + "nowhere/")
        client.get(f"/es{link}")
    lines = " ".join(OneLine("%(message)s").format(record) for record in caplog.records)
    assert "check/…" in lines
    assert link.split("/")[2] not in lines
    assert "123456" not in lines
    assert "12 34 56" not in lines


# --- codes ------------------------------------------------------------------------------------


def test_a_letter_holds_no_word_of_the_page(client):
    invitation, link = invited()
    letters.invitation(invitation, link.split("/")[2])
    client.post(link, {"_send_code": "1"})
    for letter in mail.outbox:
        assert letter.to == [ADDRESS]
        assert "Radiotherapy" not in letter.body
    assert f"{django_settings.SITE_URL}{link}" in mail.outbox[0].body
    assert link not in mail.outbox[1].body  # who reads one letter has not both keys


def test_five_wrong_codes_make_the_right_one_void(client):
    _invitation, link = invited()
    client.post(link, {"_send_code": "1"})
    right = code_of(mail.outbox[-1])
    wrong = f"{(int(right) + 1) % 10**6:06}"
    for left in (4, 3, 2, 1):
        assert f"Tries left: {left}" in client.post(link, {"_prove": "1", "code": wrong}).text
    assert "too many tries" in client.post(link, {"_prove": "1", "code": wrong}).text
    assert "too many tries" in client.post(link, {"_prove": "1", "code": right}).text
    assert Invitation.objects.get().proved is None


@pytest.mark.parametrize("typed", ["", "abc", "٣٣٣٣٣٣", "1" * 21, "<b>", "-1"])
def test_an_odd_code_is_refused_in_words(client, typed):
    _invitation, link = invited()
    client.post(link, {"_send_code": "1"})
    assert client.post(link, {"_prove": "1", "code": typed}).status_code == 422


def test_a_code_works_once(client):
    _invitation, link = invited()
    proved(client, link)
    answer = Client().post(link, {"_prove": "1", "code": code_of(mail.outbox[-1])})
    assert (answer.status_code, "has run out" in answer.text) == (422, True)


def test_a_code_works_for_a_quarter_of_an_hour_and_only_the_newest_does(client):
    _invitation, link = invited()
    client.post(link, {"_send_code": "1"})
    first = code_of(mail.outbox[-1])
    Invitation.objects.update(code_expires=timezone.now())
    assert "has run out" in client.post(link, {"_prove": "1", "code": first}).text
    client.post(link, {"_send_code": "1"})
    second = code_of(mail.outbox[-1])
    assert first == second or client.post(link, {"_prove": "1", "code": first}).status_code == 422
    assert client.post(link, {"_prove": "1", "code": f"{second[:3]} {second[3:]}"}).status_code == 302


def test_codes_are_sent_a_minute_apart_and_ten_times_at_most(client):
    invitation, link = invited()
    assert client.post(link, {"_send_code": "1"}).status_code == 200
    assert client.post(link, {"_send_code": "1"}).status_code == 429
    for _time in range(9):
        Invitation.objects.update(code_expires=timezone.now())
        invitations.send_code(again(invitation))
    Invitation.objects.update(code_expires=timezone.now())
    with refused("No more codes"):
        invitations.send_code(again(invitation))


def test_a_code_of_another_link_proves_nothing(client):
    topic = waiting()
    _one, first = invited(topic)
    other, second = invited(topic, email="other@example.org")
    client.post(first, {"_send_code": "1"})
    code = code_of(mail.outbox[-1])
    client.post(second, {"_send_code": "1"})
    if code != code_of(mail.outbox[-1]):
        client.post(second, {"_prove": "1", "code": code})
        assert again(other).proved is None


# --- links that open no more ------------------------------------------------------------------


def gone(client, link) -> str:
    texts = set()
    for answer in (client.get(link), client.get(f"{link}page/"), *(client.post(link, {step: "1"}) for step in STEPS)):
        assert answer.status_code == 410
        assert "Radiotherapy" not in answer.text
        texts.add(re.search(r"<h1>(.*?)</h1>", answer.text, re.DOTALL)[1])
    assert len(texts) == 1
    return texts.pop()


STEPS = ("_send_code", "_prove", "_look", "_change", "_record")


def test_an_answered_link_is_gone(client):
    _invitation, link = invited()
    proved(client, link)
    client.post(link, {"_record": "1", **GOOD})
    assert "answered already" in gone(client, link)
    assert SectionCheck.objects.count() == 3


def test_a_link_that_was_taken_back_is_gone(client):
    invitation, link = invited()
    proved(client, link)
    invitations.revoke(invitation, publisher())
    assert "does not open any more" in gone(client, link)


def test_a_link_whose_time_is_over_is_gone(client):
    _invitation, link = invited()
    proved(client, link)
    Invitation.objects.update(expires=timezone.now())
    assert "does not open any more" in gone(client, link)


def test_a_newer_text_closes_the_link_kindly_and_what_was_typed_can_be_copied(client):
    _invitation, link = invited()
    proved(client, link)
    new_draft(Topic.objects.get(), body=TWO.replace("Radio", "Hormone "))
    assert "The text has changed since" in gone(client, link)
    answer = client.post(link, {"_record": "1", **GOOD, "comment-1": "Say which spine"})
    assert "Say which spine" in answer.text
    assert not SectionCheck.objects.exists()


def test_a_text_that_somebody_else_checked_needs_no_check_any_more(client):
    topic = waiting()
    _invitation, link = invited(topic)
    proved(client, link)
    checked(topic)
    assert "needs no check any more" in gone(client, link)


def test_a_link_that_was_sent_again_replaces_the_first(client):
    invitation, link = invited()
    secret = invitations.renew(invitation, publisher())
    assert client.get(link).status_code == 404
    assert client.get(reverse("check_by_link", args=[secret])).status_code == 200


@pytest.mark.parametrize("secret", ["a", "x" * 43, "A" * 5_000, "0", "-_-"])
def test_a_guessed_link_is_a_404_in_words(client, secret):
    invited()
    answer = client.get(f"/check/{secret}/")
    assert answer.status_code == 404
    assert client.post(f"/check/{secret}/", {"_record": "1"}).status_code == 404


# --- at the same time -------------------------------------------------------------------------


def answered_at_once(*rows: Invitation) -> list:
    """What each answer comes to when all are given in the same moment, each on its own connection."""
    Invitation.objects.update(proved=timezone.now())
    verdicts = {part.key: review.Verdict("correct") for part in checks.unchecked(rows[0].revision)}
    start = threading.Barrier(len(rows))

    def answer(invitation):
        start.wait()
        try:
            return invitations.answer(invitation, verdicts)
        except workflow.Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(rows)) as pool:
        return list(pool.map(answer, rows))


@pytest.mark.django_db(transaction=True)
def test_of_two_clinicians_who_answer_at_once_one_is_recorded_and_the_other_told():
    topic = waiting()
    both = [invited(topic, email=f"{name}@example.org")[0] for name in ("one", "two")]
    assert sorted(isinstance(one, Event) for one in answered_at_once(*both)) == [False, True]
    assert Event.objects.filter(kind=Event.CHECKED).count() == 1
    assert Invitation.objects.filter(answered__isnull=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_link_that_is_answered_twice_at_once_counts_once():
    invitation, _link = invited()
    assert sorted(isinstance(one, Event) for one in answered_at_once(invitation, invitation)) == [False, True]
    assert Event.objects.filter(kind=Event.CHECKED).count() == 1


# --- sending it from the review page ----------------------------------------------------------


def send(client, topic, by, **values):
    client.force_login(by)
    data = {"_invite": "1", "revision": topic.newest.number, **WHO, **values}
    return client.post(reverse("admin:topics_topic_review", args=[topic.pk]), data, follow=True)


def told(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def test_the_link_is_mailed_and_stands_nowhere_else(client):
    topic = waiting()
    response = send(client, topic, publisher())
    assert "is on its way to Role Clinician, oncologist" in told(response)
    secret = re.search(r"/check/([\w-]+)/", mail.outbox[0].body)[1]
    assert secret not in response.text
    assert client.get(f"/check/{secret}/").status_code == 200


def test_a_writer_is_told_kindly_and_what_was_typed_stays(client):
    response = send(client, waiting(), editor())
    assert response.status_code == 403
    assert "a colleague has to send the link" in response.text
    assert 'value="Role Clinician"' in response.text
    assert not Invitation.objects.exists()
    assert mail.outbox == []


def test_without_mail_settings_it_says_what_to_do(client, settings):
    settings.EMAIL_IS_SENT = False
    topic = waiting()
    assert "EMAIL_URL is not set" in told(send(client, topic, publisher()))
    _invitation, link = invited(topic)
    assert "cannot send mail yet" in client.get(link).text


def test_a_mail_server_that_fails_loses_no_invitation(client, monkeypatch):
    topic = waiting()

    def fails(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fails)
    response = send(client, topic, publisher())
    assert "Nothing is lost" in told(response)
    assert Invitation.objects.count() == 1
    _invitation, link = invited(topic)
    assert client.post(link, {"_send_code": "1"}).status_code == 503
    monkeypatch.undo()
    data = {"_renew": "1", "revision": topic.newest.number, "invitation": Invitation.objects.last().pk}
    client.post(reverse("admin:topics_topic_review", args=[topic.pk]), data)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    "values", [{"email": "onco"}, {"email": ""}, {"name": ""}, {"role": ""}, {"days": "31"}, {"days": "x"}]
)
def test_an_invitation_that_cannot_be_is_refused_beside_its_field(client, values):
    response = send(client, waiting(), publisher(), **values)
    assert response.status_code == 422
    assert not Invitation.objects.exists()


def test_no_line_break_reaches_a_letters_head(client):
    send(client, waiting(), publisher(), name="Role\r\nBcc: other@example.org", role="a\nb")
    assert "\n" not in Invitation.objects.get().name + Invitation.objects.get().role + mail.outbox[0].subject


def test_a_link_is_taken_back_from_the_review_page_only_by_whom_it_concerns(client):
    topic = waiting()
    invitation, _link = invited(topic)
    address = reverse("admin:topics_topic_review", args=[topic.pk])
    data = {"_revoke": "1", "revision": topic.newest.number, "invitation": invitation.pk}
    client.force_login(person("guest", "view_topic"))
    assert client.post(address, data).status_code == 403
    for foreign in ("", "0", "abc", "9" * 30, invitation.pk + 1):
        client.force_login(clinician())
        assert client.post(address, {**data, "invitation": foreign}).status_code == 404
    client.post(address, data)
    assert again(invitation).revoked is not None
