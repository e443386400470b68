"""Markdown to HTML: the one place where a page's text becomes what readers see.

`render` is a pure function: cards, references, glossary, known addresses and phone numbers are
passed in, nothing is fetched. Stages, in this order:

1. limits      refuse shapes that no honest page has (`topics.limits`)
2. parse       CommonMark and tables, raw HTML off, and our four additions (`topics.syntax`)
3. mark up     glossary links, citation numbers, phone numbers, heading ids: on tokens
4. sanitise    a narrow list: the last word on every tag and attribute (`topics.sanitising`)
5. assemble    sections, and the cards, which went through the same stages themselves
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it.token import Token

from topics import syntax
from topics.cards import Numbers, card_html, tel
from topics.limits import MAX_HTML, hostile_shapes
from topics.problems import Problem
from topics.sanitising import MEDIA, cleaned, safe_url
from topics.source import CARD, Source
from topics.syntax import line_of, link, plain, text_token
from topics.terms import Term, finder


@dataclass(frozen=True)
class RenderedCard:
    slug: str
    number: int
    level: str
    title: str
    html: str
    citations: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Inputs:
    """Everything a rendering depends on besides the text itself, in one language."""

    language: str = "en"
    references: frozenset[str] = frozenset()
    terms: tuple[Term, ...] = ()
    cards: Mapping[str, RenderedCard] = field(default_factory=dict)
    addresses: frozenset[str] = frozenset()
    numbers: Numbers = Numbers()
    words: Mapping[str, str] = field(default_factory=dict)

    def word(self, key: str) -> str:
        return self.words.get(key) or WORDS[key]


DECORATIVE = "decorative"  # the title of a picture that people who cannot see it do not miss
# The renderer's own words, in English; `Inputs.words` replaces them in other languages.
WORDS = {
    "emergency": "your local emergency number",
    "day_line": "the number your team gave you",
    "night_line": "the out-of-hours number your team gave you",
    "level-emergency": "Emergency",
    "level-now": "Urgent, day or night",
    "level-today": "Today",
    "level-visit": "At your next visit",
    "act-emergency": "Call {emergency} now if:",
    "act-now": "Call your cancer team now, day or night, if:",
    "act-today": "Call your cancer team today if:",
    "act-visit": "Tell your team at your next visit if:",
    "by-day": "By day:",
    "by-night": "Evenings, nights and weekends:",
    "do": "Do",
    "dont": "Do not",
    "table": "Table",
    "source": "Source",
    "number-not-set": "Use the number your team gave you.",
    "no-answer": "If nobody answers, call {emergency}.",
}


@dataclass(frozen=True)
class PageSection:
    id: str
    title: str
    html: str
    text: str


@dataclass(frozen=True)
class Rendered:
    """A page's HTML in the order readers meet it, and what it uses.

    `short`, `questions` and each section's `html` are safe fragments; `cards` are the slugs
    called, `lead` the HTML that stands before the first heading (cards included). `terms` and
    `citations` are in order of first use. With blocking problems the HTML may be incomplete.
    """

    short: str = ""
    lead: str = ""
    sections: tuple[PageSection, ...] = ()
    questions: str = ""
    terms: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()
    cards: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    text: str = ""
    problems: tuple[Problem, ...] = ()

    def as_data(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Rendered:
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
        values["sections"] = tuple(PageSection(**section) for section in data["sections"])
        values["problems"] = tuple(Problem(**problem) for problem in data["problems"])
        return cls(**values)


def render(source: Source, inputs: Inputs) -> Rendered:
    """The page that `source` makes. Never raises on a text: what is wrong is in `problems`."""
    return _Rendering(source, inputs).page()


def render_card(source: Source, slug: str, inputs: Inputs) -> RenderedCard:
    """The box that a source of kind card makes; `inputs.cards` is not used."""
    rendering = _Rendering(source, inputs)
    body = rendering.card_body()
    return RenderedCard(
        slug=slug,
        number=source.number or 0,
        level=source.level,
        title=source.title,
        html=card_html(source, slug, body, inputs.numbers, inputs.word),
        citations=tuple(rendering.citations),
        problems=tuple(sorted(rendering.problems)),
    )


class _Rendering:
    """The state of one rendering: what was used so far, and what was found wrong."""

    def __init__(self, source: Source, inputs: Inputs) -> None:
        self.source, self.inputs = source, inputs
        self.problems: list[Problem] = []
        self.citations: dict[str, int] = {}
        self.terms: dict[str, None] = {}
        self.cards: dict[str, None] = {}
        self.links: dict[str, None] = {}
        self.images: dict[str, None] = {}
        self.numbers: dict[str, None] = {}
        self.ids: dict[str, int] = {}
        self.texts: list[str] = []
        self.length = 0
        self.finder = finder(inputs.terms)

    def wrong(self, line: int, what: str, mend: str) -> None:
        self.problems.append(Problem(line + self.source.body_line, what, mend))

    # --- whole texts -----------------------------------------------------------------------

    def page(self) -> Rendered:
        tokens = self._tokens()
        if self.source.kind == CARD:
            self.wrong(0, "This is a card, not a page.", "Preview it as a card.")
        parts = syntax.split(tokens)
        # Sections are named first: no box or small heading before them changes where a link leads.
        names = [self._id(plain(heading[1].children)) for heading, _ in parts.sections]
        short = self._box(parts.short, "short")
        lead = self._with_cards(parts.lead)
        sections = tuple(self._section(name, *part) for name, part in zip(names, parts.sections, strict=True))
        questions = self._box(parts.questions, "questions")
        for slug in self.cards:
            for key in self.inputs.cards[slug].citations:
                self.citations.setdefault(key, len(self.citations) + 1)
        return Rendered(
            short=short,
            lead=lead,
            sections=sections,
            questions=questions,
            terms=tuple(self.terms),
            citations=tuple(self.citations),
            cards=tuple(self.cards),
            links=tuple(self.links),
            images=tuple(self.images),
            numbers=tuple(self.numbers),
            text="\n".join(text for text in self.texts if text),
            problems=tuple(sorted(set(self.problems))),
        )

    def card_body(self) -> SafeString:
        tokens = self._tokens()
        for token in tokens:
            if token.nesting >= 0 and token.type.startswith(("heading_", "card", "container_")):
                self.wrong(line_of(token), "A card holds only a list and short paragraphs.", "Remove the rest.")
        tokens = [token for token in tokens if token.type != "card"]
        return self._html(tokens, glossary=False, cite=False)

    def _tokens(self) -> list[Token]:
        above = self.source.body_line - 1
        hostile = hostile_shapes(self.source.body)
        tokens, problems = ([], hostile) if hostile else syntax.parse(self.source.body)
        self.problems.extend(problem.lower(above) for problem in problems)
        return tokens

    # --- parts of a page -------------------------------------------------------------------

    def _section(self, name: str, heading: Sequence[Token], inside: list[Token]) -> PageSection:
        texts = len(self.texts)
        html = self._with_cards(inside)
        title = plain(heading[1].children)
        return PageSection(id=name, title=title, html=html, text="\n".join(self.texts[texts:]))

    def _box(self, boxes: list[list[Token]], name: str) -> SafeString:
        if len(boxes) > 1:
            self.wrong(line_of(boxes[1][0]), f"“::: {name}” stands here a second time.", "Keep one box.")
        return self._html(boxes[0][1:-1], glossary=False) if boxes else mark_safe("")

    def _with_cards(self, tokens: list[Token]) -> SafeString:
        """The HTML of tokens among which cards may stand; each term is linked at first use."""
        html, run, seen = [], [], set[str]()
        for token in tokens:
            if token.type != "card":
                run.append(token)
                continue
            html.append(self._html(run, seen=seen))
            html.append(self._card(token))
            run = []
        html.append(self._html(run, seen=seen))
        return mark_safe("".join(html))

    def _card(self, token: Token) -> SafeString:
        slug = token.info
        card = self.inputs.cards.get(slug)
        if card is None:
            known = ", ".join(sorted(self.inputs.cards)) or "none yet"
            self.wrong(line_of(token), f"There is no live card named “{slug}”.", f"Use one of: {known}.")
            return mark_safe("")
        if slug in self.cards:
            self.wrong(line_of(token), f"The card “{slug}” stands here a second time.", "Keep one of them.")
            return mark_safe("")
        self.cards[slug] = None
        return mark_safe(card.html)

    def _html(
        self, tokens: list[Token], glossary: bool = True, cite: bool = True, seen: set[str] | None = None
    ) -> SafeString:
        if not tokens:
            return mark_safe("")
        self._mark_up(tokens, glossary, cite, set() if seen is None else seen)
        raw = syntax.to_html(tokens)
        self.length += len(raw)
        if self.length > MAX_HTML:
            self.wrong(line_of(tokens[0]), "From here on the page is too long to send.", "Split it.")
            return mark_safe("")
        clean, lost = cleaned(raw)
        if lost:
            self._tell_removed(tokens)
        return mark_safe(clean)

    def _tell_removed(self, tokens: list[Token]) -> None:
        """Name every block that the sanitiser changed and that has no problem of its own yet."""
        told = {problem.line - self.source.body_line for problem in self.problems}
        for block in syntax.blocks(tokens):
            _, lost = cleaned(syntax.to_html(block))
            first, end = block[0].map or (line_of(tokens[0]), 0)
            if lost and told.isdisjoint(range(first, max(end, first + 1))):
                self.wrong(first, "Something here is not allowed and was taken out.", "Use plain Markdown.")

    def _id(self, title: str) -> str:
        """An anchor from a heading's words: the same words, the same anchor; a repeated one counts up."""
        name = re.sub(r"[-_]+", "-", slugify(title)[:60]).strip("-")
        base = f"s-{name or len(self.ids) + 1}"
        name = base
        while name in self.ids:
            self.ids[base] += 1
            name = f"{base}-{self.ids[base]}"
        self.ids[name] = 1
        return name

    # --- tokens ----------------------------------------------------------------------------

    def _mark_up(self, tokens: list[Token], glossary: bool, cite: bool, seen: set[str]) -> None:
        in_heading = False
        for place, token in enumerate(tokens):
            if token.type == "heading_open":
                in_heading = True
                token.attrs["id"] = self._id(plain(tokens[place + 1].children))
            elif token.type == "heading_close":
                in_heading = False
            elif token.type == "inline":
                token.children = list(self._inline(token, glossary and not in_heading, cite, seen))
                self.texts.append(plain(token.children))
            elif token.type in ("container_do_open", "container_dont_open"):
                token.meta["label"] = self.inputs.word(token.type.split("_")[1])
            elif token.type == "table_open":
                token.meta["label"] = self.inputs.word("table")

    def _inline(self, parent: Token, glossary: bool, cite: bool, seen: set[str]) -> Iterator[Token]:
        in_link = 0
        for token, line in syntax.with_lines(parent):
            in_link += {"link_open": 1, "link_close": -1}.get(token.type, 0)
            if token.type == "link_open":
                self._check_link(token, line)
            elif token.type == "image":
                self._check_image(token, line)
            if token.type == "citation":
                yield from self._citation(token, line, cite)
            elif token.type == "phone":
                yield from self._phone(token, in_link > 0)
            elif token.type == "text" and glossary and not in_link:
                yield from self._terms(token, seen)
            else:
                yield token

    def _check_link(self, token: Token, line: int) -> None:
        href = str(token.attrs.get("href", ""))
        if not safe_url(href):
            self.wrong(line, f"The link “{href[:80]}” is not allowed.", "Use https://, tel:, mailto: or /topics/…/.")
        elif href.startswith("/"):
            path = href.split("#")[0]
            self.links[path] = None
            if path not in self.inputs.addresses:
                self.wrong(line, f"The link “{href[:80]}” leads nowhere on this site.", "Mend its address.")
        elif href.startswith(("https://", "http://")):
            token.attrs["rel"] = "noopener noreferrer"
            self.links[href] = None

    def _check_image(self, token: Token, line: int) -> None:
        src = str(token.attrs.get("src", ""))
        self.images[src] = None
        if not MEDIA.fullmatch(src):
            self.wrong(line, f"The picture “{src[:80]}” is not one of this site's.", "Upload it here first.")
        described, decorative = plain(token.children).strip(), token.attrs.get("title") == DECORATIVE
        if decorative:
            del token.attrs["title"]  # a word for the renderer, not for readers
        if decorative and described:
            self.wrong(line, "This picture is described and called decorative.", "Keep the description, or the word.")
        elif not described and not decorative:
            mend = f'Write what it shows between the brackets: ![…]. If it shows nothing: ![](… "{DECORATIVE}").'
            self.wrong(line, "This picture has no description.", mend)
        elif any(child.type in ("citation", "phone") for child in token.children or []):
            self.wrong(line, "A picture's description holds a citation or a number.", "Move it below the picture.")

    def _citation(self, token: Token, line: int, cite: bool) -> list[Token]:
        numbers = set()
        for key in token.meta["keys"]:
            if key not in self.inputs.references:
                self.wrong(line, f"There is no source named “{key}”.", "Add it to the sources, or mend the name.")
                continue
            numbers.add(self.citations.setdefault(key, len(self.citations) + 1))
        if not cite or not numbers:
            return []
        source = self.inputs.word("source")
        return syntax.cite([link(f"#ref-{n}", str(n), **{"aria-label": f"{source} {n}"}) for n in sorted(numbers)])

    def _phone(self, token: Token, in_link: bool) -> list[Token]:
        self.numbers[token.info] = None
        number = getattr(self.inputs.numbers, token.info)
        if not number or in_link:
            return [text_token(number or self.inputs.word(token.info))]
        return link(tel(number), number, **{"class": "tel"})

    def _terms(self, token: Token, seen: set[str]) -> Iterator[Token]:
        place = 0
        for match, slug in self.finder.find(token.content):
            self.terms.setdefault(slug)
            if slug in seen:
                continue
            seen.add(slug)
            yield text_token(token.content[place : match.start()])
            yield from link(f"#word-{slug}", match[0], **{"class": "term"})
            place = match.end()
        yield text_token(token.content[place:])
