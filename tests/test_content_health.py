"""The health of the content: every check finds what it is for, tells one action, and shows nobody too much."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.cast import (
    administrator,
    checked,
    clinician,
    editor,
    go_live,
    make_site,
    make_topic,
    new_draft,
    published_topic,
    publisher,
)
from topics import review, workflow
from topics.models import (
    ClinicSettings,
    Event,
    Feedback,
    LinkCheck,
    OrganSite,
    Reference,
    Revision,
    SectionCheck,
    Topic,
    UnmatchedCode,
)
from topics.parts import parts
from topics.source import CARD
from topics.staff import content_health
from topics.staff.health_rows import Seen

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

BODY = "## Which bones\n{}\n"


def again(topic) -> Topic:
    return Topic.objects.get(pk=topic.pk)


def rows(name: str, user=None) -> list:
    check = next(check for check in content_health.CHECKS if check.name == name)
    return list(check.rows(Seen(user or publisher())))


def said(name: str, user=None) -> list[tuple[str, str]]:
    return [(row.page, row.what) for row in rows(name, user)]


def numbers(**changes) -> ClinicSettings:
    values = {"emergency_number": "999", "day_line": "020 7946 0000", "night_line": "020 7946 0001", **changes}
    return ClinicSettings.objects.update_or_create(pk=1, defaults=values)[0]


def judged(topic, verdict: str):
    """The newest text with one verdict for every part."""
    revision = again(topic).newest
    said = review.Verdict(verdict, "Mend this." * (verdict != SectionCheck.CORRECT))
    signed = review.Signature.of_account(clinician())
    return review.check(topic, revision, signed, {part.key: said for part in parts(revision.source)})


def shown_at(topic, revision, when) -> None:
    """Events never change; a test that needs an old one writes it with its time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: when)
        go_live(topic, revision)


# --- each check finds what it is for ---------------------------------------------------------


def test_a_number_that_is_not_set_stands_on_top_whatever_else_is_wrong():
    published_topic(kind=CARD)
    numbers(night_line="")
    first = content_health.groups(publisher())[0]
    assert [(row.page, row.action) for row in first.rows] == [
        ("After-hours line", "Set it"),
        ("All numbers", "I called them, they are right"),
    ]


def test_numbers_are_called_twice_a_year_and_anew_when_one_changes():
    clinic = numbers()
    today = timezone.localdate()
    assert len(rows("numbers-to-call")) == 1
    clinic.confirm(publisher(), today)
    assert rows("numbers-to-call") == []
    clinic.confirm(publisher(), today - timedelta(days=180))
    assert rows("numbers-to-call") == []
    clinic.confirm(publisher(), today - timedelta(days=185))
    assert len(rows("numbers-to-call")) == 1
    clinic.confirm(publisher(), today)
    numbers(day_line="020 7946 9999")
    assert len(rows("numbers-to-call")) == 1


def test_who_called_the_numbers_and_when_is_kept(client):
    numbers()
    address = reverse("admin:topics_clinicsettings_confirm")
    client.force_login(editor())
    assert client.post(address).status_code == 403
    client.force_login(publisher())
    assert client.get(address).status_code == 405
    client.post(address)
    clinic = ClinicSettings.load()
    assert (clinic.last_confirmed, clinic.confirmed_by) == (timezone.localdate(), publisher())


def test_numbers_that_are_not_there_cannot_be_confirmed(client):
    client.force_login(publisher())
    assert "No number is set yet" in client.post(reverse("admin:topics_clinicsettings_confirm"), follow=True).text
    assert not ClinicSettings.objects.exists()


def test_a_part_found_not_correct_stays_until_its_words_are_gone():
    topic = published_topic(text="Wait 24 hours.")
    review.submit(topic, topic.live, editor())
    judged(topic, SectionCheck.WRONG)
    whole = len(parts(topic.live.source))
    assert len(rows("not-correct")) == whole
    assert said("not-correct")[1] == ("Bones", "Patients see it. “In short”: Mend this.")
    mended = new_draft(topic, body=BODY.format("Wait four hours."), title="Other", summary="Other.")
    assert len(rows("not-correct")) == whole  # patients see the old words still
    checked(topic, mended)
    workflow.publish(again(topic), mended, publisher())
    assert rows("not-correct") == []


def test_a_later_correct_takes_the_doubt_away():
    topic = published_topic()
    review.submit(topic, topic.live, editor())
    judged(topic, SectionCheck.WRONG)
    judged(topic, SectionCheck.CORRECT)
    assert rows("not-correct") == []


def test_an_urgent_change_waits_for_its_check():
    topic = published_topic()
    revision = new_draft(topic, body=BODY.format("Call at 37.5 degrees."))
    revision = workflow.save_draft(
        topic,
        revision.source.revised(body=BODY.format("Call at 38 degrees.")),
        editor(),
        revision.number,
        Revision.URGENT,
    )
    workflow.publish(again(topic), revision, publisher(), "The number was wrong")
    assert said("urgent") == [("Bones", "Live at once for safety: “The number was wrong”")]
    checked(topic)
    assert rows("urgent") == []


def test_a_card_without_a_check_is_told_with_the_pages_that_show_it():
    card = published_topic(slug="fever", kind=CARD, title="Fever")
    for slug in ("bone", "lung"):
        published_topic(slug=slug, body="::: card fever\n\n" + BODY.format("Words."))
    assert said("cards") == [("Fever", "No full check. It is on 2 pages.")]
    checked(card)
    assert rows("cards") == []
    review.set_due([card], timezone.localdate() - timedelta(days=1))
    assert said("cards") == [("Fever", "Its check is 1 day late. It is on 2 pages.")]


def test_overdue_pages_come_latest_first_and_unchecked_ones_apart():
    for slug, days in (("bone", 3), ("lung", 12)):
        topic = published_topic(slug=slug, title=slug.title())
        checked(topic)
        review.set_due([topic], timezone.localdate() - timedelta(days=days))
    published_topic(slug="liver", title="Liver")
    make_topic(slug="draft")
    assert said("overdue") == [("Lung", "Its check is 12 days late."), ("Bone", "Its check is 3 days late.")]
    assert said("unchecked") == [("Liver", "Nobody has checked it.")]


def test_the_interval_of_the_text_counts_without_reading_the_text():
    topic = published_topic(review_months=1)
    checked(topic)
    with CaptureQueriesContext(connection) as queries:
        (standing,) = Seen(publisher()).standings
    assert standing.due == date.fromordinal(timezone.localdate().toordinal()).replace(
        year=timezone.localdate().year + timezone.localdate().month // 12, month=timezone.localdate().month % 12 + 1
    )
    assert not any('"topics_revision"."text"' in query["sql"] for query in queries)


def test_a_check_that_was_asked_for_stands_with_mine_first():
    other, mine = published_topic(slug="lung", title="Lung"), published_topic(slug="bone", title="Bone")
    for topic in (other, mine):
        review.submit(topic, topic.live, editor(), due=timezone.now() + timedelta(days=2))
    review.assign([mine], clinician())
    assert [page for page, _what in said("waiting", clinician())] == ["Bone", "Lung"]
    assert [page for page, _what in said("waiting", editor())][0] in ("Bone", "Lung")
    assert "editor asked for a check. Wanted by" in said("waiting")[0][1]


def test_a_checked_text_waits_for_who_publishes():
    topic = published_topic()
    revision = new_draft(topic, body=BODY.format("The ribs."))
    checked(topic, revision)
    (row,) = rows("to-publish")
    assert (row.what, row.action) == ("clinician found it correct.", "Publish it")
    assert rows("to-publish", editor())[0].action == "See what was said"
    workflow.publish(again(topic), revision, publisher())
    assert rows("to-publish") == []


def test_a_schedule_that_was_given_up_is_told_with_its_reason():
    card = published_topic(slug="fever", kind=CARD)
    topic = published_topic(slug="bone")
    revision = new_draft(topic, body="::: card fever\n\n" + BODY.format("Words."))
    checked(topic, revision)
    review.schedule(again(topic), revision, publisher(), timezone.now() + timedelta(hours=1))
    assert len(rows("scheduled")) == 1
    workflow.withdraw(card, publisher(), "Wrong")
    review.publish_due(timezone.now() + timedelta(hours=2))
    ((page, what),) = said("given-up")
    assert page == "Bones"
    assert "There is no live card named “fever”" in what
    assert rows("scheduled") == []


def test_a_live_page_that_shows_what_is_gone_is_told():
    card = published_topic(slug="fever", kind=CARD)
    published_topic(slug="bone", body="::: card fever\n\n" + BODY.format("Words."))
    assert rows("broken") == []
    Topic.objects.filter(pk=card.pk).update(live=None)
    assert said("broken") == [("Bones", "It shows the card “fever”, which is not live.")]


def test_what_stops_a_draft_is_told_until_it_is_mended_in_the_text_or_around_it():
    topic = published_topic(slug="bone")
    new_draft(topic, body="::: card fever\n\n" + BODY.format("See [it](/topics/liver/)."))
    ((_page, what),) = said("draft-problems")
    assert "There is no live card named “fever”" in what
    assert what.endswith("And 1 more.")
    published_topic(slug="fever", kind=CARD)
    published_topic(slug="liver")
    assert rows("draft-problems") == []


def test_a_dead_link_within_the_site_is_told_at_once():
    make_site("bone")
    published_topic(body=BODY.format("See [the bones](/sites/bone/)."))
    assert rows("dead-links") == []
    OrganSite.objects.all().delete()
    assert said("dead-links") == [("Bones", "A link leads nowhere on this site: /sites/bone/")]


def test_an_address_outside_is_dead_after_two_days_and_a_source_is_told_once():
    source = Reference.objects.create(key="NCI", title="Bones", publisher="NCI", url="https://www.cancer.gov/bones")
    for slug in ("bone", "lung"):
        published_topic(slug=slug, body=BODY.format("Words [@NCI]. See [more](https://example.org/)."))
    gone = {"status": "The page is not there any more (404).", "failing_since": date(2026, 11, 1)}
    for url in (source.url, "https://example.org/"):
        LinkCheck.objects.create(url=url, failed_days=1, **gone)
    assert rows("dead-links") == []
    LinkCheck.objects.update(failed_days=2)
    assert [row.page for row in rows("dead-links")] == ["NCI", "Bones", "Bones"]
    assert "2 pages cite it" in rows("dead-links")[0].what


def test_numbers_that_changed_are_shown_old_and_new_for_a_month():
    topic = published_topic(text="Call at 38 degrees, day 1 to 3.")
    revision = new_draft(topic, body=BODY.format("Call at 37.5 degrees, day 1 to 3."))
    go_live(again(topic), revision)
    (row,) = rows("numbers-changed")
    assert row.what == "38 → 37.5"
    assert row.url.endswith("/compare/?old=1&new=2")
    go_live(again(topic), new_draft(topic, body=BODY.format("Call at 37.5 degrees, day 1 to 3, please.")))
    assert len(rows("numbers-changed")) == 1


def test_a_number_that_changed_long_ago_is_not_told():
    topic = published_topic(text="Call at 38 degrees.")
    revision = new_draft(topic, body=BODY.format("Call at 37.5 degrees."))
    shown_at(again(topic), revision, timezone.now() - timedelta(days=31))
    assert rows("numbers-changed") == []


def test_codes_without_a_page_are_told_by_code_and_count_only():
    for day, count in ((1, 2), (2, 3)):
        UnmatchedCode.objects.create(
            day=timezone.localdate() - timedelta(days=day), system="icd-10-cm", code="G89.3", count=count
        )
    assert said("codes") == [("ICD-10-CM G89.3", "Asked for 5 times.")]
    assert rows("codes")[0].url.endswith("/code/add/?system=icd-10-cm&code=G89.3")
    assert rows("codes", editor())[0].action == "Look at the codes"


def test_pages_that_did_not_help_are_told_with_their_reasons_a_wrong_number_first():
    def say(topic, **counts):
        for said, count in counts.items():
            Feedback.objects.create(topic=topic, day=timezone.localdate(), said=said, count=count)

    say(published_topic(slug="bone", title="Bone"), yes=3, no=5, hard=4)
    say(published_topic(slug="lung", title="Lung"), partly=1, number=1)
    say(published_topic(slug="liver", title="Liver"), yes=9, partly=2)
    assert said("feedback") == [
        ("Lung", "Did this page help? Yes: 0, Partly: 1, No: 0. A number to call is wrong: 1."),
        ("Bone", "Did this page help? Yes: 3, Partly: 0, No: 5. Hard words: 4."),
    ]


def test_a_translation_is_behind_once_its_original_has_newer_clinical_words():
    original = published_topic(slug="bone", title="Bones")
    published_topic(slug="bone", title="Huesos", language="es")
    assert rows("translations") == []
    wording = new_draft(original, title="The bones")
    go_live(again(original), wording) if wording.change == Revision.WORDING else None
    latest = again(original).newest
    workflow.save_draft(again(original), latest.source.revised(title="Your bones"), editor(), latest.number, "wording")
    assert rows("translations") == []  # a draft says nothing yet
    go_live(again(original), new_draft(original, body=BODY.format("The ribs, too.")))
    assert said("translations") == [("Huesos (es)", "Its original has newer clinical words.")]
    spanish = Topic.objects.get(language="es")
    go_live(spanish, new_draft(spanish, body=BODY.format("Las costillas.")))
    assert rows("translations") == []


def test_old_drafts_are_told_after_a_month(monkeypatch):
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now - timedelta(days=32))
    make_topic(slug="old", title="Old")
    monkeypatch.setattr(timezone, "now", lambda: now - timedelta(days=10))
    make_topic(slug="new", title="New")
    monkeypatch.undo()
    assert said("old-drafts") == [("Old", "Draft, saved by editor.")]


# --- the page --------------------------------------------------------------------------------


def test_the_first_page_shows_ten_rows_of_a_group_and_leads_to_all(client):
    for place in range(12):
        published_topic(slug=f"page-{place}", title=f"Page {place}")
    client.force_login(editor())
    text = client.get("/admin/").text
    assert text.count("Nobody has checked it.") == 10
    assert "/admin/health/unchecked/" in text
    assert client.get("/admin/health/unchecked/").text.count("Nobody has checked it.") == 12
    assert client.get("/admin/health/nowhere/").status_code == 404


def test_every_row_has_exactly_one_action_and_it_opens(client):
    topic = published_topic(text="Call at 38 degrees.")
    go_live(again(topic), new_draft(topic, body=BODY.format("Call at 37.5 degrees.")))
    published_topic(slug="fever", kind=CARD)
    review.submit(again(topic), again(topic).newest, editor())
    make_topic(slug="draft", body="::: card nothing\n")
    numbers(night_line="")
    UnmatchedCode.objects.create(day=timezone.localdate(), system="icd-10-cm", code="G89.3", count=1)
    for user in (editor(), clinician(), publisher()):
        client.force_login(user)
        for group in content_health.groups(user):
            for row in group.rows:
                if not row.posts:
                    assert client.get(row.url).status_code == 200, (user, group.check.name, row.url)


def test_nobody_sees_rows_that_their_role_does_not_open(client):
    published_topic(title="A page")
    UnmatchedCode.objects.create(day=timezone.localdate(), system="icd-10-cm", code="G89.3", count=1)
    client.force_login(administrator())
    text = client.get("/admin/").text
    assert "A page" not in text
    assert "Numbers patients call" not in text
    assert client.get("/admin/health/unchecked/").status_code == 403
    client.force_login(clinician())
    assert "G89.3" not in client.get("/admin/").text
    assert client.get("/admin/health/codes/").status_code == 403
    client.force_login(editor())
    assert "G89.3" in client.get("/admin/").text


def test_words_that_somebody_typed_stay_words(client):
    topic = published_topic(title="<b>Bones</b>")
    review.submit(topic, topic.live, editor(), "<script>alert(1)</script>")
    judged(topic, SectionCheck.WRONG)
    client.force_login(editor())
    for address in ("/admin/", "/admin/topics/topic/", f"/admin/topics/topic/{topic.pk}/history/"):
        text = client.get(address).text
        assert "<b>Bones" not in text
        assert "<script>alert" not in text


@pytest.mark.parametrize("address", ["/admin/", "/admin/topics/topic/", "/admin/topics/topic/?show=overdue"])
def test_the_number_of_queries_does_not_grow_with_the_pages(client, address):
    def many(first: int, last: int) -> None:
        for place in range(first, last):
            topic = published_topic(slug=f"p{place}", title=f"Page {place}", sites=["bone"], text=f"Call at {place}.")
            card = published_topic(slug=f"c{place}", kind=CARD)
            go_live(again(topic), new_draft(topic, body=f"::: card c{place}\n\n" + BODY.format("Call at 37.5.")))
            review.submit(again(topic), again(topic).newest, editor())
            judged(topic, SectionCheck.WRONG)
            review.assign([topic, card], publisher())
            make_topic(slug=f"d{place}", body="::: card nothing\n")

    def queries() -> int:
        client.get(address)  # judges the new drafts
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    client.force_login(publisher())
    many(0, 2)
    few = queries()
    many(2, 8)
    assert queries() == few


# --- the weekly letter -----------------------------------------------------------------------


def owned(slug: str, owner) -> Topic:
    topic = published_topic(slug=slug, title=slug.title())
    review.assign([topic], owner)
    return topic


def test_an_owner_gets_the_first_five_things_about_their_own_pages_and_nobody_else_a_word():
    boss, nurse = publisher(), editor()
    for user in (boss, nurse):
        user.email = f"{user.username}@example.org"
        user.save()
    for place in range(7):
        owned(f"page-{place}", nurse)
    published_topic(slug="nobodys", title="Nobodys")
    call_command("weekly_mail")
    (letter,) = mail.outbox
    assert letter.to == ["editor@example.org"]
    assert letter.body.count("Nobody has checked it.") == 5
    assert "Nobodys" not in letter.body
    assert "http://127.0.0.1:8000/admin/topics/topic/" in letter.body


def test_nothing_to_do_no_address_or_no_account_any_more_means_no_letter(capsys):
    nurse = editor()
    topic = owned("bone", nurse)
    call_command("weekly_mail")
    assert "has no mail address" in capsys.readouterr().out
    nurse.email = "editor@example.org"
    nurse.is_active = False
    nurse.save()
    call_command("weekly_mail")
    nurse.is_active = True
    nurse.save()
    checked(topic)
    call_command("weekly_mail")
    assert mail.outbox == []


def test_a_dry_run_prints_and_sends_nothing(capsys):
    nurse = editor()
    nurse.email = "editor@example.org"
    nurse.save()
    owned("bone", nurse)
    call_command("weekly_mail", "--dry-run")
    assert "Nobody has checked it." in capsys.readouterr().out
    assert mail.outbox == []


def test_a_letter_that_cannot_be_sent_is_said_and_the_others_go_on(monkeypatch, capsys):
    from django.core.management import CommandError

    for user in (editor(), publisher()):
        user.email = f"{user.username}@example.org"
        user.save()
        owned(f"of-{user.username}", user)
    sent = []

    def send(subject, text, sender, to):
        if to == ["editor@example.org"]:
            raise ConnectionRefusedError
        sent.append(to)

    monkeypatch.setattr("topics.management.commands.weekly_mail.send_mail", send)
    with pytest.raises(CommandError, match="1 letters could not be sent"):
        call_command("weekly_mail")
    assert sent == [["publisher@example.org"]]


def test_event_rows_are_left_as_they_were():
    """Nothing that the health table does writes a fact."""
    topic = published_topic()
    before = Event.objects.count(), Revision.objects.count(), again(topic).changed
    content_health.groups(publisher())
    assert before == (Event.objects.count(), Revision.objects.count(), again(topic).changed)
