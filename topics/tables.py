"""Tables of content as values: sections, organ sites, sources, glossary, lay words, plain words.

A table's rows stand under their names ([bone]) or as a list ([[term]]); TABLES says which, and what
reads a row. Reading never raises on what a file holds: a row that cannot be taken is left out and
told, with the line where it stands.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import slugify

from topics.problems import Problem
from topics.source import INVISIBLE, LANGUAGE, MAX_SLUG, SLUG

SVG_PATH = re.compile(r"^[MmLlHhVvCcSsQqTtAaZz0-9 ,.\-]{1,4000}\Z")
KEY = re.compile(r"^[A-Za-z0-9][A-Za-z0-9-]{0,39}\Z")

Names = Mapping[str, str]
Row = Mapping[str, Any]
Found = list[tuple[int, Any]]  # what was read, each with its line


@dataclass(frozen=True)
class SectionFacts:
    slug: str
    order: int
    name: Names
    about: Names


@dataclass(frozen=True)
class SiteFacts:
    slug: str
    order: int
    name: Names
    about: Names
    shapes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReferenceFacts:
    key: str
    title: str
    publisher: str
    url: str
    year: int | None = None


@dataclass(frozen=True)
class TermFacts:
    """A word and its meaning; tables whose words rest on references name them as `sources`."""

    language: str
    slug: str
    term: str
    meaning: str
    forms: tuple[str, ...] = ()
    say: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class SearchFacts:
    """What people type (`words`) and what the pages call it (`means`)."""

    language: str
    slug: str
    means: str
    words: tuple[str, ...]
    pages: tuple[str, ...] = ()
    portals: bool = False


@dataclass(frozen=True)
class PlainFacts:
    """A word that editors would rather not see, its other forms, and what to say instead."""

    language: str
    slug: str
    word: str
    say: str
    forms: tuple[str, ...] = ()


@dataclass
class Rows:
    """One file's rows while they are read. `at` is the line of the row being read."""

    text: str
    data: Row
    lines: Sequence[int] = ()  # where each row stands, if the text is no TOML
    problems: list[Problem] = field(default_factory=list)
    at: int = 1

    def wrong(self, name: str, what: str, mend: str) -> None:
        if self.lines and " = " in mend:
            mend = "Mend the cell."
        self.problems.append(Problem(self.at, f"{name[:60]}: {what}", mend))

    def keyed(self) -> Iterator[tuple[str, Row]]:
        """Rows that stand under their names."""
        for place, (key, row) in enumerate(self.data.items()):
            self.at = self.lines[place] if self.lines else self._line(key)
            if isinstance(row, dict):
                yield key, row
            else:
                self.wrong(key, "This is not a table.", f"Write “[{key}]” and its values below.")

    def listed(self, name: str, called: str) -> Iterator[Row]:
        """Rows of a list, each of which a [[name]] begins."""
        rows = self.data.get(name, [])
        for key in self.data:
            if key != name or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                self.at = self._line(key)
                self.wrong(key, called, f"Write “[[{name}]]” above each.")
                return
        heads = self.lines or self._heads(name)
        for place, row in enumerate(rows):
            self.at = heads[place] if place < len(heads) else 1
            yield row

    def _heads(self, name: str) -> list[int]:
        head = re.compile(rf"\s*\[\[\s*\"?{name}")
        return [number for number, line in enumerate(self.text.split("\n"), start=1) if head.match(line)]

    def _line(self, key: str) -> int:
        name = rf"\"?{re.escape(key)}\"?"
        row = rf"(?m)^[ \t]*(?:\[+[ \t]*{name}[ \t]*[\].]|{name}[ \t]*[=.])|\"{re.escape(key)}\""
        match = re.search(row, self.text)
        return self.text.count("\n", 0, match.start()) + 1 if match else 1

    def names(self, key: str, row: Row, name: str, most: int) -> Names:
        value = row.get(name)
        if not isinstance(value, dict) or not value.get("en"):
            self.wrong(key, f"“{name}” is missing in English.", f'Write “{name} = {{en = "…", es = "…"}}”.')
            return {}
        for language, words in value.items():
            if not LANGUAGE.match(language) or not _is_text(words, most):
                self.wrong(key, f"“{name}.{language}” is not text of 1 to {most} characters.", "Mend it.")
                return {}
        return dict(value)

    def words(self, key: str, row: Row, name: str, most: int, needed: bool = True) -> str:
        value = row.get(name, "")
        if value == "" and not needed:
            return ""
        if not _is_text(value, most):
            self.wrong(key, f"“{name}” is not text of 1 to {most} characters.", f'Write “{name} = "…"”.')
            return ""
        return str(value).strip()

    def order(self, key: str, row: Row) -> int:
        value = row.get("order", 100)
        if type(value) is not int or not 0 <= value <= 1_000_000:
            self.wrong(key, "“order” is not a whole number.", "Write “order = 10”.")
            return 100
        return value

    def strings(self, key: str, row: Row, name: str) -> tuple[str, ...]:
        value = row.get(name, [])
        if not isinstance(value, list) or not all(_is_text(item, 4_000) for item in value):
            self.wrong(key, f"“{name}” is not a list of texts.", f'Write “{name} = ["…", "…"]”.')
            return ()
        return tuple(item.strip() for item in value)

    def language(self, key: str, row: Row) -> str:
        value = row.get("language", "en")
        if isinstance(value, str) and LANGUAGE.match(value):
            return value
        self.wrong(key, "“language” is not a language.", 'Write “language = "es"”, or leave it out.')
        return "en"


def _is_text(value: Any, most: int) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= most and not INVISIBLE.search(value)


def _slug_fits(rows: Rows, key: str) -> bool:
    if SLUG.match(key) and len(key) <= MAX_SLUG:
        return True
    rows.wrong(key, "This cannot be a short name.", "Use small letters, digits and single hyphens.")
    return False


# --- what reads each table -------------------------------------------------------------------


def _sections(rows: Rows) -> Iterator[SectionFacts]:
    for key, row in rows.keyed():
        if _slug_fits(rows, key):
            name, about = rows.names(key, row, "name", 120), rows.names(key, row, "about", 400)
            order = rows.order(key, row)
            if name and about:
                yield SectionFacts(key, order, name, about)


def _sites(rows: Rows) -> Iterator[SiteFacts]:
    for key, row in rows.keyed():
        if not _slug_fits(rows, key):
            continue
        shapes = rows.strings(key, row, "shapes")
        if not all(SVG_PATH.match(shape) for shape in shapes):
            rows.wrong(key, "A shape is not an SVG path.", "Use path letters, numbers, commas and spaces only.")
            shapes = ()
        name, about = rows.names(key, row, "name", 120), rows.names(key, row, "about", 400)
        order = rows.order(key, row)
        if name and about:
            yield SiteFacts(key, order, name, about, shapes)


def _references(rows: Rows) -> Iterator[ReferenceFacts]:
    for key, row in rows.keyed():
        url, year = rows.words(key, row, "url", 500), row.get("year")
        title, publisher = rows.words(key, row, "title", 300), rows.words(key, row, "publisher", 200)
        if not KEY.match(key):
            rows.wrong(key, "This cannot be a source's name.", "Use letters, digits and hyphens.")
        elif url and not re.fullmatch(r"https://[^\s\"<>\\]+", url):
            rows.wrong(key, "“url” is not an address.", "Write the publisher's own page: “https://…”.")
        elif year is not None and (type(year) is not int or not 1800 <= year <= 2200):
            rows.wrong(key, "“year” is not a year.", "Write “year = 2024”, or leave it out.")
        elif url and title and publisher:
            yield ReferenceFacts(key, title, publisher, url, year)


def _terms(rows: Rows) -> Iterator[TermFacts]:
    spelt: dict[tuple[str, str], str] = {}
    taken: set[tuple[str, str]] = set()
    for row in rows.listed("term", "The glossary is not a list of terms."):
        problems = len(rows.problems)
        term = rows.words("term", row, "term", 80)
        name = term or "term"
        slug = row.get("slug", slugify(term)[:MAX_SLUG])  # a reworded term keeps the short name it had
        if term and not (isinstance(slug, str) and SLUG.match(slug) and len(slug) <= MAX_SLUG):
            rows.wrong(name, "A term needs letters.", "Write it in Latin letters too.")
        language, forms = rows.language(name, row), rows.strings(name, row, "forms")
        if (language, slug) in taken:
            rows.wrong(name, f"Another term has the short name “{slug}” already.", "Change one of them.")
        _refuse_spelt(rows, spelt, language, term, forms)
        meaning, say = rows.words(name, row, "meaning", 600), rows.words(name, row, "say", 120, needed=False)
        sources = rows.strings(name, row, "sources")
        if len(rows.problems) == problems:
            taken.add((language, slug))
            yield TermFacts(language, slug, term, meaning, forms, say, sources)


def _refuse_spelt(
    rows: Rows, spelt: dict[tuple[str, str], str], language: str, word: str, forms: Sequence[str]
) -> None:
    """One spelling belongs to one word."""
    for form in (word, *forms) if word else ():
        other = spelt.get((language, form.lower()))
        if other:
            rows.wrong(word, f"“{form}” is already a spelling of “{other}”.", "Keep it in one place.")
        spelt[language, form.lower()] = word


def _search_words(rows: Rows) -> Iterator[SearchFacts]:
    typed: dict[tuple[str, str], str] = {}
    taken: set[tuple[str, str]] = set()
    for row in rows.listed("meaning", "The lay words are not a list of meanings."):
        problems = len(rows.problems)
        means = rows.words("meaning", row, "means", 80)
        name, slug, language = means or "meaning", slugify(means)[:MAX_SLUG], rows.language(means or "meaning", row)
        if means and not slug or (language, slug) in taken:
            rows.wrong(name, "This stands here already, or has no letters.", "Keep one of each.")
        words, pages = rows.strings(name, row, "words"), rows.strings(name, row, "pages")
        portals = row.get("portals", False)
        if not isinstance(portals, bool):
            rows.wrong(name, "“portals” is not true or false.", "Write “portals = true”, or leave it out.")
        if not words:
            rows.wrong(name, "It has no words that people type.", 'Write “words = ["…", "…"]”.')
        for phrase in words:
            other = typed.setdefault((language, phrase.lower()), name)
            if other != name or words.count(phrase) > 1 or len(phrase) > 80:
                rows.wrong(name, f"“{phrase[:80]}” is too long or stands here already (“{other}”).", "Keep one.")
        if len(rows.problems) == problems:
            taken.add((language, slug))
            yield SearchFacts(language, slug, means, words, pages, portals)


def _plain_words(rows: Rows) -> Iterator[PlainFacts]:
    spelt: dict[tuple[str, str], str] = {}
    for row in rows.listed("word", "The plain words are not a list of words."):
        problems = len(rows.problems)
        word = rows.words("word", row, "word", 80)
        name, slug = word or "word", slugify(word)[:MAX_SLUG]
        if word and not slug:
            rows.wrong(name, "A word needs letters.", "Write it in Latin letters.")
        language, forms = rows.language(name, row), rows.strings(name, row, "forms")
        _refuse_spelt(rows, spelt, language, word, forms)
        say = rows.words(name, row, "say", 120)
        if len(rows.problems) == problems:
            yield PlainFacts(language, slug, word, say, forms)


# --- tables ----------------------------------------------------------------------------------

TEXT, LIST, NUMBER, YES_NO = "text", "list", "number", "yes or no"


@dataclass(frozen=True)
class Table:
    """A table: its file, what reads its rows, and its columns with what each holds.

    `rows` is the name of the list its rows stand in, and empty where they stand under `key`.
    """

    file: str
    read: Callable[[Rows], Iterator[Any]]
    columns: Mapping[str, str]
    rows: str = ""
    key: str = ""

    def facts(self, rows: Rows) -> Found:
        return [(rows.at, facts) for facts in self.read(rows)]


WORD = {"term": TEXT, "meaning": TEXT, "forms": LIST, "say": TEXT, "language": TEXT, "slug": TEXT}
TABLES = {
    "sections": Table("sections.toml", _sections, {}, key="slug"),
    "sites": Table("sites.toml", _sites, {}, key="slug"),
    "references": Table(
        "sources.toml",
        _references,
        {"key": TEXT, "title": TEXT, "publisher": TEXT, "url": TEXT, "year": NUMBER},
        key="key",
    ),
    "terms": Table("glossary.toml", _terms, WORD, rows="term"),
    "report_words": Table("report_words.toml", _terms, {**WORD, "sources": LIST}, rows="term"),
    "search_words": Table(
        "lay_words.toml",
        _search_words,
        {"means": TEXT, "words": LIST, "pages": LIST, "portals": YES_NO, "language": TEXT},
        rows="meaning",
    ),
    "plain_words": Table(
        "plain_words.toml", _plain_words, {"word": TEXT, "forms": LIST, "say": TEXT, "language": TEXT}, rows="word"
    ),
}


def read_toml(table: Table, text: str) -> tuple[Found, list[Problem]]:
    """A table's rows in a TOML text with their lines, and every reason why others cannot be taken."""
    try:
        rows = Rows(text, tomllib.loads(text))
    except RecursionError:
        return [], [Problem(1, "The file has brackets within brackets, too deep to read.", "Write it flat.")]
    except ValueError as error:  # TOMLDecodeError, and numbers that Python refuses to read
        match = re.search(r"\(at line (\d+)", str(error))
        line = int(match[1]) if match else text.count("\n") + 1
        return [], [Problem(line, "The file cannot be read as TOML.", f"{error}.")]
    facts = table.facts(rows)
    return facts, rows.problems
