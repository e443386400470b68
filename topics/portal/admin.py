"""Codes in the admin: which page each leads to, tables in and out, and what portals asked for in vain."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from topics.models import Code, Topic, UnmatchedCode
from topics.source import PAGE
from topics.staff.sheets import SheetAdmin
from topics.transfer.codes import CodeSheet


@admin.register(Code)
class CodeAdmin(SheetAdmin):
    """Rows of the content files are switched off, not deleted: a deleted one would come back with the next import."""

    sheet = CodeSheet()
    sheet_rows = _("codes")
    fields = ("system", "code", "covers", "topic", "rank", "needs_context", "verified", "source", "active")
    list_display = ("code", "system", "topic", "covers", "rank", "needs_context", "verified", "active")
    list_filter = ("system", "active", "needs_context", "verified", "topic")
    list_select_related = ("topic",)
    list_per_page = 100
    search_fields = ("code", "key", "topic__title", "source")
    actions = None

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "topic":
            kwargs["queryset"] = Topic.objects.open().filter(kind=PAGE).order_by("title")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Code | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.imported is None)


@admin.register(UnmatchedCode)
class UnmatchedCodeAdmin(admin.ModelAdmin):
    """What to add next. The rows count themselves and are cleared after three months."""

    list_display = ("code", "system", "day", "count", "add")
    list_filter = ("system", "day")
    search_fields = ("code",)
    actions = None
    list_display_links = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[UnmatchedCode]:
        return super().get_queryset(request).order_by("-day", "-count")

    @admin.display(description=_("Give it a page"))
    def add(self, miss: UnmatchedCode) -> SafeString:
        values = urlencode({"system": miss.system, "code": miss.code})
        return format_html('<a href="{}?{}">{}</a>', reverse("admin:topics_code_add"), values, _("add"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: UnmatchedCode | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: UnmatchedCode | None = None) -> bool:
        return False
