"""Section anchors that survive rewording: a link to a section once given out keeps leading there.

A section's anchor is made from its heading. When a heading is reworded, the section keeps the
anchor it had: it is recognised by its text. `aliases` maps the anchor that the present heading
would make to the one that was given out first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from topics.rendering import PageSection, Rendered

ALIKE = 0.6  # share of words in common, in order; below it a section counts as a new one


def applied(rendered: Rendered, aliases: Mapping[str, str]) -> Rendered:
    """The page with every anchor as it was first given out."""
    sections = tuple(replace(section, id=aliases.get(section.id, section.id)) for section in rendered.sections)
    return replace(rendered, sections=sections)


def carried(old: Sequence[PageSection], new: Sequence[PageSection], aliases: Mapping[str, str]) -> dict[str, str]:
    """Aliases for `new`, whose ids come from its headings, after `old`, whose ids readers know.

    Sections keep the id they have; a reworded one takes the id of the old section whose text it
    shares most; no id is ever given to two sections.
    """
    known = {section.id for section in old}
    found = {section.id: aliases.get(section.id, section.id) for section in new}
    kept = {id for id in found.values() if id in known}
    lost = [section for section in old if section.id not in kept]
    fresh = [section for section in new if found[section.id] not in known]
    for section in fresh:
        best = max(lost, key=lambda one: _alike(one.text, section.text), default=None)
        if best is not None and _alike(best.text, section.text) >= ALIKE:
            found[section.id] = best.id
            lost.remove(best)
    return {**aliases, **{own: id for own, id in _distinct(found).items() if own != id}}


def _distinct(found: Mapping[str, str]) -> dict[str, str]:
    """Where a new heading makes an anchor that an older section was given, the new one counts on."""
    distinct: dict[str, str] = {}
    for own, id in sorted(found.items(), key=lambda pair: pair[0] == pair[1]):
        name, count = id, 2
        while name in distinct.values():
            name, count = f"{id}-{count}", count + 1
        distinct[own] = name
    return distinct


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()
