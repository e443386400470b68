"""A source's parts and their fingerprints: what a clinician's check is bound to.

A page's parts are what its front matter shows and where it stands (`HEAD`), the text before the
first heading (`LEAD`), the boxes “in short” and “questions”, and each section. A card is one part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from io import StringIO

from markdown_it.token import Token

from topics import syntax
from topics.source import CARD, Source

HEAD, LEAD, SHORT, QUESTIONS, SECTION, WHOLE = "head", "lead", "short", "questions", "section", "card"
ALIKE = 0.6  # share of words in common, in order; below it a section under another heading is a new one


@dataclass(frozen=True)
class Part:
    """`key` names the part within its source; `title` is a section's heading, else empty.

    `form` is what the parser makes of `text`: the same for every layout of the same thing.
    """

    kind: str
    key: str
    title: str
    text: str
    form: str = ""

    @cached_property
    def digest(self) -> str:
        """SHA-256, hex, of what readers get. A box, card or list that a mere line break undoes is another one."""
        return hashlib.sha256(self.form.encode()).hexdigest()


def parts(source: Source) -> tuple[Part, ...]:
    """Every part that has words, in the order of the text; never raises on a text."""
    # Organ sites are where readers find a page, and on which pages a red flag stands.
    shown = "\n".join([source.title, source.summary, source.level, source.door, " ".join(sorted(source.sites))])
    if source.kind == CARD:
        form = _form(syntax.MARKDOWN.parse(source.body))
        return (Part(WHOLE, WHOLE, "", f"{shown}\n{source.body}", f"{shown}\n{form}"),)
    inside = _of_body(source.body)
    order = "\n".join(part.key for part in inside)  # a part that came, went or moved changes the head
    head = f"{shown}\n{order}"
    return (Part(HEAD, HEAD, "", head, head), *inside)


@lru_cache(maxsize=400)  # a page's history is walked by each question about its checks
def _of_body(body: str) -> tuple[Part, ...]:
    tokens = syntax.MARKDOWN.parse(body)
    rows = list(StringIO(body, newline="\n"))  # the parser ends lines here and nowhere else
    opened = [block[0] for block in syntax.blocks(tokens)]
    ends = [*(syntax.line_of(token) for token in opened[1:]), len(rows)]
    found: dict[str, Part] = {}
    here = LEAD
    for block, end in zip(syntax.blocks(tokens), ends, strict=True):
        text = "".join(rows[syntax.line_of(block[0]) : end])
        kind, key, title = _place(block[0].type, here), here, ""
        if block[0].type == "heading_open" and block[0].tag == "h2":
            title = syntax.plain(block[1].children).strip()
            kind, here = SECTION, _free(" ".join(title.casefold().split()), found)
            key = here
        elif kind in (SHORT, QUESTIONS):
            key = kind
        before = found.get(key)
        if before is None:
            found[key] = Part(kind, key, title, text, _form(block))
        else:
            found[key] = replace(before, text=before.text + text, form=before.form + _form(block))
    return tuple(found.values())


def _form(tokens: Sequence[Token]) -> str:
    """One line a token: its kind, and its words with the addresses that they lead to."""
    return "".join(f"{_named(token)}\t{_said(token)}\n" for token in tokens)


def _named(token: Token) -> str:
    attrs = " ".join(f"{name}={value}" for name, value in token.attrs.items())
    return f"{token.type} {token.tag} {token.info.strip()} {attrs}"


def _said(token: Token) -> str:
    if token.type != "inline":
        return repr(token.content)  # of code, whose lines and spaces are shown as they are
    leads = (str(value) for child in token.children or [] for value in child.attrs.values())
    return "\t".join([" ".join(token.content.split()), *leads])


def _place(token: str, here: str) -> str:
    boxes = {"container_short_open": SHORT, "container_questions_open": QUESTIONS}
    return boxes.get(token, LEAD if here == LEAD else SECTION)


def _free(title: str, taken: dict[str, Part]) -> str:
    key, count = f"s:{title}", 2
    while key in taken:
        key, count = f"s:{title}:{count}", count + 1
    return key


def matched(old: Sequence[Part], new: Sequence[Part]) -> dict[str, Part]:
    """For each new part's key the old part it came from; a section under a new heading is known by its text."""
    left = {part.key: part for part in old}
    found = {part.key: left.pop(part.key) for part in new if part.key in left}
    for part in new:
        if part.key in found or part.kind != SECTION:
            continue
        same = [other for other in left.values() if other.kind == SECTION]
        best = max(same, key=lambda other: _alike(other.text, part.text), default=None)
        if best is not None and _alike(best.text, part.text) >= ALIKE:
            found[part.key] = left.pop(best.key)
    return found


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()
