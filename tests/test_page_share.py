"""Share and find: one address for each page, titles that do not shout, our own pictures, a manifest."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from PIL import Image

from tests.cast import published_topic
from topics.templatetags.sharing import quiet

pytestmark = pytest.mark.django_db

IMAGES = settings.BASE_DIR / "static" / "img"


def head(client, address: str, **extra) -> str:
    return client.get(address, **extra).content.decode().split("</head>")[0]


def size_of(file) -> tuple[int, int]:
    with Image.open(file) as picture:
        return picture.size


def canonical(text: str) -> list[str]:
    return re.findall(r'<link rel="canonical" href="([^"]*)">', text)


def versions(text: str) -> dict[str, str]:
    return dict(re.findall(r'<link rel="alternate" hreflang="([^"]*)" href="([^"]*)">', text))


def shared(text: str) -> dict[str, str]:
    return dict(re.findall(r'<meta property="og:([^"]*)" content="([^"]*)">', text))


# --- addresses -------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/", "/sites/bone/", "/topics/bone/", "/glossary/", "/result-day/", "/about/"])
def test_a_page_names_its_one_address_without_what_was_added_to_it(client, address):
    published_topic("bone", sites=["bone"])
    text = head(client, f"{address}?utm=a&q=b", headers={"host": "localhost", "x-forwarded-host": "evil.example"})
    assert canonical(text) == [settings.SITE_URL + address] == [shared(text)["url"]]


@pytest.mark.parametrize("address", ["/nowhere/", "/topics/nowhere/", "/sites/nowhere/", "/?q=%00", "/embed/bone/"])
def test_what_is_no_page_names_none(client, address):
    published_topic("bone")
    assert canonical(head(client, address)) == []


def test_the_answer_to_a_post_is_no_page_to_share(client):
    assert canonical(client.post("/result-day/", {"report": "lytic"}).content.decode()) == []


def test_short_and_paper_versions_name_the_whole_page(client):
    published_topic("bone")
    for end in ("short/", "handout/"):
        assert canonical(head(client, f"/topics/bone/{end}")) == [f"{settings.SITE_URL}/topics/bone/"]


def test_other_languages_are_named_once_they_have_a_page_and_are_those_of_the_sitemap(client):
    published_topic("bone", sites=["bone"])
    assert versions(head(client, "/sites/bone/")) == {}
    published_topic("hueso", language="es", sites=["bone"])
    english, spanish = (f"{settings.SITE_URL}{path}" for path in ("/sites/bone/", "/es/sites/bone/"))
    both = {"en": english, "es": spanish, "x-default": english}
    for address in ("/sites/bone/", "/es/sites/bone/"):
        assert versions(head(client, address)) == both
    sitemap = client.get("/sitemap.xml").content.decode()
    assert all(f'href="{address}" hreflang="{language}"' in sitemap for language, address in both.items())
    assert versions(head(client, "/topics/bone/")) == {}


def test_a_page_behind_the_door_shares_nothing(client):
    published_topic("outlook", title="Looking ahead", door="prognosis")
    for query in ("", "?show=known", "?show=questions"):
        text = head(client, f"/topics/outlook/{query}")
        assert (canonical(text), shared(text)) == ([], {})


# --- what others may see ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "calm"),
    [
        ("When breast cancer spreads to the bones", "When it spreads to the bones"),
        ("What is metastatic breast cancer?", "What is MBC?"),
        ("Breast cancer in men", "It in men"),
        ("Secondary Breast Cancer", "MBC"),
        ("Surgery", "Surgery"),
        ("<b>breast cancer", "&lt;b&gt;it"),
    ],
)
def test_a_title_for_a_tab_does_not_shout(title, calm):
    assert quiet(title) == calm


def test_tab_and_share_card_are_quiet_and_the_page_itself_says_it_all(client):
    published_topic("bone", title="When breast cancer spreads & grows", summary="Breast cancer in bones.")
    page = client.get("/topics/bone/").content.decode()
    text = page.split("</head>")[0]
    assert "<title>When it spreads &amp; grows – MBC Pages</title>" in text
    card = shared(text)
    assert card["title"] == "When it spreads &amp; grows"
    assert "cancer" not in " ".join(card.values())
    assert "<h1>When breast cancer spreads &amp; grows</h1>" in page
    assert '<meta name="description" content="Breast cancer in bones.">' in text


def test_the_share_picture_is_ours_small_and_as_large_as_it_says(client):
    card = shared(head(client, "/"))
    assert card["image"].startswith(f"{settings.SITE_URL}/static/img/share")
    file = IMAGES / "share.png"
    assert size_of(file) == (int(card["image:width"]), int(card["image:height"]))
    assert file.stat().st_size <= 30_000


# --- icons and manifest ----------------------------------------------------------------------


def test_the_manifest_names_icons_that_are_there_in_the_size_it_says(client):
    answer = client.get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    facts = answer.json()
    assert (facts["start_url"], facts["scope"], facts["display"]) == ("/", "/", "minimal-ui")
    assert {icon["purpose"] for icon in facts["icons"]} == {"any", "maskable"}
    for icon in facts["icons"]:
        width, height = size_of(IMAGES / icon["src"].rsplit("/", 1)[1])
        assert icon["sizes"] == f"{width}x{height}"


def test_only_the_first_page_asks_for_the_manifest(client):
    published_topic("bone")
    assert 'rel="manifest"' in head(client, "/")
    assert 'rel="manifest"' not in head(client, "/topics/bone/")


def test_the_old_icon_address_leads_to_an_icon_that_old_browsers_read(client):
    answer = client.get("/favicon.ico")
    assert answer["Location"].endswith("favicon.ico")
    with Image.open(IMAGES / "favicon.ico") as icon:
        assert icon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}
