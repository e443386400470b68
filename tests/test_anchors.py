"""A link to a section keeps leading there, however its heading is worded."""

import pytest

from tests.cast import go_live, new_draft, published_topic
from topics import pages
from topics.anchors import applied, carried
from topics.rendering import PageSection, Rendered

BONES = "The spine, the ribs and the pelvis are affected most often."
TESTS = "A bone scan, an X-ray or an MRI scan may be used to look closer."


def section(heading: str, text: str) -> PageSection:
    return PageSection(id=f"s-{heading}", title=heading, html="", text=text)


def test_a_reworded_heading_keeps_its_anchor():
    old = [section("which-bones", BONES), section("tests", TESTS)]
    new = [section("where-it-settles", BONES + " The skull too."), section("tests", TESTS)]
    aliases = carried(old, new, {})
    assert aliases == {"s-where-it-settles": "s-which-bones"}
    ids = [one.id for one in applied(Rendered(sections=tuple(new)), aliases).sections]
    assert ids == ["s-which-bones", "s-tests"]


def test_a_new_section_gets_an_anchor_of_its_own():
    new = [section("which-bones", BONES), section("teeth", "See a dentist before the first dose.")]
    assert carried([section("which-bones", BONES)], new, {}) == {}


def test_the_first_anchor_is_kept_through_two_rewordings():
    first = [section("a", BONES)]
    aliases = carried(first, [section("b", BONES)], {})
    shown = applied(Rendered(sections=(section("b", BONES),)), aliases).sections
    aliases = carried(shown, [section("c", BONES)], aliases)
    assert aliases["s-c"] == "s-a"


def test_two_sections_never_share_an_anchor():
    old = [section("a", BONES)]
    aliases = carried(old, [section("b", BONES)], {})
    shown = applied(Rendered(sections=(section("b", BONES),)), aliases).sections
    new = [section("b", BONES), section("a", TESTS)]
    ids = [one.id for one in applied(Rendered(sections=tuple(new)), carried(shown, new, aliases)).sections]
    assert len(set(ids)) == 2
    assert ids[0] == "s-a"


def test_swapped_sections_keep_their_anchors():
    old = [section("a", BONES), section("b", TESTS)]
    assert carried(old, [section("b", TESTS), section("a", BONES)], {}) == {}


@pytest.mark.django_db
def test_a_link_to_a_section_outlives_a_new_heading_and_a_rebuild(client):
    topic = published_topic(text=BONES)
    assert 'id="s-which-bones"' in client.get("/topics/bone/").text
    draft = new_draft(topic, body=topic.newest.source.body.replace("## Which bones", "## Where it settles"))
    go_live(topic, draft)
    for _ in range(2):
        page = client.get("/topics/bone/").text
        assert 'id="s-which-bones"' in page
        assert "Where it settles" in page
        pages.rebuild()
