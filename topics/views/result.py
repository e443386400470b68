"""The day of a result: what a scan report can tell, and a look-up of its words.

A report comes by POST, so that it stands in no address, log or history, and is answered with `no-store`.
Nothing changes and nobody is known here, so there is no CSRF token to check.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from topics import pages
from topics.models import ClinicSettings, GlossaryTerm, Reference, ReportWord, Topic, Word
from topics.report_lookup import look_up
from topics.terms import Term
from topics.views import language

SLUG = "result-day"  # of the page whose text stands here


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def result_day(request: HttpRequest) -> HttpResponse:
    words = list(ReportWord.objects.filter(language=language()))
    context: dict[str, Any] = {
        "article": _article(),
        "clinic": ClinicSettings.load(),
        "words": words,
        "references": Reference.objects.filter(key__in={key for word in words for key in word.sources}),
    }
    if request.method != "POST":
        response = render(request, "topics/result_day.html", context)
        patch_cache_control(response, public=True, no_cache=True)
        return response
    typed = request.POST.get("report", "").strip()
    response = render(request, "topics/result_day.html", {**context, "typed": typed, **_found(typed, words)})
    response["Cache-Control"] = "no-store"
    return response


def _article() -> pages.Article | None:
    topic = Topic.objects.published().open().pages(language()).filter(slug=SLUG).select_related("section", "live")
    return next((pages.article(found, pages.of(found)) for found in topic), None)


def _found(typed: str, words: list[ReportWord]) -> dict[str, Any]:
    """Report words go before glossary words of the same short name or spelling."""
    spelt = {form.casefold() for word in words for form in word.spellings}
    terms = GlossaryTerm.objects.filter(language=language()).exclude(slug__in=[word.slug for word in words])
    others = [term for term in terms if not spelt & {form.casefold() for form in term.spellings}]
    known: dict[str, Word] = {word.slug: word for word in (*words, *others)}
    answer = look_up(typed, [_term(word) for word in known.values()])
    meant = [(known[slug], isinstance(known[slug], GlossaryTerm)) for slug in answer.meant]
    return {"asked": True, "found": [known[slug] for slug in answer.found], "meant": meant, "cut": answer.cut}


def _term(word: Word) -> Term:
    return Term(word.slug, word.term, word.meaning, word.spellings, word.say)
