"""Words of a scan report, found in what a reader typed or pasted. Nothing is kept of it.

Case and accents do not count; words in a row are found as one; a misspelt word gets a suggestion,
as long as little was typed: in a whole report every second word resembles some other.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from topics.terms import Term, finder

MOST_CHARACTERS = 20_000
FEW_WORDS = 12  # typed, not pasted
SHORTEST = 4
ALIKE = 0.8
MOST_MEANT = 4


@dataclass(frozen=True)
class Answer:
    """`found` in the order of the text; `meant` are near spellings; `cut` where the end was not read."""

    found: tuple[str, ...] = ()
    meant: tuple[str, ...] = ()
    cut: bool = False


def look_up(text: str, words: Sequence[Term]) -> Answer:
    """The short names of `words` that stand in `text`."""
    plain = without_accents(text[:MOST_CHARACTERS])
    matches = list(
        finder(tuple(replace(word, forms=tuple(map(without_accents, word.forms))) for word in words)).find(plain)
    )
    rest = plain
    for match, _slug in reversed(matches):
        rest = f"{rest[: match.start()]} {rest[match.end() :]}"
    meant = _near(rest.lower().split(), words) if len(plain.split()) <= FEW_WORDS else []
    found = dict.fromkeys(slug for _match, slug in matches)
    return Answer(tuple(found), tuple(slug for slug in meant if slug not in found), len(text) > MOST_CHARACTERS)


def without_accents(text: str) -> str:
    """And with single spaces: reports break their lines anywhere."""
    apart = unicodedata.normalize("NFKD", text)
    return " ".join("".join(sign for sign in apart if not unicodedata.combining(sign)).split())


def _near(typed: list[str], words: Sequence[Term]) -> list[str]:
    spellings = {without_accents(form).lower(): word.slug for word in words for form in word.forms}
    near = (difflib.get_close_matches(part, spellings, n=1, cutoff=ALIKE) for part in _parts(typed))
    return list(dict.fromkeys(spellings[one] for found in near for one in found))[:MOST_MEANT]


def _parts(typed: list[str]) -> Iterator[str]:
    """All of it, pairs of words, single words: the longest first."""
    yield " ".join(typed)[:80]
    for size in (2, 1):
        for start in range(len(typed) - size + 1):
            part = " ".join(typed[start : start + size])
            if SHORTEST <= len(part) <= 80:
                yield part
