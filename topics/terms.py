"""Glossary words, and how they are found in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Term:
    """A glossary word: `forms` are the spellings that pages may use, the term itself included."""

    slug: str
    term: str
    meaning: str
    forms: tuple[str, ...]
    say: str = ""


@dataclass(frozen=True)
class Finder:
    """Every spelling of every term; short capitals (MRI, ER) are found only as typed."""

    pattern: re.Pattern[str] | None
    exact: Mapping[str, str]
    folded: Mapping[str, str]

    def find(self, text: str) -> Iterator[tuple[re.Match[str], str]]:
        """Whole words in `text` with the slug of the term that each spells, longest spelling first."""
        for match in self.pattern.finditer(text) if self.pattern else ():
            words = match[0].replace("\u00a0", " ")
            slug = self.exact.get(words) or self.folded.get(words.lower())
            if slug:
                yield match, slug


@lru_cache(maxsize=8)
def finder(terms: tuple[Term, ...]) -> Finder:
    exact: dict[str, str] = {}
    folded: dict[str, str] = {}
    for term in terms:
        for form in term.forms:
            if form.isupper() and len(form) <= 6:
                exact[form] = term.slug
            elif form.strip():
                folded[form.lower()] = term.slug
    forms = sorted({*exact, *folded}, key=lambda form: (-len(form), form))
    spellings = "|".join(re.escape(form).replace(r"\ ", r"[ \u00a0]") for form in forms)
    letter = r"(?=\w)" if all(re.match(r"\w", form) for form in forms) else ""  # most places are no beginning
    pattern = re.compile(rf"(?<![\w-]){letter}(?:{spellings})(?![\w-])", re.IGNORECASE) if forms else None
    return Finder(pattern, exact, folded)
