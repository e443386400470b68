"""/infobutton/: HL7 Infobutton requests, answered as a page or as data (portal-linking.md §1, §3 and §5).

The answer carries a diagnosis: nothing of it is stored, logged or led on, and no cookie is seen or set.
"""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables

from topics.models import ClinicSettings
from topics.portal import asked, knowledge, matching
from topics.portal.answers import FOR_NO_DOCUMENT
from topics.portal.asked import HTML, JSON, JSONP, XML
from topics.views import by_section, live_pages

METHODS = "GET, HEAD, POST, OPTIONS"
# Whatever headers a portal's script adds, none is read.
BEFORE_ASKING = {
    "Allow": METHODS,
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}


@csrf_exempt  # portals post from their own origins; nothing here changes anything in anybody's name
def page(request: HttpRequest) -> HttpResponse:
    """Pages for people, unless the request names a format."""
    return _answered(request, HTML)


@csrf_exempt
def feed(request: HttpRequest) -> HttpResponse:
    """The same for portals that only swap MedlinePlus's service address for ours: XML by default."""
    return _answered(request, XML)


@sensitive_variables()  # no report of an error shows what any function below held
def _answered(request: HttpRequest, default: str) -> HttpResponse:
    if request.method == "OPTIONS":
        response = HttpResponse(status=HTTPStatus.NO_CONTENT, headers=BEFORE_ASKING)
    else:
        try:
            wanted = asked.read(request, default)
        except asked.Unreadable as unreadable:
            response = HttpResponse(f"{unreadable}\n", "text/plain; charset=utf-8", unreadable.status)
            response["Content-Security-Policy"] = FOR_NO_DOCUMENT
        else:
            response = _in_format(request, matching.answer(wanted, count=request.method != "HEAD"))
            response["Content-Language"] = wanted.language
    # Scripts of other origins may read refusals, too; there is no cookie that could come along.
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "no-store"  # here as well as in the middleware, so that no ETag is made
    return response


def _in_format(request: HttpRequest, answer: matching.Answer) -> HttpResponse:
    """The type is one of ours, never what the request said (§3.1)."""
    wanted = answer.asked
    if wanted.format == HTML:
        with override(wanted.language):
            return _page(request, answer)
    value = knowledge.feed(answer)
    if wanted.format == JSON:
        response = HttpResponse(knowledge.as_json(value), JSON)
    elif wanted.format == JSONP:
        response = HttpResponse(knowledge.as_script(value, wanted.callback), f"{JSONP}; charset=utf-8")
    else:
        response = HttpResponse(knowledge.as_atom(value), f"{XML}; charset=utf-8")
    response["Content-Security-Policy"] = FOR_NO_DOCUMENT
    return response


def _page(request: HttpRequest, answer: matching.Answer) -> HttpResponse:
    """One match leads to its bare address, which does not say which code led there (§5.3)."""
    entries = answer.entries
    if len(entries) == 1 and not entries[0].weak:
        topic = entries[0].topic
        with override(topic.language):
            return HttpResponseRedirect(topic.get_absolute_url(), status=HTTPStatus.SEE_OTHER)
    clinic = ClinicSettings.load()
    if not entries:
        chapters = by_section(live_pages())
        return render(request, "portal/infobutton_none.html", {"chapters": chapters, "clinic": clinic})
    # Beside a code of a metastasis nobody is told that the cancer may not have spread.
    first = next((entry for entry in entries if not entry.weak), entries[0])
    line = knowledge.introduction(first, pages=len(entries))
    context = {"topics": [entry.topic for entry in entries], "line": line, "weak": first.weak, "clinic": clinic}
    return render(request, "portal/infobutton_pages.html", context)
