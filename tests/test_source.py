"""Front matter and body as one text: read, refused with its line, written back, changed."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topics.problems import Problems
from topics.source import CARD, DOORS, FIELDS, LEVELS, MAX_HEAD, PAGE, Source, compose, parse, write

PAGE_TEXT = """---
# who edits what: see the handbook
title: When it spreads to the bones
number: 21
section: sites   # the chapter
sites: [bone, lung]

order: 10
summary: "One sentence: what readers find here"
# what a clinician checks
verify:
- "BO12: a limb"
-   second thing
# the end of the list

codes: {icd-10-cm: [C79.51, C79.52]}
claims:
  - S13
  - S14
review_months: 12
---
## Which bones
Text.
"""
LINES = PAGE_TEXT.split("\n")
patient = settings(deadline=None)


def head(*rows, body="Text.\n"):
    return "---\n" + "".join(f"{row}\n" for row in rows) + "---\n" + body


def page(*rows, body="Text.\n"):
    """A page that is right but for `rows`, which start on line 5."""
    return head("title: T", "section: sites", "summary: S", *rows, body=body)


def problems_of(text):
    with pytest.raises(Problems) as refusal:
        parse(text)
    return refusal.value.problems


# --- reading ---------------------------------------------------------------------------------


def test_every_value_is_read_from_its_line():
    source = parse(PAGE_TEXT)
    assert (source.title, source.number, source.section) == ("When it spreads to the bones", 21, "sites")
    assert (source.sites, source.order) == (("bone", "lung"), 10)
    assert source.summary == "One sentence: what readers find here"
    assert (source.claims, dict(source.codes)) == (("S13", "S14"), {"icd-10-cm": ("C79.51", "C79.52")})
    assert (source.verify, source.review_months) == (("BO12: a limb", "second thing"), 12)
    assert (source.kind, source.language, source.level) == (PAGE, "en", "")
    assert LINES[source.body_line - 1] == "## Which bones"
    assert source.body == "## Which bones\nText.\n"


@pytest.mark.parametrize(
    "word", ["No", "yes", "null", "~", "1e3", "0x1F", "2024-01-02", "12:30:00", "1_000", ".inf", "off", "=", "007"]
)
def test_a_value_stays_the_text_that_was_typed(word):
    assert parse(head(f"title: {word}", "section: sites", "summary: S")).title == word
    assert parse(compose("Text.\n", title=word, section="sites", summary="S").text).title == word


def test_a_card_needs_a_level_and_no_section():
    assert parse(head("title: T", "kind: card", "summary: S", "level: now")).level == "now"
    found = [(p.line, p.what) for p in problems_of(head("title: T", "kind: card", "section: sites", "summary: S"))]
    assert found == [(1, "“level” is missing."), (4, "A card has no section.")]
    assert [(p.line, p.what) for p in problems_of(page("level: now"))] == [(5, "Only a card has a level.")]


REFUSED = {
    "no front matter": ("# Title\n", 1, "does not start with front matter"),
    "nothing at all": ("", 1, "does not start with front matter"),
    "a byte order mark": ("\ufeff" + page(), 1, "does not start with front matter"),
    "Windows line ends": (page().replace("\n", "\r\n"), 1, "way of Windows"),
    "no end": ("---\ntitle: T\n", 1, "has no end"),
    "an end that is too long": ("---\ntitle: T\n----\nText.\n", 1, "has no end"),
    "no body": ("---\ntitle: T\nsection: s\nsummary: S\n---", 5, "has no text"),
    "an empty body": (page(body=" \n\n"), 6, "has no text"),
    "only front matter": ("---\n---\n", 3, "has no text"),
    "a very long head": (page(f"# {'x' * MAX_HEAD}"), 1, "over 20,000 characters"),
    "a missing title": (head("section: s", "summary: S"), 1, "“title” is missing"),
    "a missing section": (head("title: T", "summary: S"), 1, "“section” is missing"),
    "a missing summary": (head("title: T", "section: s"), 1, "“summary” is missing"),
    "an unknown name": (page("colour: red"), 5, "“colour” is not a known name"),
    "a misspelt name": (page("Sites: [bone]"), 5, "“Sites” is not a known name"),
    "a merge key": (page("<<: {order: 1}"), 5, "“<<” is not a known name"),
    "a list as a name": (page("? [a, b]\n: c"), 5, "does not start its line"),
    "a name after a question mark": (page("? order\n: 1"), 5, "does not start its line"),
    "a name said twice": (page("order: 1", "order: 2"), 6, "“order” stands here a second time"),
    "indented names": (head("  title: T", "  section: s", "  summary: S"), 2, "“title” does not start its line"),
    "names in braces": (head("{title: T, section: s, summary: S}"), 2, "not a list of “name: value” lines"),
    "a list for all": (head("- title", "- section"), 2, "not a list of “name: value” lines"),
    "one word for all": (head("title"), 2, "not a list of “name: value” lines"),
    "a colon in a value": (page("verify:", "- a: b: c"), 6, "cannot be read"),
    "a quote never closed": (page('order: "1'), 5, "cannot be read"),
    "a list never closed": (page("sites: [bone"), 5, "cannot be read"),
    "a tab before a name": (page("\torder: 1"), 5, "cannot be read"),
    "two documents": (page("--- more"), 5, "cannot be read"),
    "an unknown tag": (page("order: !x!y 1"), 5, "cannot be read"),
    "NUL": (page("order: 1", "# \0"), 6, "character that cannot be used"),
    "an escape character": (page("# \x1b[31m"), 5, "character that cannot be used"),
    "a lone surrogate": (page("# \ud800"), 5, "character that cannot be used"),
    "a carriage return": (page("# a\rorder: 1"), 5, "character that cannot be used"),
    "a line separator": (page("# a", "# b\u2028order: 1"), 6, "character that cannot be used"),
    "a next-line mark": (page("# a\x85order: 1"), 5, "character that cannot be used"),
    "an anchor": (page("sites: &all [bone]"), 5, "“&” or “*”"),
    "an alias": (page("sites: *all"), 5, "“&” or “*”"),
    "an invisible character in quotes": (page(r'level: "a\u2028b"'), 5, "invisible character"),
    "a line break in quotes": (head('title: "a\\nb"', "section: s", "summary: S"), 2, "line break"),
    "a text over several lines": (head("title: |", "  a", "  b", "section: s", "summary: S"), 2, "line break"),
    "a space at the end": (head('title: "T "', "section: s", "summary: S"), 2, "starts or ends with a space"),
    "a list for a text": (head("title: [T]", "section: s", "summary: S"), 2, "“title” is not one value"),
    "a text for a list": (page("sites: bone"), 5, "“sites” is not a list"),
    "nothing for a list": (page("sites:"), 5, "“sites” is not a list"),
    "a list in a list": (page("sites: [[bone]]"), 5, "“sites” is not a list"),
    "the same thing twice": (page("sites: [bone, bone]"), 5, "names the same thing twice"),
    "a site in capitals": (page("sites: [Bone]"), 5, "“Bone” in “sites” is not in the right form"),
    "an empty site": (page('sites: [""]'), 5, "“” in “sites” is not in the right form"),
    "a claim in small letters": (page("claims: [s13]"), 5, "“s13” in “claims”"),
    "a long title": (head(f"title: {'x' * 121}", "section: s", "summary: S"), 2, "“title” has 121 characters"),
    "a long summary": (head("title: T", "section: s", f"summary: {'x' * 301}"), 4, "“summary” has 301 characters"),
    "a section with a space": (head("title: T", "section: a b", "summary: S"), 3, "“section: a b”"),
    "lists eleven deep": (page("sites:", "  " + "- " * 11 + "bone"), 6, "lists within lists"),
    "the folder of cards": (head("title: T", "section: cards", "summary: S"), 3, "“cards” cannot be a section"),
    "a long section": (head("title: T", f"section: {'x' * 81}", "summary: S"), 3, "is not in the right form"),
    "a language by its name": (page("language: English"), 5, "“language: English” is not in the right form"),
    "an unknown kind": (page("kind: poster"), 5, "“kind: poster” is not known"),
    "an unknown level": (head("title: T", "kind: card", "summary: S", "level: soon"), 5, "“level: soon”"),
    "a number in words": (page("number: ten"), 5, "“number: ten” is not a whole number"),
    "number nought": (page("number: 0"), 5, "not a whole number"),
    "a negative order": (page("order: -1"), 5, "not a whole number"),
    "other digits": (page("order: ٣"), 5, "not a whole number"),
    "thirty digits": (page("order: " + "9" * 30), 5, "not a whole number"),
    "a review in ten years and a month": (page("review_months: 121"), 5, "not a whole number"),
    "codes without a system": (page("codes: [C79.51]"), 5, "does not name its code systems"),
    "codes that are one word": (page("codes: {icd: C79}"), 5, "“codes” is not a list"),
    "a code with a space": (page("codes: {icd: [C 79]}"), 5, "“icd” in “codes”"),
    "a system with a line break": (page('codes: {"icd\\n": [C79]}'), 5, "in “codes” is not in the right form"),
    "a system named twice": (page("codes: {icd: [C79], icd: [C80]}"), 5, "“icd” in “codes”"),
}


@pytest.mark.parametrize(("text", "line", "what"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_named_with_its_line_and_its_mend(text, line, what):
    found = [problem for problem in problems_of(text) if what in problem.what]
    assert [problem.line for problem in found][:1] == [line], problems_of(text)
    assert all(problem.mend.strip() and problem.blocks for problem in problems_of(text))


def test_several_faults_are_told_at_once_in_the_order_of_their_lines():
    found = problems_of(head("title: T", "colour: red", "sites: bone", "order: x", "level: now", body=""))
    assert [problem.line for problem in found] == [1, 1, 3, 4, 5, 6, 8]
    assert str(found[2]).startswith("line 3: “colour” is not a known name. Use one of: title, ")


BOMBS = {
    "brackets": "sites: " + "[" * 19_000,
    "braces": "codes: " + "{" * 19_000,
    "maps in lists": "sites: " + "[a: " * 4_800,
    "lists down the page": "- " * 9_000,
    "questions": "? " * 9_000,
    "ten names a line": "a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]",
    "quotes": "verify: " + "'" * 19_000,
    "steps": "\n".join(" " * step + "a:" for step in range(180)),
    "names": "a: b\n" * 3_900,
    "anchors": "&a " * 6_000,
    "commas": "sites: [" + "," * 19_000,
    "colons": ":" * 19_000,
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_head_made_to_be_slow_is_refused_within_two_seconds(bomb):
    start = time.process_time()
    assert problems_of(head(bomb))
    assert time.process_time() - start < 2


@patient
@given(st.text(max_size=400))
def test_no_text_makes_reading_raise_anything_but_problems(text):
    for candidate in (text, f"---\n{text}", head(text)):
        try:
            assert write(parse(candidate)) == candidate
        except Problems as refusal:
            assert all(problem.line >= 1 and problem.mend for problem in refusal.problems)


LAYOUT = [": ", ":\n", "- ", "\n", "  ", "\t", "[", "]", "{", "}", ", ", '"', "'", "|\n", ">-\n", "? "]
SIGNS = [*FIELDS, *LAYOUT, "#", "&a", "*a", "!", "%", "@", "bone", "12", "é"]


@patient
@given(st.lists(st.sampled_from(SIGNS)))
def test_no_mix_of_yaml_signs_makes_reading_raise_anything_but_problems(words):
    text = page("".join(words))
    try:
        assert write(parse(text)) == text
    except Problems as refusal:
        assert all(problem.line >= 1 and problem.mend for problem in refusal.problems)


# --- writing ---------------------------------------------------------------------------------

letters = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff")
line = st.text(letters, min_size=1, max_size=120).map(str.strip).filter(bool)
slug = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}", fullmatch=True)
code = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9.\-]{0,9}", fullmatch=True)
claim = st.from_regex(r"[A-Z]{1,3}[0-9]{1,3}", fullmatch=True)
body = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)


def some(items, most=4):
    return st.lists(items, max_size=most, unique=True).map(tuple)


shared = {
    "title": line,
    "number": st.none() | st.integers(1, 999_999_999),
    "language": st.sampled_from(["en", "es", "pt-br", "no"]),
    "sites": some(slug),
    "order": st.integers(0, 1_000_000),
    "summary": line,
    "claims": some(claim),
    "codes": st.dictionaries(slug, some(code, 3), max_size=3),
    "review_months": st.none() | st.integers(1, 120),
    "verify": some(line),
}
a_page = {"kind": st.just(PAGE), "section": slug, "level": st.just(""), "door": st.sampled_from(["", *DOORS])}
a_card = {"kind": st.just(CARD), "section": st.just(""), "level": st.sampled_from(LEVELS), "door": st.just("")}
pages_or_cards = st.fixed_dictionaries({**shared, **a_page}) | st.fixed_dictionaries({**shared, **a_card})


def values_of(source):
    return {name: dict(getattr(source, name)) if name == "codes" else getattr(source, name) for name in FIELDS}


@patient
@given(body, pages_or_cards)
def test_what_is_composed_is_read_back_the_same(text, values):
    source = compose(text, **values)
    assert values_of(source) == values
    assert source.body == text
    assert parse(write(source)) == source
    assert write(parse(source.text)) == source.text


@patient
@given(pages_or_cards, pages_or_cards)
def test_a_revised_source_has_the_new_values_and_the_old_ones_come_back(before, after):
    source = compose("Text.\n", **before)
    revised = source.revised(**after)
    assert values_of(revised) == after
    assert values_of(revised.revised(**before)) == before


def test_a_value_that_composing_does_not_know_is_refused():
    with pytest.raises(KeyError, match="colour"):
        compose("Text.\n", title="T", section="s", summary="S", colour="red")
    with pytest.raises(KeyError, match="colour"):
        parse(PAGE_TEXT).revised(colour="red")


@pytest.mark.parametrize("values", [{"title": "a\nb"}, {"order": -1}, {"codes": {"x]}\nlevel: now\ny: {z": ["1"]}}])
def test_a_wrong_value_never_reaches_a_text(values):
    with pytest.raises(Problems):
        parse(PAGE_TEXT).revised(**values)
    with pytest.raises(Problems):
        compose("Text.\n", **{"title": "T", "section": "s", "summary": "S", **values})


def test_revising_with_the_same_values_gives_the_same_text():
    source = parse(PAGE_TEXT)
    assert source.revised(**values_of(source)).text == PAGE_TEXT
    assert source.revised(sites=["bone", "lung"], codes={"icd-10-cm": ["C79.51", "C79.52"]}).text == PAGE_TEXT


CHANGES = {
    "title": ("No", {2: "title: No"}),
    "number": (22, {3: "number: 22"}),
    "section": ("spread", {4: "section: spread"}),
    "sites": (["liver"], {5: "sites: [liver]"}),
    "order": (0, {7: "order: 0"}),
    "summary": ("Short", {8: "summary: Short"}),
    "verify": (["one", "a: b"], {10: "verify:", 11: "- one", 12: '- "a: b"'}),
    "codes": ({"snomed": ["1"]}, {15: "codes: {snomed: [1]}"}),
    "claims": (["S1"], {16: "claims: [S1]", 17: None, 18: None}),
    "review_months": (6, {19: "review_months: 6"}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_revising_changes_the_lines_of_what_changed_and_no_other(name):
    value, rows = CHANGES[name]
    expected = [rows.get(number, row) for number, row in enumerate(LINES)]
    assert parse(PAGE_TEXT).revised(**{name: value}).text == "\n".join(row for row in expected if row is not None)


@pytest.mark.parametrize("name", ["number", "sites", "codes", "claims", "review_months", "verify"])
def test_emptying_a_value_takes_its_lines_away_and_no_comment(name):
    source = parse(PAGE_TEXT)
    revised = source.revised(**{name: None})
    assert not getattr(revised, name)
    assert re.findall("#.*", revised.text) == re.findall("#.*", PAGE_TEXT)
    assert values_of(revised.revised(**{name: getattr(source, name)})) == values_of(source)


def test_a_new_value_stands_behind_the_values_that_come_before_it():
    revised = parse(PAGE_TEXT).revised(language="es")
    assert revised.text.split("\n")[3:5] == ["number: 21", "language: es"]
    assert revised.body == parse(PAGE_TEXT).body


def test_a_text_over_several_lines_is_replaced_whole():
    text = head("title: >-", "  a", "  # b", "", "# kept", "section: s", 'summary: "S', '  # more"', "order: 1")
    source = parse(text)
    assert (source.title, source.summary) == ("a # b", "S # more")
    revised = source.revised(title="T", summary="U")
    assert revised.text == head("title: T", "", "# kept", "section: s", "summary: U", "order: 1")


def test_a_new_body_leaves_the_head_as_it_is():
    revised = parse(PAGE_TEXT).revised(body="---\nAnother\n")
    assert revised.text == PAGE_TEXT.replace("## Which bones\nText.\n", "---\nAnother\n")
    assert isinstance(revised, Source)
    with pytest.raises(Problems, match="no text"):
        revised.revised(body=" \n")
