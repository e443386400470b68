"""The preview: what the posted fields would show, by the renderer that makes the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from topics import pages
from topics.anchors import applied
from topics.folder import plain_line_ends
from topics.limits import MAX_CHARACTERS
from topics.models import Topic
from topics.problems import Problem, Problems
from topics.source import CARD, PAGE, Source, compose
from topics.staff.access import need, sentence, topic_or_404

if TYPE_CHECKING:
    from topics.admin import TopicAdmin


@require_GET
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})  # type: ignore[arg-type]
def preview_frame(request: HttpRequest, model_admin: TopicAdmin) -> HttpResponse:
    """An empty page with the readers' own style, into which the editor's script puts the preview."""
    need(model_admin.has_view_permission(request))
    return render(request, "admin/topics/preview_frame.html")


def preview(request: HttpRequest, model_admin: TopicAdmin, number: int | None = None) -> HttpResponse:
    """What the posted fields would show: problems first, then the page itself, as fragments."""
    topic = topic_or_404(number) if number is not None else None
    allowed = model_admin.has_change_permission(request, topic) if topic else model_admin.has_add_permission(request)
    if not allowed:
        return sentence(_("You may not edit this page."), 403)
    body = request.POST.get("body", request.POST.get("content"))
    if body is None:
        return sentence(_("There is no text to show."), 400)
    if len(body) > MAX_CHARACTERS:
        return sentence(_("The text is longer than a page can be. Split it into several pages."), 400)
    try:
        source = _previewed(request, topic, plain_line_ends(body))
    except Problems as found:
        return _preview(request, found.problems, "")
    if topic is None:
        topic = Topic(kind=source.kind, language=source.language, slug="new", number=0)
    return _preview(request, *_shown(topic, source))


def _previewed(request: HttpRequest, topic: Topic | None, body: str) -> Source:
    """The source that the posted fields make so far; what is not filled in yet is made up."""
    post = request.POST
    kind = topic.kind if topic else (CARD if post.get("kind") == CARD else PAGE)
    section = topic.section.slug if topic and topic.section else "none"
    head: dict[str, Any] = {
        "title": post.get("title", "").strip()[:120] or (topic.title if topic else _("Title")),
        "summary": " ".join(post.get("summary", "").split())[:300] or (topic.summary if topic else _("Summary")),
        "sites": list(dict.fromkeys(post.getlist("sites"))),
        "section": (post.get("section") or section) if kind == PAGE else "",
        "level": (post.get("level") or (topic.level if topic else "") or "today") if kind == CARD else "",
    }
    body = body if body.endswith("\n") else body + "\n"
    if topic is not None and topic.latest is not None:
        return topic.latest.source.revised(body=body, **head)
    return compose(body, kind="" if kind == PAGE else kind, **head)


def _shown(topic: Topic, source: Source) -> tuple[list[Problem], str]:
    rendered = applied(pages.render_source(source, topic.slug, pages.inputs(topic.language)), topic.anchors)
    problems = [problem.lower(1 - source.body_line) for problem in pages.faults(source, rendered)]
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
    return problems, render_to_string("components/article.html", {"article": article})


def _preview(request: HttpRequest, problems: list[Problem], page: str) -> HttpResponse:
    context = {"problems": problems, "page": page}
    if "whole" in request.POST:  # without script: a tab of its own, in the readers' style
        return render(request, "admin/topics/preview_frame.html", context)
    return HttpResponse(render_to_string("admin/topics/preview.html", context))
