"""Syllables and reading formulas, held against published values."""

import pytest

from topics.plain_language.prose import passages
from topics.plain_language.readability import (
    Counts,
    counted,
    fernandez_huerta,
    flesch,
    flesch_kincaid,
    grades,
    syllables_of,
    szigriszt_pazos,
)

# As the pronouncing dictionary of Carnegie Mellon University has them (British spellings beside).
ENGLISH = """
1 bone bones called spread through aches suit
2 people cancer able wanted boxes rashes headaches someone safely being every seeing guideline treated didn't quiet
3 area idea everyone biopsies serious calcium usual easier organism medicine oestrogen reaction
4 emergency radiation diarrhoea metastasis oncologist
5 chemotherapy
6 immunotherapy radiotherapy
"""
# Divided as the Ortografía of the Real Academia Española says: ca-be-za, o-í-do, huir, a-é-re-o.
SPANISH = """
1 pan muy rey huir pie fue
2 huesos mayo país día quimio ciudad ahumar búho biopsia
3 cabeza oído médico leíais pulmones jaqueca
4 aéreo prohíbele metástasis
5 radioterapia quimioterapia alcohólico
"""


def table(text):
    return [(word, int(row.split()[0])) for row in text.strip().split("\n") for word in row.split()[1:]]


@pytest.mark.parametrize(("word", "syllables"), table(ENGLISH))
def test_an_english_word_has_as_many_syllables_as_the_dictionary_says(word, syllables):
    assert syllables_of(word) == syllables


@pytest.mark.parametrize(("word", "syllables"), table(SPANISH))
def test_a_spanish_word_has_as_many_syllables_as_its_spelling_says(word, syllables):
    assert syllables_of(word, "es") == syllables


# Two sentences whose scores the English Wikipedia gives (“Flesch–Kincaid readability tests”).
WORKED = [
    ("This sentence, taken as a reading passage unto itself, is being used to prove a point.", 16, 23, 69, None),
    ("The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.", 13, 24, 37.5, 11.3),
]


@pytest.mark.parametrize(("text", "words", "syllables", "ease", "grade"), WORKED)
def test_a_sentence_scores_what_was_published_for_it(text, words, syllables, ease, grade):
    counts = counted(passages(text))
    assert counts == Counts(1, words, syllables)
    assert flesch(counts) == pytest.approx(ease, abs=0.1)
    assert grade is None or flesch_kincaid(counts) == pytest.approx(grade, abs=0.05)


# One text of 17 sentences and 372 words, with the two counts of its syllables that the tests of
# textstat (github.com/textstat/textstat, tests/backend/metrics) had over the years, and their values.
@pytest.mark.parametrize(
    ("formula", "syllables", "value"),
    [
        (flesch, 519, 66.594),
        (flesch_kincaid, 519, 9.407),
        (szigriszt_pazos, 519, 98.034),
        (szigriszt_pazos, 549, 93.01),
        (fernandez_huerta, 549, 95.972),
    ],
)
def test_the_formulas_give_what_another_implementation_publishes(formula, syllables, value):
    assert formula(Counts(17, 372, syllables)) == pytest.approx(value, abs=0.0005)


def test_the_gettysburg_address_is_counted_as_the_books_count_it():
    """271 words; two of the usual programs give it a reading ease of 65 and 70, and grade 10 to 11."""
    text = (
        "Four score and seven years ago our fathers brought forth on this continent, a new nation, conceived in Liberty, "
        "and dedicated to the proposition that all men are created equal.\n\n"
        "Now we are engaged in a great civil war, testing whether that nation, or any nation so conceived and so "
        "dedicated, can long endure. We are met on a great battle-field of that war. We have come to dedicate a portion "
        "of that field, as a final resting place for those who here gave their lives that that nation might live. It is "
        "altogether fitting and proper that we should do this."
    )
    counts = counted(passages(text))
    assert (counts.sentences, counts.words) == (5, 102)
    assert 60 < flesch(counts) < 75


def test_a_text_without_words_has_no_grade():
    assert grades(counted(passages("## …\n\n---\n"))) == ()


def test_grades_are_said_in_words_and_only_for_languages_with_a_formula():
    counts = Counts(10, 100, 130)
    assert [str(grade) for grade in grades(counts)] == [
        "Flesch–Kincaid 3.7: about grade 4 of a US school, age 9 to 10",
        "Flesch reading ease 86.7: easy",
    ]
    assert [str(grade) for grade in grades(Counts(10, 150, 300), "es")] == [
        "Szigriszt-Pazos (INFLESZ) 67.2: bastante fácil",
        "Fernández Huerta 71.5: algo fácil",
    ]
    assert grades(counts, "fr") == ()


def test_headings_and_tables_are_no_running_text():
    assert counted(passages("## A heading of words\n\n| a | b |\n|---|---|\n| c | d |\n\nTwo words.\n")) == Counts(
        1, 2, 2
    )
