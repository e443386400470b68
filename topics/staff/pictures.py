"""Pictures in the admin: what was uploaded, where it is used, and what nobody needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from topics.models import Upload
from topics.pictures import DRAFT, LIVE, OLD, InUse, Use, delete, refuse_used, uses

PLACE_WORDS: dict[str, Promise] = {
    LIVE: _("patients see it"),
    DRAFT: _("in the newest draft"),
    OLD: _("in an old text"),
}


class UseFilter(admin.SimpleListFilter):
    title = _("use")
    parameter_name = "use"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("nowhere", _("Used nowhere")),
            (LIVE, _("On live pages")),
            ("other", _("Only in drafts and old texts")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Upload]) -> QuerySet[Upload]:
        if self.value() not in ("nowhere", LIVE, "other"):
            return queryset
        used = uses()
        live = {name for name, found in used.items() if any(use.place == LIVE for use in found)}
        match self.value():
            case "nowhere":
                return queryset.exclude(name__in=used)
            case "other":
                return queryset.filter(name__in=used.keys() - live)
        return queryset.filter(name__in=live)


@admin.register(Upload)
class UploadAdmin(admin.ModelAdmin):
    """Pictures come in through the editor and go, where no text ever named them, here."""

    list_filter = (UseFilter, "at")
    list_select_related = ("by",)
    list_per_page = 50
    search_fields = ("name",)
    fields = ("picture", "size", "at", "by", "used", "markdown")
    readonly_fields = fields
    actions = None

    class Media:
        css = {"all": ["css/admin.css"]}

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        return ("thumbnail", "size", "at", "by", _uses_of_all())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Upload | None = None) -> bool:
        return False

    @admin.display(description=_("Picture"))
    def thumbnail(self, row: Upload) -> SafeString:
        words = _("Picture of %(size)s") % {"size": self.size(row)}
        return format_html('<img class="thumbnail" src="{}" alt="{}" loading="lazy">', row.address, words)

    @admin.display(description=_("Picture"))
    def picture(self, row: Upload) -> SafeString:
        return format_html('<img class="whole-picture" src="{}" alt="">', row.address)

    @admin.display(description=_("Size"))
    def size(self, row: Upload) -> str:
        return f"{row.width}\u00a0×\u00a0{row.height}"

    @admin.display(description=_("Type this to show it"))
    def markdown(self, row: Upload) -> SafeString:
        return format_html("<code>![…]({})</code>", row.address)

    @admin.display(description=_("Where it is used"))
    def used(self, row: Upload) -> SafeString:
        return _in_words(uses(row.name).get(row.name, []))

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Refused in words where a text names the picture, before anybody is asked whether they are sure."""
        upload = self.get_object(request, object_id)
        try:
            if upload is not None and self.has_delete_permission(request, upload):
                refuse_used(upload)
            return super().delete_view(request, object_id, extra_context)
        except InUse as refused:
            messages.error(request, str(refused))
            return redirect("admin:topics_upload_change", object_id)

    def delete_model(self, request: HttpRequest, obj: Upload) -> None:
        delete(obj)


def _uses_of_all() -> Callable[[Upload], SafeString]:
    """A column of the list that looks once for the uses of every picture on it."""
    found: dict[str, list[Use]] = {}

    @admin.display(description=_("Where it is used"))
    def used(row: Upload) -> SafeString:
        if not found:
            found.update(uses() or {"": []})
        return _in_words(found.get(row.name, []))

    return used


def _in_words(found: list[Use]) -> SafeString:
    parts = (
        (reverse("admin:topics_topic_revision", args=[use.topic.pk, use.revision]), use.topic, PLACE_WORDS[use.place])
        for use in found
    )
    return format_html_join(mark_safe("<br>"), '<a href="{}">{}</a>: {}', parts) or escape(_("nowhere"))
