"""Whether a change can be one of wording: what must not differ between two sources that mean the same.

A wording change goes to patients without a clinician's check, so whatever these rules can see
to change what a page tells people to do makes it a clinical one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from topics import syntax
from topics.parts import SECTION, parts
from topics.source import CARD, Source

NUMBER = re.compile(r"[0-9]+(?:[.,:/–-][0-9]+)*\s?%?")
NEGATION = re.compile(
    r"\b(?:not|no|never|none|nor|without|unless|except|stop|avoid|cannot|can['’]t|\w+n['’]t|nunca|sin|ning[uú]n\w*)\b",
    re.IGNORECASE,
)
URGENCY = re.compile(
    r"\b(?:now|today|tonight|immediately|urgent\w*|emergency|straight away|right away|at once|hours?|minutes?|days?|"
    r"ahora|hoy|urgen\w*|emergencia)\b",
    re.IGNORECASE,
)
BOX = re.compile(r"^\s*:{3,}[ \t]*(\S.*?)\s*$", re.MULTILINE)
ADDRESS = re.compile(r"\]\([^)\s]*|https?://\S+")


def clinical_reasons(old: Source, new: Source) -> list[str]:
    """Why the step from `old` to `new` is more than wording, in sentences; empty when nothing shows it."""
    if new.kind == CARD:
        return ["A red-flag card tells people when to call, so every change of it is a clinical one."]
    return [reason for differs, reason in RULES if differs(old, new)]


def _words(source: Source) -> str:
    """What readers read, without citations and the addresses of links."""
    text = syntax.CITATION.sub(" ", f"{source.title}\n{source.summary}\n{source.body}")
    return ADDRESS.sub("](", text)


def _counted(pattern: re.Pattern[str], read: Callable[[Source], str] = _words) -> Callable[[Source, Source], bool]:
    def differs(old: Source, new: Source) -> bool:
        found = (Counter(" ".join(hit.casefold().split()) for hit in pattern.findall(read(one))) for one in (old, new))
        before, after = found
        return before != after

    return differs


def _headings(old: Source, new: Source) -> bool:
    counts = [sum(part.kind == SECTION for part in parts(source)) for source in (old, new)]
    return counts[0] != counts[1]


def _places(old: Source, new: Source) -> bool:
    def of(source: Source) -> object:
        return source.door, source.level, frozenset(source.sites), source.section, dict(source.codes)

    return of(old) != of(new)


RULES: tuple[tuple[Callable[[Source, Source], bool], str], ...] = (
    (_counted(NUMBER), "A number changed."),
    (_counted(NEGATION), "A word like “not”, “never” or “without” came or went."),
    (_counted(URGENCY), "A word that says how soon (“now”, “today”, “hours”) came or went."),
    (_counted(BOX, lambda source: source.body), "A card or a box (“do”, “do not”, questions) came or went."),
    (_counted(syntax.PHONE, lambda source: source.body), "A phone number came or went."),
    (_counted(syntax.CITATION, lambda source: source.body), "A source came or went."),
    (_headings, "A section came or went."),
    (_places, "The page's place, organ sites, door or codes changed."),
)


def numbers_changed(old: str, new: str) -> tuple[list[str], list[str]]:
    """The numbers that readers of the old source met and those of the new one, without what both have.

    Reads the text as written: lists ask this of many pages, and a source takes long to parse.
    """
    before, now = (Counter(hit.strip() for hit in NUMBER.findall(_readable(text))) for text in (old, new))
    return list((before - now).elements()), list((now - before).elements())


def _readable(text: str) -> str:
    head, _, body = text.partition("\n---\n")
    titles = "\n".join(line for line in head.splitlines() if line.startswith(("title:", "summary:")))
    return ADDRESS.sub("](", syntax.CITATION.sub(" ", f"{titles}\n{body}"))
