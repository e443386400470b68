"""/sitemap.xml names every public page; robots.txt and security.txt stand where machines look."""

from __future__ import annotations

from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import timezone

from tests.cast import go_live, make_topic, new_draft, published_topic, publisher
from topics import urls as reader_urls
from topics import workflow
from topics.models import ClinicSettings, Event
from topics.portal import sitemaps
from topics.portal import urls as portal_urls

pytestmark = pytest.mark.django_db

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
# Addresses that are no pages of their own: answers, frames, redirections, files, one print-out's check.
NO_PAGES = {"permanent", "embed", "portals_qr", "suggest", "handout_pdf", "printout", "feedback"}


def read(client) -> dict[str, ElementTree.Element]:
    answer = client.get("/sitemap.xml")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/xml; charset=utf-8"
    root = ElementTree.fromstring(answer.content)
    assert root.tag == f"{{{NAMES['s']}}}urlset"
    found = [(url.findtext("s:loc", None, NAMES), url) for url in root]
    assert len({address for address, _url in found}) == len(found)
    assert all(address.startswith(f"{settings.SITE_URL}/") for address, _url in found)
    return {address.removeprefix(settings.SITE_URL): url for address, url in found}


def changed(url) -> datetime | None:
    text = url.findtext("s:lastmod", None, NAMES)
    return datetime.fromisoformat(text) if text else None


def last_event(topic) -> datetime:
    return Event.objects.filter(topic=topic).latest("pk").at.replace(microsecond=0)


def versions(url) -> dict[str, str]:
    return {link.get("hreflang"): link.get("href") for link in url.findall("x:link", NAMES)}


def test_every_address_in_it_answers_200(client):
    published_topic("bone", sites=["bone"])
    published_topic("hueso", language="es", sites=["bone"])
    addresses = read(client)
    assert {"/", "/es/", "/sites/bone/", "/es/sites/bone/", "/topics/bone/", "/es/topics/hueso/short/"} <= set(
        addresses
    )
    assert {"/when-to-call/", "/glossary/", "/sources/", "/sections/sites/", "/portals/"} <= set(addresses)
    for address in addresses:
        assert client.get(address).status_code == 200, address


def test_every_kind_of_page_that_the_site_has_is_in_it():
    named = {pattern.name for pattern in reader_urls.urlpatterns}
    named |= {pattern.name for pattern in portal_urls.urlpatterns if (pattern.name or "").startswith("portals")}
    listed = {*sitemaps.PAGES, *sitemaps.OF_A_TOPIC, *sitemaps.UNTRANSLATED, "site", "section"}
    assert named - NO_PAGES == listed, "Give the new address a row in topics/portal/sitemaps.py."


def test_drafts_and_withdrawn_pages_are_not_in_it(client):
    make_topic("hidden")
    gone = published_topic("gone")
    assert "/topics/gone/" in read(client)
    workflow.withdraw(gone, publisher(), "wrong")
    assert not {"/topics/gone/", "/topics/hidden/"} & set(read(client))


def test_lastmod_is_when_the_page_last_changed_for_readers_and_never_now(client):
    bone, lung = published_topic("bone", sites=["bone"]), published_topic("lung", section="treatment")
    new_draft(lung, title="A draft changes nothing")
    urls = read(client)
    assert changed(urls["/topics/bone/"]) == last_event(bone)
    assert changed(urls["/sites/bone/"]) == changed(urls["/sections/sites/"]) == last_event(bone)
    assert changed(urls["/sections/treatment/"]) == last_event(lung)
    assert changed(urls["/"]) == last_event(lung)
    assert changed(urls["/glossary/"]) is None
    assert changed(urls["/when-to-call/"]) is None


def test_a_red_flag_card_that_changed_changes_the_pages_it_stands_on(client, monkeypatch):
    card = published_topic("cord", kind="card")
    published_topic("bone", body="::: card cord\n\n## Where\nThe spine.\n")
    other = published_topic("other")
    later = timezone.now() + timedelta(days=3)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    go_live(card, new_draft(card, title="Cord"))
    urls = read(client)
    assert changed(urls["/topics/bone/"]) == changed(urls["/when-to-call/"]) == later.replace(microsecond=0)
    assert changed(urls["/topics/other/"]) == last_event(other)


def test_other_languages_are_named_once_they_have_a_page_and_both_ways(client):
    published_topic("bone")
    assert not any(path.startswith("/es/") for path in read(client))
    assert versions(read(client)["/"]) == {}
    published_topic("hueso", language="es")
    urls = read(client)
    both = {"en": f"{settings.SITE_URL}/sites/", "es": f"{settings.SITE_URL}/es/sites/"}
    assert versions(urls["/sites/"]) == versions(urls["/es/sites/"]) == {**both, "x-default": both["en"]}


def test_pages_of_the_same_short_name_name_each_other(client):
    published_topic("bone")
    published_topic("bone", language="es")
    published_topic("brain")
    published_topic("cerebro", language="es")
    urls = read(client)
    both = {"en": f"{settings.SITE_URL}/topics/bone/", "es": f"{settings.SITE_URL}/es/topics/bone/"}
    assert versions(urls["/topics/bone/"]) == versions(urls["/es/topics/bone/"]) == {**both, "x-default": both["en"]}
    assert versions(urls["/es/topics/bone/handout/"])["en"] == f"{settings.SITE_URL}/topics/bone/handout/"
    assert versions(urls["/topics/brain/"]) == versions(urls["/es/topics/cerebro/"]) == {}


def test_a_translation_that_is_a_draft_or_withdrawn_is_not_named(client):
    published_topic("bone")
    make_topic("bone", language="es")
    assert versions(read(client)["/topics/bone/"]) == {}


def test_a_card_in_another_language_alone_opens_no_language(client):
    published_topic("tarjeta", kind="card", language="es")
    assert not any(path.startswith("/es/") for path in read(client))


MOST = 6  # one of them looks for scheduled texts, now and then


def test_its_cost_does_not_grow_with_the_pages(client, django_assert_max_num_queries):
    published_topic("first", sites=["bone"])
    with django_assert_max_num_queries(MOST):
        read(client)
    for number in range(20):
        published_topic(f"page-{number}", sites=["bone"])
    with django_assert_max_num_queries(MOST):
        assert len(read(client)) > 20


def test_robots_txt_names_the_sitemap_and_keeps_machines_out_of_the_admin(client):
    answer = client.get("/robots.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    lines = answer.content.decode().splitlines()
    assert lines[:2] == ["User-agent: *", "Disallow: /admin/"]
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in lines


# --- security.txt (RFC 9116) ----------------------------------------------------------------


def security(client) -> dict[str, str]:
    answer = client.get("/.well-known/security.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    return dict(line.split(": ", 1) for line in answer.content.decode().splitlines())


def test_security_txt_names_the_clinic_s_contact_address_or_else_the_site(client):
    assert security(client)["Contact"] == f"{settings.SITE_URL}/"
    ClinicSettings.objects.create(pk=1, contact_email="it@example.org")
    assert security(client)["Contact"] == "mailto:it@example.org"


@pytest.mark.parametrize("day", ["2026-01-01", "2026-11-24", "2027-12-31", "2028-02-29"])
def test_security_txt_always_expires_in_more_than_nine_months_and_less_than_a_year(client, monkeypatch, day):
    now = datetime.fromisoformat(f"{day}T23:59:59+00:00")
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    expires = datetime.fromisoformat(security(client)["Expires"])
    assert timedelta(days=270) < expires - now < timedelta(days=365)


def test_security_txt_leads_to_the_policy_and_to_itself(client):
    said = security(client)
    assert said["Canonical"] == f"{settings.SITE_URL}/.well-known/security.txt"
    policy = client.get(said["Policy"].removeprefix(settings.SITE_URL))
    assert policy.status_code == 200
    assert b"Report a hole privately" in policy.content


@override_settings(SITE_URL="https://pages.example.org")
def test_every_whole_address_comes_from_the_settings_and_not_from_the_request(client):
    published_topic("bone")
    for path in ("/sitemap.xml", "/robots.txt", "/.well-known/security.txt", "/feed/", "/api/v1/topics/"):
        text = client.get(path, headers={"host": "localhost", "x-forwarded-host": "evil.example"}).content.decode()
        assert "https://pages.example.org/" in text
        assert "localhost" not in text and "evil" not in text


@pytest.mark.parametrize("path", ["/sitemap.xml", "/robots.txt", "/.well-known/security.txt", "/security-policy.txt"])
def test_machines_get_closed_headers_an_etag_and_no_foreign_script(client, path):
    answer = client.get(path)
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "Access-Control-Allow-Origin" not in answer
    assert client.get(path, headers={"if-none-match": answer["ETag"]}).status_code == 304
    client.handler.enforce_csrf_checks = True
    assert client.post(path).status_code == 405
