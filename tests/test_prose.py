"""Passages and sentences of a text, each with the line it stands on."""

import pytest

from topics.plain_language.prose import CELL, HEADING, ITEM, PARAGRAPH, passages

TEXT = """::: short
- One point.
:::

## Which bones

The spine is often
affected. The ribs too [@KEY].

- a [list](/topics/a/)
- of things

::: dont
- do not wait
:::

| sign | call |
|---|---|
| fever | {day_line} |
"""


def sentences(text):
    return [one.text for passage in passages(text) for one in passage.sentences()]


def test_every_passage_has_its_kind_its_box_and_its_line():
    found = [(one.kind, one.box, one.section, one.line, one.text) for one in passages(TEXT, first_line=11)]
    assert found == [
        (ITEM, "short", 0, 12, "One point."),
        (HEADING, "", 1, 15, "Which bones"),
        (PARAGRAPH, "", 1, 17, "The spine is often affected. The ribs too."),
        (ITEM, "", 1, 20, "a list"),
        (ITEM, "", 1, 21, "of things"),
        (ITEM, "dont", 1, 24, "do not wait"),
        (CELL, "", 1, 27, "sign"),
        (CELL, "", 1, 27, "call"),
        (CELL, "", 1, 29, "fever"),
        (CELL, "", 1, 29, "the number"),
    ]


def test_a_sentence_knows_its_line_within_a_paragraph():
    (paragraph,) = passages("One is here. Two\ngoes on.\nThree.\n", first_line=5)
    assert [(one.line, one.text) for one in paragraph.sentences()] == [
        (5, "One is here."),
        (5, "Two goes on."),
        (7, "Three."),
    ]


def test_links_keep_their_words_and_their_line():
    (paragraph,) = passages("See\n[the **liver** page](/topics/liver/).\n")
    assert [(link.words, link.line) for link in paragraph.links] == [("the liver page", 2)]


@pytest.mark.parametrize(
    "text",
    [
        "Take a painkiller, e.g. Paracetamol, before it.",
        "Ask Dr. Smith or Mrs. Jones about it.",
        "Take 1.5 tablets, i.e. One and a half.",
        "Call if it is 38.0 °C or more.",
        "The U.S. Office says so.",
        "Pregunte a la Dra. López, p. ej. El lunes.",
    ],
)
def test_a_short_form_ends_no_sentence(text):
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It hurts. Call us.", 2),
        ("Does it hurt? Call us! “Now.” That is all.", 4),
        ("You may feel tired, sick, etc. Rest helps.", 2),
        ("It is in the bone (often the spine). It may hurt.", 2),
        ("¿Le duele? ¡Llame! Gracias.", 3),
        ("About 7 in 10. 3 in 10 do not.", 2),
        ("No. Then it is no. Yes.", 3),
        ("It ended... Then it began.", 2),
    ],
)
def test_sentences_end_where_a_reader_takes_a_breath(text, count):
    assert len(sentences(text)) == count


def test_a_hostile_text_has_no_passages():
    assert passages("[" * 5_000) == []
