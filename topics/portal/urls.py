"""Addresses for hospital portals and other systems; they have no language prefix."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from topics.portal import api, builder, feeds, infobutton, oembed, sitemaps, wellknown

urlpatterns: list[URLPattern | URLResolver] = [
    # /infobutton/ codes to pages, by HL7's Infobutton
    path("infobutton/", infobutton.page, name="infobutton"),
    path("infobutton/feed/", infobutton.feed, name="infobutton_feed"),
    # the same as portals write them; a redirection would lose what was posted and repeat what was asked
    path("infobutton", infobutton.page),
    path("infobutton/feed", infobutton.feed),
    # /oembed/ the frame for a page
    path("oembed/", oembed.answer, name="oembed"),
    # /portals/ for the people who link to us
    path("portals/", builder.portals, name="portals"),
    path("portals/guide/", builder.guide, name="portals_guide"),
    path("portals/qr.svg", builder.qr, name="portals_qr"),
    # /api/v1/ everything as JSON; what is not there is said in JSON too
    path("api/v1/", api.index, name="api"),
    path("api/v1/openapi.json", api.description, name="api_openapi"),
    path("api/v1/topics/", api.topics, name="api_topics"),
    path("api/v1/topics/<int:number>/", api.topic, name="api_topic"),
    path("api/v1/cards/", api.cards, name="api_cards"),
    path("api/v1/cards/<int:number>/", api.card, name="api_card"),
    path("api/v1/glossary/", api.glossary, name="api_glossary"),
    path("api/v1/glossary/<slug:language>/<slug:slug>/", api.term, name="api_term"),
    path("api/v1/references/", api.references, name="api_references"),
    path("api/v1/references/<slug:key>/", api.reference, name="api_reference"),
    path("api/v1/codes/", api.codes, name="api_codes"),
    path("api/v1/changes/", api.changes, name="api_changes"),
    re_path(r"^api/(?P<rest>(?:.*/)?)$", api.nothing),
    # for machines that follow the site or look at fixed addresses
    path("feed/", feeds.feed, name="feed"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("robots.txt", wellknown.robots, name="robots"),
    path("manifest.webmanifest", wellknown.manifest, name="manifest"),
    path(".well-known/security.txt", wellknown.security, name="security_txt"),
    path("security-policy.txt", wellknown.security_policy, name="security_policy"),
]
