"""A source's lists as people type them into a form, and back.

Each `…_text` and `…_read` are inverses: what nobody touched comes back as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from topics.problems import Problem, Problems
from topics.source import Source

BETWEEN = re.compile(r"[,;\s]+")
# What the edit page shows as a field of its own; the text below them is `body`.
PLAIN = ("title", "summary", "section", "level", "door", "order", "review_months")


def values_of(source: Source) -> dict[str, Any]:
    """Every value that a form edits, by the form's names."""
    return {
        **{name: getattr(source, name) for name in PLAIN},
        "sites": list(source.sites),
        "claims": ", ".join(source.claims),
        "codes": codes_text(source.codes),
        "verify": "\n".join(source.verify),
        "body": source.body,
    }


def words_read(text: str) -> list[str]:
    """“S13, S14” as its words, each once."""
    return _once(BETWEEN.split(text.strip()))


def lines_read(text: str) -> list[str]:
    return _once(" ".join(line.split()) for line in text.splitlines())


def codes_text(codes: Mapping[str, tuple[str, ...]]) -> str:
    """One code system to a line: “icd-10-cm: C79.51, C79.52”."""
    return "\n".join(f"{system}: {', '.join(items)}" for system, items in codes.items())


def codes_read(text: str) -> dict[str, list[str]]:
    """Raises Problems naming each line that is not “system: code, code”."""
    codes: dict[str, list[str]] = {}
    problems = []
    for number, line in enumerate(text.splitlines(), start=1):
        system, colon, items = line.partition(":")
        system = system.strip().lower()
        if not line.strip():
            continue
        if not colon or not system or " " in system:
            what = f"“{line.strip()[:60]}” does not name its code system."
            problems.append(Problem(number, what, "Write “icd-10-cm: C79.51, C79.52”, one system to a line."))
        elif system in codes:
            problems.append(Problem(number, f"“{system}” stands here a second time.", "Put its codes on one line."))
        else:
            codes[system] = words_read(items)
    if problems:
        raise Problems(problems)
    return codes


def _once(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(word for word in words if word))
