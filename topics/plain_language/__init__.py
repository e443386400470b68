"""The sentence coach: what an editor may want to say more plainly, with a line and a way to mend it.

Nothing here stops a publication. A finding has to be one that a nurse would agree with: a coach
that cries wolf is switched off in the head, so every rule stays quiet where it is not sure.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest
from itertools import islice

from topics.plain_language import words as words
from topics.plain_language.prose import PARAGRAPH, WORD, Passage, Sentence
from topics.plain_language.readability import syllables_of
from topics.problems import Problem
from topics.terms import Term, finder

HARD, UNDEFINED, PASSIVE, NUMBER, LONG, LINK, PLAIN = KINDS = (
    "hard sentence",
    "word not explained",
    "passive instruction",
    "number without its whole",
    "long paragraph",
    "empty link",
    "plainer word",
)
HARDEST = 5
HARD_WORDS, LONGEST_SENTENCE = 16, 25  # from so many words a sentence may be hard, above so many it is
HARD_GRADE = 13.0
LONGEST_PARAGRAPH = 80
LONG_WORD = 4  # syllables
LIST_COMMAS = 3
QUOTED = 90  # characters
MOST_OF_A_KIND = 20


@dataclass(frozen=True)
class Finding(Problem):
    """A Problem that stops nothing: its `kind`, one of KINDS, and the words it is about."""

    blocks: bool = False
    kind: str = ""
    quote: str = ""


@dataclass(frozen=True)
class PlainWord:
    """A word, its other forms, and what to say instead, as an editor keeps them."""

    word: str
    say: str
    forms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """What the coach is told of a language: its glossary, and the plainer words that editors keep."""

    language: str = "en"
    terms: tuple[Term, ...] = ()
    plain: tuple[PlainWord, ...] = ()


def findings(passages: Sequence[Passage], known: Known) -> list[Finding]:
    """Everything worth a look, by line."""
    return sorted(one for rule in RULES for one in islice(rule(passages, known), MOST_OF_A_KIND))


def quoted(text: str) -> str:
    return text if len(text) <= QUOTED else text[: QUOTED - 1].rsplit(" ", 1)[0] + " …"


# --- sentences -------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Scored:
    grade: float
    sentence: Sentence
    long: tuple[str, ...]  # its longest words, the longest first


def hard_sentences(passages: Iterable[Passage], known: Known) -> list[Finding]:
    """The hardest sentences, at most five: by their words and syllables, words of the glossary as short ones."""
    find = finder(known.terms).find
    scored: list[_Scored] = []
    for passage in passages:
        if passage.runs and len(WORD.findall(passage.text)) >= HARD_WORDS:
            defined = {word for match, _ in find(passage.text) for word in match[0].split()}
            scored += filter(None, (_score(one, defined, known.language) for one in passage.sentences()))
    return [_hard(one) for one in nsmallest(HARDEST, scored, key=lambda one: (-one.grade, one.sentence.line))]


def _score(sentence: Sentence, defined: set[str], language: str) -> _Scored | None:
    found = sentence.words
    if len(found) < HARD_WORDS:
        return None
    counts = {word: min(2, count) if word in defined else count for word, count in _counted(found, language)}
    grade = 0.39 * len(found) + 11.8 * sum(counts[word] for word in found) / len(found) - 15.59
    if len(found) <= LONGEST_SENTENCE and grade < HARD_GRADE:
        return None
    long = sorted((word for word in counts if counts[word] >= LONG_WORD), key=lambda word: -counts[word])
    return _Scored(grade, sentence, tuple(long[:3]))


def _counted(found: list[str], language: str) -> Iterator[tuple[str, int]]:
    return ((word, syllables_of(word, language)) for word in found)


def _hard(scored: _Scored) -> Finding:
    sentence = scored.sentence
    count = len(sentence.words)
    what = f"A hard sentence of {count} words: “{quoted(sentence.text)}”"
    if sentence.text.count(",") >= LIST_COMMAS:
        mend = "Make a list of it, one thing to a line."
    elif count > LONGEST_SENTENCE or not scored.long:
        mend = "Make two of it."
    else:
        mend = f"Look for shorter words than {', '.join(f'“{word}”' for word in scored.long)}."
    return Finding(sentence.line, what, mend, kind=HARD, quote=sentence.text)


def long_paragraphs(passages: Iterable[Passage], known: Known) -> Iterator[Finding]:
    for passage in passages:
        count = sum(len(sentence.words) for sentence in passage.sentences()) if passage.kind == PARAGRAPH else 0
        if count > LONGEST_PARAGRAPH:
            what = f"This paragraph has {count} words."
            yield Finding(passage.line, what, "Make two or three of it, or a list.", kind=LONG, quote=passage.text)


# --- words -----------------------------------------------------------------------------------


def undefined_words(passages: Iterable[Passage], known: Known) -> Iterator[Finding]:
    """Medical words that the glossary lacks and the text never explains; each once, where it stands first."""
    pattern, ordinary = words.MEDICAL.get(known.language), words.ORDINARY.get(known.language, frozenset())
    first: dict[str, tuple[str, int]] = {}
    explained: set[str] = set()
    for passage, match in _outside_glossary(passages, pattern, known):
        word = match[0].lower()
        if word not in ordinary:
            first.setdefault(word, (match[0], passage.line_at(match.start())))
            explained |= {word} if _explained(passage.text, *match.span()) else set()
    for word, (shown, line) in first.items():
        if word not in explained:
            mend = "Explain it in brackets, add it to the glossary, or use an everyday word."
            yield Finding(line, f"“{shown}” may be new to readers.", mend, kind=UNDEFINED, quote=shown)


def plainer_words(passages: Iterable[Passage], known: Known) -> Iterator[Finding]:
    """Words that editors would rather see said plainly; each once, where it stands first."""
    by_form, pattern = _plain_finder(known.plain)
    seen: set[str] = set()
    for passage, match in _outside_glossary(passages, pattern, known):
        plain = by_form[_folded(match[0])]
        if plain.word in seen or _explained(passage.text, *match.span()):
            continue
        seen.add(plain.word)
        what, line = f"“{match[0]}” can be said more plainly.", passage.line_at(match.start())
        yield Finding(line, what, f"Say “{plain.say}”.", kind=PLAIN, quote=match[0])


def _outside_glossary(
    passages: Iterable[Passage], pattern: re.Pattern[str] | None, known: Known
) -> Iterator[tuple[Passage, re.Match[str]]]:
    """What `pattern` finds, except inside words that the page links to their meaning."""
    find = finder(known.terms).find
    for passage in passages if pattern else ():
        matches = list(pattern.finditer(passage.text)) if pattern else []
        spans = [match.span() for match, _ in find(passage.text)] if matches else []
        starts = [start for start, _ in spans]
        for match in matches:
            before = bisect_right(starts, match.start()) - 1
            if before < 0 or spans[before][1] <= match.start():
                yield passage, match


def _explained(text: str, start: int, end: int) -> bool:
    after, before = text[end : end + 40], text[max(0, start - 40) : start]
    return bool(words.EXPLAINED_AFTER.match(after) or words.EXPLAINED_BEFORE.search(before))


@lru_cache(maxsize=8)
def _plain_finder(plain: tuple[PlainWord, ...]) -> tuple[dict[str, PlainWord], re.Pattern[str] | None]:
    by_form = {_folded(form): row for row in plain for form in (row.word, *row.forms) if form.strip()}
    forms = sorted(by_form, key=lambda form: (-len(form), form))
    spellings = "|".join(re.escape(form).replace(r"\ ", r"\s") for form in forms)
    return by_form, re.compile(rf"(?i)(?<![\w-])(?=\w)(?:{spellings})(?![\w-])") if forms else None


def _folded(form: str) -> str:
    return " ".join(form.lower().split())


# --- instructions, numbers, links ------------------------------------------------------------


def passive_instructions(passages: Iterable[Passage], known: Known) -> Iterator[Finding]:
    passive, indirect = words.PASSIVE.get(known.language), words.INDIRECT.get(known.language)
    for passage in passages:
        for match in passive.finditer(passage.text) if passive else ():
            what = f"“{match[0]}” does not say who does it."
            yield _at(passage, match, what, _say_who(match, known.language), PASSIVE)
        for match in indirect.finditer(passage.text) if indirect else ():
            what = f"“{match[0]}” speaks about the reader."
            yield _at(passage, match, what, "Speak to them: “you”, or simply what to do.", PASSIVE)


def _say_who(match: re.Match[str], language: str) -> str:
    verb = words.ASKED.get(match[2].lower())
    if language != "en" or verb is None:
        return "Speak to the reader: say what to do."
    return f"Speak to the reader: “{'do not ' if match[1] else ''}{verb} …”."


def bare_numbers(passages: Iterable[Passage], known: Known) -> Iterator[Finding]:
    """Percentages, and “twice as likely”, where the sentence does not say of how many people."""
    relative = words.RELATIVE.get(known.language)
    for passage in passages:
        for sentence in passage.sentences():
            if words.OUT_OF.search(sentence.text):
                continue
            for match in words.PERCENT.finditer(sentence.text):
                if float(match[1].replace(",", ".")) > 100:
                    continue
                mend = f"Say “{in_people(match[1])}”, if it counts people."
                yield _in(sentence, match, f"“{match[0]}” is hard to picture.", mend, NUMBER)
            for match in relative.finditer(sentence.text) if relative else ():
                mend = "Give both numbers: “from 1 in 100 people to 2 in 100”."
                yield _in(sentence, match, f"“{match[0]}”: of how many?", mend, NUMBER)


def in_people(percent: str) -> str:
    """A percentage as people: 70 is “7 in 10”, 12 is “12 in 100”, 0.4 is “4 in 1,000”."""
    value = float(percent.replace(",", "."))
    for whole in (10, 100):
        count = value * whole / 100
        if count == int(count) and count >= 1:
            return f"{int(count)} in {whole}"
    if value >= 1:
        return f"about {round(value)} in 100"
    return f"about {max(1, round(value * 10))} in 1,000"


def empty_links(passages: Iterable[Passage], known: Known) -> Iterator[Finding]:
    """Links whose words do not say where they lead."""
    for passage in passages:
        for link in passage.links:
            said = link.words.lower().strip(" .:…!»«›")
            if (
                said in words.EMPTY_LINKS
                or words.NO_NAME.match(said)
                or said.startswith(("http://", "https://", "www."))
            ):
                what = f"The link “{quoted(link.words)}” does not say where it leads."
                yield Finding(link.line, what, "Use the name of the page it opens.", kind=LINK, quote=link.words)


def _at(passage: Passage, match: re.Match[str], what: str, mend: str, kind: str) -> Finding:
    return Finding(passage.line_at(match.start()), what, mend, kind=kind, quote=match[0])


def _in(sentence: Sentence, match: re.Match[str], what: str, mend: str, kind: str) -> Finding:
    return Finding(sentence.line, what, mend, kind=kind, quote=sentence.text)


Rule = Callable[[Sequence[Passage], Known], Iterable[Finding]]
RULES: tuple[Rule, ...] = (
    hard_sentences,
    undefined_words,
    plainer_words,
    passive_instructions,
    bare_numbers,
    long_paragraphs,
    empty_links,
)
