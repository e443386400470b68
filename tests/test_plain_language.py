"""The sentence coach: it finds what a nurse would change, and leaves plain words alone."""

import time
from pathlib import Path

import pytest

from topics.folder import read_folder
from topics.plain_language import (
    HARD,
    KINDS,
    LINK,
    LONG,
    MOST_OF_A_KIND,
    NUMBER,
    PASSIVE,
    PLAIN,
    UNDEFINED,
    Known,
    PlainWord,
    findings,
    in_people,
)
from topics.plain_language.prose import PARAGRAPH, Passage, passages
from topics.terms import Term

CONTENT = Path(__file__).parent.parent / "content"
TERMS = (
    Term("ascites", "Ascites", "Fluid in the belly.", ("Ascites",)),
    Term("mbc", "MBC", "…", ("metastatic disease",)),
)
PLAINER = (PlainWord("metastasise", "spread", ("metastasised", "metastasized")), PlainWord("prior to", "before"))
KNOWN = Known("en", TERMS, PLAINER)


def found(text, kind=None, known=KNOWN):
    return [one for one in findings(passages(text), known) if kind in (None, one.kind)]


def quotes(text, kind, known=KNOWN):
    return [one.quote for one in found(text, kind, known)]


QUIET = """::: short
- It is still breast cancer.
- Medicines and radiotherapy can help.
:::

## What you may notice
Pain may be mild or strong. It may come when you move, or at night. Tell your team when it is not enough [@A].

About 7 in 10 people feel better after radiotherapy. Your team checks your blood before each dose, because a low
count makes infections more likely.

A scan may show ascites (fluid in the belly). Doctors call this hepatomegaly when the liver is large.

See [the liver page](/topics/liver/). Call {day_line}.
"""


def test_the_coach_has_nothing_to_say_of_plain_words():
    assert found(QUIET) == []


def test_nothing_the_coach_says_stops_a_publication():
    text = "Tablets should be taken prior to 70% of meals."
    assert found(text)
    assert not any(one.blocks for one in found(text))


def test_every_finding_names_the_line_it_is_about():
    text = "Plain words.\n\nMore words\nand prior to here.\n\nTablets should\nbe taken daily.\n"
    assert [(one.line, one.kind) for one in found(text)] == [(4, PLAIN), (6, PASSIVE)]


# --- hard sentences --------------------------------------------------------------------------

LONGEST = "You may " + "and ".join("sit or walk or " for _ in range(8)) + "sleep."


def test_the_five_hardest_sentences_are_named_and_no_more():
    text = "\n\n".join(f"{'It is so and so, or it is not, ' * (4 + number)}as said." for number in range(8))
    hard = found(text, HARD)
    assert len(hard) == 5
    assert {one.line for one in hard} == {7, 9, 11, 13, 15}


def test_a_sentence_is_hard_for_its_length_or_for_its_long_words():
    assert "Make two of it." in found(LONGEST, HARD)[0].mend
    words = (
        "Considerable physiological deterioration necessitates multidisciplinary consultation regarding alternatives"
    )
    assert "multidisciplinary" in found(f"{words} and it is to be done at once by a team.", HARD)[0].mend
    assert "Make a list" in found("Call for a fever, a cough, a rash, a pain, " + LONGEST[:90] + ".", HARD)[0].mend


def test_words_that_the_glossary_explains_do_not_make_a_sentence_hard():
    term = Term("x", "Interdisciplinary radioimmunotherapy", "…", ("Interdisciplinary radioimmunotherapy",))
    text = "Interdisciplinary radioimmunotherapy helps people who have considerable difficulty or worry with the other things that we do."
    assert found(text, HARD)
    assert not found(text, HARD, Known("en", (term,)))


# --- words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["thrombocytopenia", "lymphoedema-free hepatectomy"[17:], "lesions", "neoadjuvant", "Oedema"]
)
def test_a_medical_word_that_is_explained_nowhere_is_named_once(word):
    assert quotes(f"You may have {word}. Later {word} goes away.", UNDEFINED) == [word]


@pytest.mark.parametrize(
    "text",
    [
        "Neutropenia (a low white count) is common. Neutropenia goes away.",
        "Doctors call this a thrombosis. Doctors call it neutropenia.",
        "A low count, called neutropenia, is common.",
        "Neutropenia is a low count of white cells.",
        "Low white cells (neutropenia) are common.",
        "You may have ascites.",
    ],
)
def test_a_word_that_the_text_or_the_glossary_explains_is_not_named(text):
    assert found(text, UNDEFINED) == []


@pytest.mark.parametrize(
    "word",
    ["diagnosis", "arthritis", "sympathy", "aroma", "diploma", "biology", "chooses", "phases", "economy", "idiots"],
)
def test_ordinary_words_with_such_endings_are_left_alone(word):
    assert found(f"We talk about {word} here.", UNDEFINED) == []


def test_plainer_words_come_from_the_editors_list_in_any_form_and_case():
    (one,) = found("It has Metastasized. It metastasised.", PLAIN)
    assert (one.quote, one.mend) == ("Metastasized", "Say “spread”.")
    assert quotes("Rest prior\nto this.", PLAIN) == ["prior to"]
    assert found("The metastasisedness of it", PLAIN) == []


def test_a_plainer_word_inside_a_glossary_word_is_left_alone():
    known = Known("en", TERMS, (PlainWord("disease", "illness"),))
    assert quotes("A metastatic disease.", PLAIN, known) == []
    assert quotes("A bad disease.", PLAIN, known) == ["disease"]


# --- instructions ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("Tablets should be taken with food.", "“take …”"),
        ("Grapefruit must not be eaten.", "“do not eat …”"),
        ("A fever has to be reported.", "“tell your team about …”"),
        ("Patients should rest.", "“you”"),
        ("It is important that you call.", "“you”"),
    ],
)
def test_an_instruction_that_does_not_speak_to_the_reader_is_named(text, mend):
    (one,) = found(text, PASSIVE)
    assert mend in one.mend


@pytest.mark.parametrize(
    "text",
    [
        "A weak bone can be held with a pin.",
        "The drug is given into a vein.",
        "Take your tablets with food.",
        "Your scan should be clear by then.",
        "You should be able to eat.",
        "Some patients need less.",
    ],
)
def test_a_passive_that_asks_nothing_of_the_reader_is_left_alone(text):
    assert found(text, PASSIVE) == []


# --- numbers, paragraphs, links --------------------------------------------------------------


@pytest.mark.parametrize(
    ("percent", "people"),
    [
        ("70", "7 in 10"),
        ("12", "12 in 100"),
        ("5", "5 in 100"),
        ("12.5", "about 12 in 100"),
        ("0,4", "about 4 in 1,000"),
        ("100", "10 in 10"),
    ],
)
def test_a_percentage_is_said_in_people(percent, people):
    assert in_people(percent) == people


@pytest.mark.parametrize(
    "text",
    [
        "It helps 70% of women.",
        "It helps 70 per cent of women.",
        "You are twice as likely to fall.",
        "It halves the risk.",
    ],
)
def test_a_number_without_its_whole_is_named(text):
    assert len(found(text, NUMBER)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "It helps 7 in 10 people (70%).",
        "Twice as likely: 2 in 100, not 1 in 100.",
        "Take it twice a day.",
        "A rise of 400%.",
        "Half of all women.",
        "Twice as many beds.",
    ],
)
def test_a_number_that_can_be_pictured_is_left_alone(text):
    assert found(text, NUMBER) == []


def test_a_long_paragraph_is_named_with_its_words():
    (one,) = found("Short words. " * 41, LONG)
    assert one.what == "This paragraph has 82 words."
    assert found("Short words. " * 40, LONG) == []


@pytest.mark.parametrize(
    "words", ["here", "Click here", "Click here to read", "this page", "https://example.org/a", "Read more …"]
)
def test_a_link_that_does_not_say_where_it_leads_is_named(words):
    assert quotes(f"See [{words}](/topics/liver/).", LINK) == [words]


# --- Spanish ---------------------------------------------------------------------------------


def test_the_coach_knows_spanish():
    text = (
        "Los comprimidos deben ser tomados con agua. El paciente debe descansar. Ayuda al 70 % de las personas. "
        "Puede haber hepatomegalia. Vea [aquí](/es/topics/liver/). La toma es diaria, y los síntomas pasan."
    )
    kinds = [one.kind for one in found(text, known=Known("es"))]
    assert sorted(kinds) == sorted([PASSIVE, PASSIVE, NUMBER, UNDEFINED, LINK])


def test_another_language_gets_only_what_needs_no_words():
    assert {one.kind for one in found("Tabletten should be taken. " * 50, known=Known("de"))} <= {
        HARD,
        LONG,
        NUMBER,
        LINK,
    }


# --- the site's own pages, speed, hostile texts ----------------------------------------------


def test_the_sites_own_pages_leave_little_to_say():
    folder = read_folder(CONTENT)
    terms = tuple(
        Term(one.slug, one.term, one.meaning, (one.term, *one.forms)) for one in folder.terms if one.language == "en"
    )
    known = Known("en", terms)
    pages = [source for source in folder.sources.values() if source.language == "en"]
    said = [str(one) for source in pages for one in findings(passages(source.body, source.body_line), known)]
    assert len(said) <= len(pages) / 4, "\n".join(said)


HOSTILE = [
    "a",
    ".",
    "1",
    "! ",
    "a.A ",
    "(",
    "itis",
    "1%",
    "a-",
    "should be ",
    "prior to ",
    "ascites ",
    "neutropenia ",
    "70% ",
]


def passage(text):
    return [Passage(PARAGRAPH, text, 1)]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_shape_takes_time_in_proportion_to_its_length(piece):
    started = time.process_time()
    said = findings(passage((piece * 200_000)[:200_000]), KNOWN)
    assert time.process_time() - started < 4
    assert len(said) <= MOST_OF_A_KIND * len(KINDS)


def test_a_text_of_200_000_characters_takes_less_than_a_second():
    text = " ".join(one.text for one in passages(QUIET) if one.kind == PARAGRAPH) + " "
    many = [Passage(PARAGRAPH, text, line) for line in range(200_000 // len(text))]
    findings(many[:3], KNOWN)
    started = time.process_time()
    findings(many, KNOWN)
    assert time.process_time() - started < 1
