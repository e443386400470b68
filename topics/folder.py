"""A folder of content as values: pages, cards, sections, organ sites, sources, glossary.

    <section>/<slug>.md   a page        sections.toml   sites.toml
    cards/<slug>.md       a card        sources.toml    glossary.toml   lay_words.toml   report_words.toml
    codes/<system>.csv    what portals ask for, and the pages it leads to
    <language>/…          the same in another language than English

Reading never raises on what the files hold: every file that cannot be taken is in `problems`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.utils.text import slugify

from topics.code_files import CodeFacts, read_codes
from topics.problems import Problem, Problems
from topics.source import CARD, CARDS, INVISIBLE, LANGUAGE, MAX_SLUG, SLUG, Source, parse

MAX_FILE = 1_000_000
CODES = "codes"
SVG_PATH = re.compile(r"^[MmLlHhVvCcSsQqTtAaZz0-9 ,.\-]{1,4000}\Z")
KEY = re.compile(r"^[A-Za-z0-9][A-Za-z0-9-]{0,39}\Z")

Names = Mapping[str, str]


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
    """A word of the glossary, or of scan reports; only the latter names its `sources`."""

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


@dataclass
class Folder:
    """What was read. `sources` maps a file's path below the folder to its source."""

    sources: dict[str, Source] = field(default_factory=dict)
    sections: list[SectionFacts] = field(default_factory=list)
    sites: list[SiteFacts] = field(default_factory=list)
    references: list[ReferenceFacts] = field(default_factory=list)
    terms: list[TermFacts] = field(default_factory=list)
    report_words: list[TermFacts] = field(default_factory=list)
    search_words: list[SearchFacts] = field(default_factory=list)
    codes: dict[str, list[CodeFacts]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def slug_of(file: str) -> str:
    return Path(file).stem


def path_of(source: Source, slug: str) -> str:
    """Where a source stands in an exported folder."""
    place = CARDS if source.kind == CARD else source.section
    language = "" if source.language == "en" else f"{source.language}/"
    return f"{language}{place}/{slug}.md"


def read_folder(root: Path, each: Callable[[str], None] = lambda file: None) -> Folder:
    """Everything under `root`; `each` is told every file before it is read."""
    folder = Folder()
    if not root.is_dir():
        folder.problems.append(Problem(0, "There is no such folder.", "Name a folder with content.", file=str(root)))
        return folder
    _read_tables(root, folder)
    _read_codes(root, folder)
    for path in sorted(root.rglob("*.md")):
        file = path.relative_to(root).as_posix()
        each(file)
        try:
            folder.sources[file] = _read_source(path, file)
        except Problems as found:
            folder.problems.extend(problem.in_file(file) for problem in found.problems)
    _refuse_doubles(folder)
    return folder


def _read_source(path: Path, file: str) -> Source:
    slug = slug_of(file)
    if not SLUG.match(slug) or len(slug) > MAX_SLUG:
        mend = "Use small letters, digits and single hyphens, like “bone.md”."
        raise Problems([Problem(1, f"The file name “{slug[:60]}” cannot be an address.", mend)])
    source = parse(read_text(path))
    expected = path_of(source, slug)
    if file != expected:
        what = f"The file stands in another place than its front matter says ({expected})."
        raise Problems([Problem(1, what, "Move the file, or change “section”, “kind” or “language”.")])
    return source


def read_text(path: Path) -> str:
    """A file's text with plain line ends. Raises Problems where it is not readable UTF-8 text."""
    try:
        size = path.stat().st_size
        if size > MAX_FILE:
            what = f"The file has {size / 1_000_000:.1f} MB; a page has at most {MAX_FILE // 1_000_000} MB."
            raise Problems([Problem(1, what, "Split it into several pages.")])
        data = path.read_bytes()
    except OSError as error:
        raise Problems([Problem(0, f"The file cannot be read ({error.strerror}).", "Check its permissions.")]) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise Problems([Problem(line, "The file is not UTF-8 text.", "Save it again as UTF-8.")]) from None
    return plain_line_ends(text)


def plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _refuse_doubles(folder: Folder) -> None:
    for identity, what in (
        (lambda file, source: source.number, "The number {} is used twice"),
        (lambda file, source: (source.language, source.kind, slug_of(file)), "The short name “{0[2]}” is used twice"),
    ):
        seen: dict[Any, str] = {}
        for file, source in list(folder.sources.items()):
            name = identity(file, source)
            if name is None:
                continue
            if name in seen:
                text = f"{what.format(name)}: also in {seen[name]}."
                line = _row_of(source, "number") if name == source.number else 1
                folder.problems.append(Problem(line, text, "Give each page its own.", file=file))
                del folder.sources[file]
            else:
                seen[name] = file


def _row_of(source: Source, name: str) -> int:
    rows = source.text.split("\n")[: source.body_line]
    return next((number for number, row in enumerate(rows, start=1) if row.startswith(f"{name}:")), 1)


# --- tables ----------------------------------------------------------------------------------


def _read_tables(root: Path, folder: Folder) -> None:
    for file, read in (
        ("sections.toml", _sections),
        ("sites.toml", _sites),
        ("sources.toml", _references),
        ("glossary.toml", _glossary),
        ("report_words.toml", _report_words),
        ("lay_words.toml", _search_words),
    ):
        path = root / file
        if not path.exists():
            continue
        try:
            text = read_text(path)
            data = tomllib.loads(text)
        except Problems as found:
            folder.problems.extend(problem.in_file(file) for problem in found.problems)
            continue
        except RecursionError:
            what = "The file has brackets within brackets, too deep to read."
            folder.problems.append(Problem(1, what, "Write it flat.", file=file))
            continue
        except ValueError as error:  # TOMLDecodeError, and numbers that Python refuses to read
            match = re.search(r"\(at line (\d+)", str(error))
            line = int(match[1]) if match else text.count("\n") + 1
            folder.problems.append(Problem(line, "The file cannot be read as TOML.", f"{error}.", file=file))
            continue
        read(folder, _Table(folder, file, text, data))


def _read_codes(root: Path, folder: Folder) -> None:
    for path in sorted((root / CODES).glob("*.csv")):
        file = path.relative_to(root).as_posix()
        try:
            folder.codes[file], problems = read_codes(read_text(path), path.stem)
        except Problems as found:
            problems = found.problems
        folder.problems.extend(problem.in_file(file) for problem in problems)


@dataclass
class _Table:
    """One file's rows. What cannot be taken is left out and told."""

    folder: Folder
    file: str
    text: str
    data: Mapping[str, Any]

    def wrong(self, key: str, what: str, mend: str) -> None:
        self.folder.problems.append(Problem(self._line(key), f"{key[:60]}: {what}", mend, file=self.file))

    def _line(self, key: str) -> int:
        name = rf"\"?{re.escape(key)}\"?"
        row = rf"(?m)^[ \t]*(?:\[+[ \t]*{name}[ \t]*[\].]|{name}[ \t]*[=.])|\"{re.escape(key)}\""
        match = re.search(row, self.text)
        return self.text.count("\n", 0, match.start()) + 1 if match else 1

    def rows(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for key, row in self.data.items():
            if isinstance(row, dict):
                yield key, row
            else:
                self.wrong(key, "This is not a table.", f"Write “[{key}]” and its values below.")

    def names(self, key: str, row: Mapping[str, Any], name: str, most: int) -> Names:
        value = row.get(name)
        if not isinstance(value, dict) or not value.get("en"):
            self.wrong(key, f"“{name}” is missing in English.", f'Write “{name} = {{en = "…", es = "…"}}”.')
            return {}
        for language, words in value.items():
            if not LANGUAGE.match(language) or not _is_text(words, most):
                self.wrong(key, f"“{name}.{language}” is not text of 1 to {most} characters.", "Mend it.")
                return {}
        return dict(value)

    def words(self, key: str, row: Mapping[str, Any], name: str, most: int, needed: bool = True) -> str:
        value = row.get(name, "")
        if value == "" and not needed:
            return ""
        if not _is_text(value, most):
            self.wrong(key, f"“{name}” is not text of 1 to {most} characters.", f'Write “{name} = "…"”.')
            return ""
        return str(value).strip()

    def order(self, key: str, row: Mapping[str, Any]) -> int:
        value = row.get("order", 100)
        if type(value) is not int or not 0 <= value <= 1_000_000:
            self.wrong(key, "“order” is not a whole number.", "Write “order = 10”.")
            return 100
        return value

    def strings(self, key: str, row: Mapping[str, Any], name: str) -> tuple[str, ...]:
        value = row.get(name, [])
        if not isinstance(value, list) or not all(_is_text(item, 4_000) for item in value):
            self.wrong(key, f"“{name}” is not a list of texts.", f'Write “{name} = ["…", "…"]”.')
            return ()
        return tuple(item.strip() for item in value)


def _is_text(value: Any, most: int) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= most and not INVISIBLE.search(value)


def _slug_fits(table: _Table, key: str) -> bool:
    if SLUG.match(key) and len(key) <= MAX_SLUG:
        return True
    table.wrong(key, "This cannot be a short name.", "Use small letters, digits and single hyphens.")
    return False


def _sections(folder: Folder, table: _Table) -> None:
    for key, row in table.rows():
        if _slug_fits(table, key):
            name, about = table.names(key, row, "name", 120), table.names(key, row, "about", 400)
            order = table.order(key, row)
            if name and about:
                folder.sections.append(SectionFacts(key, order, name, about))


def _sites(folder: Folder, table: _Table) -> None:
    for key, row in table.rows():
        if not _slug_fits(table, key):
            continue
        shapes = table.strings(key, row, "shapes")
        if not all(SVG_PATH.match(shape) for shape in shapes):
            table.wrong(key, "A shape is not an SVG path.", "Use path letters, numbers, commas and spaces only.")
            shapes = ()
        name, about = table.names(key, row, "name", 120), table.names(key, row, "about", 400)
        order = table.order(key, row)
        if name and about:
            folder.sites.append(SiteFacts(key, order, name, about, shapes))


def _references(folder: Folder, table: _Table) -> None:
    for key, row in table.rows():
        url, year = table.words(key, row, "url", 500), row.get("year")
        title, publisher = table.words(key, row, "title", 300), table.words(key, row, "publisher", 200)
        if not KEY.match(key):
            table.wrong(key, "This cannot be a source's name.", "Use letters, digits and hyphens.")
        elif url and not re.fullmatch(r"https://[^\s\"<>\\]+", url):
            table.wrong(key, "“url” is not an address.", "Write the publisher's own page: “https://…”.")
        elif year is not None and (type(year) is not int or not 1800 <= year <= 2200):
            table.wrong(key, "“year” is not a year.", "Write “year = 2024”, or leave it out.")
        elif url and title and publisher:
            folder.references.append(ReferenceFacts(key, title, publisher, url, year))


def _glossary(folder: Folder, table: _Table) -> None:
    _terms(folder, table, folder.terms)


def _report_words(folder: Folder, table: _Table) -> None:
    _terms(folder, table, folder.report_words)


def _terms(folder: Folder, table: _Table, taken: list[TermFacts]) -> None:
    rows = table.data.get("term", [])
    for key in table.data:
        if key != "term" or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            table.wrong(key, "The glossary is not a list of terms.", "Write “[[term]]” above each.")
            return
    heads = [n for n, line in enumerate(table.text.split("\n"), start=1) if re.match(r"\s*\[\[\s*\"?term", line)]
    spelt: dict[tuple[str, str], str] = {}
    for place, row in enumerate(rows):
        line = heads[place] if place < len(heads) else 1
        problems = len(folder.problems)
        term, language = table.words("term", row, "term", 80), row.get("language", "en")
        name = term or "term"
        slug = row.get("slug", slugify(term)[:MAX_SLUG])  # a reworded term keeps the short name it had
        if term and not (isinstance(slug, str) and SLUG.match(slug) and len(slug) <= MAX_SLUG):
            table.wrong(name, "A term needs letters.", "Write it in Latin letters too.")
        if any((one.language, one.slug) == (language, slug) for one in taken):
            table.wrong(name, f"Another term has the short name “{slug}” already.", "Change one of them.")
        if not isinstance(language, str) or not LANGUAGE.match(language):
            table.wrong(name, "“language” is not a language.", 'Write “language = "es"”, or leave it out.')
            language = "en"
        forms = table.strings(name, row, "forms")
        for form in (term, *forms) if term else ():
            other = spelt.get((language, form.lower()))
            if other:
                table.wrong(name, f"“{form}” is already a spelling of “{other}”.", "Keep it in one place.")
            spelt[language, form.lower()] = term
        meaning, say = table.words(name, row, "meaning", 600), table.words(name, row, "say", 120, needed=False)
        sources = table.strings(name, row, "sources")
        if len(folder.problems) == problems:
            taken.append(TermFacts(language, slug, term, meaning, forms, say, sources))
        folder.problems[problems:] = [replace(problem, line=line) for problem in folder.problems[problems:]]


def _search_words(folder: Folder, table: _Table) -> None:
    rows = table.data.get("meaning", [])
    for key in table.data:
        if key != "meaning" or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            table.wrong(key, "The lay words are not a list of meanings.", "Write “[[meaning]]” above each.")
            return
    typed: dict[tuple[str, str], str] = {}
    for row in rows:
        problems = len(folder.problems)
        means, language = table.words("meaning", row, "means", 80), row.get("language", "en")
        name, slug = means or "meaning", slugify(means)[:MAX_SLUG]
        if means and not slug or any((one.language, one.slug) == (language, slug) for one in folder.search_words):
            table.wrong(name, "This stands here already, or has no letters.", "Keep one of each.")
        if not isinstance(language, str) or not LANGUAGE.match(language):
            table.wrong(name, "“language” is not a language.", 'Write “language = "es"”, or leave it out.')
            language = "en"
        words, pages = table.strings(name, row, "words"), table.strings(name, row, "pages")
        portals = row.get("portals", False)
        if not isinstance(portals, bool):
            table.wrong(name, "“portals” is not true or false.", "Write “portals = true”, or leave it out.")
        if not words:
            table.wrong(name, "It has no words that people type.", 'Write “words = ["…", "…"]”.')
        for phrase in words:
            other = typed.setdefault((language, phrase.lower()), name)
            if other != name or words.count(phrase) > 1 or len(phrase) > 80:
                table.wrong(name, f"“{phrase[:80]}” is too long or stands here already (“{other}”).", "Keep one.")
        if len(folder.problems) == problems:
            folder.search_words.append(SearchFacts(language, slug, means, words, pages, portals))
