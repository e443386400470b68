"""A page's source: front matter and Markdown, as one text.

The text itself is kept, so `parse` and `write` are exact inverses: `write(parse(text)) == text`
for every text that parses, and `parse(write(source)) == source` for every source. Values are
read from the front matter as plain strings (YAML's guesses about `no`, `1e3` or dates do not
apply) and checked here; a wrong one is a Problem with its line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import yaml

from topics.problems import Problem, Problems

FENCE = "---\n"
MAX_HEAD = 20_000
MAX_BRACKETS = 200
MAX_DEPTH = 10
SLUG = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*\Z")
MAX_SLUG = 80
CLAIM = re.compile(r"^[A-Z]{1,3}[0-9]{1,3}\Z")
CODE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9.\-]{0,31}\Z")
LANGUAGE = re.compile(r"^[a-z]{2,3}(?:-[a-z0-9]{2,8})*\Z")
FOREIGN_LINE_END = re.compile(r"[\r\x85\u2028\u2029]")
INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")

PAGE, CARD = "page", "card"
CARDS = "cards"  # the folder of cards
LEVELS = ("emergency", "now", "today", "visit")
PROGNOSIS = "prognosis"
DOORS = (PROGNOSIS,)  # pages that show nothing until a reader asks, and that no other output quotes


@dataclass(frozen=True)
class Source:
    """One text and the values its front matter gives. Made by `parse` or `compose` only."""

    text: str
    body: str
    body_line: int
    title: str
    kind: str
    language: str
    number: int | None
    section: str
    sites: tuple[str, ...]
    order: int
    level: str
    door: str
    summary: str
    claims: tuple[str, ...]
    codes: Mapping[str, tuple[str, ...]]
    review_months: int | None
    verify: tuple[str, ...]

    def revised(self, body: str | None = None, **values: Any) -> Source:
        """This source with other values or another body.

        Front matter that did not change keeps its letters: comments, order and layout stay.
        Raises Problems where a new value is wrong.
        """
        head = _head_of(self.text)
        for name, value in values.items():
            if name not in FIELDS:
                raise KeyError(f"A source has no value named {name}.")
            if _as_read(value) != _as_read(getattr(self, name)):
                head = _with_value(head, name, value)
        return parse(f"{FENCE}{head}{FENCE}{self.body if body is None else body}")


def write(source: Source) -> str:
    return source.text


def compose(body: str, **values: Any) -> Source:
    """A new source in canonical layout. Raises Problems where a value is wrong."""
    for name in values:
        if name not in FIELDS:
            raise KeyError(f"A source has no value named {name}.")
    head = "".join(_line(name, values[name]) for name in FIELDS if _as_read(values.get(name)) not in ((), "", {}))
    return parse(f"{FENCE}{head}{FENCE}{body}")


def parse(text: str) -> Source:
    """The source that `text` spells. Raises Problems naming every wrong line."""
    head = _head_of(text)
    read = _Reader(head)
    values = {name: reader(read, name) for name, reader in FIELDS.items()}
    _need_what_the_kind_needs(values, read)
    body = text[len(FENCE) * 2 + len(head) :]
    body_line = head.count("\n") + 3
    if not body.strip():
        read.problems.append(Problem(body_line, "The page has no text.", "Write it below the second “---” line."))
    if read.problems:
        raise Problems(read.problems)
    return Source(text=text, body=body, body_line=body_line, **values)


def _head_of(text: str) -> str:
    if text.startswith("---\r"):
        raise Problems([Problem(1, "The lines end in the way of Windows.", "Save the file with plain line ends (LF).")])
    if not text.startswith(FENCE):
        raise Problems([Problem(1, "The file does not start with front matter.", "Make “---” the first line.")])
    if text.startswith(FENCE, len(FENCE)):
        return ""
    end = text.find("\n" + FENCE, len(FENCE) - 1)
    if end < 0 and text.endswith("\n---"):
        raise Problems([Problem(text.count("\n") + 1, "The page has no text.", "Write it below the “---” line.")])
    if end < 0:
        raise Problems([Problem(1, "The front matter has no end.", "Close it with a line of just “---”.")])
    if end > MAX_HEAD:
        raise Problems([Problem(1, f"The front matter is over {MAX_HEAD:,} characters.", "Move text to the body.")])
    return text[len(FENCE) : end + 1]


class _Reader:
    """Front matter as named YAML nodes, and the problems met while reading them."""

    def __init__(self, head: str) -> None:
        self.problems: list[Problem] = []
        self.nodes: dict[str, yaml.Node] = {}
        self.lines: dict[str, int] = {}
        self.spans: dict[str, tuple[int, int]] = {}
        self._rows = re.findall(r"[^\n]*\n", head)
        try:
            self._refuse_what_misleads(head)
            self._take(yaml.compose(head, Loader=yaml.BaseLoader))
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            if mark and error.context_mark and mark.line >= len(self._rows):
                mark = error.context_mark  # something was never closed: name the line that opens it
            what = f"The front matter cannot be read: {error.problem or error.context}."
            self._broken(mark.line + 2 if mark else 1, what)
        except yaml.reader.ReaderError as error:
            line = head.count("\n", 0, error.position) + 2
            self._broken(line, "The front matter has a character that cannot be used.")

    def _broken(self, line: int, what: str) -> None:
        raise Problems([Problem(line, what, "Write “name: value”, with quotes round a value that holds “: ” or “#”.")])

    def _refuse_what_misleads(self, head: str) -> None:
        """Line ends that only YAML knows, brackets that it is slow on, names that multiply values."""
        foreign = FOREIGN_LINE_END.search(head)
        if foreign:
            line = head.count("\n", 0, foreign.start()) + 2
            self._broken(line, "The front matter has a character that cannot be used.")
        if head.count("[") + head.count("{") > MAX_BRACKETS:
            self._broken(1, f"The front matter has more than {MAX_BRACKETS} brackets.")
        depth = 0
        for event in yaml.parse(head, Loader=yaml.BaseLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                mark = event.start_mark
                self._broken(mark.line + 2 if mark else 1, "The front matter has lists within lists, too deep to read.")
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                mark = event.start_mark
                self._broken(mark.line + 2 if mark else 1, "The front matter uses “&” or “*” names.")

    def _take(self, root: yaml.Node | None) -> None:
        if root is None:
            return
        if not isinstance(root, yaml.MappingNode) or root.flow_style:
            self._broken(2, "The front matter is not a list of “name: value” lines.")
            return
        for key, value in root.value:
            line = key.start_mark.line + 2
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if key.start_mark.column:
                what = f"“{str(name)[:40]}” does not start its line."
                self.problems.append(Problem(line, what, "Remove what is before it."))
            elif name not in FIELDS:
                known = ", ".join(FIELDS)
                self.problems.append(Problem(line, f"“{str(name)[:40]}” is not a known name.", f"Use one of: {known}."))
            elif name in self.nodes:
                self.problems.append(Problem(line, f"“{name}” stands here a second time.", "Keep one of them."))
            else:
                self.nodes[name], self.lines[name] = value, line
                self.spans[name] = (key.start_mark.line, self._end(value))

    def _end(self, node: yaml.Node) -> int:
        """The row after the node's last one; comments and empty rows below it belong to what follows."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
            last = node.value[-1]
            return self._end(last[1] if isinstance(last, tuple) else last)
        end = node.end_mark.line + (1 if node.end_mark.column or node.end_mark.line == node.start_mark.line else 0)
        if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            while re.match(r"#|\s*$", self._rows[end - 1]):
                end -= 1
        return int(end)

    def wrong(self, name: str, what: str, mend: str) -> None:
        self.problems.append(Problem(self.lines.get(name, 1), what, mend))

    def scalar(self, name: str) -> str:
        node = self.nodes.get(name)
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode):
            self.wrong(name, f"“{name}” is not one value.", f"Write “{name}: value” on one line.")
            return ""
        return self._clean(name, node.value)

    def _clean(self, name: str, value: str) -> str:
        if INVISIBLE.search(value):
            self.wrong(name, f"“{name}” has a line break or an invisible character.", "Type it on one line.")
            return ""
        if value != value.strip():
            self.wrong(name, f"“{name}” starts or ends with a space.", "Remove the space.")
        return value.strip()

    def items(self, name: str, node: yaml.Node | None) -> tuple[str, ...]:
        if node is None:
            return ()
        if not isinstance(node, yaml.SequenceNode) or not all(isinstance(n, yaml.ScalarNode) for n in node.value):
            self.wrong(name, f"“{name}” is not a list.", f"Write “{name}: [first, second]”.")
            return ()
        items = tuple(self._clean(name, item.value) for item in node.value)
        if len(set(items)) != len(items):
            self.wrong(name, f"“{name}” names the same thing twice.", "Keep one of them.")
        return items


def _text(most: int) -> Callable[[_Reader, str], str]:
    def read(reader: _Reader, name: str) -> str:
        value = reader.scalar(name)
        if len(value) > most:
            reader.wrong(name, f"“{name}” has {len(value)} characters.", f"Keep it to {most}.")
        return value

    return read


def _choice(choices: tuple[str, ...], default: str) -> Callable[[_Reader, str], str]:
    def read(reader: _Reader, name: str) -> str:
        value = reader.scalar(name) or default
        if value not in ("", *choices):
            reader.wrong(name, f"“{name}: {value[:40]}” is not known.", f"Use one of: {', '.join(choices)}.")
        return value

    return read


def _pattern(pattern: re.Pattern[str], example: str, default: str = "") -> Callable[[_Reader, str], str]:
    def read(reader: _Reader, name: str) -> str:
        value = reader.scalar(name) or default
        if value and (not pattern.match(value) or len(value) > MAX_SLUG):
            reader.wrong(name, f"“{name}: {value[:40]}” is not in the right form.", f"Write it like “{example}”.")
        return value

    return read


def _whole(least: int, most: int, default: int | None) -> Callable[[_Reader, str], int | None]:
    def read(reader: _Reader, name: str) -> int | None:
        value = reader.scalar(name)
        if not value:
            return default
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            reader.wrong(name, f"“{name}: {value[:40]}” is not a whole number.", f"Use {least} to {most:,}.")
            return default
        return int(value)

    return read


def _many(pattern: re.Pattern[str] | None, example: str) -> Callable[[_Reader, str], tuple[str, ...]]:
    def read(reader: _Reader, name: str) -> tuple[str, ...]:
        items = reader.items(name, reader.nodes.get(name))
        for item in items:
            if not item or (pattern and not pattern.match(item)):
                what = f"“{item[:40]}” in “{name}” is not in the right form."
                reader.wrong(name, what, f"Write it like “{example}”.")
        return items

    return read


def _codes(reader: _Reader, name: str) -> Mapping[str, tuple[str, ...]]:
    node = reader.nodes.get(name)
    if node is None:
        return MappingProxyType({})
    if not isinstance(node, yaml.MappingNode):
        reader.wrong(name, "“codes” does not name its code systems.", "Write “codes: {icd-10-cm: [C79.51]}”.")
        return MappingProxyType({})
    codes: dict[str, tuple[str, ...]] = {}
    for key, value in node.value:
        system = key.value if isinstance(key, yaml.ScalarNode) else ""
        items = reader.items(name, value)
        if not SLUG.match(system) or system in codes or not all(CODE.match(item) for item in items):
            reader.wrong(name, f"“{system[:40]}” in “codes” is not in the right form.", "Write “icd-10-cm: [C79.51]”.")
        codes[system] = items
    return MappingProxyType(codes)


FIELDS: dict[str, Callable[[_Reader, str], Any]] = {
    "title": _text(120),
    "number": _whole(1, 999_999_999, None),
    "kind": _choice((PAGE, CARD), PAGE),
    "language": _pattern(LANGUAGE, "en", "en"),
    "section": _pattern(SLUG, "treatment"),
    "sites": _many(SLUG, "bone"),
    "order": _whole(0, 1_000_000, 100),
    "level": _choice(LEVELS, ""),
    "door": _choice(DOORS, ""),
    "summary": _text(300),
    "claims": _many(CLAIM, "S13"),
    "codes": _codes,
    "review_months": _whole(1, 120, None),
    "verify": _many(None, "BO12: what to check"),
}


def _need_what_the_kind_needs(values: dict[str, Any], read: _Reader) -> None:
    def need(name: str, mend: str) -> None:
        if not values[name] and not any(name in problem.what for problem in read.problems):
            read.wrong(name, f"“{name}” is missing.", mend)

    need("title", "Write “title: …” with the words readers see first.")
    need("summary", "Write “summary: …”, one sentence for lists and search.")
    if values["kind"] == CARD:
        need("level", f"Write “level: …” with one of: {', '.join(LEVELS)}.")
        if values["section"]:
            read.wrong("section", "A card has no section.", "Remove the line: pages call a card by its name.")
        if values["door"]:
            read.wrong("door", "A card stands behind no door.", "Remove the line: a red flag is always shown.")
    else:
        need("section", "Write “section: …” with the section's short name.")
        if values["section"] == CARDS:
            read.wrong("section", f"“{CARDS}” cannot be a section.", "Cards stand in that folder: use another name.")
        if values["level"]:
            read.wrong("level", "Only a card has a level.", "Remove the line, or write “kind: card”.")


def _as_read(value: Any) -> Any:
    """A value as `parse` would give it, so that lists and tuples, None and nothing compare equal."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return {key: tuple(items) for key, items in value.items()}
    return tuple(value) if isinstance(value, (list, tuple)) else value


def _line(name: str, value: Any) -> str:
    value = _as_read(value)
    if name == "verify":
        return f"{name}:\n" + "".join(f"- {_plain(item)}\n" for item in value)
    if isinstance(value, tuple):
        return f"{name}: [{', '.join(_plain(item) for item in value)}]\n"
    if isinstance(value, dict):
        systems = (f"{_plain(key)}: [{', '.join(_plain(item) for item in items)}]" for key, items in value.items())
        return f"{name}: {{{', '.join(systems)}}}\n"
    return f"{name}: {_plain(str(value))}\n"


def _plain(value: str) -> str:
    """`value` as a YAML scalar: bare where that is safe to read, in double quotes elsewhere."""
    bare = r"[A-Za-z0-9](?:[^\x00-\x1f\x7f-\x9f:#\[\]{},\"'&*!|>%@`\\]|:(?! |$))*"
    if re.fullmatch(bare, value) and value == value.strip():
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return re.sub(r"[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]", lambda m: f"\\u{ord(m[0]):04x}", quoted)


def _with_value(head: str, name: str, value: Any) -> str:
    lines = re.findall(r"[^\n]*\n", head)
    new = "" if _as_read(value) in ((), "", {}) else _line(name, value)
    spans = _Reader(head).spans
    if name in spans:
        start, end = spans[name]
        return "".join([*lines[:start], new, *lines[end:]])
    names = list(FIELDS)
    before = [spans[other][1] for other in names[: names.index(name)] if other in spans]
    place = max(before, default=0)
    return "".join([*lines[:place], new, *lines[place:]])
