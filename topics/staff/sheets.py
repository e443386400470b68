"""Tables out of the admin and in again: choose a file, look at what would change, then take it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from topics.folder import MAX_FILE, plain_line_ends
from topics.sheets import Plan
from topics.staff.access import need, who
from topics.transfer.sheets import CSV, Broken, Changed, Sheet, planned, take

MOST_SHOWN = 50
CONTENT_TYPES = {"csv": "text/csv", "toml": "application/toml"}
BYTE_ORDER_MARK = "\ufeff"  # without it, spreadsheets read letters beyond ASCII wrongly


class FileForm(forms.Form):
    """A file that is a table. Its text is in `text` once the form is valid."""

    table = forms.FileField(label=_("Table"))

    def __init__(self, *args: Any, formats: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = _now(" or ").join(name.upper() for name in formats)
        words = _now("A %(kinds)s file in UTF-8, with the columns of the table that you can download.")
        self.fields["table"].help_text = words % {"kinds": kinds}
        self.formats = formats

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file = cleaned.get("table")
        if file is None:
            return cleaned
        if file.size > MAX_FILE:
            self.add_error("table", _("The file is larger than 1 MB. Split it."))
            return cleaned
        try:
            cleaned["text"] = plain_line_ends(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.add_error("table", _("The file is not UTF-8 text. Save it again as “CSV UTF-8”."))
        ending = file.name.rpartition(".")[2].lower()
        cleaned["format"] = ending if ending in self.formats else CSV
        return cleaned


class SheetAdmin(admin.ModelAdmin):
    """A list whose rows can be downloaded and taken as a table: `sheet`."""

    sheet: Sheet
    sheet_rows = _("rows")
    change_list_template = "admin/topics/sheet_list.html"

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        more = {
            "downloads": [(name.upper(), self.address("export", name)) for name in self.sheet.formats],
            "sheet_rows": self.sheet_rows,
            "import_url": self.address("import") if self.has_import_permission(request) else "",
        }
        return super().changelist_view(request, {**(extra_context or {}), **more})

    def address(self, what: str, *args: str) -> str:
        return reverse(f"admin:topics_{self.opts.model_name}_{what}", args=args)

    def get_urls(self) -> list[URLPattern]:
        def staff(view: Callable[..., HttpResponse]) -> Any:
            return self.admin_site.admin_view(partial(view, model_admin=self))

        name = f"topics_{self.opts.model_name}"
        return [
            path("import/", staff(import_view), name=f"{name}_import"),
            path("export/<slug:form>/", staff(export_view), name=f"{name}_export"),
            *super().get_urls(),
        ]


def export_view(request: HttpRequest, model_admin: SheetAdmin, form: str) -> HttpResponse:
    need(model_admin.has_view_permission(request))
    sheet = model_admin.sheet
    if form not in sheet.formats:
        raise Http404
    text = sheet.written(form)
    mark = BYTE_ORDER_MARK if form == CSV else ""
    response = HttpResponse(mark + text, content_type=f"{CONTENT_TYPES[form]}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{sheet.name}.{form}"'
    return response


def import_view(request: HttpRequest, model_admin: SheetAdmin) -> HttpResponse:
    """First the file, then what it would change, then the change: the text travels in the page between them."""
    if not model_admin.has_import_permission(request):
        raise PermissionDenied
    if request.method == "POST" and "token" in request.POST:
        return _confirmed(request, model_admin)
    form = FileForm(request.POST or None, request.FILES or None, formats=model_admin.sheet.formats)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        plan = planned(model_admin.sheet, values["text"], values["format"])
        return _page(request, model_admin, form, plan, values["text"], values["format"])
    return _page(request, model_admin, form)


def _confirmed(request: HttpRequest, model_admin: SheetAdmin) -> HttpResponse:
    text, kind = plain_line_ends(request.POST.get("text", "")), request.POST.get("format", "")
    sheet = model_admin.sheet
    if kind not in sheet.formats or len(text) > MAX_FILE:
        raise Http404
    try:
        plan, broken = take(sheet, text, kind, request.POST["token"], who(request))
    except Changed as changed:
        form = FileForm(formats=sheet.formats)
        return _page(request, model_admin, form, changed.plan, text, kind, meanwhile=True)
    messages.success(request, in_words(plan))
    _tell_broken(request, broken)
    return redirect(model_admin.address("changelist"))


def _tell_broken(request: HttpRequest, broken: Broken) -> None:
    for topic, problem in broken:
        words = _now("“%(topic)s” keeps its old page: %(problem)s")
        messages.warning(request, words % {"topic": topic, "problem": problem})


def _page(
    request: HttpRequest,
    model_admin: SheetAdmin,
    form: FileForm,
    plan: Plan | None = None,
    text: str = "",
    kind: str = "",
    meanwhile: bool = False,
) -> HttpResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _now("Take a table: %(rows)s") % {"rows": model_admin.sheet_rows},
        "list_url": model_admin.address("changelist"),
        "form": form,
        "plan": plan,
        "text": text,
        "format": kind,
        "meanwhile": meanwhile,
        "summary": in_words(plan) if plan else "",
        "problems": plan.problems[:MOST_SHOWN] if plan else [],
        "shown": sorted([*plan.new, *plan.changed], key=lambda entry: entry.line)[:MOST_SHOWN] if plan else [],
        "more": max(0, len(plan.new) + len(plan.changed) - MOST_SHOWN) if plan else 0,
    }
    refused = bool(form.errors) or bool(plan and plan.problems)
    status = 422 if refused else 409 if meanwhile else 200
    return render(request, "admin/topics/sheet_import.html", context, status=status)


def in_words(plan: Plan) -> str:
    """“3 new, 2 changed, 40 unchanged, 1 refused: row 7.”"""
    counts = {"new": len(plan.new), "changed": len(plan.changed), "unchanged": plan.unchanged}
    words = _now("%(new)s new, %(changed)s changed, %(unchanged)s unchanged") % counts
    if not plan.problems:
        return f"{words}."
    rows = ", ".join(str(line) for line in sorted({problem.line for problem in plan.problems})[:MOST_SHOWN])
    refused = _now("%(count)s refused: line %(rows)s") % {"count": plan.refused, "rows": rows}
    return f"{words}, {refused}."
