"""What the sentence coach says of a page, with the glossary and the plain words that staff keep."""

from __future__ import annotations

from dataclasses import dataclass

from topics import pages
from topics.models import PlainWord
from topics.plain_language import LONG, Finding, Known, findings
from topics.plain_language import PlainWord as Plainer
from topics.plain_language.prose import passages
from topics.plain_language.readability import Grade, counted, grades
from topics.plain_language.understandability import Answer, Sheet, answers
from topics.rendering import Inputs, Rendered
from topics.source import Source
from topics.terms import Term

LONGEST = 40_000  # characters: six times a page of 900 words


@dataclass(frozen=True)
class Advice:
    """Findings by line, none of which stops publication, and reading grades: information, never a gate."""

    findings: tuple[Finding, ...] = ()
    grades: tuple[Grade, ...] = ()


def advice(source: Source, given: Inputs | None = None) -> Advice:
    """What may be said more plainly in `source`; lines count from the source's first.

    `given` are the inputs of its language, where they are at hand.
    """
    language = source.language
    if len(source.body) > LONGEST:
        what = f"This text has {len(source.body):,} characters: more than anybody reads at once."
        return Advice((Finding(source.body_line, what, "Make several pages of it.", kind=LONG),))
    terms = given.terms if given else pages.terms(language)
    found = passages(source.body, source.body_line, language)
    return Advice(tuple(findings(found, known(language, terms))), grades(counted(found, language), language))


def review_answers(source: Source, rendered: Rendered, given: Inputs | None = None) -> dict[str, Answer]:
    """The items of PEMAT-P and of the CDC index by their ids, as far as they answer themselves."""
    found = tuple(passages(source.body, source.body_line, source.language))
    sheet = Sheet(found, advice(source, given).findings, rendered.cards, rendered.images)
    return answers(sheet)


def known(language: str, terms: tuple[Term, ...]) -> Known:
    rows = PlainWord.objects.filter(language=language)
    return Known(language, terms, tuple(Plainer(row.word, row.say, tuple(row.forms)) for row in rows))
