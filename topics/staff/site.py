"""The admin's own site: its first page is the health of the content, the list of tables stands below."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path


class StaffSite(AdminSite):
    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        from topics.staff import access, content_health  # the models are there once all apps are

        more = content_health.first_page(access.who(request))
        return super().index(request, {**more, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from topics.staff import content_health

        health = self.admin_view(partial(content_health.health_of, admin_site=self))
        return [path("health/<slug:name>/", health, name="health"), *super().get_urls()]


class StaffConfig(AdminConfig):
    default_site = "topics.staff.site.StaffSite"
