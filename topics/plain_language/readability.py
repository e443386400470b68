"""Reading grades: what published formulas say of a text's sentences and words.

Information for an editor, never a gate: a formula counts syllables, it does not know what a word
means. Sources: Flesch 1948; Kincaid and others 1975; Fernández Huerta 1959, in the corrected form
(https://legible.es/blog/lecturabilidad-fernandez-huerta/); Szigriszt-Pazos 1993, read on the
INFLESZ scale of Barrio-Cantalejo and others 2008 (An. Sist. Sanit. Navar. 31, 135–152).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from topics.plain_language.prose import Passage
from topics.plain_language.syllables import COUNTERS, english

PART = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")  # of words joined by hyphens


@dataclass(frozen=True)
class Counts:
    sentences: int = 0
    words: int = 0
    syllables: int = 0

    @property
    def words_per_sentence(self) -> float:
        return self.words / self.sentences

    @property
    def syllables_per_word(self) -> float:
        return self.syllables / self.words


@dataclass(frozen=True)
class Grade:
    """What one formula says: its name, its number, and the number in words."""

    formula: str
    score: float
    words: str

    def __str__(self) -> str:
        return f"{self.formula} {self.score:.1f}: {self.words}"


def counted(passages: Iterable[Passage], language: str = "en") -> Counts:
    """Sentences, words and syllables of the running text; headings and tables are left out."""
    sentences = words = syllables = 0
    for passage in passages:
        for sentence in passage.sentences() if passage.runs else ():
            found = sentence.words
            sentences += bool(found)
            words += len(found)
            syllables += sum(syllables_of(word, language) for word in found)
    return Counts(sentences, words, syllables)


def syllables_of(word: str, language: str = "en") -> int:
    """Of a word of any form; a number counts as one, as Flesch counted."""
    counter = COUNTERS.get(language, english)
    return sum(counter(part) for part in PART.findall(word)) or 1


# --- formulas --------------------------------------------------------------------------------


def flesch(counts: Counts) -> float:
    return 206.835 - 1.015 * counts.words_per_sentence - 84.6 * counts.syllables_per_word


def flesch_kincaid(counts: Counts) -> float:
    return 0.39 * counts.words_per_sentence + 11.8 * counts.syllables_per_word - 15.59


def fernandez_huerta(counts: Counts) -> float:
    return 206.84 - 1.02 * counts.words_per_sentence - 60 * counts.syllables_per_word


def szigriszt_pazos(counts: Counts) -> float:
    return 206.835 - counts.words_per_sentence - 62.3 * counts.syllables_per_word


def _us_grade(score: float) -> str:
    grade = max(1, round(score))
    return f"about grade {grade} of a US school, age {grade + 5} to {grade + 6}" if grade <= 12 else "college"


Scale = tuple[tuple[float, str], ...]  # from this score on, in words; the highest first
EASE: Scale = (
    (90, "very easy"),
    (80, "easy"),
    (70, "fairly easy"),
    (60, "plain English"),
    (50, "fairly difficult"),
    (30, "difficult"),
)
INFLESZ: Scale = ((80, "muy fácil"), (65, "bastante fácil"), (55, "normal"), (40, "algo difícil"))
LECTURABILIDAD: Scale = (
    (90, "muy fácil"),
    (80, "fácil"),
    (70, "algo fácil"),
    (60, "normal"),
    (50, "algo difícil"),
    (30, "difícil"),
)


def _on(scale: Scale, hardest: str) -> Callable[[float], str]:
    return lambda score: next((words for least, words in scale if score >= least), hardest)


FORMULAS: dict[str, tuple[tuple[str, Callable[[Counts], float], Callable[[float], str]], ...]] = {
    "en": (
        ("Flesch–Kincaid", flesch_kincaid, _us_grade),
        ("Flesch reading ease", flesch, _on(EASE, "very difficult")),
    ),
    "es": (
        ("Szigriszt-Pazos (INFLESZ)", szigriszt_pazos, _on(INFLESZ, "muy difícil")),
        ("Fernández Huerta", fernandez_huerta, _on(LECTURABILIDAD, "muy difícil")),
    ),
}


def grades(counts: Counts, language: str = "en") -> tuple[Grade, ...]:
    """What each formula of the language says; nothing for a text without words, or in another language."""
    if not counts.words:
        return ()
    found = ((name, formula(counts), say) for name, formula, say in FORMULAS.get(language, ()))
    return tuple(Grade(name, score, say(score)) for name, score, say in found)
