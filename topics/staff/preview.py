"""The preview: what the posted fields would show, by the renderer that makes the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from topics import coach, pages
from topics.anchors import applied
from topics.codes import SYSTEMS
from topics.folder import plain_line_ends
from topics.forms import TopicForm
from topics.limits import MAX_CHARACTERS
from topics.models import Topic
from topics.problems import Problem, Problems
from topics.source import CARD, PAGE, Source
from topics.staff.access import may_edit, need, sentence, topic_or_404

if TYPE_CHECKING:
    from topics.admin import TopicAdmin

UNCHOSEN = "none"  # the section of a page that is still being filled in


@require_GET
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})  # type: ignore[arg-type]
def preview_frame(request: HttpRequest, model_admin: TopicAdmin) -> HttpResponse:
    """An empty page with the readers' own style, into which the editor's script puts the preview."""
    need(model_admin.has_view_permission(request))
    return render(request, "admin/topics/preview_frame.html")


def preview(request: HttpRequest, model_admin: TopicAdmin, number: int | None = None) -> HttpResponse:
    """What the posted fields would show: problems first, then the page and its short version, as fragments."""
    topic = topic_or_404(number) if number is not None else None
    if not may_edit(request, model_admin, topic):
        return sentence(_("You may not edit this page."), 403)
    body = request.POST.get("body", request.POST.get("content"))
    if body is None:
        return sentence(_("There is no text to show."), 400)
    if len(body) > MAX_CHARACTERS:
        return sentence(_("The text is longer than a page can be. Split it into several pages."), 400)
    form = TopicForm(request.POST, topic=topic)
    wrong = _wrong_fields(form)
    try:
        source = form.source(_values(form, plain_line_ends(body)))
    except Problems as found:
        return _preview(request, [*wrong, *(_told(form, problem) for problem in found.problems if not wrong)], {})
    if topic is None:
        topic = Topic(kind=source.kind, language=source.language, slug="new", number=0)
    problems, shown = _shown(topic, source)
    return _preview(request, [*wrong, *(_told(form, problem) for problem in problems)], shown)


@dataclass(frozen=True)
class Told:
    """A problem as the list shows it: with the line of the text or the field that it leads to."""

    problem: Problem
    field: str = ""
    label: str = ""


def _told(form: TopicForm, problem: Problem) -> Told:
    if f"“{UNCHOSEN}”" in problem.what and not form.cleaned_data.get("section"):
        words = Problem(0, _("No section is chosen yet."), _("Choose one under “Where it stands”."))
        return Told(words, "id_section", str(form["section"].label))
    name = form.field_of(problem) if problem.line < 1 else ""
    return Told(problem, f"id_{name}" if name else "", str(form[name].label) if name else "")


def _wrong_fields(form: TopicForm) -> list[Told]:
    """Fields that were sent and cannot be saved as they are."""
    errors = [(name, words) for name, found in form.errors.items() if name in form.data for words in found]
    names = [(name, words) for name, words in errors if name in form.fields and name != "based_on"]
    return [Told(Problem(0, str(words), ""), f"id_{name}", str(form[name].label)) for name, words in names]


def _values(form: TopicForm, body: str) -> dict[str, Any]:
    """What is filled in so far; what a page cannot be without is made up."""
    topic, cleaned = form.topic, form.cleaned_data
    kind = topic.kind if topic else (cleaned.get("kind") or PAGE)
    section = topic.section.slug if topic and topic.section else UNCHOSEN
    return {
        "language": settings.LANGUAGE_CODE,
        **cleaned,
        "kind": kind,
        "title": cleaned.get("title") or (topic.title if topic else _("Title")),
        "summary": cleaned.get("summary") or (topic.summary if topic else _("Summary")),
        "sites": cleaned.get("sites") or [],
        "section": (cleaned.get("section") or section) if kind == PAGE else "",
        "level": (cleaned.get("level") or (topic.level if topic else "") or "today") if kind == CARD else "",
        "door": cleaned.get("door", "") if kind == PAGE else "",
        "body": body,
    }


def _shown(topic: Topic, source: Source) -> tuple[list[Problem], dict[str, Any]]:
    given = pages.inputs(topic.language)
    rendered = applied(pages.render_source(source, topic.slug, given), topic.anchors)
    advice = coach.advice(source, given)
    found = [*pages.faults(source, rendered), *advice.findings]
    problems = [problem.lower(1 - source.body_line) for problem in found]
    problems.extend(_odd_codes(source))
    shown = Topic(
        pk=topic.pk,
        number=topic.number,
        kind=topic.kind,
        language=topic.language,
        slug=topic.slug,
        title=source.title,
        summary=source.summary,
        order=source.order,
        live=topic.live,
    )
    article = pages.article(shown, rendered, source)
    cards = [given.cards[slug].html for slug in rendered.cards]
    short = {"topic": shown, "rendered": rendered, "cards": cards or [rendered.lead] * (source.kind == CARD)}
    return problems, {
        "page": render_to_string("components/article.html", {"article": article}),
        "short": render_to_string("components/in_short.html", short),
        "grades": advice.grades,
    }


def _odd_codes(source: Source) -> Iterator[Problem]:
    """Codes that no system has: worth a look, since a file may bring systems that this site does not know."""
    for name, codes in source.codes.items():
        system = SYSTEMS.get(name)
        if system is None:
            what = f"“codes” names “{name}”, which is no code system that this site knows."
            yield Problem(0, what, f"Use one of: {', '.join(SYSTEMS)}.", blocks=False)
            continue
        for code in codes:
            if not system.fits(code):
                what = f"“codes” names “{code}”, which is not how a code of {system.name} looks."
                yield Problem(0, what, "Compare it with the published list.", blocks=False)


def _preview(request: HttpRequest, told: list[Told], shown: dict[str, Any]) -> HttpResponse:
    stops = [one for one in told if one.problem.blocks]
    look = [one for one in told if not one.problem.blocks]
    context = {"stops": stops, "look": look, "first": next(iter([*stops, *look]), None), **shown}
    if "whole" in request.POST:  # without script: a tab of its own, in the readers' style
        return render(request, "admin/topics/preview_frame.html", {**context, "whole": True})
    return HttpResponse(render_to_string("admin/topics/preview.html", context))
