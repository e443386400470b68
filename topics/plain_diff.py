"""What changed between two texts, word by word, for people who hold the old one on paper.

Everything here works on plain lines (a paragraph, a list item, a row of a table). Lines that stayed
the same are left out; words are compared first and escaped last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from html.parser import HTMLParser

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

SAME, OLD, NEW = "same", "old", "new"
ALIKE = 0.4  # share of words that a line keeps when it was reworded, not replaced
BRIDGE = 2  # so few unchanged words between two changes are read as part of them
MOST_WORDS = 2_000  # in two lines together; longer ones are shown whole, old and new
MOST_PAIRS = 2_500  # of lines that are compared with each other within one change

BLOCKS = frozenset(
    ("p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "dt", "dd", "blockquote", "pre")
    + ("ul", "ol", "div", "section", "table", "hr", "br")
)


@dataclass(frozen=True)
class Piece:
    kind: str
    text: str


Line = tuple[Piece, ...]


def lines_of(html: str) -> list[str]:
    """What rendered HTML says, a block to a line, without the numbers of citations."""
    reader = _Lines()
    reader.feed(html)
    reader.close()
    return reader.lines()


class _Lines(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[list[str]] = [[]]
        self.in_cite = False
        self.title = -1  # the block that names the “do” or “do not” list which is being read

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "sup":
            self.in_cite = True
            self.blocks[-1] = ["".join(self.blocks[-1]).rstrip()]
        elif tag in BLOCKS:
            self.blocks.append(self._title() if tag == "li" else [])
            if ("class", "box-title") in attrs:
                self.title = len(self.blocks) - 1
        elif tag in ("td", "th") and any(part.strip() for part in self.blocks[-1]):
            self.blocks[-1].append(" | ")
        elif tag == "img":
            self.blocks[-1].append(f" [{dict(attrs).get('alt') or ''}] ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "sup":
            self.in_cite = False
        elif tag in BLOCKS:
            self.blocks.append([])
            if tag == "div":
                self.title = -1

    def _title(self) -> list[str]:
        """An item that went from “do” to “do not” is another line, though its words stayed."""
        return [*self.blocks[self.title], ": "] if self.title >= 0 else []

    def handle_data(self, data: str) -> None:
        if not self.in_cite:
            self.blocks[-1].append(data)

    def lines(self) -> list[str]:
        found = (" ".join("".join(block).split()) for block in self.blocks)
        return [line for line in found if line]


def changes(old: Sequence[str], new: Sequence[str]) -> list[Line]:
    """The lines that differ, in the order of the new text; empty when both say the same."""
    return [line for line in marked(old, new) if any(piece.kind != SAME for piece in line)]


def marked(old: Sequence[str], new: Sequence[str]) -> list[Line]:
    """Every line of the new text, what differs marked in it, and where old lines went."""
    found: list[Line] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            found.extend((Piece(SAME, line),) for line in new[c:d])
        else:
            found.extend(_reworded(old[a:b], new[c:d]))
    return found


def _reworded(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Each new line beside the old one that it came from; the rest whole."""
    compare = len(old) * len(new) <= MOST_PAIRS
    place = 0
    for line in new:
        match = next((at for at in range(place, len(old)) if compare and _alike(old[at], line)), None)
        if match is None:
            yield (Piece(NEW, line),)
            continue
        yield from ((Piece(OLD, gone),) for gone in old[place:match])
        yield words(old[match], line)
        place = match + 1
    yield from ((Piece(OLD, gone),) for gone in old[place:])


def _alike(one: str, other: str) -> bool:
    a, b = one.split(), other.split()
    if len(a) + len(b) > MOST_WORDS:
        return False
    return SequenceMatcher(None, a, b, autojunk=False).ratio() >= ALIKE


def words(old: str, new: str) -> Line:
    """One line as pieces that stayed, went and came."""
    a, b = old.split(), new.split()
    pieces: list[Piece] = []
    for same, gone, come in _runs(a, b):
        found = ((SAME, same), (OLD, gone), (NEW, come))
        pieces.extend(Piece(kind, " ".join(part)) for kind, part in found if part)
    return tuple(pieces)


def _runs(a: list[str], b: list[str]) -> Iterator[tuple[list[str], list[str], list[str]]]:
    """(unchanged, old, new) words in turn; short unchanged runs between two changes join them."""
    blocks = SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
    kept = [block for block in blocks[:-1] if block.size > BRIDGE or _at_edge(block, a, b)]
    before, start_a, start_b = 0, 0, 0
    for place in [*kept, blocks[-1]]:
        yield a[before:start_a], a[start_a : place.a], b[start_b : place.b]
        before, start_a, start_b = place.a, place.a + place.size, place.b + place.size
    yield a[before:start_a], [], []


def _at_edge(block: Match, a: list[str], b: list[str]) -> bool:
    starts = block.a == 0 and block.b == 0
    return starts or (block.a + block.size == len(a) and block.b + block.size == len(b))


def as_html(line: Line, old: str, new: str) -> SafeString:
    """`<del>` and `<ins>`, each beginning with a word for readers who see neither colour nor strokes."""

    def shown(piece: Piece) -> SafeString:
        if piece.kind == OLD:
            return format_html("<del><b>{}</b> {}</del>", old, piece.text)
        if piece.kind == NEW:
            return format_html("<ins><b>{}</b> {}</ins>", new, piece.text)
        return format_html("{}", piece.text)

    return format_html_join(" ", "{}", ((shown(piece),) for piece in line))
