"""How easy a text is to understand: what answers itself, what a person is asked, and where answers are kept."""

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cast import checked, clinician, make_topic, new_draft, published_topic
from tests.test_review_page import again, answers, draft_in_review, post, shown
from topics import comparison, review_sheet
from topics.models import Event, NeverChanges, ReviewAnswer
from topics.source import CARD

pytestmark = pytest.mark.django_db

TWO = "## Which bones\nThe spine.\n\n## What helps\nRadiotherapy.\n"


def sheet(topic, whole=False) -> review_sheet.ReviewSheet:
    topic = again(topic)
    return review_sheet.of(topic.newest, comparison.of(topic, topic.newest), whole)


def asked(topic, whole=False) -> set[str]:
    return {item.id for item in sheet(topic, whole).asked}


def test_a_person_is_asked_only_what_a_change_touches():
    topic = published_topic(body=TWO)
    checked(topic)
    new_draft(topic, body=TWO.replace("Radiotherapy", "Radiotherapy in 5 visits"))
    by_number = asked(topic)
    assert "C16" in by_number  # what the numbers mean
    assert "C1" not in by_number  # the main message stands in the box “in short”, which stayed
    new_draft(topic, body=TWO.replace("Radiotherapy", "Chemotherapy"))
    assert "C16" not in asked(topic)


def test_what_answers_itself_has_its_evidence_and_is_not_asked():
    found = sheet(make_topic(body=f"::: short\n- One point.\n:::\n\n{TWO}"))
    evidence = {item.id: answer.evidence for item, answer in found.answered}
    assert "1 points" in evidence["P11"]
    assert {item.id for item in found.asked}.isdisjoint(evidence)


def test_the_whole_page_again_asks_everything_that_needs_a_person():
    topic = published_topic(body=f"::: short\n- One point.\n:::\n\n{TWO}")
    checked(topic)
    assert {"P1", "P2", "P10", "C1", "C11"} <= asked(topic, whole=True)


def test_a_card_has_a_sheet_too():
    assert asked(make_topic(slug="call", kind=CARD, title="Pressure", text="your legs feel weak"))


def test_answers_are_kept_with_the_check_and_none_has_to_be_given(client):
    topic = draft_in_review()
    assert "Is it easy to understand?" in shown(client, topic, clinician()).text
    values = {"item-P2": "yes", "item-C11": "n/a", **answers(topic, only=[2])}
    assert 'name="item-P2" value="yes"' in post(client, topic, clinician(), "_look", **values).text
    post(client, topic, clinician(), "_record", **values)
    event = Event.objects.filter(kind=Event.CHECKED).first()
    assert dict(event.answers.values_list("item", "answer")) == {"P2": "yes", "C11": "n/a"}


@pytest.mark.parametrize("item", [{"item-P2": "perhaps"}, {"item-P3": "no"}, {"item-X9": "yes"}])
def test_an_answer_that_was_not_asked_for_is_not_kept(client, item):
    post(client, draft_in_review(), clinician(), "_record", **answers(None, only=[2]), **item)
    assert not ReviewAnswer.objects.exists()


@pytest.mark.both_databases
def test_an_answer_never_changes(client):
    topic = draft_in_review()
    post(client, topic, clinician(), "_record", **{"item-P2": "yes", **answers(topic, only=[2])})
    row = ReviewAnswer.objects.get()
    for change in (row.save, row.delete, ReviewAnswer.objects.all().delete):
        with pytest.raises(NeverChanges):
            change()
    for sql in ("UPDATE {} SET answer = 'no'", "DELETE FROM {}"):
        with connection.cursor() as cursor, pytest.raises(IntegrityError, match="never change"), transaction.atomic():
            cursor.execute(sql.format(ReviewAnswer._meta.db_table))
