"""Two people changed one page: where their texts differ, part by part, and how they go together.

A part is what stands below one `##` heading, or before the first, letter for letter (`topics.parts` cuts
finer, for checks). It is recognised by its heading, or by its words where somebody renamed it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from merge3 import Merge3

from topics.parts import SECTION, Part, matched

THEIRS, YOURS, BOTH = "theirs", "yours", "both"
HEADING = re.compile(r" {0,3}##[ \t]+(.*?)[ \t#]*$")
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
LEAD = ""

Parts = dict[str, str]


@dataclass(frozen=True)
class Meeting:
    """One part or field that the two texts do not share.

    `chosen` is what to take if nobody says otherwise: the side that alone changed it, or both.
    `both` is empty where only one can stand, or where only one changed it.
    """

    name: str
    theirs: str
    yours: str
    chosen: str
    both: str = ""

    def taken(self, side: str) -> str:
        texts = {THEIRS: self.theirs, YOURS: self.yours, **({BOTH: self.both} if self.both else {})}
        return texts.get(side, texts.get(self.chosen, self.yours))


def parts(body: str) -> Parts:
    """The text cut before each `##` heading, by the heading's words; joined again it is the same text."""
    found, name, fence = {LEAD: ""}, LEAD, ""
    for line in body.splitlines(keepends=True):
        mark = FENCE.match(line)
        heading = None if fence else HEADING.match(line.rstrip("\n"))
        if mark and (not fence or (mark[1][0] == fence[0] and len(mark[1]) >= len(fence))):
            fence = "" if fence else mark[1]
        if heading:
            name = _free(found, heading[1].casefold())
            found[name] = ""
        found[name] += line
    return found


def meetings(before: str | None, theirs: str, yours: str) -> tuple[list[str], list[Meeting]]:
    """The names of all parts in order, and those parts that differ. `before` is what both started from."""
    old = parts(before) if before is not None else {}
    a, b = _as_named_before(old, parts(theirs)), _as_named_before(old, parts(yours))
    order = _order(list(a), list(b))
    met = [_met(name, old.get(name, ""), a.get(name, ""), b.get(name, "")) for name in order]
    return order, [one for one in met if _same(one.theirs) != _same(one.yours)]


def fields_met(before: Mapping[str, str], theirs: Mapping[str, str], yours: Mapping[str, str]) -> list[Meeting]:
    """The fields that differ; where both changed one, yours is offered first: theirs is one click away."""
    return [
        Meeting(name, theirs[name], yours[name], THEIRS if yours[name] == before.get(name) else YOURS)
        for name in theirs
        if theirs[name] != yours[name]
    ]


def together(before: str | None, theirs: str, yours: str, sides: Mapping[str, str]) -> str:
    """The whole text, each part from the side that `sides` names for it."""
    old = parts(before) if before is not None else {}
    a, b = _as_named_before(old, parts(theirs)), _as_named_before(old, parts(yours))
    order, met = meetings(before, theirs, yours)
    taken = {**a, **{one.name: one.taken(sides.get(one.name, "")) for one in met}}
    return "".join(_spaced(taken[name], a.get(name, ""), b.get(name, "")) for name in order)


def _spaced(text: str, *like: str) -> str:
    """The part with as many empty lines behind it as it has in one of the two texts."""
    return text.rstrip("\n") + "\n" * max(1, *(_ends(one) for one in like)) if text else ""


def _ends(text: str) -> int:
    return len(text) - len(text.rstrip("\n"))


def _met(name: str, old: str, theirs: str, yours: str) -> Meeting:
    alone = {_same(yours): THEIRS, _same(theirs): YOURS}  # where one side left it as it was, the other decides
    chosen = alone.get(_same(old), BOTH)
    return Meeting(name, theirs, yours, chosen, _merged(old, theirs, yours) if chosen == BOTH else "")


def _same(text: str) -> str:
    """Empty lines at a part's end belong to what follows."""
    return text.rstrip("\n")


def _merged(old: str, theirs: str, yours: str) -> str:
    """Line by line; lines that both changed stand one below the other, theirs first."""
    base, a, b = (_ended(text).splitlines(keepends=True) for text in (old, theirs, yours))
    chunks = Merge3(base, a, b).merge_groups()
    return "".join(
        _one_below_the_other(*chunk[2:]) if chunk[0] == "conflict" else "".join(chunk[1]) for chunk in chunks
    )


def _one_below_the_other(theirs: Sequence[str], yours: Sequence[str]) -> str:
    pairs = enumerate(zip(theirs, yours, strict=False))
    shared = next((at for at, (a, b) in pairs if a != b), min(len(theirs), len(yours)))
    return "".join([*theirs, *yours[shared:]])


def _as_named_before(old: Parts, new: Parts) -> Parts:
    """`new` with each renamed part under the name that it had."""
    before, after = ([Part(SECTION, name, "", text) for name, text in texts.items()] for texts in (old, new))
    known = matched(before, after)
    return {known[name].key if name in known else name: text for name, text in new.items()}


def _order(theirs: list[str], yours: list[str]) -> list[str]:
    """Theirs, with each part that only you have behind the one it follows in your text."""
    order = list(theirs)
    for place, name in enumerate(yours):
        if name not in order:
            order.insert(order.index(yours[place - 1]) + 1 if place else 0, name)
    return order


def _free(found: Parts, name: str) -> str:
    count, free = 1, name
    while free in found:
        count += 1
        free = f"{name} {count}"
    return free


def _ended(text: str) -> str:
    return text if text.endswith("\n") or not text else f"{text}\n"
