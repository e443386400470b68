"""A page in two minutes, on paper, and as PDF; several pages as one packet. Nothing is remembered."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from topics import handouts, pages, pdf, printouts
from topics.models import ClinicSettings, Topic
from topics.portal import links
from topics.views import by_section, language, live_pages, page_named, public_page

LARGE = "large"


@public_page
def short(request: HttpRequest, slug: str) -> HttpResponse:
    topic = page_named(request, slug, "short")
    if isinstance(topic, HttpResponse):
        return topic
    context = {"topic": topic, "rendered": pages.of(topic), "cards": printouts.boxes_now(topic)}
    return render(request, "topics/short.html", {**context, "canonical": links.page(topic), **_clinic()})


@public_page
def handout(request: HttpRequest, slug: str) -> HttpResponse:
    topic = page_named(request, slug, "handout")
    if isinstance(topic, HttpResponse):
        return topic
    return render(request, "topics/handout.html", _for_one(request, topic))


@public_page
def handout_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    topic = page_named(request, slug, "handout_pdf")
    if isinstance(topic, HttpResponse):
        return topic
    if not pdf.available():
        return render(request, "topics/no_pdf.html", {"topic": topic, **_clinic()}, status=501)
    made = pdf.made_from(render_to_string("topics/handout.html", _for_one(request, topic)))
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = (
        f'inline; filename="{slugify(topic.slug)}-{topic.number}-{topic.shown.number}.pdf"'
    )
    return response


@public_page
def packet(request: HttpRequest) -> HttpResponse:
    """`?t=21&t=22`: these pages in this order. Without a page that is here: a form to choose them."""
    topics, missing = handouts.chosen(request.GET.getlist("t"), language())
    too_many = len(topics) > handouts.MOST_PAGES
    if not topics or too_many:
        context = {"chapters": by_section(live_pages()), "most": handouts.MOST_PAGES, "ticked": topics}
        return render(request, "topics/packet.html", {**context, "missing": missing, "too_many": too_many, **_clinic()})
    return render(request, "topics/handout.html", {**_sheets(request, topics), "missing": missing})


def _for_one(request: HttpRequest, topic: Topic) -> dict[str, Any]:
    about = {
        "other_size": "" if request.GET.get("size") == LARGE else f"size={LARGE}",
        "canonical": links.page(topic),
        "pdf": reverse("handout_pdf", args=[topic.slug]) if pdf.available() else "",
    }
    return {**_sheets(request, [topic]), **about}


def _sheets(request: HttpRequest, topics: list[Topic]) -> dict[str, Any]:
    large = request.GET.get("size") == LARGE
    other = {"t": [topic.number for topic in topics], **({} if large else {"size": LARGE})}
    return {
        "sheets": handouts.sheets(topics),
        "other_size": urlencode(other, doseq=True),
        "large": large,
        "lines": range(6),
        **_clinic(),
    }


def _clinic() -> dict[str, Any]:
    return {"clinic": ClinicSettings.load(), "today": timezone.localdate()}
