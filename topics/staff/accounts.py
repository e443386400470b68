"""Staff accounts: made and changed by administrators, never deleted, because what they wrote and checked names them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from topics.models import User

# Beyond the roles: only who has these rights already may give them or change who has them.
ABOVE_ROLES = ("is_superuser", "user_permissions")


class OneTimePasswordForm(AdminPasswordChangeForm):
    """A password that somebody else typed opens one door only: the form to choose an own one."""

    def save(self, commit: bool = True) -> Any:
        user = super().save(commit=False)
        user.one_time_password = user.password
        if commit:
            user.save()
        return user


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Whoever may change accounts is fully trusted: it says so on the page."""

    change_password_form = OneTimePasswordForm
    list_display = ("username", "full_name", "title", "roles", "is_active", "last_login")
    list_filter = ("groups", "is_active")
    search_fields = ("username", "first_name", "last_name", "email", "title")
    filter_horizontal = ("groups", "user_permissions")
    actions = None
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (
            _("Who it is"),
            {
                "fields": ("first_name", "last_name", "title", "email"),
                "description": _("Name and role stand on pages that this person has checked."),
            },
        ),
        (
            _("What it may do"),
            {
                "fields": ("is_active", "is_staff", "groups", *ABOVE_ROLES),
                "description": _(
                    "Give roles as groups: editor, clinician, publisher, administrator. "
                    "An administrator can give any role to anybody, so give that one to few people."
                ),
            },
        ),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": ("username", "usable_password", "password1", "password2", "groups"),
                "description": _(
                    "The password is a one-time password: its owner chooses another at the first sign-in."
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("Name"), ordering="last_name")
    def full_name(self, user: User) -> str:
        return user.get_full_name() or "–"

    @admin.display(description=_("Roles"))
    def roles(self, user: User) -> str:
        everything = [str(_("everything"))] if user.is_superuser else []
        return ", ".join([*everything, *(group.name for group in user.groups.all())]) or "–"

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        own = () if request.user.is_superuser else ABOVE_ROLES
        return (*own, "last_login", "date_joined")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False  # switch it off instead

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.is_staff = True
            obj.one_time_password = obj.password if obj.has_usable_password() else ""
        super().save_model(request, obj, form, change)
