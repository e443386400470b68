"""About this site: who runs it, and receipts of what it does, made when they are read."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from topics import receipts
from topics.models import ClinicSettings
from topics.reading_steps import DEVICES
from topics.views import language, public_page


@public_page
def about(request: HttpRequest) -> HttpResponse:
    context = {"clinic": ClinicSettings.load(), "counts": receipts.contents(language())}
    return render(request, "about/about.html", context)


@public_page
def privacy(request: HttpRequest) -> HttpResponse:
    context = {"clinic": ClinicSettings.load(), "receipts": receipts.privacy()}
    return render(request, "about/privacy.html", context)


@public_page
def accessibility(request: HttpRequest) -> HttpResponse:
    context = {"clinic": ClinicSettings.load(), "issues": receipts.known_issues(), "languages": settings.LANGUAGES}
    return render(request, "about/accessibility.html", context)


@public_page
def reading(request: HttpRequest) -> HttpResponse:
    return render(request, "about/reading.html", {"clinic": ClinicSettings.load(), "devices": DEVICES})
