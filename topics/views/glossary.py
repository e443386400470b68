"""Words and their meanings. What is typed into the filter is answered, and neither kept, logged nor stored."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from topics.models import GlossaryTerm
from topics.report_lookup import look_up, without_accents
from topics.terms import Term
from topics.views import language

MOST_CHARACTERS = 80


@csrf_exempt  # nothing here changes anything, so a POST is told 405, not that a sign-in has run out
@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    typed = " ".join(request.GET.get("q", "").split())[:MOST_CHARACTERS].strip()
    terms = list(GlossaryTerm.objects.filter(language=language()))
    found = [term for term in terms if _folded(typed) in _folded(" ".join((*term.spellings, term.meaning)))]
    context = {
        "typed": typed,
        "letters": [(letter, list(group)) for letter, group in groupby(found, key=lambda term: term.slug[0].upper())],
        "found": len(found),
        "meant": [] if found else _meant(typed, terms),
    }
    response = render(request, "topics/glossary.html", context)
    if typed:  # kept nowhere, listed by no search engine
        response["Cache-Control"], response["X-Robots-Tag"] = "no-store", "noindex"
    else:
        patch_cache_control(response, public=True, no_cache=True)
    return response


def _folded(text: str) -> str:
    return without_accents(text).casefold()


def _meant(typed: str, terms: Sequence[GlossaryTerm]) -> list[GlossaryTerm]:
    words = [Term(term.slug, term.term, term.meaning, term.spellings) for term in terms]
    answer = look_up(typed, words)
    return [term for slug in (*answer.found, *answer.meant) for term in terms if term.slug == slug]
