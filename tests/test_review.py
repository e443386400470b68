"""The way of a text from draft to patients: who may take which step, and what a check covers."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from tests.cast import (
    administrator,
    checked,
    clinician,
    editor,
    go_live,
    make_topic,
    new_draft,
    person,
    published_topic,
    publisher,
    stranger,
)
from topics import checks, pages, review, workflow
from topics.models import Event, Invitation, NeverChanges, Revision, SectionCheck, Topic
from topics.parts import parts
from topics.source import CARD
from topics.transitions import STAGES, TRANSITIONS

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

CORRECT, FIX, WRONG = (review.Verdict(kind, "because" * (kind != "correct")) for kind, _ in SectionCheck.VERDICTS)
TWO = "## Which bones\nThe spine.\n\n## What helps\nRadiotherapy.\n"


def again(topic) -> Topic:
    return Topic.objects.get(pk=topic.pk)


def refused(*words: str):
    return pytest.raises(workflow.Refused, match=".*".join(words))


def signed(by=None):
    return review.Signature.of_account(by or clinician())


def verdicts(revision, **by_title):
    return {part.key: by_title.get(part.title.replace(" ", "_"), CORRECT) for part in parts(revision.source)}


def claim(topic) -> checks.Claim:
    return pages.claim(again(topic))


def submitted(topic):
    review.submit(topic, again(topic).newest, editor())
    return again(topic)


# --- who may take which step, when ------------------------------------------------------------

MAY = {
    "submit": {"editor", "publisher"},
    "send back": {"clinician"},
    "check": {"clinician"},
    "publish": {"publisher"},
    "schedule": {"publisher"},
    "cancel": {"publisher"},
    "withdraw": {"publisher"},
    "rename": {"publisher"},
}
LEAVES = {
    "submit": {"draft", "sent back", "live", "live, sent back", "withdrawn"},
    "send back": {"in review", "checked", "scheduled", "live, check asked"},
    "check": {"in review", "live", "live, check asked", "live, sent back"},
    "publish": {"draft", "in review", "checked", "scheduled", "withdrawn"},
    "schedule": {"draft", "in review", "checked", "scheduled"},
    "cancel": {"scheduled"},
    "withdraw": set(STAGES),
    "rename": set(STAGES),
}
PEOPLE = {
    "editor": editor,
    "clinician": clinician,
    "publisher": publisher,
    "administrator": administrator,
    "stranger": stranger,
}
TOMORROW = timedelta(days=1)


def test_the_table_of_steps_is_the_one_that_these_tests_know():
    assert {step: set(row.leaves) for step, row in TRANSITIONS.items()} == LEAVES
    assert set(MAY) == set(TRANSITIONS)


def take(step, topic, by):
    topic, revision = again(topic), again(topic).newest
    match step:
        case "submit":
            review.submit(topic, revision, by)
        case "send back":
            review.send_back(topic, revision, by, "Look again")
        case "check":
            review.check(topic, revision, signed(by), verdicts(revision))
        case "publish":
            workflow.publish(topic, revision, by, "Cannot wait")
        case "schedule":
            review.schedule(topic, revision, by, timezone.now() + TOMORROW)
        case "cancel":
            review.cancel(topic, by)
        case "withdraw":
            workflow.withdraw(topic, by, "Out of date")
        case "rename":
            workflow.rename(topic, "renamed", by)


def at(stage):
    """A topic whose newest text is in this stage."""
    live = stage.startswith("live") or stage == "withdrawn"
    topic = published_topic() if live else make_topic()
    revision = topic.newest
    if stage in ("in review", "sent back", "checked", "scheduled", "live, check asked", "live, sent back"):
        review.submit(topic, revision, editor())
    if stage.endswith("sent back"):
        review.send_back(topic, revision, clinician(), "Look again")
    if stage in ("checked", "scheduled"):
        checked(topic)
    if stage == "scheduled":
        review.schedule(topic, revision, publisher(), timezone.now() + TOMORROW)
    if stage == "withdrawn":
        workflow.withdraw(topic, publisher(), "Out of date")
    assert again(topic).stage == stage
    return topic


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("step", TRANSITIONS)
def test_a_step_is_taken_from_its_stages_only_and_by_its_role_only(step, stage):
    for name, who in PEOPLE.items():
        with transaction.atomic():
            topic = at(stage)
            before = Event.objects.count()
            try:
                take(step, topic, who())
            except workflow.Refused as refusal:
                assert Event.objects.count() == before
                allowed_here = name in MAY[step] and stage in LEAVES[step]
                # Beyond the table: clinical words need a check, and a draft was never shown.
                assert not allowed_here or "nobody has checked" in str(refusal) or "is not live" in str(refusal)
                assert (name not in MAY[step]) == isinstance(refusal, workflow.NotAllowed) or "already" in str(refusal)
            else:
                assert name in MAY[step] and stage in LEAVES[step]
                assert Event.objects.count() > before
            transaction.set_rollback(True)


# --- the second person -----------------------------------------------------------------------


def test_who_wrote_clinical_words_cannot_check_them():
    both = person("both", "change_topic", "check_topic", "publish_topic", "view_topic")
    topic = make_topic(author=both)
    submitted(topic)
    with pytest.raises(review.OwnWords, match="somebody else has to check it"):
        review.check(topic, topic.latest, signed(both), verdicts(topic.latest))
    assert not SectionCheck.objects.exists()


def test_nor_when_a_colleague_saved_on_top_of_them():
    both = person("both", "change_topic", "check_topic", "view_topic")
    topic = published_topic(body=TWO)
    new_draft(topic, author=both, body=TWO.replace("spine", "ribs"))
    draft = new_draft(topic, author=editor(), body=TWO.replace("spine", "ribs").replace("Radio", "Chemo"))
    submitted(topic)
    with pytest.raises(review.OwnWords):
        review.check(topic, draft, signed(both), verdicts(draft))


def test_nor_after_an_urgent_change_of_theirs_went_live():
    both = person("both", "change_topic", "check_topic", "publish_topic", "view_topic")
    topic = published_topic(body=TWO)
    source = topic.newest.source.revised(body=TWO.replace("spine", "ribs"))
    draft = workflow.save_draft(topic, source, both, 1, Revision.URGENT)
    workflow.publish(topic, draft, both, "The wrong bone was named")
    with pytest.raises(review.OwnWords):
        review.check(topic, draft, signed(both), verdicts(draft))


def test_words_that_were_checked_since_are_nobodys_own_any_more():
    both = person("both", "change_topic", "check_topic", "view_topic")
    topic = make_topic(author=both, body=TWO)
    checked(topic)
    draft = new_draft(topic, author=editor(), body=TWO.replace("Radio", "Chemo"))
    submitted(topic)
    assert review.check(topic, draft, signed(both), verdicts(draft)).kind == Event.CHECKED


def test_a_clinic_of_one_may_say_that_no_second_person_is_needed(settings):
    settings.REQUIRE_SECOND_PERSON = False
    both = person("both", "change_topic", "check_topic", "view_topic")
    topic = make_topic(author=both)
    submitted(topic)
    assert review.check(topic, topic.latest, signed(both), verdicts(topic.latest)).kind == Event.CHECKED


def test_an_invitation_to_the_writers_own_address_is_their_own_check():
    editor().email = "nurse@example.org"
    writer = editor()
    writer.email = "nurse@example.org"
    writer.save()
    topic = submitted(make_topic(author=writer))
    invitation = Invitation(revision=topic.latest, name="Somebody", role="doctor", email="Nurse@Example.org")
    with pytest.raises(review.OwnWords):
        review.check(topic, topic.latest, review.Signature.of_invitation(invitation), verdicts(topic.latest))


# --- checks ----------------------------------------------------------------------------------


def test_every_part_that_changed_needs_an_answer():
    topic = submitted(make_topic(body=TWO))
    some = verdicts(topic.latest)
    del some["s:what helps"]
    with refused("Still open: “What helps”"):
        review.check(topic, topic.latest, signed(), some)


@pytest.mark.parametrize("verdict", [review.Verdict("fix"), review.Verdict("wrong", " "), review.Verdict("perhaps")])
def test_an_answer_that_says_nothing_is_refused(verdict):
    topic = submitted(make_topic(body=TWO))
    with refused("What helps|perhaps"):
        review.check(topic, topic.latest, signed(), verdicts(topic.latest, What_helps=verdict))
    assert again(topic).stage == "in review"


def test_one_part_that_is_not_correct_sends_the_text_back_and_the_rest_stays_correct():
    topic = submitted(make_topic(body=TWO))
    event = review.check(topic, topic.latest, signed(), verdicts(topic.latest, What_helps=WRONG))
    assert (event.kind, again(topic).stage) == (Event.SENT_BACK, "sent back")
    draft = new_draft(topic, body=TWO.replace("Radio", "Chemo"))
    assert [part.title for part in checks.unchecked(draft)] == ["What helps"]


def test_words_once_found_correct_and_later_not_are_not():
    topic = published_topic(body=TWO)
    checked(topic)
    assert claim(topic).full
    review.check(topic, topic.newest, signed(), verdicts(topic.newest, What_helps=WRONG))
    assert (claim(topic).full, claim(topic).unchecked) == (None, ("What helps",))
    assert again(topic).stage == "live, sent back"


def test_nor_do_they_count_as_a_change_of_wording_of_words_that_are():
    """Somebody read the new words: what they were made from says nothing for them."""
    topic = published_topic(body=TWO)
    checked(topic)
    source = topic.newest.source.revised(body=TWO.replace("Radiotherapy.", "Radiation."))
    draft = workflow.save_draft(topic, source, editor(), 1, Revision.WORDING)
    workflow.publish(topic, draft, publisher())
    assert claim(topic).full
    review.check(topic, draft, signed(), verdicts(draft, What_helps=WRONG))
    assert (claim(topic).full, claim(topic).unchecked) == (None, ("What helps",))
    again_the_same = new_draft(topic, title="The bones")
    assert "What helps" in [part.title for part in checks.unaccepted(again(topic), again_the_same)]


def test_words_found_not_correct_do_not_go_live_as_urgent_in_the_next_draft():
    topic = published_topic(body=TWO)
    source = topic.newest.source.revised(body=TWO.replace("spine", "ribs"))
    draft = workflow.save_draft(topic, source, editor(), 1, Revision.URGENT)
    submitted(topic)
    review.check(topic, draft, signed(), verdicts(draft, Which_bones=WRONG))
    draft = new_draft(topic, order=7)
    with refused("found this not correct: “Which bones”"):
        workflow.publish(topic, draft, publisher(), "Cannot wait")


def test_a_checked_text_that_goes_back_as_a_whole_is_checked_no_more():
    topic = make_topic(body=TWO)
    checked(topic)
    review.send_back(topic, topic.newest, clinician(), "The dose is wrong")
    draft = new_draft(topic, order=7)
    assert len(checks.unaccepted(again(topic), draft)) == 3
    with refused("nobody has checked"):
        workflow.publish(topic, draft, publisher())


def test_a_live_text_that_goes_back_as_a_whole_claims_no_check_any_more():
    topic = published_topic(body=TWO)
    checked(topic)
    submitted(topic)
    review.send_back(topic, topic.newest, clinician(), "This is out of date")
    assert (claim(topic).full, again(topic).stage) == (None, "live, sent back")


def test_a_small_fix_that_is_asked_for_does_not_hold_a_text_up():
    topic = submitted(make_topic(body=TWO))
    review.check(topic, topic.latest, signed(), verdicts(topic.latest, What_helps=FIX))
    assert workflow.publish(topic, topic.latest, publisher()).basis == Event.BY_CHECK


def test_a_check_is_signed_with_the_name_and_role_of_its_day():
    doctor = clinician()
    doctor.first_name, doctor.last_name, doctor.title = "Role", "Account", "oncologist"
    topic = submitted(make_topic())
    event = review.check(topic, topic.latest, signed(doctor), verdicts(topic.latest))
    doctor.title = "professor"
    doctor.save()
    event.refresh_from_db()
    assert (event.signed_name, event.signed_role, event.by) == ("Role Account", "oncologist", doctor)


def test_a_verdict_never_changes():
    topic = make_topic()
    checked(topic)
    row = SectionCheck.objects.first()
    for change in (row.save, row.delete, SectionCheck.objects.all().delete):
        with pytest.raises(NeverChanges):
            change()
    for sql in ("UPDATE {} SET verdict = 'wrong'", "DELETE FROM {}"):
        with connection.cursor() as cursor, pytest.raises(IntegrityError, match="never change"), transaction.atomic():
            cursor.execute(sql.format(SectionCheck._meta.db_table))


def test_an_answer_to_an_older_text_is_refused():
    topic = submitted(make_topic())
    old = topic.latest
    new_draft(topic, title="Newer")
    for step in (
        lambda: review.check(topic, old, signed(), verdicts(old)),
        lambda: review.send_back(topic, old, clinician(), "No"),
        lambda: review.submit(topic, old, editor()),
    ):
        with pytest.raises(workflow.Refused):
            step()


# --- what a page may say of its checks ---------------------------------------------------------


def test_a_page_from_the_files_claims_no_check():
    assert claim(published_topic()) == checks.Claim(unchecked=("", "", "Which bones"))


def test_a_page_claims_a_full_check_when_every_part_was_found_correct(client):
    topic = published_topic(body=TWO)
    checked(topic)
    assert (claim(topic).full, claim(topic).unchecked) == (date.today(), ())
    shown = client.get("/topics/bone/").text
    assert "Last full check by a clinician" in shown
    assert "not the explanations of words" in shown
    assert "No clinician has checked this page yet" not in shown


def test_the_day_of_a_check_is_the_clinics_day(monkeypatch):
    evening = datetime(2026, 11, 27, 13, 30, tzinfo=UTC)  # by then it is tomorrow in Auckland
    monkeypatch.setattr(timezone, "now", lambda: evening)
    topic = published_topic(body=TWO)
    with timezone.override("Pacific/Auckland"):
        checked(topic)
        assert claim(topic).full == date(2026, 11, 28)


def test_a_wording_change_keeps_the_check_and_says_so(client):
    topic = published_topic(body=TWO)
    checked(topic)
    source = topic.newest.source.revised(body=TWO.replace("The spine", "The backbone"))
    draft = workflow.save_draft(topic, source, editor(), 1, Revision.WORDING)
    event = workflow.publish(topic, draft, publisher())
    assert (event.basis, claim(topic).full, claim(topic).wording) == (Event.BY_WORDING, date.today(), date.today())
    assert "Only the wording changed since" in client.get("/topics/bone/").text


def test_a_clinical_change_loses_the_check_of_its_section(client):
    topic = published_topic(body=TWO)
    checked(topic)
    go_live(topic, new_draft(topic, body=TWO.replace("spine", "ribs")))
    assert (claim(topic).full, claim(topic).unchecked) == (None, ("Which bones",))
    shown = client.get("/topics/bone/").text
    assert "Last full check" not in shown
    assert "Parts of this page changed since a clinician checked it" in shown
    assert "This section: “Which bones”." in shown


def test_a_section_that_was_taken_out_loses_the_check():
    topic = published_topic(body=TWO)
    checked(topic)
    go_live(topic, new_draft(topic, body="## Which bones\nThe spine.\n"))
    assert claim(topic).full is None


def test_calling_a_clinical_change_wording_is_refused():
    topic = published_topic(body=TWO)
    source = topic.newest.source.revised(body=TWO.replace("The spine.", "Never the spine."))
    with pytest.raises(workflow.NotWording, match="“never”"):
        workflow.save_draft(topic, source, editor(), 1, Revision.WORDING)
    assert Revision.objects.count() == 1


def test_a_wording_change_on_top_of_a_clinical_draft_does_not_hide_it():
    topic = published_topic(body=TWO)
    checked(topic)
    second = new_draft(topic, body=TWO.replace("spine", "ribs"))
    source = second.source.revised(body=second.source.body.replace("The ribs", "Your ribs"))
    third = workflow.save_draft(topic, source, editor(), 2, Revision.WORDING)
    with refused("clinical words in “Which bones” that nobody has checked"):
        workflow.publish(topic, third, publisher())


def test_going_back_to_checked_words_needs_no_new_check():
    topic = published_topic(body=TWO)
    checked(topic)
    go_live(topic, new_draft(topic, body=TWO.replace("spine", "ribs")))
    restored = workflow.restore(topic, topic.revisions.get(number=1), editor(), 2)
    assert workflow.publish(topic, restored, publisher()).basis == Event.BY_CHECK
    assert claim(topic).full


def test_a_page_is_checked_only_when_its_cards_are():
    card = published_topic(slug="call", kind=CARD, title="Pressure", text="your legs feel weak")
    page = published_topic(body="::: card call\n\n## Which bones\nThe spine.\n")
    checked(page)
    assert (claim(page).full, claim(page).partly) == (None, True)
    checked(card)
    assert claim(page).full == date.today()
    go_live(card, new_draft(card, body="- your arms feel weak\n"))
    assert claim(page).full is None


def test_the_next_check_is_due_after_the_pages_own_interval():
    topic = published_topic(review_months=6)
    checked(topic)
    clinic = checks.ClinicSettings(review_months=12)
    today = date.today()
    assert checks.due(topic, claim(topic), clinic) == checks.months_after(today, 6)
    review.set_due([topic], today)
    assert checks.due(again(topic), claim(topic), clinic) == today


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_months_end_where_the_calendar_ends(day, months, then):
    assert checks.months_after(day, months) == then


# --- publishing ------------------------------------------------------------------------------


def test_an_urgent_change_goes_live_with_a_typed_reason_and_waits_for_its_check():
    topic = published_topic(body=TWO)
    source = topic.newest.source.revised(body=TWO.replace("spine", "ribs"))
    draft = workflow.save_draft(topic, source, editor(), 1, Revision.URGENT)
    with refused("Say why this cannot wait"):
        workflow.publish(topic, draft, publisher())
    event = workflow.publish(topic, draft, publisher(), "The wrong bone was named")
    assert (event.basis, again(topic).live) == (Event.BY_URGENCY, draft)
    assert [part.title for part in checks.unchecked(draft)] != []


def test_a_draft_becomes_urgent_without_another_word():
    topic = published_topic(body=TWO)
    draft = new_draft(topic, body=TWO.replace("spine", "ribs"))
    urgent = workflow.save_draft(topic, draft.source, editor(), 2, Revision.URGENT)
    assert workflow.publish(topic, urgent, publisher(), "The wrong bone was named").basis == Event.BY_URGENCY
    assert workflow.save_draft(topic, urgent.source, editor(), 3, Revision.URGENT) == urgent


def test_words_that_an_urgent_change_took_away_do_not_come_back_unread():
    topic = published_topic(body=TWO)
    checked(topic)
    source = topic.newest.source.revised(body=TWO.replace("spine", "ribs"))
    urgent = workflow.save_draft(topic, source, editor(), 1, Revision.URGENT)
    assert claim(topic).full  # nothing is taken away before patients see it
    workflow.publish(topic, urgent, publisher(), "The wrong bone was named")
    restored = workflow.restore(again(topic), topic.revisions.get(number=1), editor(), 2)
    with refused("“Which bones” that nobody has checked"):
        workflow.publish(topic, restored, publisher())
    checked(topic)
    assert workflow.publish(topic, restored, publisher()).basis == Event.BY_CHECK


def test_an_urgency_of_long_ago_opens_no_withdrawn_page():
    topic = published_topic(body=TWO)
    source = topic.newest.source.revised(body=TWO.replace("spine", "ribs"))
    draft = workflow.save_draft(topic, source, editor(), 1, Revision.URGENT)
    workflow.publish(topic, draft, publisher(), "The wrong bone was named")
    workflow.withdraw(topic, publisher(), "Not needed")
    draft = new_draft(topic, body=TWO.replace("spine", "skull"))
    with refused("nobody has checked"):
        workflow.publish(topic, draft, publisher(), "Because")


def test_words_found_not_correct_do_not_go_live():
    topic = published_topic(body=TWO)
    source = topic.newest.source.revised(body=TWO.replace("spine", "ribs"))
    draft = workflow.save_draft(topic, source, editor(), 1, Revision.URGENT)
    submitted(topic)
    review.check(topic, draft, signed(), verdicts(draft, Which_bones=WRONG))
    with refused("“Sent back”"):
        workflow.publish(topic, draft, publisher(), "Cannot wait")


def test_a_first_publication_needs_a_check_whatever_it_is_called():
    topic = make_topic()
    with refused("nobody has checked"):
        workflow.publish(topic, topic.latest, publisher())


# --- a time ----------------------------------------------------------------------------------


def scheduled(topic, when=TOMORROW):
    revision = again(topic).newest
    checked(topic)
    review.schedule(topic, revision, publisher(), timezone.now() + when, "With the new leaflet")
    return revision


def later(**delta):
    return timezone.now() + timedelta(**delta)


def test_a_scheduled_text_goes_live_at_its_time_and_not_before():
    topic = published_topic()
    new_draft(topic, body=TWO)
    revision = scheduled(topic)
    assert review.publish_due() == []
    assert review.publish_due(later(days=2)) == [topic]
    topic = again(topic)
    assert (topic.live, topic.publish_at, topic.scheduled) == (revision, None, None)
    event = topic.events.filter(kind=Event.PUBLISHED).first()
    assert (event.by, event.note, event.basis) == (publisher(), "With the new leaflet", Event.BY_CHECK)
    assert review.publish_due(later(days=2)) == []


def test_a_newer_draft_does_not_stop_a_scheduled_text():
    topic = published_topic()
    new_draft(topic, body=TWO)
    revision = scheduled(topic)
    newer = new_draft(topic, body=TWO.replace("spine", "ribs"))
    assert again(topic).stage == "draft"
    assert review.publish_due(later(days=2)) == [topic]
    assert (again(topic).live, again(topic).latest) == (revision, newer)


def test_a_text_published_by_hand_ends_the_time_of_an_older_one():
    topic = published_topic()
    new_draft(topic, body=TWO)
    scheduled(topic)
    newer = new_draft(topic, body=TWO.replace("spine", "ribs"))
    checked(topic)
    workflow.publish(topic, newer, publisher())
    assert review.publish_due(later(days=2)) == []
    assert again(topic).live == newer
    assert topic.events.filter(kind=Event.CANCELLED).count() == 1


def test_a_scheduled_text_that_cannot_be_shown_any_more_loses_its_time_and_says_why():
    card = published_topic(slug="call", kind=CARD, title="Pressure", text="your legs feel weak")
    topic = published_topic()
    new_draft(topic, body=f"::: card call\n\n{TWO}")
    scheduled(topic)
    workflow.withdraw(card, publisher(), "Out of date")
    assert review.publish_due(later(days=2)) == []
    topic = again(topic)
    assert (topic.publish_at, topic.live.number) == (None, 1)
    assert "no live card named “call”" in topic.events.filter(kind=Event.CANCELLED).get().note


@pytest.mark.parametrize("when", [None, later(days=9)])
def test_a_time_that_was_cancelled_or_moved_in_this_moment_is_not_kept(when):
    topic = published_topic()
    new_draft(topic, body=TWO)
    revision = scheduled(topic)
    before = again(topic)  # as `publish_due` read it, a moment ago
    if when:
        review.schedule(topic, revision, publisher(), when)
    else:
        review.cancel(topic, publisher())
    assert review._publish_scheduled(before, later(days=2)) is False
    assert again(topic).live.number == 1


def test_a_clinician_stops_a_scheduled_text_by_sending_it_back():
    topic = published_topic()
    new_draft(topic, body=TWO)
    revision = scheduled(topic)
    review.send_back(topic, revision, clinician(), "The dose is wrong")
    assert (again(topic).stage, again(topic).publish_at) == ("sent back", None)
    assert review.publish_due(later(days=2)) == []


def test_withdrawing_a_page_ends_its_schedule():
    topic = published_topic()
    new_draft(topic, body=TWO)
    scheduled(topic)
    workflow.withdraw(again(topic), publisher(), "Out of date")
    assert review.publish_due(later(days=2)) == []
    assert again(topic).live is None


@pytest.mark.parametrize("when", [timedelta(0), timedelta(days=-1)])
def test_a_time_that_has_passed_is_refused(when):
    topic = make_topic()
    with refused("That time has passed"):
        scheduled(topic, when)


def test_cancelling_leaves_the_text_checked():
    topic = make_topic()
    scheduled(topic)
    review.cancel(topic, publisher(), "Not yet")
    assert (again(topic).stage, again(topic).publish_at) == ("checked", None)


def test_a_check_wanted_by_a_day_that_has_passed_is_refused():
    topic = make_topic()
    with refused("has passed"):
        review.submit(topic, topic.latest, editor(), due=later(days=-1))


def test_a_text_goes_live_at_its_time_without_a_restart(client, monkeypatch):
    topic = published_topic(body=TWO)
    new_draft(topic, body=TWO.replace("spine", "ribs"))
    scheduled(topic)
    monkeypatch.setattr("mbc_site.middleware.PublishWhatIsDue.SECONDS", 0)
    assert "The ribs." not in client.get("/topics/bone/").text
    after = later(days=2)
    monkeypatch.setattr(timezone, "now", lambda: after)
    assert "The ribs." in client.get("/topics/bone/").text


@pytest.mark.parametrize("error", [DatabaseError("database is locked"), ValueError("a fault of ours")])
def test_readers_are_answered_whatever_keeps_a_text_from_going_live(client, monkeypatch, error):
    topic = published_topic(body=TWO)
    new_draft(topic, body=TWO.replace("spine", "ribs"))
    scheduled(topic)

    def failing(*args):
        raise error

    monkeypatch.setattr("mbc_site.middleware.PublishWhatIsDue.SECONDS", 0)
    monkeypatch.setattr(review, "publish", failing)
    after = later(days=2)
    monkeypatch.setattr(timezone, "now", lambda: after)
    response = client.get("/topics/bone/")
    assert (response.status_code, "The spine." in response.text) == (200, True)
    assert again(topic).publish_at  # it is tried again


def test_a_text_with_a_fault_of_ours_holds_no_other_one_up(monkeypatch):
    first, second = published_topic(body=TWO), published_topic(slug="other", body=TWO)
    for topic in (first, second):
        new_draft(topic, body=TWO.replace("spine", "ribs"))
        scheduled(topic)
    publish = review.publish

    def failing_once(topic, *args):
        if topic.pk == first.pk:
            raise ValueError("a fault of ours")
        return publish(topic, *args)

    monkeypatch.setattr(review, "publish", failing_once)
    assert review.publish_due(later(days=2)) == [second]
    assert again(second).live.number == 2
    assert (again(first).live.number, again(first).publish_at is None) == (1, False)


def test_the_command_names_what_went_live(monkeypatch, capsys):
    topic = published_topic(body=TWO)
    new_draft(topic, body=TWO.replace("spine", "ribs"))
    scheduled(topic)
    after = later(days=2)
    monkeypatch.setattr(timezone, "now", lambda: after)
    call_command("publish_due")
    assert "Live now: “Bones” (/topics/bone/)" in capsys.readouterr().out


def test_a_long_history_costs_no_more_questions_than_a_short_one(django_assert_max_num_queries):
    topic = make_topic(body=TWO)
    for number in range(15):
        new_draft(topic, body=f"{TWO}\nLine {number}.\n")
    with django_assert_max_num_queries(6):
        assert checks.writers(again(topic).newest) == {editor().pk}
