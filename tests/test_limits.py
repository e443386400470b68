"""Shapes that no honest page has are refused with their line; every other text is answered in bounded time."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topics import limits, rendering
from topics.coverage import inputs
from topics.folder import read_folder
from topics.limits import MAX_CHARACTERS, hostile_shapes
from topics.rendering import render, render_card
from topics.source import CARD, compose

CONTENT = read_folder(Path(__file__).parent.parent / "content")
GIVEN = inputs(CONTENT)
SECONDS = 2
LONG_URL = "https://example.org/" + "x" * 1_900

# Just under and just over each limit: (text, line that is named, what is said)
UNDER = {
    "characters": "a\n" * 4_000 + "b" * 18_000 + "\n" + "c" * 18_000,
    "lines": "a\n" * 4_999,
    "a line": "a" * 20_000,
    "an indent": " " * 64 + "a",
    "tabs": "\t" * 16 + "a",
    "block markers": "> - > 1. - > a",
    "pipes in a line": "|" * 60,
    "brackets in a small block": "[" * 500,
    "brackets in a block": "a" * 500 + "[" * 100,
    "angles in a block": "a" * 500 + "<" * 200,
    "back-ticks in a block": "a" * 500 + "`" * 600,
    "stars in a block": "a" * 500 + "*" * 1_500,
    "headings": "# a\n" * 400,
    "link definitions": "".join(f"[{n}]: /a\n\n" for n in range(300)),
    "a link definition": "[a]: /" + "a" * 1_994,
    "cells": "|a|b|c\n|-|-|-\n" + "|\n" * 2_400,
}
FIRST = "First line.\n\n"
OVER = {
    "characters": ("a\n" * 20 + "b" * MAX_CHARACTERS, 21, "100,040 characters"),
    "lines": ("a\n" * 5_000, 5_001, "5,001 lines"),
    "a line": (FIRST + "a" * 20_001, 3, "20,001 characters long"),
    "an indent": (FIRST + " " * 65 + "a", 3, "too far to the right"),
    "tabs": (FIRST + "\t" * 17 + "a", 3, "too far to the right"),
    "quotes": (FIRST + "> " * 7 + "a", 3, "Too many list or quote marks"),
    "quotes without spaces": (FIRST + ">" * 7 + "a", 3, "Too many list or quote marks"),
    "lists": (FIRST + "- 1. + 2) * 3. - a", 3, "Too many list or quote marks"),
    "quoted lists": (FIRST + ">- " * 4 + "a", 3, "Too many list or quote marks"),
    "pipes in a line": (FIRST + "|" * 61, 3, "more than 60 of “|”"),
    "pipes": (FIRST + "".join("|" * 60 + "\n\n" for _ in range(251)), 503, "more than 15,000 of “|”"),
    "brackets": (FIRST + "".join("[" * 100 + "\n\n" for _ in range(31)), 63, "more than 3,000 of “[”"),
    "headings": (FIRST + "# a\n" * 401, 403, "More than 400 headings"),
    "underlined headings": (FIRST + "a\n---\n\n" * 401, 1204, "More than 400 headings"),
    "quoted headings": (FIRST + "> # a\n\n" * 401, 803, "More than 400 headings"),
    "link definitions": (FIRST + "[a]: /a\n" * 301, 303, "More than 300 link definitions"),
    "a link definition": (FIRST + "[a]: /" + "a" * 2_000, 3, "link definition is too long"),
    "cells": ("|a|b|c\n|-|-|-\n" + "|\n" * 2_600, 1, "10,000 cells"),
    "NUL": ("a\nb\0", 2, "control character"),
    "an escape": ("a\n\x1b[0m", 2, "control character"),
    "a carriage return": ("a\nb\rc", 2, "control character"),
    "a form feed": ("a\nb\fc", 2, "control character"),
    "a C1 control": ("a\nb\x9b", 2, "control character"),
    "a surrogate": ("a\nb\ud800", 2, "control character"),
    **{
        f"{mark} in a block": (f"{FIRST}{'a' * 500}\n{mark * (most + 1)}", 3, f"more than {most} of “{mark}”")
        for mark, most in limits.MAX_IN_BLOCK.items()
    },
    "a block of no-break spaces": (FIRST + ("[" * 90 + "\n\u00a0\n") * 6, 3, "more than 100 of “[”"),
}


@pytest.mark.parametrize("text", UNDER.values(), ids=UNDER)
def test_a_text_at_its_limit_passes(text):
    assert hostile_shapes(text) == []


@pytest.mark.parametrize(("text", "line", "what"), OVER.values(), ids=OVER)
def test_a_text_over_a_limit_is_refused_with_the_line(text, line, what):
    found = [problem for problem in hostile_shapes(text) if what in problem.what]
    assert [problem.line for problem in found] == [line], hostile_shapes(text)[:5]
    assert all(problem.mend and problem.blocks for problem in found)


@pytest.mark.parametrize(("text", "line", "what"), OVER.values(), ids=OVER)
def test_a_refused_text_never_reaches_the_parser(text, line, what, monkeypatch):
    monkeypatch.setattr(rendering.syntax, "parse", lambda text: pytest.fail("The parser was called."))
    source = compose(f"a\n\n{text}", title="T", section="s", summary="S")
    rendered = render(source, GIVEN)
    assert rendered.problems and rendered.sections == () and rendered.lead == ""
    assert all(problem.line > source.body_line + 1 for problem in rendered.problems)


def test_a_page_that_would_be_too_long_to_send_is_refused_with_the_line():
    body = f"[a]: {LONG_URL}\n\n" + "\n\n".join(["[a]" * 90] * 30)
    rendered = render(compose(body, title="T", section="s", summary="S"), GIVEN)
    assert [(problem.line, problem.what) for problem in rendered.problems] == [
        (8, "From here on the page is too long to send.")
    ]
    body = f"[a]: {LONG_URL}\n\n" + "\n\n".join(["## More\n\n" + "[a]" * 90] * 30)
    rendered = render(compose(body, title="T", section="s", summary="S"), GIVEN)
    assert sum(len(section.html) for section in rendered.sections) < limits.MAX_HTML
    assert "too long to send" in rendered.problems[0].what


def test_control_characters_of_honest_text_pass():
    assert hostile_shapes("Tab\there, no-break\u00a0space, soft\u00adhyphen, العربية\u200f, 👩‍⚕️\n") == []


# --- the pages of this site ------------------------------------------------------------------


@pytest.fixture
def half_of_each_limit(monkeypatch):
    for name in dir(limits):
        if name.startswith("MAX_") or name == "SMALL_BLOCK":
            value = getattr(limits, name)
            half = {mark: most // 2 for mark, most in value.items()} if isinstance(value, dict) else value // 2
            monkeypatch.setattr(limits, name, half)
    monkeypatch.setattr(rendering, "MAX_HTML", limits.MAX_HTML)


@pytest.mark.parametrize("file", CONTENT.sources)
def test_every_page_of_this_site_passes_with_room_to_spare(file, half_of_each_limit):
    source = CONTENT.sources[file]
    assert hostile_shapes("x") == [] and hostile_shapes("x" * 60_000), "The limits are not halved."
    rendered = render_card(source, "card", GIVEN) if source.kind == CARD else render(source, GIVEN)
    assert hostile_shapes(source.body) == []
    assert rendered.problems == ()


# --- bounded time ----------------------------------------------------------------------------


def within_time(body):
    source = compose(f"x\n\n{body}"[:MAX_CHARACTERS], title="T", section="s", summary="S")
    start = time.process_time()
    rendered = render(source, GIVEN)
    assert time.process_time() - start < SECONDS
    assert sum(map(len, (rendered.lead, *(section.html for section in rendered.sections)))) < limits.MAX_HTML * 1.1


def in_lines(unit, length=490, join="\n\n"):
    """`unit` repeated to lines of `length`, and those to as long a text as is taken."""
    line = (unit * length)[:length]
    return join.join([line] * (MAX_CHARACTERS // (length + len(join))))


UNITS = [
    *("[", "![", "<![", "](", "[](", "[a](", "[](<", "[a][", "[[]](", '[x](a "', "[@", "[@A; ", "[@NCI-METS]", "[^"),
    *(
        "{",
        "{{",
        "{x",
        "{day_line}",
        "{emergency",
        "`",
        "`` a",
        "` ",
        "*",
        "**a ",
        "*a _b ",
        "***a*",
        "_",
        "~~",
        "~~a~~",
    ),
    *("&", "&amp;", "&#x", "<", "<a ", "<b>", "</a>", "<!--", "<http://", "<https://a.b> ", "<a@b.c>", "http://a.b "),
    *("\\", "\\[", '"', "'", "|", "|a", ":::", ":", "- ", "+", "1. ", "> ", ">- ", "# ", "=", "-", "\t", "$", "^", "("),
    *("bone ", "metastatic breast ", "ER ", "a\u00a0", "é", "😀", "اب ", "!", "  ", "a"),
]
SHAPES = {
    "one long line": in_lines("metastatic [", 19_000, "\n"),
    "one url many times": f"[a]: {LONG_URL}\n\n" + "\n\n".join(["[a]" * 90] * 30),
    "many urls": "\n".join(f"[{n}]: {LONG_URL}" for n in range(10)) + "\n\n" + "\n\n".join(["[1][2][3]" * 10] * 90),
    "many definitions": "\n".join(f"[{n}]: /{n}" for n in range(300)) + "\n\n" + "[1] [2] [3] " * 30,
    "open boxes": "::: do\n" * 4_990,
    "boxes": "::: do\na\n:::\n" * 1_600,
    "boxes in boxes": "\n".join(":" * (93 - n % 90) + " do" for n in range(1_900)),
    "cards": "::: card cord-compression\n\n" * 2_400,
    "a table": "|" + "a|" * 58 + "\n|" + "-|" * 58 + "\n" + ("|" + "b|" * 58 + "\n") * 165,
    "a table with empty rows": "|" + "a|" * 58 + "\n|" + "-|" * 58 + "\n" + "|\n" * 4_900,
    "tables": "|a|\n|-|\n|b|\n\n" * 1_200,
    "headings": "## a\n" * 400,
    "headings in lists": "- ### a\n" * 4_900,
    "headings in quotes": "> ## a\n\n" * 390,
    "lists in lists": "".join(" " * (2 * (n % 30)) + "- a\n" for n in range(2_900)),
    "quotes in quotes": ">>>>>> a\n" * 4_900,
    "a lazy quote": ">>>>>> a\n" + "a\n" * 4_900,
    "loose lists": "1. a\n\n   b\n" * 1_600,
    "fences": "```a\n" * 4_990,
    "code": "    a\n" * 4_990,
    "line breaks": "a  \n" * 4_990,
    "emphasis in emphasis": "\n\n".join(["*a **b " * 60 + "c** d*" * 60] * 120),
    "colons and spaces": "\n".join([":::a" + " " * 19_900 + "b"] * 5),
    "marks and spaces": "\n".join(["-         " * 6 + "x"] * 1_600),
    "long spaces": "\n".join(["a" + " " * 19_000 + "b"] * 5),
    **{f"blocks of {unit!r}": in_lines(unit) for unit in UNITS},
    **{f"a list of {unit!r}": in_lines(unit, 90, "\n- ") for unit in UNITS[::6]},
    **{f"blocks of {unit!r}, with no-break spaces between": in_lines(unit, 90, "\n\u00a0\n") for unit in UNITS[::6]},
}


@pytest.mark.parametrize("body", SHAPES.values(), ids=SHAPES)
def test_a_hostile_shape_is_answered_in_time(body):
    within_time(body)


pieces = st.lists(st.one_of(st.sampled_from([*UNITS, "\n", " "]), st.text(max_size=8)), min_size=1, max_size=6)
lengths = st.sampled_from([1, 7, 30, 90, 480, 2_000, 19_000])
joins = st.sampled_from(["\n", "\n\n", "\n\u00a0\n", "\n- ", "\n> ", "\n  ", "\n    ", "\n## a\n", "\n|", " "])


@settings(deadline=None, max_examples=25)
@given(pieces, lengths, joins)
def test_any_text_made_of_hostile_pieces_is_answered_in_time(pieces, length, join):
    within_time(in_lines("".join(pieces), length, join))
