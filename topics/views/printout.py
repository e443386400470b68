"""“Is my printout still right?”: where the square and the code on paper lead."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import override

from topics import printouts
from topics.models import ClinicSettings, Topic
from topics.views import language, public_page

TOO_LARGE = 2**31


@public_page
def printout(request: HttpRequest, number: int, revision: int) -> HttpResponse:
    if number >= TOO_LARGE or revision >= TOO_LARGE:
        raise Http404
    topic = get_object_or_404(Topic.objects.select_related("live", "successor", "section"), number=number)
    if not topic.is_open:
        return redirect(topic)
    found = printouts.of(topic, revision)
    if found is None:
        raise Http404
    if topic.language != language():
        with override(topic.language):
            return redirect(reverse("printout", args=[number, revision]))
    gone = found.verdict == printouts.GONE
    context = {"printout": found, "topic": topic, "boxes_now": [] if gone else printouts.boxes_now(topic)}
    status = 410 if gone and topic.successor is None else 200
    return render(request, "topics/printout.html", {**context, "clinic": ClinicSettings.load()}, status=status)
