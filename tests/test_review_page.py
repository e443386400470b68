"""The review page through the real client: what it shows, the steps it offers, and what forged posts meet."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import checked, clinician, editor, make_topic, new_draft, person, published_topic, publisher
from topics import review, workflow
from topics.models import Event, Revision, SectionCheck, Topic

pytestmark = pytest.mark.django_db

TWO = "## Which bones\nThe spine.\n\n## What helps\nRadiotherapy.\n"
CORRECT, FIX, WRONG = "correct", "fix", "wrong"


def address(topic):
    return reverse("admin:topics_topic_review", args=[topic.pk])


def again(topic) -> Topic:
    return Topic.objects.get(pk=topic.pk)


def draft_in_review(author=None, **changes):
    """A live page, checked; its newest text changed “What helps” and waits for a check."""
    topic = published_topic(body=TWO)
    checked(topic)
    new_draft(topic, author=author, **(changes or {"body": TWO.replace("Radio", "Chemo")}))
    review.submit(topic, again(topic).newest, editor())
    return again(topic)


def shown(client, topic, by):
    client.force_login(by)
    return client.get(address(topic))


def post(client, topic, by, button, follow=True, **values):
    client.force_login(by)
    values = {"revision": again(topic).newest.number, button: "1", **values}
    return client.post(address(topic), values, follow=follow)


def answers(topic, verdict=CORRECT, comment="", only=None) -> dict[str, str]:
    """The same answer for every part, or for those at these places."""
    places = only if only is not None else range(3)
    found = {}
    for place in places:
        found |= {f"verdict-{place}": verdict, f"comment-{place}": comment}
    return found


def told(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def steps_offered(response) -> set[str]:
    return {name for name, offered in response.context["offers"].items() if offered}


# --- what it shows ----------------------------------------------------------------------------


def test_it_says_who_asks_why_until_when_and_what_publication_would_rest_on(client):
    topic = published_topic(body=TWO)
    new_draft(topic, body=TWO.replace("Radio", "Chemo"))
    due = timezone.now() + timedelta(days=5)
    review.submit(topic, again(topic).newest, editor(), "The dose above all", due)
    text = shown(client, topic, clinician()).text
    assert "The dose above all" in text
    assert f"{timezone.localtime(due):%b}"[:3] in text
    assert "clinical change" in text
    assert "has clinical words in “What helps” that nobody has checked" in text


def test_what_changed_is_open_and_the_rest_is_folded(client):
    text = shown(client, draft_in_review(), clinician()).text
    assert "<del><b>old:</b> Radiotherapy.</del>" in text
    assert "<ins><b>new:</b> Chemotherapy.</ins>" in text
    assert re.search(r'<details class="passage passage-same">\s*<summary><strong>Which bones', text)


def test_points_for_the_clinician_and_what_stops_publication_stand_above(client):
    topic = make_topic(body=f"{TWO}\n::: card missing\n", verify=["BO12: a broken limb"])
    text = shown(client, topic, clinician()).text
    assert "BO12: a broken limb" in text
    assert "There is no live card named “missing”" in text


def test_who_may_only_look_is_offered_nothing(client):
    assert steps_offered(shown(client, draft_in_review(), person("guest", "view_topic"))) == set()


def test_each_role_is_offered_its_own_steps(client):
    topic = draft_in_review()
    assert steps_offered(shown(client, topic, clinician())) >= {"check", "send_back", "invite"}
    assert steps_offered(shown(client, topic, editor())).isdisjoint({"check", "send_back", "publish"})
    assert "publish" not in steps_offered(shown(client, topic, publisher()))
    checked(topic)
    assert steps_offered(shown(client, topic, publisher())) >= {"publish", "schedule"}


# --- a check ----------------------------------------------------------------------------------


def test_nothing_is_recorded_before_the_answers_were_looked_at(client):
    topic = draft_in_review()
    before = SectionCheck.objects.count()
    response = post(client, topic, clinician(), "_look", **answers(topic, only=[2]))
    assert "Nothing is recorded yet" in response.text
    assert 'name="verdict-2" value="correct"' in response.text
    assert SectionCheck.objects.count() == before
    response = post(client, topic, clinician(), "_change", **answers(topic, only=[2]), note="Well said")
    assert "Well said" in response.text
    assert SectionCheck.objects.count() == before


def test_a_check_is_recorded_and_says_what_is_next(client):
    topic = draft_in_review()
    response = post(client, topic, clinician(), "_record", **answers(topic, only=[2]))
    assert "Next: a publisher shows it" in told(response)
    assert again(topic).stage == "checked"


def test_one_part_that_is_not_correct_goes_back_and_the_writer_reads_why(client):
    topic = draft_in_review()
    response = post(client, topic, clinician(), "_record", **answers(topic, WRONG, "Not for bones", only=[2]))
    assert "went back to its writer" in told(response)
    assert "Not for bones" in response.text
    assert again(topic).stage == "sent back"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Answer for this part, too."),
        ({"verdict-2": "fix"}, "Say in a few words what to mend."),
        ({"verdict-2": "wrong", "comment-2": "  "}, "Say in a few words what to mend."),
        ({"verdict-2": "perhaps"}, "Select a valid choice"),
        ({"verdict-2": "correct", "comment-1": "Which ribs?"}, "choose an answer, too"),
        ({"verdict-2": "correct", "comment-2": "x" * 2001}, "at most 2000"),
    ],
)
def test_an_answer_that_says_too_little_is_refused_and_what_was_typed_stays(client, values, words):
    topic = draft_in_review()
    response = post(client, topic, clinician(), "_record", note="Thank you for this", **values)
    assert response.status_code == 422
    assert words in response.text
    assert "Thank you for this" in response.text
    assert again(topic).stage == "in review"


@pytest.mark.parametrize("button", ["_record", "_record_publish"])
def test_the_writer_cannot_check_by_a_forged_post(client, button):
    both = person("both", "view_topic", "change_topic", "check_topic", "publish_topic")
    topic = draft_in_review(author=both)
    assert "check" not in steps_offered(shown(client, topic, both))
    assert "somebody else has to check it" in shown(client, topic, both).text
    response = post(client, topic, both, button, **answers(topic, only=[2]))
    assert response.status_code == 403
    assert again(topic).stage == "in review"
    assert again(topic).live.number == 1


def test_nor_in_a_second_tab_that_was_opened_before_they_wrote(client):
    both = person("both", "view_topic", "change_topic", "check_topic")
    topic = draft_in_review()
    old = again(topic).newest.number
    new_draft(topic, author=both, body=TWO.replace("Radio", "Hormone "))
    review.submit(topic, again(topic).newest, editor())
    response = post(client, topic, both, "_record", revision=old, **answers(topic, only=[2]))
    assert response.status_code == 409
    assert again(topic).stage == "in review"


def test_without_the_right_to_check_a_forged_post_is_refused(client):
    topic = draft_in_review()
    for somebody in (editor(), publisher(), person("guest", "view_topic")):
        assert post(client, topic, somebody, "_record", **answers(topic, only=[2])).status_code == 403
    assert again(topic).stage == "in review"


def test_who_checks_and_publishes_does_both_at_once(client):
    both = person("both", "view_topic", "check_topic", "publish_topic")
    topic = draft_in_review()
    assert "_record_publish" in post(client, topic, both, "_look", **answers(topic, only=[2])).text
    response = post(client, topic, both, "_record_publish", **answers(topic, only=[2]))
    assert "is recorded" in told(response)
    assert "Patients see this text from now on" in told(response)
    assert again(topic).live == topic.newest


def test_who_only_checks_is_not_offered_to_publish_and_cannot(client):
    topic = draft_in_review()
    assert "_record_publish" not in post(client, topic, clinician(), "_look", **answers(topic, only=[2])).text
    response = post(client, topic, clinician(), "_record_publish", **answers(topic, only=[2]))
    assert "It is not published:" in told(response)
    assert (again(topic).stage, again(topic).live.number) == ("checked", 1)


def test_check_and_publish_on_a_day(client):
    both = person("both", "view_topic", "check_topic", "publish_topic")
    topic = draft_in_review()
    values = {"then-when_day": "", "then-when_time": "08:00", **answers(topic, only=[2])}
    response = post(client, topic, both, "_record_schedule", **values)
    assert (response.status_code, again(topic).stage) == (422, "in review")
    day = date.today() + timedelta(days=3)
    response = post(client, topic, both, "_record_schedule", **{**values, "then-when_day": day.isoformat()})
    assert "goes live on" in told(response)
    assert again(topic).stage == "scheduled"


def test_a_whole_page_can_be_checked_again(client):
    topic = published_topic(body=TWO)
    checked(topic)
    assert "Check the whole page again" in shown(client, topic, clinician()).text
    client.force_login(clinician())
    assert 'class="passage passage-same"' in client.get(address(topic) + "?whole=1").text
    response = post(client, topic, clinician(), "_record", whole="1", **answers(topic, only=[1]))
    assert (response.status_code, response.text.count("Answer for this part, too.")) == (422, 2)
    response = post(client, topic, clinician(), "_record", whole="1", **answers(topic))
    assert "Its page says so from now on" in told(response)
    assert topic.events.filter(kind=Event.CHECKED).count() == 2


def test_answers_for_words_that_stayed_survive_a_newer_text_and_the_others_are_shown(client):
    topic = published_topic(body=TWO)
    review.submit(topic, topic.newest, editor())
    new_draft(topic, body=TWO.replace("Radio", "Chemo"))
    review.submit(topic, again(topic).newest, editor())
    values = {**answers(topic, only=[0, 1]), "verdict-2": "fix", "comment-2": "Say with what"}
    response = post(client, topic, clinician(), "_record", revision=1, **values)
    assert response.status_code == 409
    assert "The text changed while you were checking it" in response.text
    assert "Say with what" in response.text
    assert re.findall(r'name="(verdict-.)" value="correct"[^>]* checked', response.text) == ["verdict-0", "verdict-1"]
    assert not SectionCheck.objects.exists()


# --- the other steps --------------------------------------------------------------------------


def test_asking_for_a_check_takes_a_day_and_a_note(client):
    topic = make_topic(body=TWO)
    day = date.today() + timedelta(days=2)
    response = post(client, topic, editor(), "_submit", day=day.isoformat(), note="Please soon")
    assert "Asked for a check of “Bones”" in told(response)
    event = topic.events.get(kind=Event.SUBMITTED)
    assert (event.note, timezone.localtime(event.due).date()) == ("Please soon", day)


def test_a_day_that_has_passed_is_refused_and_the_note_stays(client):
    topic = make_topic(body=TWO)
    response = post(client, topic, editor(), "_submit", day="2020-01-01", note="Please soon")
    assert response.status_code == 422
    assert "has passed" in response.text
    assert "Please soon" in response.text


def test_sending_back_needs_a_reason(client):
    topic = draft_in_review()
    assert post(client, topic, clinician(), "_send_back", reason=" ").status_code == 422
    response = post(client, topic, clinician(), "_send_back", reason="Which dose?")
    assert "Next: the writer mends it" in told(response)
    assert "Which dose?" in response.text


def test_publishing_shows_the_checked_text_at_once(client):
    topic = draft_in_review()
    checked(topic)
    response = post(client, topic, publisher(), "_publish", note="New leaflet")
    assert "Patients see this text from now on" in told(response)
    assert "Chemotherapy" in client.get("/topics/bone/").text


def test_what_nobody_checked_is_not_published_by_a_forged_post(client):
    topic = draft_in_review()
    response = post(client, topic, publisher(), "_publish", note="Because I say so")
    assert response.status_code == 422
    assert "nobody has checked" in response.text
    assert "Chemotherapy" not in client.get("/topics/bone/").text


def test_a_newer_text_is_never_published_in_place_of_the_one_that_was_looked_at(client):
    topic = draft_in_review()
    checked(topic)
    number = again(topic).newest.number
    new_draft(topic, body=TWO.replace("Radio", "Hormone "))
    response = post(client, topic, publisher(), "_publish", revision=number)
    assert response.status_code == 422
    assert again(topic).live.number == 1


def test_an_urgent_change_needs_a_typed_reason_and_asks_for_its_check(client):
    topic = published_topic(body=TWO)
    source = topic.newest.source.revised(body=TWO.replace("spine", "ribs"))
    workflow.save_draft(topic, source, editor(), 1, Revision.URGENT)
    assert "Why can this not wait for a check?" in shown(client, topic, publisher()).text
    assert post(client, topic, publisher(), "_publish", note=" ").status_code == 422
    response = post(client, topic, publisher(), "_publish", note="The wrong bone was named")
    assert "asked to check it afterwards" in told(response)
    assert again(topic).stage == "live, check asked"


def test_a_time_is_typed_by_the_clinics_clock(client, settings):
    settings.TIME_ZONE = "Europe/London"
    topic = draft_in_review(body=TWO.replace("Radio", "Chemo"))
    checked(topic)
    summer = date(timezone.now().year + 1, 7, 1)
    with timezone.override("Europe/London"):
        assert "Europe/London" in shown(client, topic, publisher()).text
        response = post(client, topic, publisher(), "_schedule", when_day=summer.isoformat(), when_time="08:00")
        assert "Europe/London" in told(response)
    assert again(topic).publish_at.hour == 7


@pytest.mark.parametrize("when", [("2020-01-01", "08:00"), ("", ""), ("soon", "08:00"), ("2027-01-01", "25:00")])
def test_a_time_that_cannot_be_is_refused(client, when):
    topic = draft_in_review()
    checked(topic)
    response = post(client, topic, publisher(), "_schedule", when_day=when[0], when_time=when[1], note="Leaflet")
    assert response.status_code == 422
    assert "Leaflet" in response.text
    assert again(topic).publish_at is None


def test_a_schedule_is_cancelled_even_when_a_newer_draft_stands_on_it(client):
    topic = draft_in_review()
    checked(topic)
    review.schedule(topic, again(topic).newest, publisher(), timezone.now() + timedelta(days=1))
    new_draft(topic, body=TWO.replace("Radio", "Hormone "))
    response = post(client, topic, publisher(), "_cancel", note="Wrong day")
    assert "does not go live by itself any more" in told(response)
    assert again(topic).publish_at is None


@pytest.mark.parametrize("revision", ["", "0", "99", "-1", "abc", "9" * 30, "٣"])
def test_a_step_for_a_text_that_is_not_there_is_a_404(client, revision):
    topic = make_topic()
    assert post(client, topic, editor(), "_submit", revision=revision).status_code == 404
    assert post(client, topic, editor(), "_nothing").status_code == 404


def test_hostile_words_are_only_words(client):
    hostile = "<script>alert(1)</script>"
    topic = published_topic(body=TWO)
    new_draft(topic, title=f"Bones {hostile}", body=f"{TWO}\n## {hostile}\n{hostile}\n")
    review.submit(topic, again(topic).newest, editor(), hostile)
    review.send_back(topic, again(topic).newest, clinician(), hostile)
    text = shown(client, topic, clinician()).text
    assert "alert(1)" in text
    assert hostile not in text
