"""What a text may call by name, for the editor's pickers: cards, pages, sources, words, numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from topics import pages
from topics.forms import LEVEL_NAMES
from topics.models import GlossaryTerm, Reference, RenderedPage, Topic
from topics.source import LEVELS
from topics.syntax import PHONES

if TYPE_CHECKING:
    from topics.admin import TopicAdmin

Choice = dict[str, str]


def choices(request: HttpRequest, model_admin: TopicAdmin) -> JsonResponse:
    """Every list at once, in the page's language: what to insert, what it is called, a line about it."""
    if not (model_admin.has_change_permission(request) or model_admin.has_add_permission(request)):
        return JsonResponse({"error": _("You may not edit pages.")}, status=403)
    language = request.GET.get("language", settings.LANGUAGE_CODE)
    if language not in dict(settings.LANGUAGES):
        return JsonResponse({"error": _("This site has no such language.")}, status=400)
    lists = {"card": _cards(language), "page": _pages(language), "source": _sources(), "word": _words(language)}
    return JsonResponse({**lists, "phone": _phones()})


def _cards(language: str) -> list[Choice]:
    live = Topic.objects.published().cards(language)
    cards = sorted(live, key=lambda card: (LEVELS.index(card.level), card.order, card.number))
    return [_choice(f"::: card {card.slug}", card.title, LEVEL_NAMES[card.level], card.slug) for card in cards]


def _pages(language: str) -> list[Choice]:
    """Live pages and their sections; those behind the door as a whole only, since nothing in them shows."""
    topics = Topic.objects.published().pages(language).select_related("section", "rendered")
    found = []
    for topic in topics:
        address, section = topic.get_absolute_url(), topic.section.name if topic.section else ""
        found.append(_choice(address, topic.title, section, topic.slug))
        for part in _sections(topic):
            words = _("part of “%(page)s”") % {"page": topic.title}
            found.append(_choice(f"{address}#{part['id']}", part["title"], words, topic.slug))
    return found


def _sections(topic: Topic) -> list[dict[str, Any]]:
    if not topic.is_open:
        return []
    row: RenderedPage | None = getattr(topic, "rendered", None)
    return list(row.data["sections"]) if row else []


def _sources() -> list[Choice]:
    rows = Reference.objects.order_by("publisher", "title")
    return [_choice(f"[@{row.key}]", row.title, _about(row), row.key) for row in rows]


def _about(row: Reference) -> str:
    return ", ".join(str(part) for part in (row.publisher, row.year, row.key) if part)


def _words(language: str) -> list[Choice]:
    rows = GlossaryTerm.objects.filter(language=language)
    return [_choice(row.term, row.term, row.meaning, " ".join(row.forms)) for row in rows]


def _phones() -> list[Choice]:
    names = {"emergency": _("Emergency number"), "day_line": _("Day line"), "night_line": _("After-hours line")}
    numbers = pages.clinic_numbers()
    unset = _("not set yet: pages say “the number your team gave you”")
    return [_choice(f"{{{phone}}}", names[phone], getattr(numbers, phone) or unset, phone) for phone in PHONES]


def _choice(insert: Any, name: Any, about: Any, also: Any = "") -> Choice:
    """`also` is found by the filter and not shown."""
    return {"insert": str(insert), "name": str(name), "about": str(about), "also": str(also)}
