"""What somebody typed, understood: the words that tell something, mended, with what else they are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from topics.search import text as search_text
from topics.search.documents import Tables
from topics.search.index import Reader
from topics.search.text import words_of

LONGEST_PHRASE = 8
COMPLETIONS = 8
SHORTEST_HALF = 3

Stems = tuple[str, ...]
Group = tuple[Stems, ...]

# What stands in the names of medicines and diagnoses besides their subject, without accents.
NOT_THE_SUBJECT = frozenset(
    [
        *("mg", "ml", "mcg", "hr", "actuat", "oral", "tablet", "tablets", "capsule", "capsules", "injection"),
        *(
            "injectable",
            "solution",
            "suspension",
            "intravenous",
            "subcutaneous",
            "prefilled",
            "syringe",
            "pack",
            "pill",
        ),
        *("product", "unspecified", "comprimido", "comprimidos", "capsula", "capsulas", "inyeccion", "solucion"),
    ]
)
SURE = 0.6  # of the words have to be such a name: “… of bone and bone marrow” is, “fracture of femur” is not


@dataclass(frozen=True)
class Question:
    """Groups of alternatives, the typed one first, each of one or more stems.

    `instead` is the text with misspelt words mended, empty if none was; `leads` are short names of
    pages and cards that editors want first for what was said.
    """

    groups: tuple[Group, ...] = ()
    instead: str = ""
    leads: tuple[str, ...] = ()


def understood(text: str, reader: Reader, half: bool = False) -> Question:
    """What a text asks for; `half`: its last word may be half typed."""
    reading = _Reading(reader)
    words = words_of(text)
    end = len(words) - 1 if half and text[-1:].isalnum() else len(words)
    place = 0
    while place < end:
        place += reading.take(words[place], words[place + 1] if place + 1 < end else "")
    groups = list(_grouped(reading.stems, reader.same))
    if end < len(words):
        groups += reading.completions(words[-1])
    instead = " ".join(reading.said) if reading.mended else ""
    leads = dict.fromkeys(slug for phrase, *_others in groups for slug in reader.led_to.get(phrase, ()))
    return Question(tuple(groups), instead, tuple(leads))


@dataclass
class _Reading:
    """Reads words one after another: what they are compared by, and what was meant by them."""

    reader: Reader
    stems: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    mended: bool = False

    def take(self, word: str, following: str) -> int:
        """Take a word, or two that the pages write as one; how many were taken."""
        language, knows = self.reader.language, self.reader.knows
        stem, tells = language.stem(word), language.tells(word)
        in_doubt = following.isdigit() or not knows(language.stem(following)) or (tells and not knows(stem))
        if following and in_doubt and knows(language.stem(word + following)):
            self._mend([(word + following).lower()])
            return 2
        if not tells:
            self.said.append(word)
        elif knows(stem):
            self._add(word, stem)
        else:
            self._mend(self._meant(language.fold(word)), word)
        return 1

    def completions(self, start: str) -> Iterator[Group]:
        """One group: words that begin so, and the start itself as it is or mended."""
        language = self.reader.language
        longer = self.reader.vocabulary.longer(language.fold(start))[:COMPLETIONS]
        if not longer:
            return self._whole(start)
        stems = dict.fromkeys(language.stem(word) for word in (start, *longer))
        return iter([tuple((stem,) for stem in stems if stem)])

    def _whole(self, word: str) -> Iterator[Group]:
        before = len(self.stems)
        self.take(word, "")
        return _grouped(self.stems[before:], self.reader.same)

    def _add(self, word: str, stem: str) -> None:
        self.said.append(word)
        self.stems.append(stem)

    def _mend(self, meant: list[str], typed: str = "") -> None:
        if not meant:
            self.said.append(typed)
            return
        self.mended = True
        for word in meant:
            self._add(word, self.reader.language.stem(word))

    def _meant(self, word: str) -> list[str]:
        """The words that a misspelt, a half typed or a doubled word stands for."""
        vocabulary = self.reader.vocabulary
        near = vocabulary.near(word)
        longer = vocabulary.longer(word)[:1] if len(word) >= SHORTEST_HALF and not near else []
        return [near] if near else longer or self._two_words(word)

    def _two_words(self, word: str) -> list[str]:
        """“bonepain” is bone and pain."""
        stem, known = self.reader.language.stem, self.reader.knows
        for cut in range(3, len(word) - 2):
            if known(stem(word[:cut])) and known(stem(word[cut:])):
                return [word[:cut], word[cut:]]
        return []


def _grouped(stems: list[str], same: Mapping[Stems, tuple[Stems, ...]]) -> Iterator[Group]:
    """The longest phrases that mean something together, each with its other names."""
    place = 0
    while place < len(stems):
        for length in range(min(LONGEST_PHRASE, len(stems) - place), 0, -1):
            phrase = tuple(stems[place : place + length])
            if phrase in same or length == 1:
                yield (phrase, *same.get(phrase, ()))
                place += length
                break


def surely_named(text: str, tables: Tables) -> list[str]:
    """Short names of pages that a text names by what editors let answer portals; nothing is guessed or mended."""
    language = search_text.language(tables.language)
    words = (word for word in words_of(text) if not word.isdigit() and language.fold(word) not in NOT_THE_SUBJECT)
    stems = [language.stem(word) for word in words if language.tells(word)]
    names = tables.led_to(language, portals=True)
    phrases = [phrase for phrase, *_others in _grouped(stems, dict.fromkeys(names, ())) if phrase in names]
    if not phrases or sum(map(len, phrases)) < SURE * len(stems):
        return []
    longest_first = sorted(phrases, key=len, reverse=True)
    return list(dict.fromkeys(slug for phrase in longest_first for slug in names[phrase]))
