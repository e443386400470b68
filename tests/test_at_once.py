"""Many people at once: each works on its own connection, as in several processes."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tests.cast import checked, editor, make_section, make_topic, page_source, published_topic, publisher
from topics import workflow
from topics.models import Event, RenderedPage, Revision, Topic

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]

PEOPLE = 20


def at_once(task) -> list:
    """What `task(0)` … `task(19)` return or raise when all start in the same moment."""
    start = threading.Barrier(PEOPLE)

    def one(place: int):
        start.wait()
        try:
            return task(place)
        except workflow.Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(PEOPLE) as pool:
        return list(pool.map(one, range(PEOPLE)))


def of_type(kind, answers) -> list:
    return [answer for answer in answers if isinstance(answer, kind)]


def test_of_twenty_people_who_save_at_once_one_wins_and_the_others_are_told():
    topic, author = published_topic(), editor()
    live = topic.live
    sources = [live.source.revised(body=f"Text of person {place}.\n") for place in range(PEOPLE)]

    answers = at_once(lambda place: workflow.save_draft(topic, sources[place], author, 1))

    saved, told = of_type(Revision, answers), of_type(workflow.Stale, answers)
    assert (len(saved), len(told)) == (1, PEOPLE - 1)
    assert {stale.latest for stale in told} == set(saved)
    topic = Topic.objects.get()
    assert (topic.live, topic.latest) == (live, saved[0])
    assert topic.latest.text in {source.text for source in sources}
    assert [revision.number for revision in topic.revisions.all()] == [2, 1]


def test_nobodys_text_is_lost_when_everybody_tries_until_it_is_saved():
    topic, author = make_topic(), editor()

    def save(place: int) -> int:
        while True:
            latest = Topic.objects.get(pk=topic.pk).latest
            source = latest.source.revised(body=f"{latest.source.body}\nText of person {place}.\n")
            try:
                return workflow.save_draft(topic, source, author, latest.number).number
            except workflow.Stale:
                continue

    assert sorted(at_once(save)) == list(range(2, PEOPLE + 2))
    revisions = list(Revision.objects.order_by("number"))
    assert [revision.based_on for revision in revisions] == [None, *revisions[:-1]]
    assert Topic.objects.get().latest == revisions[-1]
    for place in range(PEOPLE):
        assert f"Text of person {place}.\n" in revisions[-1].text


def test_a_text_is_published_once_however_many_press_the_button():
    topic, by = make_topic(), publisher()
    draft = topic.latest
    checked(topic)
    answers = at_once(lambda place: workflow.publish(topic, draft, by))
    assert len(of_type(Event, answers)) == 1
    assert {str(refused) for refused in of_type(workflow.Refused, answers)} == {"“Bones” shows this text already."}
    assert (Topic.objects.get().live, RenderedPage.objects.get().revision) == (draft, draft)


def test_pages_made_at_once_all_get_a_number_of_their_own():
    make_section()
    author = editor()
    answers = at_once(lambda place: workflow.create(page_source(), f"page-{place}", author))
    assert len(of_type(Topic, answers)) == PEOPLE
    assert sorted(Topic.objects.values_list("number", flat=True)) == list(range(1, PEOPLE + 1))
    assert all(topic.latest.source.number == topic.number for topic in Topic.objects.all())


def test_a_short_name_that_many_ask_for_goes_to_one():
    make_section()
    author = editor()
    answers = at_once(lambda place: workflow.create(page_source(title=f"Page {place}"), "bone", author))
    assert (len(of_type(Topic, answers)), len(of_type(workflow.Refused, answers))) == (1, PEOPLE - 1)
    assert (Topic.objects.count(), Revision.objects.count()) == (1, 1)
