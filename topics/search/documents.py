"""What of a page the search looks at, and the tables it shares with every other page."""

from __future__ import annotations

import hashlib
import html
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import nh3

from topics import pages
from topics.models import GlossaryTerm, OldAddress, OrganSite, RenderedPage, SearchWords, Topic, localized
from topics.models.topic import TopicQuerySet
from topics.rendering import Rendered
from topics.search.text import Language

BEFORE_SIGN = re.compile(r" +([.,;:])")  # where a citation stood
MOST_OTHERS = 12  # other spellings looked for beside the one typed
Stems = tuple[str, ...]


def searchable(language: str) -> TopicQuerySet:
    """The one answer to what a search may find, suggest or quote: live pages and cards.

    Pages behind a door (rule 7) stay out of the index itself, so that none of their words is suggested either.
    """
    return Topic.objects.published().open().filter(language=language)


def live_marks(language: str) -> dict[int, int]:
    """Topic → mark of its live revision."""
    rows = searchable(language).select_related("live").defer("live__text").order_by()
    return {topic.pk: mark_of(topic) for topic in rows}


def mark_of(topic: Topic) -> int:
    """A live revision as a number. Its key alone is not enough: a restored database gives keys out again."""
    told = f"{topic.shown.pk} {topic.shown.created.isoformat()}".encode()
    return int.from_bytes(hashlib.blake2b(told, digest_size=7).digest())


@dataclass(frozen=True)
class Meaning:
    """A row of SearchWords: what the pages say, what people type, the short names of pages to put first."""

    means: str
    words: tuple[str, ...]
    pages: tuple[str, ...]
    portals: bool

    @property
    def names(self) -> tuple[str, ...]:
        return (self.means, *self.words)


@dataclass(frozen=True)
class Tables:
    """Glossary, lay words and site names of one language; `numbers` are printed in pages."""

    language: str
    terms: Mapping[str, tuple[str, ...]]  # short name → spellings
    meanings: tuple[Meaning, ...]
    sites: Mapping[int, str]
    numbers: str

    @cached_property
    def digest(self) -> str:
        told = repr((sorted(self.terms.items()), self.meanings, sorted(self.sites.items()), self.numbers))
        return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()

    def typed(self) -> Iterator[str]:
        """Everything that a search understands besides the words of the pages."""
        for spellings in self.terms.values():
            yield from spellings
        for meaning in self.meanings:
            yield from meaning.words

    def same_meanings(self, language: Language) -> dict[Stems, tuple[Stems, ...]]:
        """What is typed, by stems, → what the pages may call it. Spellings of a term stand for each other."""
        same: dict[Stems, dict[Stems, None]] = defaultdict(dict)
        for meaning in self.meanings:
            for phrase in meaning.words:
                same[language.stems(phrase)][language.stems(meaning.means)] = None
        for spellings in self.terms.values():
            stems = dict.fromkeys(language.stems(spelling) for spelling in spellings)
            for typed in stems:
                same[typed].update(stems)
        return {typed: _others(typed, found) for typed, found in same.items() if typed}

    def led_to(self, language: Language, portals: bool = False) -> dict[Stems, tuple[str, ...]]:
        """Phrases, by stems, → short names of pages and cards; with `portals`, of rows that answer portals only."""
        rows = [meaning for meaning in self.meanings if meaning.portals or not portals]
        return {language.stems(name): meaning.pages for meaning in rows for name in meaning.names}


def _others(typed: Stems, found: Mapping[Stems, None]) -> tuple[Stems, ...]:
    return tuple(stems for stems in found if stems and stems != typed)[:MOST_OTHERS]


def load_tables(language: str) -> Tables:
    terms = GlossaryTerm.objects.filter(language=language).values_list("slug", "term", "forms")
    words = SearchWords.objects.filter(language=language).values_list("means", "words", "pages", "portals")
    return Tables(
        language=language,
        terms={slug: (term, *forms) for slug, term, forms in terms},
        meanings=tuple(Meaning(means, tuple(typed), tuple(slugs), portals) for means, typed, slugs, portals in words),
        sites={pk: localized(names, language) for pk, names in OrganSite.objects.values_list("pk", "names")},
        numbers=repr(pages.clinic_numbers()),
    )


def documents(tables: Tables, topics: list[int]) -> Iterator[dict[str, Any]]:
    """The fields of `search_index.SCHEMA` for these topics."""
    lay = _lay_words(tables)
    for start in range(0, len(topics), 500):
        rows = searchable(tables.language).filter(pk__in=topics[start : start + 500])
        kept = {row.topic_id: row for row in RenderedPage.objects.filter(topic__in=rows)}
        for topic in rows.select_related("live").prefetch_related("sites"):
            row = kept.get(topic.pk)
            fresh = row is not None and row.revision_id == topic.live_id
            rendered = Rendered.from_data(row.data) if row and fresh else pages.of(topic)
            yield _document(topic, rendered, tables, lay.get(topic.pk, []))


def _document(topic: Topic, rendered: Rendered, tables: Tables, lay: list[str]) -> dict[str, Any]:
    terms = [spelling for slug in rendered.terms for spelling in tables.terms.get(slug, ())]
    texts = {
        "title": topic.title,
        "headings": _sentences([section.title for section in rendered.sections]),
        "summary": topic.summary,
        "terms": _sentences(terms),
        "lay": _sentences(lay),
        "sites": _sentences([tables.sites.get(site.pk, "") for site in topic.sites.all()]),
        "body": _sentences(rendered.text.split("\n")) if rendered.text else _plain(rendered.lead),
    }
    return {
        "topic": topic.pk,
        "mark": mark_of(topic),
        **texts,
        "vocabulary": " ".join(texts.values()),
    }


def _sentences(lines: list[str]) -> str:
    """Lines as one text in which headings and list items do not run into each other."""
    stripped = (BEFORE_SIGN.sub(r"\1", " ".join(line.split())) for line in lines)
    return " ".join(line if line.endswith((".", "?", "!", ":")) else f"{line}." for line in stripped if line)


def _plain(markup: str) -> str:
    """The text of HTML that `topics.rendering` made."""
    spaced = markup.replace("<", " <")
    return " ".join(html.unescape(nh3.clean(spaced, tags=set())).split())


def _lay_words(tables: Tables) -> dict[int, list[str]]:
    """Topic → what people call it."""
    places = topics_named(tables.language, {slug for meaning in tables.meanings for slug in meaning.pages})
    lay: dict[int, list[str]] = defaultdict(list)
    for meaning in tables.meanings:
        for pk in dict.fromkeys(pk for slug in meaning.pages for pk in places[slug]):
            lay[pk].extend(meaning.names)
    return lay


def topics_named(language: str, slugs: set[str]) -> dict[str, list[int]]:
    """Short name → topics, page or card; one that was renamed is found by its old name too."""
    places: dict[str, list[int]] = defaultdict(list)
    for slug, pk in searchable(language).filter(slug__in=slugs).values_list("slug", "pk"):
        places[slug].append(pk)
    old = OldAddress.objects.filter(language=language, slug__in=slugs - set(places))
    for slug, pk in old.values_list("slug", "topic"):
        places[slug].append(pk)
    return places
