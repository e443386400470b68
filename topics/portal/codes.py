"""From codes and names to the rows of the table of codes (portal-linking.md §4.5 and §4.6).

Rows are found by their stem, an indexed column: a request asks the table once for all its codes
and once for all its names, however large the table is.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db import DatabaseError, transaction
from django.db.models import F

from topics.codes import FAMILY, MEDICINES, SYSTEMS, Coded, medicine_key
from topics.models import Code, UnmatchedCode

EVERY_CANCER, WEAK = 200, 300  # ranks: what belongs to every cancer; what is mostly sent without metastases
MOST_WORDS, LONGEST_NAME = 40, 4
BIOSIMILAR = re.compile(r"(.+)-[a-z]{4}")  # trastuzumab-dkst: the FDA's four letters behind a biological's name

MOST_MISSES_A_DAY = 200
MOST_COUNTED = 1_000  # of one code on one day; beyond that nothing is written
DAYS_KEPT = 90

logger = logging.getLogger(__name__)


def rows_for(asked: Sequence[Coded | None]) -> list[list[Code]]:
    """For each code the rows that answer it, best first; none for None."""
    rows = _rows({code.system.stem(code.key) for code in asked if code})
    return [_answering(code, rows) if code else [] for code in asked]


def _rows(stems: set[str]) -> list[Code]:
    """Rows of these stems, best first. Sorted here: an ORDER BY would lead SQLite to another index."""
    if not stems:
        return []
    found = Code.objects.answering().leading_somewhere().filter(stem__in=sorted(stems)).order_by()
    return sorted(found, key=lambda row: (row.rank, row.key, row.topic_id))


def _answering(code: Coded, rows: Iterable[Code]) -> list[Code]:
    """What stands at this code or nearest above it, and what lies below it and goes before that."""
    mine = [row for row in rows if row.system == code.system.slug]
    same, lines = code.system.same(code.key), {*code.system.lines(code.key)}
    above = [row for row in mine if row.key in same or row.covers == FAMILY and row.key in lines]
    longest = max((len(row.key) for row in above), default=0)
    nearest = [row for row in above if len(row.key) == longest]
    below = []
    if code.system.is_parent(code.key):
        last = max((row.rank for row in nearest), default=WEAK)
        below = [row for row in mine if _below(row, code.key) and row.rank < last]
    return sorted([*nearest, *below], key=lambda row: row.rank)


def _below(row: Code, key: str) -> bool:
    return row.covers == FAMILY and row.key != key and row.key.startswith(key)


def rows_named(texts: Sequence[Sequence[str]]) -> list[list[Code]]:
    """For each list of texts the rows of the medicines that the first text with any names."""
    names = [[_names(text) for text in group] for group in texts]
    every = {name for group in names for spelt, bare in group for name in (*spelt, *bare)}
    rows = [row for row in _rows(every) if row.system == MEDICINES]
    return [next(filter(None, (_named(rows, *spellings) for spellings in group)), []) for group in names]


def _named(rows: Iterable[Code], spelt: set[str], bare: set[str]) -> list[Code]:
    return [row for row in rows if row.key in spelt or row.covers == FAMILY and row.key in bare]


def _names(text: str) -> tuple[set[str], set[str]]:
    """Every run of words of a text, and those that end in a biosimilar's suffix without it."""
    words = medicine_key(text).split()[:MOST_WORDS]
    runs = {
        " ".join(words[start : start + length]) for length in range(1, LONGEST_NAME + 1) for start in range(len(words))
    }
    suffixed = (BIOSIMILAR.fullmatch(run) for run in runs)
    return runs, {match[1] for match in suffixed if match}


def says_cancer(row: Code) -> bool:
    """A diagnosis that means this cancer by itself: it lets unspecific codes of the same request answer."""
    every_cancer = EVERY_CANCER <= row.rank < WEAK
    return SYSTEMS[row.system].condition and not row.needs_context and not every_cancer


def count_misses(codes: Iterable[Coded], today: date) -> None:
    """Count codes that lead nowhere, by code and day only. A database that cannot write costs no answer."""
    try:
        with transaction.atomic():
            for code in codes:
                _count(code, today)
    except DatabaseError:
        logger.warning("Codes without a page could not be counted.")


def _count(code: Coded, today: date) -> None:
    rows = UnmatchedCode.objects.filter(day=today, system=code.system.slug, code=code.shown)
    if not rows.exists():
        if UnmatchedCode.objects.filter(day=today).count() >= MOST_MISSES_A_DAY:
            return
        UnmatchedCode.objects.filter(day__lt=today - timedelta(days=DAYS_KEPT)).delete()
        miss = UnmatchedCode(day=today, system=code.system.slug, code=code.shown)
        UnmatchedCode.objects.bulk_create([miss], ignore_conflicts=True)
    rows.filter(count__lt=MOST_COUNTED).update(count=F("count") + 1)
