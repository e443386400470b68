"""What machines look for at fixed addresses: robots.txt, security.txt and the web manifest."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone

from topics.models import ClinicSettings
from topics.portal.answers import for_machines, moment

TEXT = "text/plain; charset=utf-8"
GOOD_FOR = timedelta(days=330)  # RFC 9116 §2.5.5: less than a year


@for_machines
def robots(request: HttpRequest) -> HttpResponse:
    sitemap = settings.SITE_URL + reverse("sitemap")
    return HttpResponse(
        f"User-agent: *\nDisallow: /admin/\nDisallow: /check/\n\nSitemap: {sitemap}\n", content_type=TEXT
    )


@for_machines
def security(request: HttpRequest) -> HttpResponse:
    """RFC 9116. It expires on a first of a month, so that the file stays the same for as long."""
    email = ClinicSettings.load().contact_email
    until = (timezone.now() + GOOD_FOR).date().replace(day=1)
    lines = {
        "Contact": f"mailto:{email}" if email else f"{settings.SITE_URL}/",
        "Expires": moment(datetime.combine(until, time(), UTC)),
        "Policy": settings.SITE_URL + reverse("security_policy"),
        "Preferred-Languages": ", ".join(code for code, _name in settings.LANGUAGES),
        "Canonical": settings.SITE_URL + reverse("security_txt"),
    }
    return HttpResponse("".join(f"{name}: {value}\n" for name, value in lines.items()), content_type=TEXT)


@for_machines
def security_policy(request: HttpRequest) -> HttpResponse:
    return HttpResponse((settings.BASE_DIR / "SECURITY.md").read_text(), content_type=TEXT)


ICONS = [("icon-192.png", "192x192", "any"), ("icon-512.png", "512x512", "any")]
ICONS += [("icon-maskable-512.png", "512x512", "maskable")]


@for_machines
def manifest(request: HttpRequest) -> HttpResponse:
    """W3C's Web Application Manifest: a quiet name and our icon for who puts the site on a home screen."""
    icons = [
        {"src": static(f"img/{file}"), "sizes": sizes, "type": "image/png", "purpose": purpose}
        for file, sizes, purpose in ICONS
    ]
    facts = {
        "id": "/",
        "name": "MBC Pages",
        "short_name": "MBC Pages",
        "start_url": reverse("home"),
        "scope": "/",
        "display": "minimal-ui",  # the way back stays on the screen
        "background_color": "#fdfbf7",
        "theme_color": "#0d5c63",
        "icons": icons,
    }
    return JsonResponse(facts, content_type="application/manifest+json")
