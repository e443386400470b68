"""The Markdown that pages may use: CommonMark, tables, and four additions of ours.

    ::: short … :::           a box (also: do, dont, questions)
    ::: card cord-compression a red-flag card, called by its name, one line
    [@BCN-BONE; @MAC-RT]      what a sentence rests on
    {emergency}               a phone number of the clinic (also: day_line, night_line)

Raw HTML stays text. Anything that looks like an addition but is none is a Problem.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin

from topics.problems import Problem

BOXES = ("short", "do", "dont", "questions")
PHONES = ("emergency", "day_line", "night_line")
COLONS = re.compile(r"(:{3,})[ \t]*(.*)", re.DOTALL)
CARD_LINE = re.compile(r"^:{3,}[ \t]+card[ \t]+([a-z0-9-]+)[ \t]*$")
CONFLICT_LINE = re.compile(r"^\s*:{3,}[ \t]*conflict[ \t]*$")
CITATION = re.compile(r"\[(@[A-Za-z0-9-]+(?:; ?@[A-Za-z0-9-]+)*)\]")
CITATION_AS_DEFINITION = re.compile(r"^ {0,3}\[@[^\]]*\]:")
PHONE = re.compile(r"(?<!\{)\{([a-z_]+)\}(?!\})")
MISSPELT_PHONE = re.compile(r"(?<![{%])\{([\w -]+)\}(?!\})")
DOUBLED_PHONE = re.compile(rf"\{{(\{{ ?(?:{'|'.join(PHONES)}) ?\}})\}}")
BROKEN_LINK = re.compile(r"\][(\[]")
WORDS_ONLY = {"text", "softbreak", "hardbreak", "code_inline", "em_open", "em_close", "strong_open", "strong_close"}


def parse(text: str) -> tuple[list[Token], list[Problem]]:
    """Tokens and what is wrong with our additions. `Token.map` and problem lines count from the text's start."""
    tokens = MARKDOWN.parse(text)
    found = [_box_problems, _line_problems, _word_problems]
    return tokens, [*_heading_problems(tokens), *(problem for rule in found for problem in rule(text, tokens))]


def to_html(tokens: list[Token]) -> str:
    return str(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))


# --- tokens ----------------------------------------------------------------------------------


def line_of(token: Token) -> int:
    """The token's first line in the text, from 0."""
    return token.map[0] if token.map else 0


def with_lines(inline: Token) -> Iterator[tuple[Token, int]]:
    """The children of an inline token, each with the line that it stands on."""
    line = line_of(inline)
    for child in inline.children or []:
        yield child, line
        if child.type in ("softbreak", "hardbreak"):
            line += 1


def plain(tokens: list[Token] | None) -> str:
    """What inline tokens say in words, without marks, addresses and the numbers of citations."""
    words, cites = [], 0
    for token in tokens or []:
        if token.type in ("cite_open", "cite_close"):
            cites += token.nesting
        elif token.type in ("softbreak", "hardbreak"):
            words.append(" ")
        elif token.type == "image":
            words.append(plain(token.children))
        elif token.type in ("text", "code_inline") and not cites:
            words.append(token.content)
    return "".join(words)


def text_token(words: str) -> Token:
    return Token("text", "", 0, content=words)


def link(href: str, words: str, **attrs: str) -> list[Token]:
    opening: dict[str, str | int | float] = {"href": href, **attrs}
    return [Token("link_open", "a", 1, attrs=opening), text_token(words), Token("link_close", "a", -1)]


def cite(links: list[list[Token]]) -> list[Token]:
    inside = [part for one in links for part in (text_token(" "), *one)][1:]
    return [Token("cite_open", "sup", 1, attrs={"class": "cite"}), *inside, Token("cite_close", "sup", -1)]


def blocks(tokens: list[Token]) -> Iterator[list[Token]]:
    """The tokens of one block after the other, each with all that stands inside it."""
    start = depth = 0
    for place, token in enumerate(tokens):
        depth += token.nesting
        if depth <= 0:
            yield tokens[start : place + 1]
            start, depth = place + 1, 0
    if start < len(tokens):
        yield tokens[start:]


@dataclass
class Parts:
    """A page's tokens by where readers meet them; boxes and sections keep their opening token."""

    lead: list[Token] = field(default_factory=list)
    short: list[list[Token]] = field(default_factory=list)
    questions: list[list[Token]] = field(default_factory=list)
    sections: list[tuple[list[Token], list[Token]]] = field(default_factory=list)


def split(tokens: list[Token]) -> Parts:
    parts = Parts()
    for block in blocks(tokens):
        first = block[0]
        if first.type == "container_short_open":
            parts.short.append(block)
        elif first.type == "container_questions_open":
            parts.questions.append(block)
        elif first.type == "heading_open" and first.tag == "h2":
            parts.sections.append((block, []))
        else:
            (parts.sections[-1][1] if parts.sections else parts.lead).extend(block)
    return parts


# --- rules -----------------------------------------------------------------------------------


def _card_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.is_code_block(start):
        return False
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    match = CARD_LINE.match(line)
    if not match:
        return False
    if not silent:
        token = state.push("card", "", 0)
        token.info, token.map = match[1], [start, start + 1]
        state.line = start + 1
    return True


def _citation_rule(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "[":
        return False
    match = CITATION.match(state.src, state.pos)
    if not match:
        return False
    if not silent:
        # The number stands close to its word, so that it never starts a line.
        state.pending = state.pending.rstrip(" ")
        token = state.push("citation", "", 0)
        token.meta = {"keys": [key.strip().lstrip("@") for key in match[1].split(";")]}
    state.pos = match.end()
    return True


def _phone_rule(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "{":
        return False
    match = PHONE.match(state.src, state.pos)
    if not match or match[1] not in PHONES:
        return False
    if not silent:
        state.push("phone", "", 0).info = match[1]
    state.pos = match.end()
    return True


# --- HTML of our own tokens ------------------------------------------------------------------


def _box_html(renderer, tokens, place, options, env):  # type: ignore[no-untyped-def]
    token = tokens[place]
    if token.nesting < 0:
        return "</div>\n"
    name = token.type.split("_")[1]
    label = token.meta.get("label", "")
    title = f'<p class="box-title">{_escape(label)}</p>\n' if label else ""
    return f'<div class="{name}">\n{title}'


def _table_open(renderer, tokens, place, options, env):  # type: ignore[no-untyped-def]
    label = _escape(tokens[place].meta.get("label", "Table"))
    return f'<div class="table" role="region" tabindex="0" aria-label="{label}">\n<table>\n'


def _table_close(renderer, tokens, place, options, env):  # type: ignore[no-untyped-def]
    return "</table>\n</div>\n"


def _cell_open(renderer, tokens, place, options, env):  # type: ignore[no-untyped-def]
    token = tokens[place]
    align = str(token.attrs.pop("style", "")).removeprefix("text-align:")
    if align in ("right", "center"):
        token.attrs["class"] = f"align-{align}"
    if token.tag == "th":
        token.attrs["scope"] = "col"
    return renderer.renderToken(tokens, place, options, env)


def _image(renderer, tokens, place, options, env):  # type: ignore[no-untyped-def]
    tokens[place].attrs["loading"] = "lazy"
    return renderer.image(tokens, place, options, env)


def _fence(renderer, tokens, place, options, env):  # type: ignore[no-untyped-def]
    return f"<pre><code>{_escape(tokens[place].content)}</code></pre>\n"


def _nothing(renderer, tokens, place, options, env):  # type: ignore[no-untyped-def]
    return ""


def _escape(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _named(name: str) -> Callable[[str, str], bool]:
    return lambda words, _marker: words.strip() == name


def _build() -> MarkdownIt:
    # js-default: raw HTML off, tables on. Linkify and typographer stay off: quadratic on hostile text.
    markdown = MarkdownIt("js-default")
    # Every address becomes a link token, so that a refused one can be told to its writer; the
    # rendering reports it and the sanitiser removes it.
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]
    for name in BOXES:
        container_plugin(markdown, name, validate=_named(name))
        markdown.add_render_rule(f"container_{name}_open", _box_html)
        markdown.add_render_rule(f"container_{name}_close", _box_html)
    before: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    markdown.block.ruler.before("fence", "card", _card_rule, before)
    markdown.inline.ruler.before("link", "citation", _citation_rule)
    markdown.inline.ruler.before("link", "phone", _phone_rule)
    for name, rule in {
        "table_open": _table_open,
        "table_close": _table_close,
        "th_open": _cell_open,
        "td_open": _cell_open,
        "image": _image,
        "fence": _fence,
        "card": _nothing,
    }.items():
        markdown.add_render_rule(name, rule)
    return markdown


MARKDOWN = _build()


# --- problems --------------------------------------------------------------------------------


def _heading_problems(tokens: list[Token]) -> Iterator[Problem]:
    level = 1
    for place, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        now, line, words = int(token.tag[1]), line_of(token) + 1, tokens[place + 1]
        if now == 1:
            yield Problem(line, "“#” makes a second page title.", "Use “##”: the title is a field.")
        elif now > level + 1:
            yield Problem(line, "This heading skips a level.", f"Use {'#' * (level + 1)} here.")
        if now == 2 and token.level:
            yield Problem(line, "This heading stands inside a box, list or quote.", "Move it out, or use “###”.")
        if now == 2 and any(child.type not in WORDS_ONLY for child in words.children or []):
            yield Problem(line, "This heading holds more than words.", "Move the link, number or picture below it.")
        if not words.content.strip():
            yield Problem(line, "This heading is empty.", "Give it words or remove it.")
        level = max(now, 2)


def _box_problems(text: str, tokens: list[Token]) -> Iterator[Problem]:
    """Cards and boxes in the wrong place, empty, or never closed."""
    lines = text.split("\n")
    closed: set[int] = set()
    for place, token in enumerate(tokens):
        line = line_of(token)
        if token.type == "card" and token.level:
            yield Problem(line + 1, "A card stands inside another box or list.", "Move it out.")
        if not token.type.startswith("container_") or token.nesting != 1 or not token.map:
            continue
        name, close = token.type.split("_")[1], token.map[1]
        if token.level > (0 if name in ("short", "questions") else 1):
            yield Problem(line + 1, "This box stands inside another one.", "Move it out.")
        if close in closed or close >= len(lines) or not _closes(lines[close], token.markup):
            yield Problem(line + 1, f"“::: {name}” is never closed.", "Write “:::” below its last line.")
        elif tokens[place + 1].nesting < 0:
            yield Problem(line + 1, f"“::: {name}” is empty.", "Write its lines, or remove it.")
        closed.add(close)


def _closes(line: str, opening: str) -> bool:
    words = line.lstrip("> \t").rstrip()
    return words == ":" * len(words) and len(words) >= len(opening)


def _line_problems(text: str, tokens: list[Token]) -> Iterator[Problem]:
    """Lines that a parser would swallow without a word, wherever they stand."""
    code = {line for token in tokens if token.type in ("fence", "code_block") for line in range(*(token.map or (0, 0)))}
    for number, line in enumerate(text.split("\n")):
        if CONFLICT_LINE.match(line):
            what = "Two texts meet here: the site's and the files'."
            yield Problem(number + 1, what, "Keep what is right, delete the rest.")
        elif number not in code and CITATION_AS_DEFINITION.match(line):
            yield Problem(number + 1, "A colon makes this citation the definition of a link.", "Remove the colon.")


def _word_problems(text: str, tokens: list[Token]) -> Iterator[Problem]:
    """Words that look like one of our additions and are none."""
    lines = text.split("\n")
    known = ", ".join(f"{{{phone}}}" for phone in PHONES)
    for token in tokens:
        first_of_line = True
        for child, line in with_lines(token):
            if child.type == "text":
                if first_of_line and child.content.startswith(":::"):
                    yield from _stray(line + 1, lines[line])
                for name in _misspelt(child.content):
                    yield Problem(line + 1, f"“{name}” is not a number this site knows.", f"Use one of: {known}.")
                if BROKEN_LINK.search(child.content):
                    mend = "Write [words](address), with no citation, bracket or space inside."
                    yield Problem(line + 1, "This link is not in the right form.", mend)
                if "[@" in child.content:
                    yield Problem(line + 1, "This citation is not in the right form.", "Write [@KEY] or [@ONE; @TWO].")
            first_of_line = child.type in ("softbreak", "hardbreak")


def _misspelt(words: str) -> Iterator[str]:
    for match in MISSPELT_PHONE.finditer(words):
        if not match[1].strip(" -_").isdecimal():
            yield match[0][:60]
    for match in DOUBLED_PHONE.finditer(words):
        yield match[0]


def _stray(line: int, row: str) -> Iterator[Problem]:
    found = COLONS.search(row)
    words = found[2].rstrip() if found else ""
    name = words.split(" ")[0][:40]
    if name == "conflict":
        return  # told by _line_problems, in code blocks too
    if name == "card":
        mend = "Write “::: card cord-compression”, on its own line."
        yield Problem(line, f"“::: {words[:60]}” names no card.", mend)
    elif name:
        mend = f"Use one of: {', '.join(BOXES)}, card."
        yield Problem(line, f"“::: {name}” is not a box this site knows.", mend)
    else:
        yield Problem(line, "“:::” closes a box that is not open.", "Remove it, or open a box above.")
