"""A folder of content as values: pages, cards, sections, organ sites, sources, glossary.

    <section>/<slug>.md   a page        sections.toml   sites.toml
    cards/<slug>.md       a card        sources.toml    glossary.toml   lay_words.toml   plain_words.toml
                                    report_words.toml
    codes/<system>.csv    what portals ask for, and the pages it leads to
    <language>/…          the same in another language than English

Reading never raises on what the files hold: every file that cannot be taken is in `problems`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from topics.code_files import CodeFacts, read_codes
from topics.problems import Problem, Problems
from topics.source import CARD, CARDS, MAX_SLUG, SLUG, Source, parse
from topics.tables import TABLES, PlainFacts, ReferenceFacts, SearchFacts, SectionFacts, SiteFacts, TermFacts, read_toml

MAX_FILE = 1_000_000
CODES = "codes"


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
    plain_words: list[PlainFacts] = field(default_factory=list)
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
    for name, table in TABLES.items():
        if not (root / table.file).exists():
            continue
        try:
            rows, problems = read_toml(table, read_text(root / table.file))
        except Problems as found:
            rows, problems = [], found.problems
        getattr(folder, name).extend(facts for _, facts in rows)
        folder.problems.extend(problem.in_file(table.file) for problem in problems)


def _read_codes(root: Path, folder: Folder) -> None:
    for path in sorted((root / CODES).glob("*.csv")):
        file = path.relative_to(root).as_posix()
        try:
            folder.codes[file], problems = read_codes(read_text(path), path.stem)
        except Problems as found:
            problems = found.problems
        folder.problems.extend(problem.in_file(file) for problem in problems)
