"""What templates say with a word: phone links and marks, and the way to pages behind a door."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from topics.cards import tel
from topics.models import Section, Topic
from topics.models.topic import TopicQuerySet

register = template.Library()


@register.filter
def rendered(html: str) -> SafeString:
    """HTML that `topics.rendering` made: the one place where a template trusts a string."""
    return mark_safe(html)


@register.filter
def phone(number: str) -> SafeString:
    return format_html('<a class="tel" href="{}">{}</a>', tel(number), number)


@register.inclusion_tag("components/door_link.html")
def door_link(section: Section | None = None) -> dict[str, Any]:
    """Live pages behind a door, by title only; with `section`, those of one section."""
    doors: TopicQuerySet = Topic.objects.published().behind_a_door().pages()
    return {"doors": doors.filter(section=section) if section else doors}
