"""Finding pages by the words a reader types.

What is typed is only text: it is cut, split into words, mended where no page has such a word,
widened by what it means (lay words, glossary), and becomes a query of single terms. It is never
parsed, stored or logged. `topics.search.index` keeps the index that is asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import tantivy
from django.conf import settings
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from tantivy import Occur, Query

from topics.models import Topic
from topics.search import index as search_index
from topics.search.documents import load_tables, mark_of, searchable, topics_named
from topics.search.index import SCHEMA, Reader, Unusable, engine_faults
from topics.search.question import Group, Question, Stems, surely_named, understood
from topics.search.text import WORD
from topics.source import CARD, PAGE

__all__ = ["Results", "best_topics", "catch_up", "rebuild", "search", "searchable", "suggest"]

BOOSTS = {"title": 6.0, "lay": 6.0, "summary": 3.0, "headings": 2.5, "sites": 2.0, "terms": 1.0, "body": 1.0}
EACH_WORD = 4.0  # a page with all the words comes before one that has some of them often
MOST = 200
MOST_CARDS = 2
CARD_SHARE = 0.4  # of the best score: weaker cards are not what was looked for
EXCERPT = 220

Found = TypeVar("Found")


@dataclass(frozen=True)
class Hit:
    topic: int
    mark: int
    score: float
    address: tantivy.DocAddress


@dataclass(frozen=True)
class Results:
    """Live pages and red-flag cards, best first; `instead` is the text with misspelt words mended.

    `quote` gives a page's words around the hit, marked, as safe HTML.
    """

    pages: tuple[Topic, ...] = ()
    cards: tuple[Topic, ...] = ()
    instead: str = ""
    quote: Callable[[Topic], SafeString] = lambda topic: escape(topic.summary)


def search(text: str, language: str) -> Results:
    def ask(reader: Reader) -> tuple[Question, list[Hit], Callable[[Topic], SafeString]]:
        question = understood(text, reader)
        query, hits = _hits(question, reader)
        return question, hits, _quoting(reader, query, hits)

    question, hits, quote = _asked(language, ask)
    found = _live([hit.topic for hit in hits], language)
    cards = dict.fromkeys([*_named(question.leads, language), *_near(hits, found)])
    pages = tuple(topic for topic in found if topic.kind == PAGE)
    return Results(pages, tuple(card for card in cards if card.kind == CARD)[:MOST_CARDS], question.instead, quote)


def suggest(text: str, language: str, limit: int = 6) -> list[Topic]:
    """Pages for a text whose last word may be half typed."""
    hits = _asked(language, lambda reader: _hits(understood(text, reader, half=True), reader)[1])
    return [topic for topic in _live([hit.topic for hit in hits], language) if topic.kind == PAGE][:limit]


def best_topics(text: str, language: str, limit: int = 3) -> list[Topic]:
    """Pages for a diagnosis or a medicine that a portal names in words; none unless it is sure.

    Sure is only what editors marked to answer portals (`SearchWords.portals`): words alone would
    lead “lung cancer” or “headache”, sent for anybody, to pages that frighten.
    """
    topics = _named(surely_named(text, load_tables(language)), language)
    return [topic for topic in topics if topic.kind == PAGE][:limit]


def catch_up() -> None:
    """Take in what changed now, so that the first search does not wait for it."""
    for code, _name in settings.LANGUAGES:
        search_index.reader(code)


def rebuild() -> int:
    """Make every language's index anew; the number of pages and cards in them."""
    return sum(search_index.rebuild(code) for code, _name in settings.LANGUAGES)


# --- asking ----------------------------------------------------------------------------------


def _asked(language: str, ask: Callable[[Reader], Found]) -> Found:
    """What the index answers; one found to be damaged is made anew and asked again."""
    reader = search_index.reader(language)
    try:
        with engine_faults():
            return ask(reader)
    except Unusable:
        search_index.discard(language)
    reader = search_index.reader(language)
    with engine_faults():
        return ask(reader)


def _hits(question: Question, reader: Reader) -> tuple[Query, list[Hit]]:
    """Pages with most of what was said; where there is none, pages with any of it."""
    query = Query.empty_query()
    for needed in dict.fromkeys((math.ceil(len(question.groups) * 2 / 3), 1)):
        if not question.groups:
            break
        query = _query(question.groups, needed)
        found = reader.searcher.search(query, MOST).hits
        if found:
            return query, list(_as_hits(found, reader.searcher))
    return query, []


def _as_hits(found: Sequence[tuple[float, tantivy.DocAddress]], searcher: tantivy.Searcher) -> Iterable[Hit]:
    addresses = [address for _score, address in found]
    topics = searcher.fast_field_values("topic", addresses)
    marks = searcher.fast_field_values("mark", addresses)
    for (score, address), topic, mark in zip(found, topics, marks, strict=True):
        yield Hit(int(topic or 0), int(mark or 0), score, address)


def _live(pks: list[int], language: str) -> list[Topic]:
    """The database has the last word: what is not live now is not found, whatever an index holds."""
    light = searchable(language).select_related("section", "live").defer("live__text")
    found = light.prefetch_related("sites").in_bulk(pks)
    return [found[pk] for pk in pks if pk in found]


def _named(slugs: Sequence[str], language: str) -> list[Topic]:
    places = topics_named(language, set(slugs))
    return _live([pk for slug in slugs for pk in places[slug]], language)


def _near(hits: list[Hit], found: list[Topic]) -> list[Topic]:
    """What was found nearly as well as the best."""
    near = {hit.topic for hit in hits if hit.score >= hits[0].score * CARD_SHARE}
    return [topic for topic in found if topic.pk in near]


# --- queries ---------------------------------------------------------------------------------


def _query(groups: Sequence[Group], needed: int) -> Query:
    words = [_group(group) for group in groups]
    most = Query.boolean_query([(Occur.Should, word) for word in words], minimum_number_should_match=needed)
    more = [*(Query.const_score_query(word, EACH_WORD) for word in words), *_side_by_side(groups)]
    return Query.boolean_query([(Occur.Must, most), *((Occur.Should, one) for one in more)])


def _group(group: Group) -> Query:
    return Query.disjunction_max_query([_alternative(stems) for stems in group], 0.1)


def _alternative(stems: Stems) -> Query:
    words = [_word(stem) for stem in stems]
    if len(words) == 1:
        return words[0]
    phrases = ((Occur.Should, phrase) for phrase in _phrases(list(stems)))
    return Query.boolean_query([*((Occur.Must, word) for word in words), *phrases])


def _word(stem: str) -> Query:
    terms = (Query.boost_query(Query.term_query(SCHEMA, name, stem), boost) for name, boost in BOOSTS.items())
    return Query.disjunction_max_query(list(terms), 0.3)


def _side_by_side(groups: Sequence[Group]) -> Iterable[Query]:
    """Words that stand next to each other on a page as they were typed count more."""
    for (first, *_), (second, *_) in zip(groups, groups[1:], strict=False):
        yield from _phrases([first[-1], second[0]])


def _phrases(stems: list[str]) -> Iterable[Query]:
    for name in ("title", "lay", "headings", "body"):
        phrase = Query.phrase_query(SCHEMA, name, list(stems), slop=1)
        yield Query.boost_query(phrase, BOOSTS[name] / 2)


# --- excerpts --------------------------------------------------------------------------------


def _quoting(reader: Reader, query: Query, hits: list[Hit]) -> Callable[[Topic], SafeString]:
    generator = tantivy.SnippetGenerator.create(reader.searcher, query, SCHEMA, "body")
    generator.set_max_num_chars(EXCERPT)
    places = {hit.topic: hit for hit in hits}

    def quote(topic: Topic) -> SafeString:
        hit = places.get(topic.pk)
        if hit is None or hit.mark != mark_of(topic):
            return escape(topic.summary)  # published a moment ago: the words in the index are no longer true
        try:
            with engine_faults():
                document = reader.searcher.doc(hit.address)
                return _marked(generator.snippet_from_doc(document), document) or escape(topic.summary)
        except Unusable:
            return escape(topic.summary)

    return quote


def _marked(snippet: tantivy.Snippet, document: tantivy.Document) -> SafeString:
    """Escaped text with the hits in <mark>; tantivy counts in bytes."""
    text, pieces, place = snippet.fragment().encode(), list[str](), 0
    if not snippet.highlighted():
        return SafeString()
    for hit in snippet.highlighted():
        if hit.start >= place:
            mark = format_html("<mark>{}</mark>", text[hit.start : hit.end].decode(errors="replace"))
            pieces += [text[place : hit.start].decode(errors="replace"), mark]
            place = hit.end
    pieces.append(text[place:].decode(errors="replace"))
    whole = snippet.fragment_range()
    before = "… " if whole.start > 0 else ""
    after = " …" if WORD.search(document["body"][0].encode()[whole.end :].decode(errors="replace")) else ""
    return format_html_join("", "{}", ((piece,) for piece in (before, *pieces, after)))
