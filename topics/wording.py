"""Whether a change can be one of wording: what must not differ between two sources that mean the same.

A wording change goes to patients without a clinician's check, so whatever these rules can see
to change what a page tells people to do makes it a clinical one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from topics import syntax
from topics.parts import HEAD, SECTION, matched, parts
from topics.source import CARD, Source

NUMBER = re.compile(r"[0-9]+(?:[.,:/–-][0-9]+)*\s?%?")
MEASURE = re.compile(rf"{NUMBER.pattern}(?:\W{{0,2}}\w+)?")  # with what it counts
NEGATION = re.compile(
    r"\b(?:not|no|never|none|nor|without|unless|except|stop|avoid|cannot|can['’]t|\w+n['’]t|nunca|sin|ning[uú]n\w*)\b"
    r"(?:\W+\w+)?",  # what is not
    re.IGNORECASE,
)
URGENCY = re.compile(
    r"\b(?:now|today|tonight|immediately|urgent\w*|emergency|straight away|right away|at once|hours?|minutes?|days?|"
    r"ahora|hoy|urgen\w*|emergencia)\b",
    re.IGNORECASE,
)
AMOUNT = re.compile(
    r"\b(?:once|twice|half|double|two|three|four|five|six|seven|eight|nine|ten|twelve|dozen|every|each|daily|weekly|"
    r"monthly|always|often|sometimes|rarely|usually|only|most|all|must|should|may|might|"
    r"dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doble|mitad|veces|cada|siempre|debe\w*|puede\w*)\b",
    re.IGNORECASE,
)
COMPARISON = re.compile(
    r"\b(?:more|higher|greater|above|over|increas\w*|longer|less|lower|fewer|below|under|decreas\w*|reduc\w*|shorter|"
    r"before|after|left|right|worse|better|más|mayor|encima|menos|menor|debajo|antes|después|peor|mejor)\b",
    re.IGNORECASE,
)
ALIKE = {
    **dict.fromkeys(("higher", "greater", "above", "over", "más", "mayor", "encima"), "more"),
    **dict.fromkeys(("lower", "fewer", "below", "under", "menos", "menor", "debajo"), "less"),
    "might": "may",
}
# By the stems that the names of medicines are made of; brands and short forms are words with a capital.
MEDICINE = re.compile(
    r"\b(?:\w{2,}(?:mab|nib|ciclib|lisib|sertib|parib|zole|stane|oxifen|estrant|taxel|platin|rubicin|citabine|trexate|"
    r"prolide|limus|dronate|relin|bulin|relbine|pilone|tecan|vedotin|tansine|phosphamide|uracil|profen|codone|morphone|olone|"
    r"sone|parin|mycin|cillin|ifene)|zoledronic|paracetamol|acetaminophen|aspirin|naproxen|morphine|codeine|tramadol|"
    r"fentanyl|warfarin|insulin|tamoxifeno)\b",
    re.IGNORECASE,
)
NAME = re.compile(r"(?<![.!?:#*>|-] )(?<=[\w,;()/] )[A-Z][\w-]*[\w]|\b[A-Z]{2,}[0-9]*\b")
BOX = re.compile(r"^\s*:{3,}[ \t]*(\S.*?)\s*$", re.MULTILINE)
ADDRESS = re.compile(r"\]\([^)\s]*|https?://\S+")


def clinical_reasons(old: Source, new: Source) -> list[str]:
    """Why the step from `old` to `new` is more than wording, in sentences; empty when nothing shows it."""
    if new.kind == CARD:
        return ["A red-flag card tells people when to call, so every change of it is a clinical one."]
    return [reason for differs, reason in RULES if differs(old, new)]


Texts = Sequence[tuple[str, str]]


def _texts(old: Source, new: Source) -> Texts:
    """Each part before and after, so that what moved from one to another shows; the head as its words."""
    before, after = parts(old), parts(new)
    came_from = matched(before, after)
    met = [
        (came_from[part.key].text if part.key in came_from else "", part.text) for part in after if part.kind != HEAD
    ]
    left = {part.key for part in came_from.values()}
    gone = [(part.text, "") for part in before if part.key not in left]
    return [(f"{old.title}\n{old.summary}", f"{new.title}\n{new.summary}"), *met, *gone]


def _words(text: str) -> str:
    """What readers read, without citations and the addresses of links."""
    return ADDRESS.sub("](", syntax.CITATION.sub(" ", text))


def _as_written(text: str) -> str:
    return text


def _in_order(pattern: re.Pattern[str], read: Callable[[str], str] = _words) -> Callable[[Source, Source], bool]:
    """Whether any part has other words of this kind, or the same ones in another order."""

    def found(text: str) -> list[str]:
        hits = (" ".join(hit.casefold().split()) for hit in pattern.findall(read(text)))
        return [ALIKE.get(hit, hit) for hit in hits]

    return lambda old, new: any(found(before) != found(after) for before, after in _texts(old, new))


def _headings(old: Source, new: Source) -> bool:
    counts = [sum(part.kind == SECTION for part in parts(source)) for source in (old, new)]
    return counts[0] != counts[1]


def _places(old: Source, new: Source) -> bool:
    def of(source: Source) -> object:
        return source.door, source.level, frozenset(source.sites), source.section, dict(source.codes)

    return of(old) != of(new)


RULES: tuple[tuple[Callable[[Source, Source], bool], str], ...] = (
    (_in_order(MEASURE), "A number, or what it counts, changed or moved."),
    (_in_order(NEGATION), "A word like “not”, “never” or “without” came, went or moved."),
    (_in_order(URGENCY), "A word that says how soon (“now”, “today”, “hours”) came, went or moved."),
    (
        _in_order(AMOUNT),
        "A word that says how often, how much or how sure (“twice”, “every”, “must”) came, went or moved.",
    ),
    (_in_order(COMPARISON), "A word that compares or says when (“more”, “below”, “after”) came, went or moved."),
    (_in_order(MEDICINE), "The name of a medicine came, went or moved."),
    (_in_order(NAME), "A name or a short form came, went or moved."),
    (_in_order(BOX, _as_written), "A card or a box (“do”, “do not”, questions) came, went or moved."),
    (_in_order(syntax.PHONE, _as_written), "A phone number came, went or moved."),
    (_in_order(syntax.CITATION, _as_written), "A source came, went or moved."),
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
