"""/sitemap.xml: every public page, when it last changed, and the same page in other languages (sitemaps.org 0.9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.db.models import Max, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import override
from django.utils.xmlutils import SimplerXMLGenerator

from topics.models import Event, OrganSite, RenderedPage, Section, Topic
from topics.portal.answers import for_machines, moment
from topics.source import CARD, PAGE
from topics.views import OWN_PLACE

SPACES = {"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9", "xmlns:xhtml": "http://www.w3.org/1999/xhtml"}


@dataclass(frozen=True)
class Live:
    """A live topic and when its page last changed for readers."""

    topic: Topic
    changed: datetime


@dataclass(frozen=True)
class Entry:
    address: str
    changed: datetime | None = None
    versions: Mapping[str, str] = field(default_factory=dict)


Counts = Callable[[Topic], bool]


def _is_page(topic: Topic) -> bool:
    return topic.kind == PAGE


def _is_card(topic: Topic) -> bool:
    return topic.kind == CARD


def _nothing_dated(topic: Topic) -> bool:
    return False


# Pages in every language that has one: what each shows decides when it last changed. Glossary words and
# references keep no time of their own, and a guess would be worse than no `lastmod`.
PAGES: dict[str, Counts] = {
    "home": _is_page,
    "when_to_call": _is_card,
    "questions": _is_page,
    "packet": _is_page,
    "result_day": _is_page,
    "sites": _is_page,
    "sections": _is_page,
    "glossary": _nothing_dated,
    "sources": _nothing_dated,
    "search": _nothing_dated,
    "about": _nothing_dated,
    "about_privacy": _nothing_dated,
    "about_accessibility": _nothing_dated,
    "about_reading": _nothing_dated,
}
# Pages about one topic, and pages that exist in English only. Some of them say noindex or name another page as
# the canonical one: they are here all the same, because whoever tests the site walks this list.
OF_A_TOPIC = ("topic", "short", "handout")
UNTRANSLATED = ("portals", "portals_guide")


@for_machines
def sitemap(request: HttpRequest) -> HttpResponse:
    out = StringIO()
    xml = SimplerXMLGenerator(out, "utf-8", short_empty_elements=True)
    xml.startDocument()
    xml.startElement("urlset", AttributesImpl(SPACES))
    for entry in entries():
        _write(xml, entry)
    xml.endElement("urlset")
    return HttpResponse(out.getvalue(), content_type="application/xml; charset=utf-8")


def _write(xml: SimplerXMLGenerator, entry: Entry) -> None:
    xml.startElement("url", AttributesImpl({}))
    xml.addQuickElement("loc", entry.address)
    if entry.changed is not None:
        xml.addQuickElement("lastmod", moment(entry.changed))
    for language, address in entry.versions.items():
        xml.addQuickElement("xhtml:link", "", {"rel": "alternate", "hreflang": language, "href": address})
    xml.endElement("url")


def entries() -> Iterator[Entry]:
    """Every public page that has an address of its own; red-flag cards are on /when-to-call/."""
    topics = live_topics()
    languages = spoken(topics)
    for name, counts in PAGES.items():
        yield from _in_all(languages, topics, counts, name)
    for site in OrganSite.objects.all():
        yield from _in_all(languages, topics, _about(site), "site", site.slug)
    for section in Section.objects.all():
        yield from _in_all(languages, topics, _within(section), "section", section.slug)
    yield from _of_topics([live for live in topics if live.topic.kind == PAGE])
    yield from (Entry(settings.SITE_URL + reverse(name)) for name in UNTRANSLATED)


def _of_topics(pages: list[Live]) -> Iterator[Entry]:
    """Pages of the same short name are one page in several languages, as they are for codes and the link builder."""
    same: dict[str, list[Topic]] = {}
    for live in pages:
        same.setdefault(live.topic.slug, []).append(live.topic)
    for live in pages:
        for name in OF_A_TOPIC[1:] if live.topic.slug in OWN_PLACE else OF_A_TOPIC:
            addresses = {topic.language: _address(name, topic.language, topic.slug) for topic in same[live.topic.slug]}
            yield Entry(addresses[live.topic.language], live.changed, _versions(addresses))


def _address(name: str, language: str, *args: str) -> str:
    with override(language):
        return settings.SITE_URL + reverse(name, args=args)


def _versions(addresses: Mapping[str, str]) -> Mapping[str, str]:
    """Each version names all, itself included, and the one for everybody else where there is one in English."""
    if len(addresses) < 2:
        return {}
    everybody = addresses.get(settings.LANGUAGE_CODE)
    return {**addresses, **({"x-default": everybody} if everybody else {})}


def live_topics() -> list[Live]:
    """A page also changes when a red-flag card on it does."""
    published = Max("events__at", filter=Q(events__kind=Event.PUBLISHED))
    rows = Topic.objects.published().open().annotate(published_at=published).prefetch_related("sites")
    topics = list(rows.order_by("number"))
    cards = {(topic.language, topic.slug): topic.published_at for topic in topics if topic.kind == CARD}
    called = dict(RenderedPage.objects.filter(topic__kind=PAGE).values_list("topic_id", "data__cards"))
    found = []
    for topic in topics:
        on_it = [cards[topic.language, slug] for slug in called.get(topic.pk) or () if (topic.language, slug) in cards]
        found.append(Live(topic, max([topic.published_at, *on_it])))
    return found


def spoken(topics: list[Live]) -> list[str]:
    """The site's languages that have a page; the first one always has."""
    return _site_languages({live.topic.language for live in topics if live.topic.kind == PAGE})


def _site_languages(used: set[str]) -> list[str]:
    return [code for code, _name in settings.LANGUAGES if code in used or code == settings.LANGUAGE_CODE]


def versions_of(name: str, *args: str) -> tuple[str, Mapping[str, str]]:
    """The address of a page in the language that is active, and all its versions if there are several."""
    used = set(Topic.objects.published().filter(kind=PAGE).order_by().values_list("language", flat=True).distinct())
    addresses = {language: _address(name, language, *args) for language in _site_languages(used)}
    return settings.SITE_URL + reverse(name, args=args), _versions(addresses)


def versions_of_topic(topic: Topic) -> Mapping[str, str]:
    """The same page in all its languages: live pages of one short name."""
    same = Topic.objects.published().open().filter(kind=PAGE, slug=topic.slug).order_by("number")
    return _versions({one.language: _address("topic", one.language, one.slug) for one in same})


def _in_all(languages: list[str], topics: list[Live], counts: Counts, name: str, *args: str) -> Iterator[Entry]:
    addresses = {language: _address(name, language, *args) for language in languages}
    for language, address in addresses.items():
        dates = [live.changed for live in topics if live.topic.language == language and counts(live.topic)]
        yield Entry(address, max(dates, default=None), _versions(addresses))


def _about(site: OrganSite) -> Counts:
    return lambda topic: site in topic.sites.all()


def _within(section: Section) -> Counts:
    return lambda topic: topic.section_id == section.pk
