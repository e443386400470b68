"""/portals/: every link it hands out works, and docs/portals.md tells the truth."""

import json
import re
import shlex
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from tests.browser import violations
from tests.cast import make_topic, new_draft, published_topic, publisher
from topics import workflow
from topics.portal import builder, oembed

GUIDE = (Path(__file__).parent.parent / "docs" / "portals.md").read_text()
SITE = "http://127.0.0.1:8000"
SVG = "{http://www.w3.org/2000/svg}"

pytestmark = pytest.mark.django_db


@pytest.fixture
def bone():
    return published_topic(slug="bone", title="Bones & joints", number=21)


def made(client, **asked) -> list[str]:
    """The addresses and codes that the page shows to copy."""
    html = client.get("/portals/", asked).content.decode()
    assert '<div class="made"' in html
    return [
        unescape(code)
        for code in re.findall(r"<code>(.*?)</code>", html.split('<div class="made"')[1].split("</dl>")[0])
    ]


# --- making links ---------------------------------------------------------------------------------------


def test_before_anything_is_chosen_every_live_page_is_offered_and_nothing_is_made(client, bone):
    published_topic(slug="lung", title="Lungs")
    make_topic(slug="draft", title="A draft")
    published_topic(slug="fever", kind="card", title="A card")
    html = client.get("/portals/").content.decode()
    assert re.findall(r'<option value="\d+">([^<]*)</option>', html) == ["Bones &amp; joints", "Lungs"]
    assert 'class="made"' not in html


def test_the_permanent_link_stands_first_and_outlives_a_new_name(client, bone):
    permanent = made(client, t="21")[0]
    assert permanent == f"{SITE}/t/21/"
    workflow.rename(bone, "bones", publisher())
    final = client.get(urlsplit(permanent).path, follow=True)
    assert final.status_code == 200
    assert "Bones &amp; joints" in final.content.decode()


def test_a_part_of_the_page_gets_a_link_to_an_anchor_that_is_there(client, bone):
    addresses = made(client, t="21", section="s-which-bones")
    assert f"{SITE}/t/21/#s-which-bones" in addresses
    assert 'id="s-which-bones"' in client.get("/t/21/", follow=True).content.decode()


def test_a_part_that_is_not_on_the_page_is_left_out(client, bone):
    addresses = made(client, t="21", section='s-"><script>')
    assert not any("#" in address for address in addresses)
    assert not any("script>" in address for address in addresses if "iframe" not in address)


@pytest.mark.parametrize("view", ["full", "short"])
def test_the_frame_and_the_oembed_answers_show_what_was_chosen(client, bone, view):
    addresses = made(client, t="21", view=view)
    frame = next(code for code in addresses if code.startswith("<iframe"))
    source = unescape(re.search(r'src="([^"]*)"', frame)[1])
    assert source == f"{SITE}/embed/bone/" + ("?view=short" if view == "short" else "")
    assert client.get(source.removeprefix(SITE)).status_code == 200
    for address in (code for code in addresses if "/oembed/" in code):
        answer = client.get(address.removeprefix(SITE))
        assert answer.status_code == 200
        assert source in unescape(answer.content.decode())


def test_the_script_that_lets_frames_grow_is_the_one_of_the_guide(client, bone):
    script = re.search(r"```js\n(.*?)```", GUIDE, re.S)[1]
    assert script == (Path(__file__).parent.parent / "templates" / "portal" / "frame_script.js").read_text()
    html = client.get("/portals/?t=21").content.decode()
    assert f"<script>\n{script}</script>" in unescape(html.split('<code class="lines">')[1].split("</code>")[0])


@pytest.mark.parametrize(("view", "names"), [("full", {"handout"}), ("short", {"short", "handout"})])
def test_the_versions_of_the_page_that_were_chosen_have_links_that_open(client, bone, settings, view, names):
    html = client.get(f"/portals/?t=21&view={view}").content.decode()
    found = {name for name in ("short", "handout") if f"{settings.SITE_URL}/topics/bone/{name}/</code>" in html}
    assert found == names
    assert all(client.get(f"/topics/bone/{name}/").status_code == 200 for name in names)


def test_whoever_may_not_frame_yet_is_told_so(client, bone, settings):
    settings.PORTAL_ORIGINS = []
    assert "PORTAL_ORIGINS" in client.get("/portals/?t=21").content.decode()
    settings.PORTAL_ORIGINS = ["https://portal.example.org"]
    html = client.get("/portals/?t=21").content.decode()
    assert "https://portal.example.org" in html
    assert "PORTAL_ORIGINS" not in html


def test_a_page_of_another_language_is_found_by_its_name(client, bone):
    spanish = published_topic(slug="bone", title="Huesos", language="es")
    assert made(client, t="21", language="es")[0] == f"{SITE}/es/t/{spanish.number}/"
    assert made(client, t=str(spanish.number))[0] == f"{SITE}/es/t/{spanish.number}/"
    html = client.get("/portals/", {"t": "21", "language": "es"}).content.decode()
    assert f'<option value="{spanish.number}" selected>Huesos</option>' in html


def test_a_page_that_is_not_there_in_that_language_is_said_to_be_missing(client, bone):
    published_topic(slug="otra", title="Otra", language="es")
    html = client.get("/portals/", {"t": "21", "language": "es"}).content.decode()
    assert "no such page" in html
    assert 'class="made"' not in html


ODD = ["0", "021", "-1", "1e3", "٢١", "9" * 30, "21 ", '"><script>zq7', "None", "21&t=22"]


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_number_makes_nothing_and_is_not_repeated(client, bone, odd):
    for path in ("/portals/", "/portals/qr.svg"):
        response = client.get(path, {"t": odd, "language": odd, "section": odd, "view": odd})
        assert response.status_code in (200, 404)
        assert "zq7" not in response.content.decode()
        assert 'class="made"' not in response.content.decode()


def test_drafts_cards_and_withdrawn_pages_get_no_link_and_no_qr_code(client, bone):
    draft, card = make_topic(slug="draft"), published_topic(slug="fever", kind="card")
    workflow.withdraw(bone, publisher(), "Wrong")
    for topic in (draft, card, bone):
        assert 'class="made"' not in client.get("/portals/", {"t": topic.number}).content.decode()
        assert client.get("/portals/qr.svg", {"t": topic.number}).status_code == 404


def test_a_newer_draft_does_not_show(client, bone):
    new_draft(bone, title="A secret draft", body="## A secret part\nText.\n")
    assert "secret" not in client.get("/portals/?t=21").content.decode()


def test_there_is_a_page_before_there_are_pages(client):
    assert client.get("/portals/").status_code == 200
    assert client.get("/portals/guide/").status_code == 200


# --- the QR code ------------------------------------------------------------------------------------------


def test_the_qr_code_is_one_picture_that_draws_and_runs_nothing_else(client, bone):
    response = client.get("/portals/qr.svg?t=21")
    root = ElementTree.fromstring(response.content)
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {"svg", "title", "g", "path"}
    assert root.find(f"{SVG}title").text == f"{SITE}/t/21/"


@pytest.mark.parametrize("query", ["", "?", "?t=", "?t=21&t=21", "?t=21&x=1", "?T=21", "?t[]=21", "?t=22"])
def test_the_qr_code_is_made_for_exactly_one_live_page(client, bone, query):
    assert client.get(f"/portals/qr.svg{query}").status_code == 404


# --- codes to try -------------------------------------------------------------------------------------------


def test_every_sample_request_is_answered_in_every_format(client, bone):
    html = client.get("/portals/").content.decode()
    samples = {unescape(path) for path in re.findall(r'href="(/infobutton/\?[^"]*)"', html)}
    assert len(samples) == 3 * len(builder.SAMPLES)
    for path in samples:
        response = client.get(path)
        assert response.status_code in (200, 303)
        if "application/json" in path:
            assert set(response.json()) == {"feed"}
        if "text/xml" in path:
            assert ElementTree.fromstring(response.content).tag.endswith("feed")


def test_systems_that_are_switched_off_are_not_offered(client, bone, settings):
    settings.SNOMED_CODES = False
    assert "SNOMED" not in client.get("/portals/").content.decode().split('id="try"')[1]


# --- docs/portals.md -----------------------------------------------------------------------------------------


@pytest.fixture
def real_pages(settings):
    settings.SITE_URL = "https://pages.example.org"
    call_command("import_content", verbosity=0)


def addresses_in(text: str) -> list[str]:
    return sorted(set(re.findall(r"https://pages\.example\.org/[^\s\"'<>`)]*", text)))


def test_every_address_in_the_guide_for_integrators_resolves(client, real_pages):
    addresses = addresses_in(GUIDE)
    assert len(addresses) > 15
    for address in addresses:
        parts = urlsplit(unescape(address))
        if parts.path == "/infobutton/feed/" and not parts.query:
            continue  # the address of the POST below
        response = client.get(f"{parts.path}?{parts.query}" if parts.query else parts.path, follow=True)
        assert response.status_code == 200, address
        if parts.fragment:
            assert f'id="{parts.fragment}"' in response.content.decode(), address


def test_the_paths_it_names_are_there(client, real_pages):
    for path in ("/portals/", "/portals/guide/"):
        assert f"`{path}`" in GUIDE
        assert client.get(path).status_code == 200


def test_its_requests_by_code_find_the_pages_it_promises(client, real_pages):
    feeds = [address for address in addresses_in(GUIDE) if "/infobutton/" in address and "?" in address]
    for address in feeds:
        path = address.removeprefix("https://pages.example.org")
        response = client.get(path, follow=True)
        assert "/t/" in response.content.decode() or "/topics/" in response.content.decode(), address


def test_its_call_from_a_server_works_as_it_is_written(client, real_pages):
    command = shlex.split(re.search(r"```sh\n(curl .*?)```", GUIDE, re.S)[1].replace("\\\n", " "))
    values = dict(word.split("=", 1) for word in command if word.startswith(("mainSearch", "knowledge")))
    response = client.post(urlsplit(command[1]).path, values)
    assert [entry["title"]["_value"] for entry in response.json()["feed"]["entry"]] == [
        "When breast cancer spreads to the bones"
    ]


def test_its_json_is_json_and_a_card_keeps_the_limits_of_cds_hooks():
    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", GUIDE, re.S)]
    assert [block.get("resourceType", "cards") for block in blocks] == ["DocumentReference", "Communication", "cards"]
    (card,) = blocks[2]["cards"]
    assert len(card["summary"]) < 140
    assert card["indicator"] in ("info", "warning", "critical")
    assert card["source"]["label"]
    assert all(link["type"] == "absolute" for link in card["links"])


def opened(client, address: str):
    """The answer at an address of the guide, as its reader gets it."""
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}" if parts.query else parts.path, follow=True)


def test_its_links_in_records_open_the_page_that_they_name(client, real_pages):
    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", GUIDE, re.S)]
    document, message, hooks = blocks
    attached = [document["content"][0]["attachment"], message["payload"][0]["contentAttachment"]]
    named = [(one["url"], one["title"]) for one in attached]
    named += [(link["url"], link["label"]) for card in hooks["cards"] for link in card["links"]]
    for address, title in named:
        answer = opened(client, address)
        assert answer["Content-Type"] == "text/html; charset=utf-8" and f"<h1>{title}</h1>" in answer.content.decode()
    assert all(one["contentType"] == "text/html" and one["language"] == "en" for one in attached)
    assert all(opened(client, card["source"]["url"]).status_code == 200 for card in hooks["cards"])


def test_its_frames_have_the_sandbox_that_ours_have_and_open(client, real_pages):
    frames = re.findall(r"<iframe [^>]*>", GUIDE)
    assert len(frames) == 2
    assert all(f'sandbox="{oembed.SANDBOX}"' in frame for frame in frames)
    titles = [opened(client, re.search(r'src="([^"]*)"', frame)[1]).content.decode() for frame in frames]
    assert all("<h1>When breast cancer spreads to the bones</h1>" in html for html in titles)


def test_its_oembed_requests_give_the_frame_that_they_promise(client, real_pages):
    as_json, as_xml = [address for address in addresses_in(GUIDE) if "/oembed/?" in address]
    values = opened(client, as_json).json()
    assert values["type"] == "rich" and 'src="https://pages.example.org/embed/bone/"' in values["html"]
    root = ElementTree.fromstring(opened(client, as_xml).content)
    assert (root.findtext("width"), root.findtext("height")) == ("600", "800")


def test_its_requests_by_code_answer_in_the_way_that_it_says(client, real_pages):
    page, spanish = [address for address in addresses_in(GUIDE) if "/infobutton/?" in address]
    atom, as_json = sorted((a for a in addresses_in(GUIDE) if "/infobutton/feed/?" in a), key=len)
    for address in (page, spanish):
        assert opened(client, address).redirect_chain == [("/topics/bone/", 303)]
    assert (
        opened(client, atom)["Content-Type"].startswith("text/xml")
        and b"/topics/hormone-therapy/" in opened(client, atom).content
    )
    (entry,) = opened(client, as_json).json()["feed"]["entry"]
    assert entry["link"][0]["href"] == "https://pages.example.org/topics/bone/" and entry["title"]["_value"]


# --- in a browser ----------------------------------------------------------------------------------------------


class TestInABrowser:
    pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

    @pytest.fixture
    def site(self, live_server, settings, bone):
        settings.SITE_URL = live_server.url
        settings.PORTAL_ORIGINS = ["https://portal.example.org"]
        return live_server.url

    def test_links_are_made_in_two_steps_and_copied(self, page, context, site):
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(f"{site}/portals/")
        page.select_option("#t", "21")
        page.click("text=Make links")
        page.select_option("#section", label="Which bones")
        page.click("text=Make these links")
        page.click(".made .copy >> nth=1")
        expect(page.locator(".made .copy >> nth=1")).to_have_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()") == f"{site}/t/21/#s-which-bones"
        expect(page.locator("img.qr")).to_be_visible()
        assert page.locator("img.qr").evaluate("picture => picture.naturalWidth > 0")
        assert page.complaints == []

    def test_a_sample_and_an_own_code_show_their_answer_below(self, page, site):
        page.goto(f"{site}/portals/")
        page.click("text=Atom answer >> nth=0")
        expect(page.locator("#answer pre")).to_contain_text("<feed")
        page.fill("#try-code", "C79.31")
        page.select_option("#try-type", "application/json")
        page.get_by_role("button", name="Ask", exact=True).click()
        expect(page.locator("#answer-what")).to_have_text("200 · application/json")
        expect(page.locator("#answer pre")).to_contain_text("C79.31")
        assert page.url == f"{site}/portals/"
        assert page.complaints == []

    def test_everything_works_without_script(self, chromium, site):
        context = chromium.new_context(java_script_enabled=False)
        try:
            page = context.new_page()
            page.goto(f"{site}/portals/")
            page.select_option("#t", "21")
            page.click("text=Make links")
            expect(page.locator(".made code").first).to_have_text(f"{site}/t/21/")
            page.click("text=JSON answer >> nth=0")
            expect(page.locator("body")).to_contain_text('"feed"')
        finally:
            context.close()

    @pytest.mark.parametrize("size", ["A4", "Letter"])
    def test_the_guide_prints_on_one_sheet(self, page, site, size):
        page.goto(f"{site}/portals/guide/")
        sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(format=size))
        assert len(sheets) == 1

    @pytest.mark.parametrize("dark", [False, True])
    def test_it_is_accessible_and_fits_a_narrow_screen(self, page, site, dark):
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.set_viewport_size({"width": 320, "height": 800})
        for path in ("/portals/", "/portals/?t=21&section=s-which-bones", "/portals/guide/"):
            page.goto(f"{site}{path}")
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= 320")
