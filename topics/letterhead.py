"""Whose site this is: every page's header says it."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from topics.models import ClinicSettings


def clinic(request: HttpRequest) -> dict[str, object]:
    """Asked of the database only where a template names it."""
    return {"clinic": SimpleLazyObject(ClinicSettings.load)}
