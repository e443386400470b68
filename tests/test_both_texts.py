"""Two people saved one page: both texts part by part, nothing decided for anybody, nothing lost; no script needed."""

import re

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import editor, new_draft, published_topic, publisher
from tests.test_admin_edit import CHANGE, fields
from topics.meeting import BOTH, THEIRS, YOURS, meetings, parts, together
from topics.models import Topic

BEFORE = "Lead.\n\n## One\nFirst words here.\n\n## Two\nSecond words here.\n\n## Three\nThird words here.\n"

TEXTS = st.lists(
    st.sampled_from(["## One", "## Two", "## One ##", "text", "", "```", "~~~", "::: short", "## ", "### Small"]),
    max_size=12,
).map(lambda lines: "".join(f"{line}\n" for line in lines))


@given(TEXTS)
def test_the_parts_of_a_text_joined_again_are_the_text(text):
    assert "".join(parts(text).values()) == text


@given(TEXTS, TEXTS, TEXTS)
def test_every_line_of_both_is_there_when_both_are_kept(before, theirs, yours):
    order, met = meetings(before, theirs, yours)
    both = together(before, theirs, yours, {one.name: BOTH for one in met})
    changed = [one for one in met if one.both]
    for one in changed:
        # An empty line says nothing, and those at a part's end belong to what follows.
        for line in {*one.theirs.splitlines(), *one.yours.splitlines()} - {"", *before.splitlines()}:
            assert line in both.splitlines()


@given(TEXTS, TEXTS)
def test_equal_texts_meet_nowhere(before, text):
    order, met = meetings(before, text, text)
    assert met == []
    assert together(before, text, text, {}).split() == text.split()


@pytest.mark.parametrize(
    ("theirs", "yours", "chosen"),
    [
        (BEFORE.replace("First", "1st"), BEFORE, {"one": THEIRS}),
        (BEFORE, BEFORE.replace("First", "1st"), {"one": YOURS}),
        (BEFORE.replace("First", "1st"), BEFORE.replace("Second", "2nd"), {"one": THEIRS, "two": YOURS}),
        (BEFORE.replace("First", "1st"), BEFORE.replace("First", "No. 1"), {"one": BOTH}),
        (BEFORE.replace("## One", "## The first"), BEFORE.replace("First words", "1st words"), {"one": BOTH}),
        (BEFORE.replace("## Two\nSecond words here.\n\n", ""), BEFORE, {"two": THEIRS}),
        (BEFORE, BEFORE + "\n## Four\nNew.\n", {"four": YOURS}),
        (BEFORE.replace("\n\n##", "\n##"), BEFORE, {}),
    ],
)
def test_the_side_that_alone_changed_a_part_is_offered_first(theirs, yours, chosen):
    assert {one.name: one.chosen for one in meetings(BEFORE, theirs, yours)[1]} == chosen


def test_texts_without_a_common_beginning_are_both_kept():
    met = meetings(None, "## One\nTheirs.\n", "## One\nYours.\n")[1]
    assert [(one.chosen, one.both) for one in met] == [(BOTH, "## One\nTheirs.\nYours.\n")]


# --- through the edit page -------------------------------------------------------------------


def hidden_and_chosen(html: str, **chosen) -> dict:
    """What a browser without script sends back: the hidden fields and the checked sides."""
    sent: dict = {}
    form = html[html.index('id="both-texts"') :]
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form):
        sent.setdefault(name, []).append(value.replace("&#x27;", "'").replace("&amp;", "&"))
    for name, value in re.findall(r'<input type="radio" name="([\w-]+)" value="(\w+)" checked', form):
        sent[name] = chosen.get(name.removeprefix("take-"), value)
    return sent


@pytest.fixture
def topic(db):
    return published_topic(body=BEFORE, verify=["A point"], claims=["S13"], codes={"icd-10-cm": ["C79.51"]})


def too_late(client, topic, **mine):
    """A save of `mine` after a colleague renamed the page and changed its second part."""
    data = fields(topic, claims="S13", codes="icd-10-cm: C79.51", **mine)
    new_draft(topic, publisher(), title="Their title", body=BEFORE.replace("Second words", "Their second words"))
    client.force_login(editor())
    return client.post(reverse(CHANGE, args=[topic.pk]), {**data, "_save": "1"})


def test_both_texts_go_together_and_the_next_save_goes_on_top(client, topic):
    mine = BEFORE.replace("First words", "My first words")
    response = too_late(client, topic, body=mine, verify="A point\nAnother", note="Mine")
    assert response.status_code == 409
    assert "They changed this, you did not." in response.text
    assert '<mark class="theirs"><b>theirs:</b> Their' in response.text
    assert '<mark class="yours"><b>mine:</b> My' in response.text
    page = client.post(reverse(CHANGE, args=[topic.pk]), {**hidden_and_chosen(response.text), "_put_together": ""})
    form = page.context["form"]
    assert "Nothing is saved yet" in page.text
    assert form["body"].value() == mine.replace("Second words", "Their second words")
    assert (form["title"].value(), form["note"].value()) == ("Their title", "Mine")
    assert Topic.objects.get().newest.number == 2

    posted = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    client.post(reverse(CHANGE, args=[topic.pk]), {**posted, "_save": "1"})
    newest = Topic.objects.get().newest
    assert (newest.number, newest.based_on.number) == (3, 2)
    assert newest.source.verify == ("A point", "Another")
    assert newest.source.claims == ("S13",)


@pytest.mark.parametrize(
    ("side", "kept"), [("theirs", ["Their second"]), ("yours", ["My 2nd"]), ("both", ["Their second", "My 2nd"])]
)
def test_for_each_part_one_takes_theirs_mine_or_both(client, topic, side, kept):
    response = too_late(client, topic, body=BEFORE.replace("Second words", "My 2nd words"))
    sent = hidden_and_chosen(response.text, **{"2": side, "title": "yours"})
    form = client.post(reverse(CHANGE, args=[topic.pk]), {**sent, "_put_together": ""}).context["form"]
    assert form["title"].value() == "Bones"
    assert [words for words in ("Their second", "My 2nd") if words in form["body"].value()] == kept


def test_what_was_put_together_waits_as_unsaved_text(client, topic):
    response = too_late(client, topic, body=BEFORE.replace("First", "My first"))
    client.post(reverse(CHANGE, args=[topic.pk]), {**hidden_and_chosen(response.text), "_put_together": ""})
    form = client.get(reverse(CHANGE, args=[topic.pk])).context["form"]
    assert "My first" in form["body"].value()
    assert "Their second" in form["body"].value()
    assert form["based_on"].value() == 2


@pytest.mark.parametrize(
    "odd", [{"theirs": "99"}, {"theirs": "x"}, {"take-2": "nobody"}, {"title": ""}, {"based_on": "²"}]
)
def test_an_odd_answer_loses_nothing(client, topic, odd):
    sent = hidden_and_chosen(too_late(client, topic, body=BEFORE.replace("First", "My first")).text)
    page = client.post(reverse(CHANGE, args=[topic.pk]), {**sent, **odd, "_put_together": ""})
    assert page.status_code == 200
    assert "My first" in page.context["form"]["body"].value()
