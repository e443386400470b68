"""Addresses for hospital portals and other systems; they have no language prefix."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from topics.portal import builder, oembed

urlpatterns: list[URLPattern | URLResolver] = [
    # /oembed/ the frame for a page
    path("oembed/", oembed.answer, name="oembed"),
    # /portals/ for the people who link to us
    path("portals/", builder.portals, name="portals"),
    path("portals/guide/", builder.guide, name="portals_guide"),
    path("portals/qr.svg", builder.qr, name="portals_qr"),
]
