"""The answer to an Infobutton request as a value: which pages, in which order, and how each is introduced."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from topics import search
from topics.models import ClinicSettings, Code, Event, Topic
from topics.models.topic import TopicQuerySet
from topics.portal import links
from topics.portal.asked import Asked, Criterion
from topics.portal.codes import WEAK, count_misses, rows_for, rows_named, says_cancer
from topics.source import PAGE

MOST = 3
NEVER = datetime.min.replace(tzinfo=UTC)
TIER = 100  # ranks of one hundred say alike much about the reader; see the help text of Code.rank
# MeSH qualifiers and headings of the HL7 guide (§1.1), and the sections that speak of them.
SECTIONS = {
    "Q000628": ("treatment",),  # therapy
    "Q000009": ("treatment",),  # adverse effects
    "Q000175": ("sites", "symptoms"),  # diagnosis
    "Q000209": ("spread", "about"),  # cause
    "D011379": ("about", "research"),  # prognosis
}


@dataclass(frozen=True)
class Entry:
    """One page. `criteria` are the places of the criteria that led to it; `weak` ones mostly come from
    people without metastases, and are introduced so."""

    topic: Topic
    criteria: tuple[int, ...]
    weak: bool = False
    updated: datetime = NEVER


@dataclass(frozen=True)
class Answer:
    asked: Asked
    entries: tuple[Entry, ...] = ()

    @property
    def updated(self) -> datetime:
        return max((entry.updated for entry in self.entries), default=timezone.now())


@dataclass
class _Found:
    """What led to one page: its criteria in the order of the request, and its best rank."""

    criteria: list[int]
    rank: int

    @property
    def place(self) -> tuple[int, int, int, int]:
        """A page asked for twice rises; a code of every cancer never goes before one that says where it is."""
        return self.rank // TIER, -len(self.criteria), self.criteria[0], self.rank


def answer(asked: Asked, count: bool = True) -> Answer:
    by_code = rows_for([criterion.coded for criterion in asked.criteria])
    by_name = rows_named([() if rows else one.words for one, rows in zip(asked.criteria, by_code, strict=True)])
    rows = [code or name for code, name in zip(by_code, by_name, strict=True)]
    if count:
        missed = [one.coded for one, code in zip(asked.criteria, by_code, strict=True) if one.coded and not code]
        count_misses(missed, timezone.now().date())
    context = any(says_cancer(row) for group in rows for row in group)
    context = context or ClinicSettings.load().answer_codes_without_context
    found = _found([[row for row in group if context or not row.needs_context] for group in rows])
    entries = _entries(found, asked.language)
    if not entries:
        # What a gated row was left out for must not come back through the search.
        unknown = [(place, one) for place, one in enumerate(asked.criteria) if not rows[place]]
        entries = _by_words(unknown, asked.language)
    return Answer(asked, tuple(_dated(_about(asked.subtopics, entries)[:MOST])))


def _found(rows: Iterable[list[Code]]) -> dict[int, _Found]:
    found: dict[int, _Found] = {}
    for place, group in enumerate(rows):
        for row in group:
            one = found.setdefault(row.topic_id, _Found([], row.rank))
            one.rank = min(one.rank, row.rank)
            if place not in one.criteria:
                one.criteria.append(place)
    return found


def _entries(found: dict[int, _Found], language: str) -> list[Entry]:
    """Live pages in the reader's language where there is one; what took a withdrawn page's place."""
    topics = _pages().select_related("successor").in_bulk(found)
    entries = []
    for pk, one in sorted(found.items(), key=lambda item: item[1].place):
        topic = links.standing_in(topics.get(pk))
        if topic is not None:
            entries.append(Entry(topic, tuple(one.criteria), weak=one.rank >= WEAK))
    slugs = [entry.topic.slug for entry in entries]
    own = {topic.slug: topic for topic in _pages().published().filter(language=language, slug__in=slugs)}
    once: dict[int, Entry] = {}
    for entry in entries:
        topic = own.get(entry.topic.slug, entry.topic)
        once.setdefault(topic.pk, Entry(topic, entry.criteria, entry.weak))
    return list(once.values())


def _pages() -> TopicQuerySet:
    return Topic.objects.open().filter(kind=PAGE).select_related("live", "section").defer("live__text")


def _by_words(criteria: Iterable[tuple[int, Criterion]], language: str) -> list[Entry]:
    """The first text that surely names pages: the original words before the display names."""
    texts = [(place, text) for place, one in criteria for text in one.words]
    languages = dict.fromkeys((language, settings.LANGUAGE_CODE))
    found = ((place, named_by(text, code)) for place, text in texts for code in languages)
    return next(([Entry(topic, (place,)) for topic in topics] for place, topics in found if topics), [])


def named_by(text: str, language: str) -> list[Topic]:
    """Pages that the site's search is sure a text names: only what editors marked to answer portals."""
    sure = [topic.pk for topic in search.best_topics(text, language, MOST)]
    pages = _pages().in_bulk(sure)
    return [pages[pk] for pk in sure]


def _dated(entries: list[Entry]) -> list[Entry]:
    """Each with the time its page last changed for readers, as the API and the sitemap have it."""
    published = Event.objects.filter(topic__in=[entry.topic for entry in entries], kind=Event.PUBLISHED)
    last = dict(published.order_by().values_list("topic").annotate(Max("at"))) if entries else {}
    return [replace(entry, updated=last.get(entry.topic.pk, entry.topic.changed)) for entry in entries]


def _about(subtopics: Iterable[str], entries: list[Entry]) -> list[Entry]:
    """First the pages of the sections that speak of the aspect asked for."""
    wanted = {section for subtopic in subtopics for section in SECTIONS.get(subtopic, ())}
    return sorted(entries, key=lambda entry: entry.topic.section is None or entry.topic.section.slug not in wanted)
