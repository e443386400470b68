"""Questions to take to an appointment: tick, print, forget.

What is ticked comes by POST, so that it stands in no address, log or history, and is answered with a
sheet that nobody stores. Nothing changes and nobody is known here, so there is no CSRF token to check.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from topics import pages
from topics.models import ClinicSettings, RenderedPage, Section, Topic
from topics.plain_diff import lines_of
from topics.views import by_section, live_pages


@dataclass(frozen=True)
class Question:
    """`key` names the words themselves, so that a page changed meanwhile never swaps questions."""

    key: str
    text: str


Group = tuple[Topic, list[Question]]
Chapter = tuple[Section | None, list[Group]]


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest) -> HttpResponse:
    chapters = _chapters()
    context = {"chapters": chapters, "today": timezone.localdate(), "clinic": ClinicSettings.load()}
    if request.method != "POST":
        response = render(request, "topics/questions.html", context)
        patch_cache_control(response, public=True, no_cache=True)
        return response
    keys = set(request.POST.getlist("q"))
    ticked = _ticked(chapters, keys)
    if ticked:
        sheet = {"chapters": ticked, "large": request.POST.get("size") == "large", "lines": range(6)}
        sheet["missing"] = len(keys) > sum(len(asked) for _section, groups in ticked for _topic, asked in groups)
        response = render(request, "topics/questions_sheet.html", {**context, **sheet})
    else:
        response = render(request, "topics/questions.html", {**context, "nothing": True})
    response["Cache-Control"] = "no-store"
    return response


def _chapters() -> list[Chapter]:
    topics = live_pages()
    kept = dict(RenderedPage.objects.filter(topic__in=topics).values_list("topic_id", "data__questions"))
    chapters = []
    for section, group in by_section(topics):
        groups = [(topic, _asked(topic, kept.get(topic.pk))) for topic in group]
        groups = [(topic, asked) for topic, asked in groups if asked]
        if groups:
            chapters.append((section, groups))
    return chapters


def _asked(topic: Topic, html: str | None) -> list[Question]:
    lines = lines_of(pages.of(topic).questions if html is None else html)
    return [Question(_key(topic, line), line) for line in dict.fromkeys(lines)]


def _key(topic: Topic, line: str) -> str:
    return f"{topic.number}-{hashlib.sha256(line.encode()).hexdigest()[:12]}"


def _ticked(chapters: list[Chapter], keys: set[str]) -> list[Chapter]:
    found = []
    for section, groups in chapters:
        kept = [(topic, [question for question in asked if question.key in keys]) for topic, asked in groups]
        kept = [(topic, asked) for topic, asked in kept if asked]
        if kept:
            found.append((section, kept))
    return found
