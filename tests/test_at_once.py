"""Many people at once: each works on its own connection, as in several processes."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.cast import (
    checked,
    editor,
    go_live,
    make_section,
    make_topic,
    new_draft,
    page_source,
    person,
    published_topic,
    publisher,
)
from tests.test_admin_edit import fields
from topics import pages, workflow
from topics.models import Event, RenderedPage, Revision, Topic, WorkingCopy
from topics.roles import EDITOR, ROLES
from topics.source import CARD

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


def test_of_twenty_people_who_press_save_at_once_each_text_is_saved_or_kept_and_shown_back():
    topic = published_topic()
    people = [person(f"editor-{place}", *ROLES[EDITOR]) for place in range(PEOPLE)]
    address = reverse("admin:topics_topic_change", args=[topic.pk])
    opened = {**fields(topic), "_save": "1"}

    def press_save(place: int):
        client = Client()
        client.force_login(people[place])
        return client.post(address, {**opened, "body": f"{opened['body']}\nText of person {place}.\n"})

    answers = at_once(press_save)

    assert sorted(answer.status_code for answer in answers) == [302, *[409] * (PEOPLE - 1)]
    after = Topic.objects.get(pk=topic.pk)
    assert (after.live.number, after.newest.number, after.revisions.count()) == (1, 2, 2)
    for place, answer in enumerate(answers):
        words = f"Text of person {place}.\n"
        copy = WorkingCopy.objects.filter(owner=people[place]).first()
        if answer.status_code == 302:
            assert words in after.newest.text
            assert copy is None
        else:
            assert words.strip() in answer.text
            assert words in copy.fields["body"][0]
            assert copy.based_on == 1


def test_autosaves_of_one_person_from_many_tabs_keep_one_whole_text():
    topic, owner = published_topic(), editor()
    address = reverse("admin:topics_topic_working_copy", args=[topic.pk])

    def autosave(place: int):
        client = Client()
        client.force_login(owner)
        return client.post(address, {**fields(topic, title=f"T{place}", body=f"B{place}\n"), "typed": "1"})

    assert {answer.status_code for answer in at_once(autosave)} == {200}
    copy = WorkingCopy.objects.get()
    assert copy.fields["title"][0][1:] == copy.fields["body"][0][1:].strip()


def test_no_page_keeps_a_red_flag_that_changed_while_the_page_was_published(monkeypatch):
    """What a page was made from is held until the page is kept: else the old red flag would stand there for good."""
    card = published_topic("call", kind=CARD, title="Pressure", text="your legs feel weak")
    topic, by = published_topic(), publisher()
    page = new_draft(topic, body=f"::: card call\n\n{topic.live.source.body}")
    red_flag = new_draft(card, body="- your arms feel weak\n")
    for one in (topic, card):
        checked(one)
    made, changed, keep = threading.Event(), threading.Event(), pages.keep

    def slowly(one, *given):
        if one.pk == topic.pk and not made.is_set():
            made.set()
            changed.wait(1)
        return keep(one, *given)

    def publish_card():
        try:
            made.wait(10)
            workflow.publish(card, red_flag, by)
        finally:
            changed.set()
            connection.close()

    monkeypatch.setattr(pages, "keep", slowly)
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(publish_card)
        workflow.publish(topic, page, by)
        other.result()
    assert "your arms feel weak" in RenderedPage.objects.get(topic=topic).data["lead"]


def test_a_page_that_a_reader_asked_for_a_moment_ago_does_not_replace_the_newer_one():
    topic = published_topic()
    before = Topic.objects.select_related("live").get()  # as the reader's request read it
    go_live(topic, new_draft(topic, body="## Ribs\nThe ribs.\n"))
    pages.of(before)
    assert RenderedPage.objects.get().revision == Topic.objects.get().live
