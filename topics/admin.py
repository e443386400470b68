"""What staff see in the admin: lists, permissions, and the rows that need no workflow."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from topics import pages
from topics.forms import GlossaryForm, NamesInEveryLanguageForm
from topics.models import (
    ClinicSettings,
    GlossaryTerm,
    OrganSite,
    Reference,
    RenderedPage,
    ReportWord,
    Section,
    Topic,
)
from topics.portal import admin as portal_admin  # noqa: F401, registers the codes
from topics.staff import (  # noqa: F401
    accounts,
    bulk,
    content_health,
    edit,
    feedback,
    history,
    pictures,
    plain_words,
    report_words,
    search_words,
    urls,
)
from topics.staff.saved_filters import SavedFilter
from topics.staff.sheets import SheetAdmin
from topics.staff.topic_list import Columns, TopicList
from topics.transfer.cards import CardSheet
from topics.transfer.sheets import TableSheet

admin.site.site_header = _("MBC Pages: staff")
admin.site.site_title = _("MBC Pages")
admin.site.index_title = _("What to work on")


@admin.register(Topic)
class TopicAdmin(Columns, SheetAdmin):
    """The list; everything that opens from it is in the package `staff`. Its cards go out and come in as a table."""

    sheet = CardSheet()
    sheet_rows = _("cards")
    change_list_template = "admin/topics/topic_list.html"
    list_display = (
        "title_and_sites",
        "state_in_words",
        "owner_name",
        "last_check",
        "next_due",
        "open_problems",
        "languages",
    )
    list_filter = (SavedFilter, "kind", "section", "sites", "language")
    list_select_related = ("section", "owner", "live", "latest")
    list_per_page = 50
    search_fields = ("title", "slug", "summary")
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        found = Topic.objects.with_stage().prefetch_related("sites")
        return found.defer("live__text", "latest__text")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[TopicList]:
        return TopicList

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return bulk.actions(request)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:  # type: ignore[override]
        if request.method == "POST" and bulk.odd_choice(request):
            bulk.say_odd(request)
            return redirect("admin:topics_topic_changelist")
        return super().changelist_view(request, {"title": _("Pages and cards"), **(extra_context or {})})

    def has_delete_permission(self, request: HttpRequest, obj: Topic | None = None) -> bool:
        return False  # pages are withdrawn: what was written and shown stays on record

    def get_urls(self) -> list[URLPattern]:
        return [*urls.urls(self), *super().get_urls()]

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        return edit.edit(request, self, object_id)  # type: ignore[call-arg]  # django-csp types views narrowly

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponseBase:  # type: ignore[override]
        return history.history(request, self, object_id)


class NamedAdmin(admin.ModelAdmin):
    """A section or an organ site. Its short name is fixed once texts can call it."""

    form = NamesInEveryLanguageForm
    list_display = ("name", "slug", "order", "pages")
    list_editable = ("order",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(topic_count=Count("topics", distinct=True))

    @admin.display(description=_("Pages and cards"))
    def pages(self, row: Any) -> int:
        return int(row.topic_count)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("slug",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not obj.topics.exists())

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        names = [name for name in NamesInEveryLanguageForm.base_fields if name.startswith(("name_", "about_"))]
        return ["slug", "order", *names, *self.more_fields]

    more_fields: tuple[str, ...] = ()


@admin.register(Section)
class SectionAdmin(NamedAdmin):
    pass


@admin.register(OrganSite)
class OrganSiteAdmin(NamedAdmin):
    more_fields = ("shapes",)


@admin.register(Reference)
class ReferenceAdmin(SheetAdmin):
    sheet = TableSheet("references")
    sheet_rows = _("references")
    list_display = ("key", "title", "publisher", "year")
    search_fields = ("key", "title", "publisher")
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: Reference | None = None) -> tuple[str, ...]:
        return ("key",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Reference | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not self._cited(obj))

    def _cited(self, reference: Reference) -> bool:
        used = [data["citations"] for data in RenderedPage.objects.values_list("data", flat=True)]
        return any(reference.key in keys for keys in (*used, *ReportWord.objects.values_list("sources", flat=True)))


@admin.register(GlossaryTerm)
class GlossaryTermAdmin(SheetAdmin):
    sheet = TableSheet("terms")
    sheet_rows = _("glossary words")
    form = GlossaryForm
    fields = ("language", "term", "meaning", "spellings", "say")
    list_display = ("term", "language", "meaning")
    list_filter = ("language",)
    search_fields = ("term", "meaning")
    actions = None

    def save_model(self, request: HttpRequest, obj: GlossaryTerm, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change or {"term", "spellings", "language"} & set(form.changed_data):
            _rendered_again(request, pages.rebuild(pages.spelling(obj)))

    def delete_model(self, request: HttpRequest, obj: GlossaryTerm) -> None:
        linked = pages.spelling(obj)
        super().delete_model(request, obj)
        _rendered_again(request, pages.rebuild(linked))


@admin.register(ClinicSettings)
class ClinicSettingsAdmin(admin.ModelAdmin):
    """One row; saving it renders every page that prints a number."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not ClinicSettings.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: ClinicSettings | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        confirm = self.admin_site.admin_view(content_health.confirm_numbers)
        return [path("confirm/", confirm, name="topics_clinicsettings_confirm"), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: ClinicSettings, form: Any, change: bool) -> None:
        obj.pk = 1
        super().save_model(request, obj, form, change)
        _rendered_again(request, pages.refresh_numbers())


def _rendered_again(request: HttpRequest, broken: list[Any]) -> None:
    for topic, problem in broken:
        words = _("“%(topic)s” keeps its old page: %(problem)s") % {"topic": topic, "problem": problem}
        messages.warning(request, words)
