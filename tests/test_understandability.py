"""Items of PEMAT-P and the CDC index: what a machine can see answers itself, with its evidence."""

import pytest

from topics.plain_language import Known, findings
from topics.plain_language.prose import passages
from topics.plain_language.understandability import (
    ASK,
    CDC,
    ITEMS,
    NOT_APPLICABLE,
    NOT_PASSED,
    NUMBERS,
    PARTS,
    PEMAT,
    RESULTS,
    SHORT,
    WHOLE,
    Sheet,
    answers,
    share,
    touched,
)

SECTION = "Plain words that say what you can do today, and why it helps you. " * 8
PAGE = f"""::: short
- It is treatable.
- You can call at any hour.
:::

## What it means
{SECTION}

## What helps
{SECTION}About 7 in 10 people feel better.

::: do
- call your team
- rest often
:::

::: questions
- What can I do?
:::
"""


def answered(text, **more):
    found = tuple(passages(text))
    return answers(Sheet(found, tuple(findings(found, Known())), **more))


def results(text, **more):
    return {id: answer.result for id, answer in answered(text, **more).items()}


def test_every_item_of_both_instruments_is_there_once():
    ids = [item.id for item in ITEMS]
    assert len(ids) == len(set(ids))
    printed = [f"P{number}" for number in range(1, 27) if number not in (13, 14)]  # 13 and 14 are about sound and film
    assert [item.id for item in ITEMS if item.instrument == PEMAT] == printed
    assert [item.id for item in ITEMS if item.instrument == CDC] == [f"C{number}" for number in range(1, 21)]


def test_every_item_asks_a_question_about_parts_that_a_page_has():
    assert all(item.question.endswith("?") and set(item.parts) <= set(PARTS) for item in ITEMS)


@pytest.mark.parametrize("text", [PAGE, "Words.", "# \n", "| a |\n|---|\n| b |\n", ""])
def test_every_answer_is_a_result_and_only_questions_for_people_lack_evidence(text):
    for answer in answered(text, pictures=("/media/x",)).values():
        assert answer.result in RESULTS
        assert bool(answer.evidence) == (answer.result != ASK)


def test_a_page_made_as_pages_are_passes_what_a_machine_can_see():
    found = results(PAGE, cards=("fever",))
    assert not [id for id, result in found.items() if result == NOT_PASSED]
    assert {id for id, result in found.items() if result == ASK} == {
        *("P1", "P2", "P10", "P15", "P26", "C1", "C4", "C11", "C13", "C14", "C16", "C18", "C19", "C20"),
    }


@pytest.mark.parametrize(
    ("item", "text", "evidence"),
    [
        ("P4", "You may have neutropenia.", "line 1: “neutropenia”"),
        ("P5", "Call.\n\nTablets should be taken.", "line 3: “should be taken”"),
        ("P6", "It helps 70% of them and 60% of us.", "(and 1 more)"),
        ("P7", "Multiply it by two.", "line 1: “Multiply”"),
        ("P8", f"## A\n{SECTION}{SECTION}{SECTION}", "1 sections, the longest of"),
        ("P8", SECTION + SECTION, "words and no section"),
        ("P9", f"## {'Long words ' * 8}\n{SECTION}", "is long"),
        ("P11", SECTION + SECTION, "there is no “In short”"),
        ("P12", "Words.", "no box, list or strong word"),
        ("P20", "Words.", "no card"),
        ("P21", "Patients should rest.", "line 1: “Patients should”"),
        ("P21", "Rest helps.", "the reader is never spoken to"),
        ("P23", "Words.", "no list of questions"),
        ("C8", "Words.", "no list"),
    ],
)
def test_what_is_not_passed_says_where_and_why(item, text, evidence):
    answer = answered(text)[item]
    assert answer.result == NOT_PASSED and evidence in answer.evidence


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("P6", "No figures."),
        ("P8", "Short."),
        ("P11", "Short."),
        ("P17", "x"),
        ("P19", "x"),
        ("P25", "x"),
        ("C20", "x"),
    ],
)
def test_what_a_page_does_not_have_is_not_judged(item, text):
    assert results(text)[item] == NOT_APPLICABLE


def test_pictures_and_tables_are_for_people_to_judge():
    found = results("| a |\n|---|\n| b |\n", pictures=("/media/x",))
    assert {found[item] for item in ("P16", "P17", "P18", "P19", "P25")} == {ASK}


def test_the_share_counts_what_was_answered_and_leaves_out_the_rest():
    found = answered("Words for you.")
    passed, of = share(found, PEMAT)
    assert 0 < passed < of < 24
    assert share({}, CDC) == (0, 0)


def test_a_change_of_one_part_asks_only_what_it_can_affect():
    asked = {item.id for item in touched([SHORT])}
    assert {"P1", "P11", "C2"} <= asked and "P6" not in asked
    assert "P2" in asked  # about the whole page: any change touches it
    assert {"P6", "C16"} <= {item.id for item in touched([NUMBERS])}
    assert touched([WHOLE]) == list(ITEMS)
