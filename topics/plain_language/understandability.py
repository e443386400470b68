"""Items of two published instruments, as questions of our own about a page, and what answers them.

PEMAT-P asks whether a printed text is understandable and says what to do (AHRQ publication
14-0002-EF, https://www.ahrq.gov/health-literacy/patient-education/pemat.html). The Clear
Communication Index asks what makes a text for the public clear (https://www.cdc.gov/ccindex/).
Their numbers are kept, their words are not. What a machine can see is answered here, with the
evidence; what needs judgement is asked of a person, for the parts of a page that touch it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from topics import plain_language
from topics.plain_language import Finding
from topics.plain_language.prose import CELL, HEADING, ITEM, Passage

PEMAT, CDC = "PEMAT-P", "CDC index"
PASSED, NOT_PASSED, NOT_APPLICABLE, ASK = RESULTS = ("passed", "not passed", "not applicable", "ask")
WHOLE, SHORT, SECTIONS, QUESTIONS, CARDS, NUMBERS, PICTURES, TABLES = PARTS = (
    "the whole page",
    "in short",
    "sections",
    "questions",
    "cards",
    "numbers",
    "pictures",
    "tables",
)
LONGEST_SECTION = 200  # words
LONGEST_HEADING = 12
SHORT_TEXT = 150  # words; below it, both instruments ask for no sections and no summary
ADDRESSED = re.compile(r"(?i)\b(?:you|your|yours|yourself|usted|ustedes|su|sus|tú|tu|tus)\b")
FIGURE = re.compile(r"(?<![\w-])\d+(?:[.,]\d+)?(?![\w-])")
SUM = re.compile(r"(?i)\b(?:calculate|multiply|divide|subtract|add up|calcule|multiplique|divida|reste)\b")


@dataclass(frozen=True)
class Sheet:
    """What is looked at: a page's passages, what the coach found in them, and what the page shows besides."""

    passages: Sequence[Passage]
    findings: Sequence[Finding] = ()
    cards: Sequence[str] = ()
    pictures: Sequence[str] = ()

    @cached_property
    def words(self) -> int:
        return sum(_words(one) for one in self.passages if one.runs)

    def of_kind(self, *kinds: str) -> list[Finding]:
        return [one for one in self.findings if one.kind in kinds]

    def boxed(self, *names: str) -> list[Passage]:
        return [one for one in self.passages if one.box in names]

    def headings(self) -> list[Passage]:
        return [one for one in self.passages if one.kind == HEADING]

    @cached_property
    def section_words(self) -> dict[int, int]:
        """How many words each section has, boxes included."""
        counts: dict[int, int] = {}
        for one in self.passages:
            if one.section and one.runs:
                counts[one.section] = counts.get(one.section, 0) + _words(one)
        return counts


@dataclass(frozen=True)
class Answer:
    """A result, one of RESULTS, and its evidence: a count or a quotation."""

    result: str
    evidence: str = ""


@dataclass(frozen=True)
class Item:
    """One question. `computed` answers it, and is None where a person has to; `parts` are what touches it."""

    id: str
    instrument: str
    question: str
    parts: tuple[str, ...] = (WHOLE,)
    computed: Callable[[Sheet], Answer] | None = field(default=None, compare=False)

    def answered(self, sheet: Sheet) -> Answer:
        return self.computed(sheet) if self.computed else Answer(ASK)


def answers(sheet: Sheet) -> dict[str, Answer]:
    """Every item's answer by its id, in the order of ITEMS."""
    return {item.id: item.answered(sheet) for item in ITEMS}


def touched(parts: Iterable[str]) -> list[Item]:
    """The items that a change of these parts of a page can affect."""
    changed = set(parts)
    return [item for item in ITEMS if changed & {*item.parts} or WHOLE in (*item.parts, *changed)]


def share(found: dict[str, Answer], instrument: str) -> tuple[int, int]:
    """How many of an instrument's answered items are passed, and of how many: asked ones are not counted."""
    results = [found[item.id].result for item in ITEMS if item.instrument == instrument and item.id in found]
    return results.count(PASSED), results.count(PASSED) + results.count(NOT_PASSED)


# --- what answers them -----------------------------------------------------------------------


def _words(passage: Passage) -> int:
    return sum(len(sentence.words) for sentence in passage.sentences())


def _none_of(found: Sequence[Finding], evidence: str) -> Answer:
    """Passed if the coach found nothing of the kind; else its first finding, and how many there are."""
    if not found:
        return Answer(PASSED, evidence)
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return Answer(NOT_PASSED, f"line {found[0].line}: “{plain_language.quoted(found[0].quote)}”{more}")


def _says(good: bool, evidence: str, otherwise: str) -> Answer:
    return Answer(PASSED, evidence) if good else Answer(NOT_PASSED, otherwise)


def everyday_words(sheet: Sheet) -> Answer:
    return _none_of(sheet.of_kind(plain_language.PLAIN), "no word of the list of plainer words")


def terms_explained(sheet: Sheet) -> Answer:
    return _none_of(sheet.of_kind(plain_language.UNDEFINED), "every medical word found is in the glossary or explained")


def active_voice(sheet: Sheet) -> Answer:
    return _none_of(sheet.of_kind(plain_language.PASSIVE), "no passive instruction found")


def clear_numbers(sheet: Sheet) -> Answer:
    if not _figures(sheet):
        return Answer(NOT_APPLICABLE, "no numbers")
    return _none_of(sheet.of_kind(plain_language.NUMBER), "no percentage or comparison without its whole")


def no_sums(sheet: Sheet) -> Answer:
    for one in sheet.passages:
        found = SUM.search(one.text)
        if found:
            return Answer(NOT_PASSED, f"line {one.line_at(found.start())}: “{found[0]}”")
    return Answer(PASSED, "no sum is asked for")


def short_sections(sheet: Sheet) -> Answer:
    if sheet.words < SHORT_TEXT:
        return Answer(NOT_APPLICABLE, f"{sheet.words} words")
    if not sheet.section_words:
        return Answer(NOT_PASSED, f"{sheet.words} words and no section")
    longest = max(sheet.section_words.values())
    evidence = f"{len(sheet.section_words)} sections, the longest of {longest} words"
    return _says(longest <= LONGEST_SECTION, evidence, evidence)


def telling_headings(sheet: Sheet) -> Answer:
    headings = sheet.headings()
    if not headings:
        return Answer(NOT_APPLICABLE if sheet.words < SHORT_TEXT else NOT_PASSED, "no headings")
    long = [one for one in headings if _words(one) > LONGEST_HEADING]
    evidence = f"{len(headings)} headings, none over {LONGEST_HEADING} words"
    return _says(not long, evidence, f"line {long[0].line}: “{long[0].text}” is long" if long else "")


def summary_first(sheet: Sheet) -> Answer:
    points = sheet.boxed("short")
    if not points and sheet.words < SHORT_TEXT:
        return Answer(NOT_APPLICABLE, f"{sheet.words} words")
    return _says(bool(points), f"“In short” with {len(points)} points", "there is no “In short”")


def visual_cues(sheet: Sheet) -> Answer:
    boxes = len({one.box for one in sheet.passages if one.box}) + len(sheet.cards)
    strong = sum(one.strong for one in sheet.passages)
    lists = sum(one.kind == ITEM for one in sheet.passages)
    evidence = f"{boxes} boxes and cards, {lists} list items, {strong} passages with strong words"
    return _says(boxes + strong + lists > 0, evidence, "no box, list or strong word")


def lists_used(sheet: Sheet) -> Answer:
    lists = sum(one.kind == ITEM for one in sheet.passages)
    return _says(lists > 1, f"{lists} list items", "no list")


def described_pictures(sheet: Sheet) -> Answer:
    return Answer(ASK) if sheet.pictures else Answer(NOT_APPLICABLE, "no pictures")


def simple_tables(sheet: Sheet) -> Answer:
    return Answer(ASK) if any(one.kind == CELL for one in sheet.passages) else Answer(NOT_APPLICABLE, "no tables")


def an_action(sheet: Sheet) -> Answer:
    actions = len(sheet.boxed("do", "dont", "questions"))
    evidence = f"{len(sheet.cards)} cards and {actions} points of what to do or ask"
    return _says(actions + len(sheet.cards) > 0, evidence, "no card, “Do”, “Do not” or question")


def speaks_to_readers(sheet: Sheet) -> Answer:
    about = [one for one in sheet.of_kind(plain_language.PASSIVE) if "speaks about the reader" in one.what]
    if about:
        return _none_of(about, "")
    spoken = sum(len(ADDRESSED.findall(one.text)) for one in sheet.passages)
    return _says(spoken > 0, f"“you” and its kin {spoken} times", "the reader is never spoken to")


def steps(sheet: Sheet) -> Answer:
    points = sheet.boxed("do", "dont")
    return Answer(PASSED, f"{len(points)} points, one act each to a line") if len(points) > 1 else Answer(ASK)


def a_tool(sheet: Sheet) -> Answer:
    questions = sheet.boxed("questions")
    return _says(bool(questions), f"a list of {len(questions)} questions to take along", "no list of questions")


def aids_explained(sheet: Sheet) -> Answer:
    aids = bool(sheet.pictures) or any(one.kind == CELL for one in sheet.passages)
    return Answer(ASK) if aids else Answer(NOT_APPLICABLE, "no tables or pictures")


def sums_shown(sheet: Sheet) -> Answer:
    return Answer(NOT_APPLICABLE, "no sum is asked for") if no_sums(sheet).result == PASSED else Answer(ASK)


def numbers_explained(sheet: Sheet) -> Answer:
    return Answer(ASK) if _figures(sheet) else Answer(NOT_APPLICABLE, "no numbers")


def _figures(sheet: Sheet) -> int:
    return sum(len(FIGURE.findall(one.text)) for one in sheet.passages)


# --- the items -------------------------------------------------------------------------------


def _item(id: str, question: str, *parts: str, by: Callable[[Sheet], Answer] | None = None) -> Item:
    return Item(id, PEMAT if id.startswith("P") else CDC, question, parts or (WHOLE,), by)


ITEMS: tuple[Item, ...] = (
    _item("P1", "Is it plain from the start what the page is for?", SHORT),
    _item("P2", "Does everything on the page serve that purpose?"),
    _item("P3", "Are the words everyday ones?", by=everyday_words),
    _item("P4", "Are medical words there only to make them familiar, and explained?", by=terms_explained),
    _item("P5", "Do the sentences say who does what?", by=active_voice),
    _item("P6", "Can the numbers be pictured?", NUMBERS, by=clear_numbers),
    _item("P7", "Is the reader spared any sum?", NUMBERS, by=no_sums),
    _item("P8", "Is the text cut into short sections?", SECTIONS, by=short_sections),
    _item("P9", "Do the headings say what stands below them?", SECTIONS, by=telling_headings),
    _item("P10", "Do the sections follow each other in a sensible order?", SECTIONS),
    _item("P11", "Is there a summary?", SHORT, by=summary_first),
    _item("P12", "Do boxes, lists or strong words show the main points?", by=visual_cues),
    _item("P15", "Would a picture make any part easier, where there is none?", PICTURES),
    _item("P16", "Do the pictures help with the content, and not distract from it?", PICTURES, by=described_pictures),
    _item("P17", "Do the pictures have clear titles or captions?", PICTURES, by=described_pictures),
    _item("P18", "Are the pictures clear and uncluttered?", PICTURES, by=described_pictures),
    _item("P19", "Are tables simple, with short, clear headings?", TABLES, by=simple_tables),
    _item("P20", "Is there at least one thing that the reader can do?", CARDS, QUESTIONS, by=an_action),
    _item("P21", "Does it speak to the reader when it says what to do?", by=speaks_to_readers),
    _item("P22", "Is what to do cut into steps that can be done?", CARDS, SECTIONS, by=steps),
    _item("P23", "Is there something to use, like a list to take along?", QUESTIONS, by=a_tool),
    _item("P24", "If something has to be worked out, is it shown how?", NUMBERS, by=sums_shown),
    _item("P25", "Is it said how to use a table or picture to act?", TABLES, PICTURES, by=aids_explained),
    _item("P26", "Would a picture make an act easier, where there is none?", PICTURES),
    _item("C1", "Is there one main message?", SHORT),
    _item("C2", "Does the main message stand at the top?", SHORT, by=summary_first),
    _item("C3", "Does it stand out to the eye?", SHORT, by=summary_first),
    _item("C4", "Does a picture carry the main message or help it?", PICTURES),
    _item("C5", "Is the reader asked to do something?", CARDS, QUESTIONS, by=an_action),
    _item("C6", "Are the main message and what to do said in the active voice?", SHORT, CARDS, by=active_voice),
    _item("C7", "Are the words ones that readers use?", by=terms_explained),
    _item("C8", "Are lists used where things are listed?", by=lists_used),
    _item("C9", "Is the text in chunks with headings?", SECTIONS, by=short_sections),
    _item("C10", "Does the first part sum up what matters most?", SHORT, by=summary_first),
    _item("C11", "Does it say what is known, and what nobody knows?"),
    _item("C12", "Does it say what the reader should do?", CARDS, SECTIONS, by=an_action),
    _item("C13", "Does it say why that matters to the reader?", CARDS, SECTIONS),
    _item("C14", "Does it say how to do it?", CARDS, SECTIONS),
    _item("C15", "Are the numbers of a kind that readers are used to?", NUMBERS, by=clear_numbers),
    _item("C16", "Is it said what the numbers mean?", NUMBERS, by=numbers_explained),
    _item("C17", "Is the reader spared any sum?", NUMBERS, by=no_sums),
    _item("C18", "Is it said what the danger is, and why?", CARDS, SECTIONS),
    _item("C19", "Are both good and harm of what is advised said?", SECTIONS),
    _item("C20", "Are chances given as numbers also given in words or a picture?", NUMBERS, by=numbers_explained),
)
