"""A source's parts: what a check is bound to."""

import pytest

from tests.cast import page_source
from topics.parts import HEAD, LEAD, QUESTIONS, SHORT, matched, parts
from topics.source import CARD

BODY = """Lead.

::: short
- One.
:::

::: card call

## Which bones
The spine. [@A]

::: do
- rest
:::

## What helps
Radiotherapy.

::: questions
- Why?
:::
"""


def digests(**values):
    return {part.key: part.digest for part in parts(page_source(**{"body": BODY, **values}))}


def changed(**values):
    before, after = digests(), digests(**values)
    return {key for key in before | after if before.get(key) != after.get(key)}


def test_every_line_of_a_page_belongs_to_one_part():
    found = parts(page_source(body=BODY))
    assert [part.key for part in found] == [HEAD, LEAD, SHORT, "s:which bones", "s:what helps", QUESTIONS]
    assert (
        "".join(sorted("".join(part.text for part in found if part.key != HEAD))).split()
        == "".join(sorted(BODY)).split()
    )


@pytest.mark.parametrize(
    ("old", "new", "keys"),
    [
        ("The spine.", "The ribs.", {"s:which bones"}),
        ("- rest", "- walk", {"s:which bones"}),
        ("[@A]", "[@B]", {"s:which bones"}),
        ("::: card call", "::: card other", {LEAD}),
        ("- Why?", "- When?", {QUESTIONS}),
        ("- One.", "- Two.", {SHORT}),
    ],
)
def test_a_change_touches_the_part_it_stands_in_and_no_other(old, new, keys):
    assert changed(body=BODY.replace(old, new)) == keys


def test_how_lines_are_laid_out_changes_nothing():
    assert changed(body=BODY.replace("The spine. [@A]", "The  spine.\n[@A]").replace("\n\n## ", "\n\n\n## ")) == set()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Lead.\n\n::: short", "Lead. ::: short"),  # the box is gone
        (":::\n\n::: card call\n", ":::\n\n    ::: card call\n"),  # the card is code
        ("Lead.\n", "Lead. ::: card call\n"),
        ("::: do\n- rest\n:::", "::: do - rest :::"),
        ("The spine. [@A]", "The\n\nspine. [@A]"),
        ("- Why?", "    - Why?"),
    ],
)
def test_a_line_break_that_undoes_a_box_a_card_or_a_list_is_a_change(old, new):
    assert old in BODY
    assert changed(body=BODY.replace(old, new))


def test_where_a_link_leads_belongs_to_the_part_that_shows_it():
    """Even where its address stands above everything else."""
    old, new = ("[x]: /bone/\n\n## A\nSee [x].\n", "[x]: /lung/\n\n## A\nSee [x].\n")
    assert parts(page_source(body=old))[1].digest != parts(page_source(body=new))[1].digest


@pytest.mark.parametrize("values", [{}, {"kind": CARD}])
def test_on_which_organ_sites_pages_it_stands_is_the_head(values):
    """A red flag that leaves a site's page is missing there."""
    before, after = (parts(page_source(sites=sites, **values)) for sites in (["bone", "brain"], ["bone"]))
    assert before[0].digest != after[0].digest


def test_an_odd_line_end_moves_no_words_to_another_part():
    found = parts(page_source(body="## A\nOne\u2028two\x0bthree.\n\n## B\nFour.\n"))
    assert [part.text.splitlines()[0] for part in found[1:]] == ["## A", "## B"]


def test_a_part_that_came_went_or_moved_changes_the_head():
    first, second = BODY.index("## Which"), BODY.index("## What")
    end = BODY.index("::: questions")
    moved = BODY[:first] + BODY[second:end] + BODY[first:second] + BODY[end:]
    assert changed(body=moved) == {HEAD}
    assert HEAD in changed(body=BODY[:second] + BODY[end:])
    assert HEAD in changed(body=BODY.replace("## What helps", "## Who helps"))


@pytest.mark.parametrize("values", [{"title": "Other"}, {"summary": "Other."}, {"door": "prognosis"}])
def test_what_readers_see_of_the_front_matter_is_the_head(values):
    assert changed(**values) == {HEAD}


@pytest.mark.parametrize("values", [{"order": 3}, {"verify": ["Ask"]}, {"review_months": 6}])
def test_what_only_staff_see_is_no_part(values):
    assert changed(**values) == set()


def test_a_card_is_one_part_with_its_level():
    card = page_source(kind=CARD, body="- pain\n")
    (part,) = parts(card)
    assert part.digest != parts(card.revised(level="today"))[0].digest


def test_two_sections_of_one_name_are_two_parts():
    found = parts(page_source(body="## Pain\nOne.\n\n## Pain\nTwo.\n"))
    assert [part.key for part in found] == [HEAD, "s:pain", "s:pain:2"]


def test_a_section_under_a_new_heading_is_known_by_its_text():
    old = parts(page_source(body="## Pain\nThe pain comes and goes for some people.\n"))
    new = parts(page_source(body="## Aches\nThe pain comes and goes for most people.\n"))
    assert matched(old, new)["s:aches"].title == "Pain"
    other = parts(page_source(body="## Aches\nSomething else altogether stands in this place.\n"))
    assert "s:aches" not in matched(old, other)


@pytest.mark.parametrize(
    "body", ["##\n", "- a\n  ## b\n", "> ## quoted\n", "[x]: /y\n\n## A\n[x]\n", "::: short\n## In\n:::\n"]
)
def test_odd_texts_have_parts_too(body):
    assert parts(page_source(body=body))
