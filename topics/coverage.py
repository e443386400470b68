"""Whether a folder of content keeps its promises, told without a database.

`claims.toml` lists the claims of the original text. A page carries a claim when its front matter
names it and its text holds the words that any honest statement of it needs.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from topics.addresses import known
from topics.folder import Folder, read_folder, slug_of
from topics.problems import Problem
from topics.rendering import Inputs, Rendered, render, render_card
from topics.source import CARD, PAGE, Source
from topics.terms import Term

VERDICTS = ("supported", "nuance", "outdated", "opinion", "unsourced")
WORDS = (400, 900)


@dataclass
class Coverage:
    """Which pages carry each claim, and everything that is wrong."""

    files: int = 0
    carriers: dict[str, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def check_folder(root: Path) -> Coverage:
    folder = read_folder(root)
    coverage = Coverage(files=len(folder.sources), problems=list(folder.problems))
    given = inputs(folder)
    pages: dict[str, Rendered] = {}
    for file, source in folder.sources.items():
        pages[file] = _rendered(source, slug_of(file), given)
        found = [*pages[file].problems, *_unknown(source, folder)]
        coverage.problems.extend(problem.in_file(file) for problem in found)
        if source.kind == PAGE:
            coverage.problems.extend(problem.in_file(file) for problem in _page_rules(source, pages[file]))
    _check_claims(root, folder, pages, coverage)
    _check_use(folder, pages, coverage)
    coverage.problems.sort(key=lambda problem: (problem.file, problem.line))
    return coverage


def inputs(folder: Folder) -> Inputs:
    """What renderings of this folder's English files depend on, as the files themselves say."""
    topics = [slug_of(file) for file, source in folder.sources.items() if source.kind == PAGE]
    bare = Inputs(
        references=frozenset(reference.key for reference in folder.references),
        terms=tuple(Term(t.slug, t.term, t.meaning, (t.term, *t.forms), t.say) for t in folder.terms),
        addresses=known((row.slug for row in folder.sections), (row.slug for row in folder.sites), topics),
    )
    cards = {slug_of(file): source for file, source in folder.sources.items() if source.kind == CARD}
    return replace(bare, cards={slug: render_card(source, slug, bare) for slug, source in cards.items()})


def _rendered(source: Source, slug: str, given: Inputs) -> Rendered:
    if source.kind == PAGE:
        return render(source, given)
    card = render_card(source, slug, given)
    text = MARKS.sub("", source.body)
    return Rendered(lead=card.html, citations=card.citations, problems=card.problems, text=text)


def _unknown(source: Source, folder: Folder) -> list[Problem]:
    problems = []
    if source.section and source.section not in {row.slug for row in folder.sections}:
        problems.append(Problem(1, f"There is no section “{source.section}”.", "Add it to sections.toml."))
    for site in source.sites:
        if site not in {row.slug for row in folder.sites}:
            problems.append(Problem(1, f"There is no organ site “{site}”.", "Add it to sites.toml."))
    return problems


def _page_rules(source: Source, rendered: Rendered) -> list[Problem]:
    problems = []
    words = len(rendered.text.split())
    if not WORDS[0] <= words <= WORDS[1]:
        mend = f"A page has {WORDS[0]} to {WORDS[1]} words."
        problems.append(Problem(source.body_line, f"The page has {words} words.", mend))
    if not rendered.short:
        problems.append(Problem(source.body_line, "The page has no “In short”.", "Add “::: short” at its start."))
    if not rendered.questions:
        problems.append(Problem(source.body_line, "The page has no questions to ask.", "Add “::: questions”."))
    if not rendered.citations:
        problems.append(Problem(source.body_line, "The page cites no source.", "Add [@KEY] where facts stand."))
    return problems


def _check_claims(root: Path, folder: Folder, pages: dict[str, Rendered], coverage: Coverage) -> None:
    claims = _claims(root, coverage)
    coverage.carriers = {claim: [] for claim in claims}
    for file, source in folder.sources.items():
        for claim in source.claims:
            if claim not in claims:
                what = f"“{claim}” is not a claim of the original text."
                coverage.problems.append(Problem(1, what, "Mend “claims”.", file=file))
                continue
            missing = _missing_words(claims[claim]["words"], pages[file])
            if missing:
                what = f"The page names claim {claim} but never says “{missing[0]}”."
                coverage.problems.append(Problem(1, what, f"Say: {claims[claim]['truth']}", file=file))
            else:
                coverage.carriers[claim].append(slug_of(file))
    for claim, carriers in coverage.carriers.items():
        if not carriers:
            what = f"No page carries claim {claim}: {claims[claim]['seed']}."
            coverage.problems.append(Problem(0, what, "Say it on a page and name it in “claims”.", file="claims.toml"))


def _claims(root: Path, coverage: Coverage) -> Mapping[str, Any]:
    try:
        claims = tomllib.loads((root / "claims.toml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        coverage.problems.append(Problem(0, "The list of claims cannot be read.", f"{error}.", file="claims.toml"))
        return {}
    for key, claim in claims.items():
        if not _complete(claim):
            mend = f"Give seed, verdict ({', '.join(VERDICTS)}), truth and words."
            coverage.problems.append(Problem(0, f"{key} is not complete.", mend, file="claims.toml"))
            return {}
    return claims


def _complete(claim: Any) -> bool:
    if not isinstance(claim, dict) or claim.get("verdict") not in VERDICTS:
        return False
    words, sentences = claim.get("words"), (claim.get("seed"), claim.get("truth"))
    if not isinstance(words, list) or not words:
        return False
    return all(isinstance(text, str) and text.strip() for text in (*sentences, *words))


def _missing_words(words: list[str], rendered: Rendered) -> list[str]:
    text = " ".join(rendered.text.casefold().split())
    return [word for word in words if word.casefold() not in text]


def _check_use(folder: Folder, pages: dict[str, Rendered], coverage: Coverage) -> None:
    """Every card is called by a page; every term and every source is used somewhere or is spare."""
    called = {slug for rendered in pages.values() for slug in rendered.cards}
    for file, source in folder.sources.items():
        if source.kind == CARD and slug_of(file) not in called:
            mend = f"Write “::: card {slug_of(file)}” on the pages where it belongs."
            coverage.problems.append(Problem(1, "No page shows this card.", mend, file=file))
    defined = {short for term in folder.terms for form in (term.term, *term.forms) for short in SHORT.findall(form)}
    for file, source in folder.sources.items():
        for word in sorted(set(SHORT.findall(pages[file].text)) - defined - EXPLAINED):
            what = f"The page uses “{word}”, which is not in the glossary."
            coverage.problems.append(Problem(source.body_line, what, "Add it, or write it out.", file=file))


MARKS = re.compile(r"\[@[^\]]*\]|\{[a-z_]+\}")
SHORT = re.compile(r"\b[A-Z]{2,5}[0-9]?(?:/[0-9])?\b")
# Short forms that everybody knows, and names that the pages explain where they stand.
EXPLAINED = frozenset({"DNA", "US", "UK", "TV", "NHS", "NICE", "DVLA", "ECG", "SIRT", "AKT1", "PTEN", "ISH", "SRS"})
