"""“Did this help?”: an answer, then reasons to choose from. No free text, no cookie, nothing about who answers.

An answer changes a total and nothing in anybody's name, so there is no CSRF token to check.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from topics import feedback
from topics.client_address import address_of, name_for_a_day
from topics.models import ClinicSettings, Feedback, Topic
from topics.views import page_named

ANSWERS, REASONS = dict(Feedback.ANSWERS), dict(Feedback.REASONS)
THANKS = "thanks"  # after reasons


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def page_feedback(request: HttpRequest, slug: str) -> HttpResponse:
    topic = page_named(request, slug, "feedback")
    if isinstance(topic, HttpResponse):
        return topic
    if request.method == "POST":
        return _taken(request, topic)
    said = request.GET.get("said", "")
    response = _shown(request, topic, said if said in (*ANSWERS, THANKS) else "")
    patch_cache_control(response, public=True, no_cache=True)
    return response


def _taken(request: HttpRequest, topic: Topic) -> HttpResponse:
    """Counted, and led to a page that may be loaded again without counting again."""
    said, reasons = request.POST.get("said", ""), list(dict.fromkeys(request.POST.getlist("reason")))
    if said and reasons or said not in ("", *ANSWERS) or not set(reasons) <= set(REASONS):
        return render(request, "400.html", status=400)
    today = timezone.localdate()
    wait = feedback.seconds_to_wait(name_for_a_day(address_of(request), today))
    if wait:
        response = render(request, "429.html", {"topic": topic}, status=429)
        response["Retry-After"] = str(wait)
    elif not feedback.count(topic, [said] if said else reasons, today):
        response = _shown(request, topic, "", failed=True)
    else:
        response = redirect(f"{reverse('feedback', args=[topic.slug])}?said={said or THANKS}")
        response.status_code = 303
    response["Cache-Control"] = "no-store"
    return response


def _shown(request: HttpRequest, topic: Topic, said: str, failed: bool = False) -> HttpResponse:
    context = {
        "topic": topic,
        "said": said,
        "answers": Feedback.ANSWERS,
        "reasons": Feedback.REASONS if said in ("partly", "no") else [],
        "failed": failed,
        "clinic": ClinicSettings.load(),
    }
    return render(request, "topics/feedback.html", context, status=503 if failed else 200)
