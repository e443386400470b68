"""What makes a change more than one of wording."""

import pytest

from tests.cast import page_source
from topics.source import CARD
from topics.wording import clinical_reasons

OLD = "## Fever\nCall {day_line} if your temperature is 38 °C or more. Do not wait. [@A]\n\n::: card fever\n"


def reasons(old, new, **values):
    return clinical_reasons(page_source(body=OLD), page_source(body=OLD.replace(old, new), **values))


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("38 °C", "39 °C", "number"),
        ("38 °C", "thirty-eight °C", "number"),
        ("Do not wait", "Do wait", "not"),
        ("Do not wait", "You can wait", "not"),
        ("Do not wait.", "Do not wait until tomorrow or today.", "how soon"),
        ("::: card fever\n", "", "card"),
        ("{day_line}", "{night_line}", "phone"),
        ("[@A]", "[@B]", "source"),
        ("## Fever\n", "## Fever\nHigh.\n\n## More\n", "section"),
    ],
)
def test_what_could_change_what_people_do_is_clinical(old, new, word):
    assert any(word in reason for reason in reasons(old, new))


SAID = """Take 10 mg in the morning and 20 mg at night. Take tamoxifen or Femara twice a day.
Call before the scan. You should drink. Walking does not harm. Your blood count may be low.

## Scans
You may have a CT.

::: card fever

## Later
Ask us.
"""


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("10 mg in the morning and 20 mg", "20 mg in the morning and 10 mg", "number"),
        ("10 mg", "10 mcg", "number"),
        ("twice a day", "once a day", "how often"),
        ("twice a day", "a day", "how often"),
        ("should drink", "may drink", "how sure"),
        ("tamoxifen", "letrozole", "medicine"),
        ("Femara", "Taxol", "name"),
        ("a CT", "an MRI", "name"),
        ("before the scan", "after the scan", "compares"),
        ("Walking does not harm. Your blood count may be low", "Walking harms. Your blood count may not be low", "not"),
        ("::: card fever\n\n## Later\n", "## Later\n::: card fever\n\n", "card"),
    ],
)
def test_what_was_swapped_or_moved_is_clinical_too(old, new, word):
    assert old in SAID
    found = clinical_reasons(page_source(body=SAID), page_source(body=SAID.replace(old, new)))
    assert any(word in reason for reason in found)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("your temperature is", "you have a temperature of"),
        ("or more", "or higher"),
        ("Fever", "A high temperature"),
        ("wait.", "wait!"),
        ("Call {day_line} if", "Please call {day_line} when"),
    ],
)
def test_other_words_for_the_same_are_wording(old, new):
    assert reasons(old, new) == []


def test_the_address_of_a_link_holds_no_number_that_counts():
    old, new = (f"See [the page](https://example.org/{path}).\n" for path in ("2024/a", "2025/b"))
    assert clinical_reasons(page_source(body=old), page_source(body=new)) == []


def test_another_organ_site_section_or_door_is_clinical():
    assert reasons("", "", sites=["bone"])
    assert reasons("", "", section="spread")
    assert reasons("", "", door="prognosis")


def test_a_card_never_changes_in_wording_only():
    old = page_source(kind=CARD, body="- a fever\n")
    assert clinical_reasons(old, old.revised(body="- a high fever\n"))
