"""Codes in the admin: which page each leads to, tables in and out, and what portals asked for in vain."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from topics.code_files import read_codes, write_codes
from topics.code_transfer import Taken, facts, take_rows
from topics.folder import MAX_FILE, plain_line_ends
from topics.models import Code, Topic, UnmatchedCode
from topics.problems import Problem, Problems
from topics.source import PAGE

MOST_SHOWN = 50


class TableForm(forms.Form):
    """A table of codes. `rows` holds what it says once it is valid, `problems` every reason why it is not."""

    table = forms.FileField(
        label=_("Table"), help_text=_("A CSV file like the one that “Download the table” gives you, in UTF-8.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.problems: list[Problem] = []

    def clean_table(self) -> Any:
        file = self.cleaned_data["table"]
        if file.size > MAX_FILE:
            raise forms.ValidationError(_("The file is larger than 1 MB. Split it."))
        try:
            text = file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(_("The file is not UTF-8 text. Save it again as “CSV UTF-8”.")) from None
        rows, self.problems = read_codes(plain_line_ends(text))
        if self.problems:
            raise forms.ValidationError(_("Nothing was taken. Mend these lines and choose the file again."))
        return rows


@admin.register(Code)
class CodeAdmin(admin.ModelAdmin):
    """Rows of the content files are switched off, not deleted: a deleted one would come back with the next import."""

    change_list_template = "admin/topics/code_list.html"
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

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        more = {"may_import": self.has_import_permission(request)}
        return super().changelist_view(request, {**(extra_context or {}), **more})

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("import/", wrap(self.import_view), name="topics_code_import"),
            path("export/", wrap(self.export_view), name="topics_code_export"),
            *super().get_urls(),
        ]

    def export_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = Code.objects.filter(active=True).select_related("topic")
        response = HttpResponse(write_codes(facts(row) for row in rows), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="codes.csv"'
        return response

    def import_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = TableForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                taken = take_rows(form.cleaned_data["table"])
            except Problems as found:
                form.problems = found.problems
                form.add_error("table", _("Nothing was taken. Mend these lines and choose the file again."))
            else:
                messages.success(request, _said(taken))
                return redirect("admin:topics_code_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Take a table of codes"),
            "form": form,
            "problems": form.problems[:MOST_SHOWN],
            "more": max(0, len(form.problems) - MOST_SHOWN),
        }
        return render(request, "admin/topics/code_import.html", context, status=422 if form.errors else 200)


def _said(taken: Taken) -> str:
    words = _now("%(new)s new, %(changed)s changed, %(unchanged)s unchanged.")
    return words % {"new": taken.new, "changed": taken.changed, "unchanged": taken.unchanged}


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
