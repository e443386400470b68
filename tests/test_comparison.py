"""What somebody who checks a text looks at: every part, what changed in it, and nothing that changed unseen."""

import pytest

from tests.cast import checked, make_topic, new_draft, published_topic
from topics import comparison
from topics.comparison import ADDED, CHANGED, REMOVED, SAME
from topics.models import Topic
from topics.source import CARD

pytestmark = pytest.mark.django_db

TWO = "## Which bones\nThe spine.\n\n## What helps\nRadiotherapy helps with pain.\n"


def passages(topic, revision=None):
    topic = Topic.objects.get(pk=topic.pk)
    return {passage.title: passage for passage in comparison.of(topic, revision or topic.newest)}


def test_a_new_page_is_all_new_and_all_shown():
    found = passages(make_topic(body=TWO))
    assert [passage.kind for passage in found.values()] == [ADDED] * 3
    assert "<p>The spine.</p>" in found["Which bones"].html
    assert "Bones" in found["Title, summary and order"].html
    assert all(passage.needs_check for passage in found.values())


def test_a_changed_section_is_marked_by_words_and_the_rest_is_the_same():
    topic = published_topic(body=TWO)
    checked(topic)
    new_draft(topic, body=TWO.replace("helps with pain", "helps with bone pain"))
    found = passages(topic)
    assert {title: passage.kind for title, passage in found.items()} == {
        "Title, summary and order": SAME,
        "Which bones": SAME,
        "What helps": CHANGED,
    }
    assert found["What helps"].lines == ("Radiotherapy helps with <ins><b>new:</b> bone</ins> pain.",)
    assert [title for title, passage in found.items() if passage.needs_check] == ["What helps"]


def test_a_section_that_went_is_shown_struck_through():
    topic = published_topic(body=TWO)
    new_draft(topic, body="## Which bones\nThe spine.\n")
    gone = passages(topic)["What helps"]
    assert (gone.kind, gone.needs_check) == (REMOVED, False)
    assert gone.lines == ("<del><b>old:</b> Radiotherapy helps with pain.</del>",)


def test_a_section_under_a_new_heading_is_known_by_its_text():
    topic = published_topic(body=TWO)
    new_draft(topic, body=TWO.replace("What helps", "What can help"))
    found = passages(topic)
    assert "What helps" not in found
    assert found["What can help"].kind == CHANGED
    assert "<ins><b>new:</b> can help</ins>" in found["What can help"].lines[0]


@pytest.mark.parametrize(
    ("new", "named"),
    [
        ("Radiotherapy helps with pain [@NCI-METS].\n", "Source: NCI-METS"),
        ("[Radiotherapy](/topics/rays/) helps with pain.\n", "Link: /topics/rays/"),
        ("**Radiotherapy** helps with pain.\n", "**Radiotherapy**"),
        ("- Radiotherapy helps with pain.\n", "<b>new:</b> -</ins> Radiotherapy"),
    ],
)
def test_what_changed_and_is_no_word_is_named(new, named):
    topic = published_topic(body=TWO)
    new_draft(topic, body=TWO.replace("Radiotherapy helps with pain.\n", new))
    assert named in " ".join(passages(topic)["What helps"].beside)


def test_a_card_is_one_part_with_its_level():
    topic = published_topic(slug="call", kind=CARD, title="Pressure", text="your legs feel weak")
    new_draft(topic, level="today")
    card = passages(topic)["The card"]
    assert card.kind == CHANGED
    assert "<del><b>old:</b> now</del>" in " ".join(card.lines)


def test_a_card_on_a_page_is_named_only_because_it_has_checks_of_its_own():
    published_topic(slug="call", kind=CARD, title="Pressure", text="your legs feel weak")
    lead = passages(make_topic(body=f"::: card call\n\n{TWO}"))["The beginning"]
    assert "Pressure" in lead.html
    assert "your legs feel weak" not in lead.html


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "<b onclick=x>", "](javascript:alert(1))"])
def test_hostile_words_are_only_words(hostile):
    topic = published_topic(body=TWO)
    new_draft(topic, title=f"Bones {hostile}"[:100], body=TWO.replace("The spine", f"The {hostile} spine"))
    for passage in passages(topic).values():
        shown = " ".join((passage.html, *passage.lines, *passage.beside))
        assert "<script" not in shown
        assert "<b onclick" not in shown
        assert 'href="javascript' not in shown


def test_the_live_text_beside_itself_has_nothing_new():
    topic = published_topic(body=TWO)
    assert {passage.kind for passage in passages(topic).values()} == {SAME}


def test_two_links_that_changed_places_are_named_even_where_words_changed_too():
    topic = published_topic(body="## A\nSee [one](https://a.org/) or [two](https://b.org/).\n")
    new_draft(topic, body="## A\nLook at [one](https://b.org/) or [two](https://a.org/).\n")
    assert any("Link: https://b.org/" in line for line in passages(topic)["A"].beside)


def test_a_card_that_leaves_an_organ_sites_page_shows_it():
    card = published_topic("weakness", kind=CARD, sites=["bone", "brain"])
    new_draft(card, sites=["bone"])
    assert any("brain" in line for line in passages(card)["The card"].lines)
