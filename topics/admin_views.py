"""The editor's views: write, preview, publish, look back, withdraw.

Every view names the permission it needs; those that a script calls (preview, upload) answer an
expired session with 403 and a sentence, never with a sign-in form.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import TYPE_CHECKING, Any

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_GET, require_POST

from topics import images, pages, workflow
from topics.anchors import applied
from topics.folder import plain_line_ends
from topics.forms import TopicForm, WithdrawForm
from topics.limits import MAX_CHARACTERS
from topics.models import Revision, Topic, Upload, User
from topics.problems import Problem, Problems
from topics.source import CARD, PAGE, Source, compose

if TYPE_CHECKING:
    from topics.admin import TopicAdmin

View = Callable[..., HttpResponseBase]


def urls(model_admin: TopicAdmin) -> list[URLPattern]:
    def staff(view: View) -> View:
        return model_admin.admin_site.admin_view(partial(view, model_admin=model_admin))

    def script(view: View) -> View:
        return answers_in_words(partial(view, model_admin=model_admin))

    one = "<int:number>"
    return [
        path("preview-frame/", staff(preview_frame), name="topics_topic_preview_frame"),
        path("preview/", script(preview), name="topics_topic_preview_new"),
        path("upload/", script(upload), name="topics_topic_upload"),
        path(f"{one}/preview/", script(preview), name="topics_topic_preview"),
        path(f"{one}/revisions/<int:revision>/", staff(revision), name="topics_topic_revision"),
        path(f"{one}/restore/<int:revision>/", staff(restore), name="topics_topic_restore"),
        path(f"{one}/withdraw/", staff(withdraw), name="topics_topic_withdraw"),
    ]


def answers_in_words(view: View) -> View:
    """For addresses that a script calls: POST, signed-in staff, CSRF; refusals are 4xx sentences."""

    @require_POST
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (request.user.is_active and request.user.is_staff):
            return sentence(_("Your sign-in has run out. Sign in again in another tab; your text is still here."), 403)
        return view(request, *args, **kwargs)

    return csrf_protect(answer)


def sentence(words: str, status: int) -> HttpResponse:
    return HttpResponse(format_html('<p class="refused" role="alert">{}</p>', words), status=status)


def _who(request: HttpRequest) -> User:
    """The signed-in account; every view here stands behind a sign-in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _topic(number: int | str | None) -> Topic:
    found = Topic.objects.select_related("live", "latest", "section")
    try:
        return found.get(pk=int(str(number)))
    except (Topic.DoesNotExist, ValueError, OverflowError):
        raise Http404 from None


def _need(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


# --- write -----------------------------------------------------------------------------------


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
def edit(request: HttpRequest, model_admin: TopicAdmin, object_id: str | None) -> HttpResponseBase:
    """The edit page. A save appends a revision; it never overwrites one."""
    topic = _topic(object_id) if object_id else None
    _need(model_admin.has_change_permission(request, topic) if topic else model_admin.has_add_permission(request))
    form = TopicForm(request.POST or None, topic=topic)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return _edit_page(request, model_admin, topic, form, status=status)
    try:
        saved = _saved(request, topic, form)
    except workflow.Stale as stale:
        return _both_texts(request, model_admin, stale)
    except (workflow.Refused, Problems, ValidationError) as refused:
        form.add_error(None, _words(refused))
        return _edit_page(request, model_admin, topic, form, status=422)
    topic = _topic(saved.topic_id)
    if "_publish" in request.POST:
        _publish(request, topic, saved)
    else:
        messages.success(request, _saved_words(topic))
    return redirect("admin:topics_topic_change", topic.pk)


def _saved(request: HttpRequest, topic: Topic | None, form: TopicForm) -> Revision:
    values = form.cleaned_data
    if topic is None:
        return workflow.create(values["source"], values["slug"], _who(request), values["note"]).newest
    return workflow.save_draft(
        topic,
        values["source"],
        _who(request),
        values["based_on"] or 0,
        values["change"],
        values["note"],
    )


def _publish(request: HttpRequest, topic: Topic, saved: Revision) -> None:
    """Show the revision that was just saved, and no other: a colleague may have saved since."""
    _need(request.user.has_perm("topics.publish_topic"))
    try:
        workflow.publish(topic, saved, _who(request), request.POST.get("note", "")[:500])
    except workflow.Refused as refused:
        messages.error(request, format_html("{} {}", _saved_words(topic), _words(refused)))
        return
    link = format_html('<a href="{}">{}</a>', topic.get_absolute_url(), _("Open the page"))
    words = _("Published: “%(topic)s”. Patients see this text from now on.") % {"topic": saved.source.title}
    messages.success(request, format_html("{} {}.", words, link))


def _saved_words(topic: Topic) -> str:
    if topic.live is None:
        return _("Saved as a draft: “%(topic)s”. Patients do not see it yet.") % {"topic": topic}
    if topic.live_id == topic.latest_id:
        return _("Nothing was changed in “%(topic)s”. Patients see this text.") % {"topic": topic}
    when = date_format(topic.live.created, "DATE_FORMAT")
    return _("Saved as a draft: “%(topic)s”. Patients still see the text of %(when)s.") % {"topic": topic, "when": when}


def _words(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    return str(error)


def _edit_page(
    request: HttpRequest, model_admin: TopicAdmin, topic: Topic | None, form: TopicForm, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Edit “%(topic)s”") % {"topic": topic} if topic else _("New page or card"),
        "topic": topic,
        "form": form,
        "media": form.media,
        "may_publish": request.user.has_perm("topics.publish_topic"),
        "preview_url": _preview_url(topic),
        "upload_url": reverse("admin:topics_topic_upload"),
        "frame_url": reverse("admin:topics_topic_preview_frame"),
        **more,
    }
    return render(request, "admin/topics/edit.html", context, status=status)


def _preview_url(topic: Topic | None) -> str:
    if topic is None:
        return reverse("admin:topics_topic_preview_new")
    return reverse("admin:topics_topic_preview", args=[topic.pk])


def _both_texts(request: HttpRequest, model_admin: TopicAdmin, stale: workflow.Stale) -> HttpResponse:
    """Somebody saved first: their text stands, yours is in the form, and a save now goes on top of theirs."""
    topic = _topic(stale.latest.topic_id)
    data = request.POST.copy()
    data["based_on"] = str(stale.latest.number)
    yours = TopicForm(data, topic=topic)
    yours.is_valid()
    return _edit_page(request, model_admin, topic, yours, status=409, theirs=stale.latest)


# --- preview ---------------------------------------------------------------------------------


@require_GET
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})  # type: ignore[arg-type]
def preview_frame(request: HttpRequest, model_admin: TopicAdmin) -> HttpResponse:
    """An empty page with the readers' own style, into which the editor's script puts the preview."""
    _need(model_admin.has_view_permission(request))
    return render(request, "admin/topics/preview_frame.html")


def preview(request: HttpRequest, model_admin: TopicAdmin, number: int | None = None) -> HttpResponse:
    """What the posted fields would show: problems first, then the page itself, as fragments."""
    topic = _topic(number) if number is not None else None
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


def upload(request: HttpRequest, model_admin: TopicAdmin) -> HttpResponse:
    """Take one picture; the answer is JSON: its address, or `error`, a sentence saying what to do."""
    if not (model_admin.has_change_permission(request) or model_admin.has_add_permission(request)):
        return JsonResponse({"error": _("You may not add pictures.")}, status=403)
    file = request.FILES.get("image")
    if file is None or isinstance(file, list):
        return JsonResponse({"error": _("Choose one picture.")}, status=400)
    try:
        picture = images.picture(file, file.size or 0)  # type: ignore[arg-type]
    except images.NotAPicture as refused:
        return JsonResponse({"error": str(refused)}, status=400)
    name = default_storage.save(picture.name, ContentFile(picture.data))
    Upload.objects.create(name=name, width=picture.width, height=picture.height, by=_who(request))
    return JsonResponse({"url": f"{settings.MEDIA_URL}{name}", "width": picture.width, "height": picture.height})


# --- look back -------------------------------------------------------------------------------


def history(request: HttpRequest, model_admin: TopicAdmin, object_id: str) -> HttpResponse:
    """Who saved, published, withdrew or moved this page, when and why; newest first."""
    topic = _topic(object_id)
    _need(model_admin.has_view_permission(request, topic))
    revisions = topic.revisions.select_related("author").prefetch_related("events__by")
    events = topic.events.select_related("by", "revision")
    entries: list[dict[str, Any]] = [
        *({"at": one.created, "by": one.author, "revision": one, "saved": True} for one in revisions),
        *({"at": one.at, "by": one.by, "revision": one.revision, "event": one} for one in events),
    ]
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("History of “%(topic)s”") % {"topic": topic},
        "topic": topic,
        "entries": sorted(entries, key=lambda entry: entry["at"], reverse=True),
    }
    return render(request, "admin/topics/history.html", context)


def revision(request: HttpRequest, model_admin: TopicAdmin, number: int, revision: int) -> HttpResponse:
    topic, found = _revision(number, revision)
    _need(model_admin.has_view_permission(request, topic))
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("“%(topic)s”, revision %(number)s") % {"topic": topic, "number": found.number},
        "topic": topic,
        "revision": found,
        "may_restore": model_admin.has_change_permission(request, topic) and found.pk != topic.latest_id,
    }
    return render(request, "admin/topics/revision.html", context)


def _revision(number: int, revision: int) -> tuple[Topic, Revision]:
    topic = _topic(number)
    found = topic.revisions.filter(number=revision).first() if revision < 2**31 else None
    if found is None:
        raise Http404
    return topic, found


@require_POST
def restore(request: HttpRequest, model_admin: TopicAdmin, number: int, revision: int) -> HttpResponse:
    topic, found = _revision(number, revision)
    _need(model_admin.has_change_permission(request, topic))
    based_on = request.POST.get("based_on", "")
    start = int(based_on) if based_on.isascii() and based_on.isdigit() else 0
    try:
        workflow.restore(topic, found, _who(request), start)
    except workflow.Refused as refused:
        messages.error(request, _words(refused))
        return redirect("admin:topics_topic_history", topic.pk)
    words = _("Revision %(number)s is the newest draft again. Look at it, then publish.") % {"number": found.number}
    messages.success(request, words)
    return redirect("admin:topics_topic_change", topic.pk)


def withdraw(request: HttpRequest, model_admin: TopicAdmin, number: int) -> HttpResponse:
    """Ask why and what takes over; show which live pages use this one, since they stop it."""
    topic = _topic(number)
    _need(request.user.has_perm("topics.publish_topic"))
    form = WithdrawForm(request.POST or None, topic=topic)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            workflow.withdraw(topic, _who(request), values["reason"], values["successor"])
        except workflow.Refused as refused:
            form.add_error(None, _words(refused))
        else:
            messages.success(request, _("Withdrawn: “%(topic)s”. Patients no longer see it.") % {"topic": topic})
            return redirect("admin:topics_topic_history", topic.pk)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Withdraw “%(topic)s”") % {"topic": topic},
        "topic": topic,
        "form": form,
        "users": pages.using(topic),
    }
    return render(request, "admin/topics/withdraw.html", context, status=422 if form.errors else 200)
