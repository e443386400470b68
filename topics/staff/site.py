"""The admin's own site: its first page is the health of the content, the list of tables stands below."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

# What stands in the menu, in the order of an editor's day, and under which words.
MENU = (
    ("pages", _("Pages"), ("Topic", "Upload", "Feedback")),
    ("words", _("Words"), ("GlossaryTerm", "Reference", "PlainWord", "SearchWords", "ReportWord")),
    ("places", _("Where pages stand"), ("Section", "OrganSite")),
    ("clinic", _("Clinic and portals"), ("ClinicSettings", "Code", "UnmatchedCode")),
    ("staff", _("Staff"), ("User", "Group")),
)
OTHER_WORDS = {"User": _("Staff accounts"), "Group": _("Roles")}


class StaffSite(AdminSite):
    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        from topics.staff import access, content_health  # the models are there once all apps are

        more = content_health.first_page(access.who(request))
        return super().index(request, {**more, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from topics.staff import content_health

        health = self.admin_view(partial(content_health.health_of, admin_site=self))
        on_site = self.admin_view(self.on_site)
        return [
            path("health/<slug:name>/", health, name="health"),
            path("r/<int:content_type_id>/<int:object_id>/", on_site, name="view_on_site"),
            *(found for found in super().get_urls() if getattr(found, "name", "") != "view_on_site"),
        ]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The menu: by what people do, where the stock one goes by the program's parts."""
        found = super().get_app_list(request, app_label)
        if app_label:
            return found
        tables = {table["object_name"]: table for app in found for table in app["models"]}
        for name, words in OTHER_WORDS.items():
            if name in tables:
                tables[name]["name"] = words
        groups = [(label, title, [tables[one] for one in names if one in tables]) for label, title, names in MENU]
        return [{"app_label": label, "name": title, "models": models} for label, title, models in groups if models]

    def on_site(self, request: HttpRequest, content_type_id: int, object_id: int) -> HttpResponseBase:
        """“View on site”, for who may see the row in the admin: the stock one tells every account its address."""
        from django.contrib.contenttypes.models import ContentType
        from django.contrib.contenttypes.views import shortcut

        from topics.staff.access import need

        kind = ContentType.objects.filter(pk=content_type_id).first() if content_type_id < 2**31 else None
        model = kind.model_class() if kind else None
        if kind is None or model is None or object_id >= 2**63:
            raise Http404
        need(request.user.has_perm(f"{kind.app_label}.view_{kind.model}"))
        return shortcut(request, content_type_id, object_id)


class StaffConfig(AdminConfig):
    default_site = "topics.staff.site.StaffSite"
