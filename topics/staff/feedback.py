"""Feedback in the admin: totals of each page on top, totals of each day below. Nobody writes here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Sum
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from topics.models import Feedback, Topic

DAYS_SHOWN = 90


def totals(days: int = DAYS_SHOWN) -> list[tuple[Topic, list[int], list[tuple[str, int]]]]:
    """Each page with its answers of the last days in their order and its reasons, most doubtful pages first."""
    since = timezone.localdate() - timedelta(days=days)
    sums: dict[int, dict[str, int]] = {}
    rows = Feedback.objects.filter(day__gt=since).order_by().values_list("topic", "said").annotate(Sum("count"))
    for topic, said, count in rows:
        sums.setdefault(topic, {})[said] = count
    topics = sorted(Topic.objects.filter(pk__in=sums), key=lambda topic: _doubt(sums[topic.pk]), reverse=True)
    return [(topic, _answers(sums[topic.pk]), _reasons(sums[topic.pk])) for topic in topics]


def _doubt(said: dict[str, int]) -> tuple[int, int]:
    return said.get("no", 0), said.get("partly", 0)


def _answers(said: dict[str, int]) -> list[int]:
    return [said.get(word, 0) for word, _name in Feedback.ANSWERS]


def _reasons(said: dict[str, int]) -> list[tuple[str, int]]:
    return [(str(name), said[word]) for word, name in Feedback.REASONS if word in said]


@admin.register(Feedback)
class FeedbackAdmin(admin.ModelAdmin):
    """Read only: readers count, nobody corrects them."""

    change_list_template = "admin/topics/feedback_list.html"
    list_display = ("topic", "said", "day", "count")
    list_filter = ("said", "day", "topic__language")
    list_select_related = ("topic",)
    search_fields = ("topic__title",)
    list_display_links = None
    actions = None

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        more = {"totals": totals(), "answers": Feedback.ANSWERS, "days": DAYS_SHOWN, "title": _("What readers say")}
        return super().changelist_view(request, {**more, **(extra_context or {})})  # type: ignore[return-value]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Feedback | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Feedback | None = None) -> bool:
        return False
