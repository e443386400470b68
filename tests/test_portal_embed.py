"""A page in a portal's frame: what it shows, who may frame it, and that it grows there, in a real browser."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from playwright.sync_api import expect

from tests.browser import violations
from tests.cast import make_topic, new_draft, published_topic, publisher
from topics import pages, workflow
from topics.models import ClinicSettings, Reference
from topics.portal import embed

GUIDE = Path(__file__).parent.parent / "docs" / "portals.md"
# The script that portals are told to use, and nothing else.
LISTENER = next(
    block for block in re.findall(r"```js\n(.*?)```", GUIDE.read_text(), re.S) if "mbc-pages:height" in block
)
PORTAL = "https://portal.example.org"

BODY = """::: short
- One point about bones.
:::

::: card cord-compression

::: card calcium

## Which bones
The spine is affected [@NCI-METS]. See [the brain page](/topics/brain/) or [ask](mailto:team@example.org).

## Treatment
A paragraph.

## More
Another paragraph.
"""


@pytest.fixture
def bone(db):
    Reference.objects.create(key="NCI-METS", title="Metastatic cancer", publisher="NCI", url="https://www.cancer.gov/x")
    published_topic(slug="cord-compression", kind="card", title="Pressure on the cord", text="Weak legs {emergency}")
    published_topic(slug="calcium", kind="card", level="emergency", title="High calcium", text="Very sleepy")
    published_topic(slug="brain", title="Brain")
    return published_topic(slug="bone", title="Bones", body=BODY)


def links_of(html: str) -> list[dict[str, str]]:
    tags = re.findall(r"<a ([^<>]*)>", html)
    return [dict(re.findall(r'([a-z-]+)="([^"]*)"', tag)) for tag in tags]


# --- what it shows ------------------------------------------------------------------------------------


def test_the_page_is_shown_whole_without_the_sites_own_menus(client, bone):
    html = client.get("/embed/bone/").content.decode()
    for words in ("<h1>Bones</h1>", "One point about bones.", "Which bones", "Another paragraph.", "Metastatic cancer"):
        assert words in html
    for words in ("site-header", "site-footer", "breadcrumbs", "<form", 'class="skip"'):
        assert words not in html


@pytest.mark.parametrize("view", ["", "?view=short", "?view=full", "?view=%22%3E%3Cscript%3E", "?view=short&view=x"])
def test_every_view_has_every_red_flag_of_the_page(client, bone, view):
    html = client.get(f"/embed/bone/{view}").content.decode()
    assert 'id="card-cord-compression"' in html
    assert 'id="card-calcium"' in html


def test_the_short_view_has_the_summary_and_the_red_flags_only_most_urgent_first(client, bone):
    html = client.get("/embed/bone/?view=short").content.decode()
    assert "One point about bones." in html
    assert html.index("card-calcium") < html.index("card-cord-compression")
    for words in ("Which bones", "Another paragraph.", "Metastatic cancer"):
        assert words not in html


def test_a_page_without_a_summary_box_shows_its_one_sentence(client, db):
    published_topic(slug="plain", body="## Heading\nText.\n", summary="One sentence.")
    assert "One sentence." in client.get("/embed/plain/?view=short").content.decode().split("<main")[1]


def test_both_views_say_whether_a_clinician_checked_the_page(client, bone):
    for view in ("", "?view=short"):
        assert "clinician" in client.get(f"/embed/bone/{view}").content.decode()


def test_every_link_opens_the_full_page_in_a_new_tab_that_cannot_reach_back(client, bone):
    for link in links_of(client.get("/embed/bone/").content.decode()):
        assert not link["href"].startswith("#")
        if not link["href"].startswith(("tel:", "mailto:")):
            assert link["target"] == "_blank"
            assert "noopener" in link["rel"].split()


def test_phone_and_mail_links_stay_links_that_just_call(client, bone):
    ClinicSettings(pk=1, emergency_number="999").save()
    pages.refresh_numbers()
    links = links_of(client.get("/embed/bone/").content.decode())
    calling = [link for link in links if link["href"].startswith(("tel:", "mailto:"))]
    assert {link["href"].split(":")[0] for link in calling} == {"tel", "mailto"}
    assert all("target" not in link for link in calling)


def test_a_citation_leads_to_its_source_on_the_full_page(client, bone, settings):
    hrefs = [link["href"] for link in links_of(client.get("/embed/bone/").content.decode())]
    assert f"{settings.SITE_URL}/topics/bone/#ref-1" in hrefs


@pytest.mark.parametrize(
    "html",
    [
        "<p>a &amp; b &lt;a href=&quot;x&quot;&gt; &#x27; &nbsp;</p>",
        '<img src="/media/x.png" alt="&lt;a href=&quot;#&quot;&gt;"><br><hr>',
        '<svg viewBox="0 0 1 1"><path d="M0 0"/></svg>',
        '<div class="table" tabindex="0"><table><tr><td class="align-right">1</td></tr></table></div>',
        "é – ü 漢字 🙂",
    ],
)
def test_what_is_no_link_is_copied_letter_by_letter(html):
    assert embed.outward(html, "https://a.example/") == html


def test_a_link_cannot_break_out_of_its_attributes():
    html = '<a href="/x/?a=1&amp;b=2" title="&quot; onclick=&quot;x">t</a>'
    assert embed.outward(html, "https://a.example/") == (
        '<a href="/x/?a=1&amp;b=2" rel="noopener noreferrer" target="_blank" title="&quot; onclick=&quot;x">t</a>'
    )


# --- which pages ----------------------------------------------------------------------------------------


def test_a_draft_is_not_there(client, db):
    make_topic(slug="draft")
    assert client.get("/embed/draft/").status_code == client.get("/embed/never/").status_code == 404


def test_a_newer_draft_does_not_show(client, bone):
    new_draft(bone, body=BODY.replace("Another", "A secret"))
    assert "secret" not in client.get("/embed/bone/").content.decode()


def test_an_old_name_leads_to_the_frame_under_the_new_one_in_the_same_view(client, bone, settings):
    workflow.rename(bone, "bones", publisher())
    response = client.get("/embed/bone/?view=short")
    assert (response.status_code, response["Location"]) == (301, f"{settings.SITE_URL}/embed/bones/?view=short")


def test_a_replaced_page_leads_to_the_frame_of_what_took_its_place(client, bone, settings):
    workflow.withdraw(bone, publisher(), "Merged", published_topic(slug="spread"))
    response = client.get("/embed/bone/")
    assert (response.status_code, response["Location"]) == (301, f"{settings.SITE_URL}/embed/spread/")


def test_a_page_taken_down_says_so_inside_the_frame(client, bone, settings):
    settings.PORTAL_ORIGINS = [PORTAL]
    workflow.withdraw(bone, publisher(), "Wrong")
    response = client.get("/embed/bone/")
    assert response.status_code == 410
    assert f"frame-ancestors {PORTAL}" in response["Content-Security-Policy"]
    assert "emergency" in response.content.decode()
    assert "One point about bones." not in response.content.decode()


def test_other_languages_have_frames_below_their_code(client, bone):
    published_topic(slug="bone", title="Huesos", language="es")
    response = client.get("/es/embed/bone/")
    assert '<html lang="es"' in response.content.decode()
    assert "Huesos" in response.content.decode()
    assert "Huesos" not in client.get("/embed/bone/").content.decode()


# --- headers ----------------------------------------------------------------------------------------------


def ancestors(response) -> str:
    found = [part.strip() for part in response["Content-Security-Policy"].split(";")]
    return next(part for part in found if part.startswith("frame-ancestors")).removeprefix("frame-ancestors ")


def test_nobody_may_frame_a_page_until_a_portal_is_named(client, bone, settings):
    settings.PORTAL_ORIGINS = []
    assert ancestors(client.get("/embed/bone/")) == "'none'"


def test_named_portals_and_nobody_else_may_frame_it(client, bone, settings):
    settings.PORTAL_ORIGINS = [PORTAL, "https://other.example:8443"]
    response = client.get("/embed/bone/")
    assert ancestors(response) == f"{PORTAL} https://other.example:8443"
    assert "X-Frame-Options" not in response


def test_every_other_page_stays_closed_to_frames(client, bone, settings):
    settings.PORTAL_ORIGINS = [PORTAL]
    for path in ("/", "/topics/bone/", "/portals/", "/embed/never/"):
        response = client.get(path)
        assert ancestors(response) == "'none'"
        assert response["X-Frame-Options"] == "DENY"


def test_the_rest_of_the_policy_is_that_of_every_page(client, bone):
    framed = {part.strip() for part in client.get("/embed/bone/")["Content-Security-Policy"].split(";")}
    page = {part.strip() for part in client.get("/topics/bone/")["Content-Security-Policy"].split(";")}
    assert framed == page


def test_it_keeps_nothing_and_says_nothing_about_the_reader(client, bone):
    plain = client.get("/embed/bone/")
    client.cookies["sessionid"] = client.cookies["csrftoken"] = "stale"
    response = client.get("/embed/bone/", {"patient": "zq7mark"})
    assert response.content == plain.content
    assert "Set-Cookie" not in response and not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_can_only_be_read(client, bone, method):
    assert getattr(client, method)("/embed/bone/").status_code == 405


def test_head_is_get_without_the_body(client, bone):
    response = client.head("/embed/bone/")
    assert (response.status_code, response.content) == (200, b"")


# --- in a portal, in a real browser ---------------------------------------------------------------------------


PORTAL_PAGE = """<!doctype html><html lang="en"><head><title>A portal</title></head><body><main>
<h1>A portal</h1><div id="education"></div></main>
<script>
%(listener)s
fetch("%(oembed)s").then((reply) => reply.json()).then((answer) => {
  document.getElementById("education").innerHTML = answer.html;
});
</script></body></html>"""


@pytest.fixture
def site(live_server, settings, portal, monkeypatch):
    """The site at the address it runs on in this test, framed by the portal."""
    # As in production, static files pass every middleware; the test server's own handler would go round them.
    monkeypatch.setattr(StaticFilesHandler, "_should_handle", lambda handler, path: False)
    settings.SITE_URL = live_server.url
    settings.PORTAL_ORIGINS = [portal.origin]
    return live_server.url


@pytest.fixture
def long_page(site):
    return published_topic(slug="bone", title="Bones", body="::: short\n- One.\n:::\n" + "\n## Part\nText.\n" * 60)


def in_portal(portal, site, view="", listener=LISTENER):
    query = f"url={site}/embed/bone/{view}"
    portal.html = PORTAL_PAGE % {"listener": listener, "oembed": f"{site}/oembed/?{query}"}
    return portal.origin


browser = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]


class TestInABrowser:
    pytestmark = browser

    def test_a_portal_of_another_origin_embeds_by_oembed_and_the_frame_grows_to_its_height(
        self, page, portal, site, long_page
    ):
        page.goto(in_portal(portal, site))
        frame = page.locator("iframe")
        inside = page.frame_locator("iframe")
        expect(inside.locator("h1")).to_have_text("Bones")
        page.wait_for_function("Number(document.querySelector('iframe')?.height) > 2000")
        height = inside.locator("html").evaluate("root => root.getBoundingClientRect().height")
        assert abs(int(frame.get_attribute("height")) - height) <= 1
        scrolls = inside.locator("html").evaluate("root => root.scrollHeight > root.clientHeight")
        assert not scrolls
        assert page.complaints == []

    def test_the_frame_follows_when_the_page_in_it_changes_height(self, page, portal, site, long_page):
        page.goto(in_portal(portal, site))
        page.wait_for_function("Number(document.querySelector('iframe')?.height) > 2000")
        before = int(page.locator("iframe").get_attribute("height"))
        page.frame_locator("iframe").locator("html").evaluate("root => { root.style.fontSize = '40px'; }")
        page.wait_for_function(f"Number(document.querySelector('iframe')?.height) > {before} + 500")
        page.frame_locator("iframe").locator("main").evaluate(
            "main => main.querySelectorAll('.part').forEach(part => part.remove())"
        )
        page.wait_for_function(f"Number(document.querySelector('iframe')?.height) < {before}")

    def test_its_style_loads_in_the_sandbox_also_where_the_portal_isolates_itself(self, page, portal, site, long_page):
        portal.headers = {"Cross-Origin-Embedder-Policy": "require-corp", "Cross-Origin-Opener-Policy": "same-origin"}
        page.goto(in_portal(portal, site))
        assert page.evaluate("window.crossOriginIsolated")
        expect(page.frame_locator("iframe").locator(".short")).to_have_css("border-top-width", "5px")
        assert page.complaints == []

    def test_a_portal_that_is_not_named_is_refused(self, page, portal, site, long_page, settings):
        settings.PORTAL_ORIGINS = ["https://somebody-else.example"]
        with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
            page.goto(in_portal(portal, site))
        assert not any(frame.url.startswith(site) for frame in page.frames)
        assert page.locator("iframe").get_attribute("height") == "900"

    def test_nobody_at_all_may_frame_an_ordinary_page(self, page, portal, site, long_page):
        portal.html = f'<!doctype html><title>A portal</title><iframe src="{site}/topics/bone/"></iframe>'
        with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
            page.goto(portal.origin)

    def test_a_link_opens_the_full_page_in_a_new_tab_free_of_the_sandbox(self, page, portal, site, long_page):
        page.goto(in_portal(portal, site))
        with page.context.expect_page() as opened:
            page.frame_locator("iframe").get_by_text("Open the full page").click()
        tab = opened.value
        tab.wait_for_load_state()
        assert tab.url == f"{site}/topics/bone/"
        expect(tab.locator("h1")).to_have_text("Bones")
        assert tab.evaluate("window.opener === null && document.referrer === '' && window.origin !== 'null'")

    def test_the_frame_stores_nothing_in_the_browser(self, page, portal, site, long_page):
        page.goto(in_portal(portal, site))
        expect(page.frame_locator("iframe").locator("h1")).to_have_text("Bones")
        assert page.context.cookies() == []

    def test_without_script_a_frame_keeps_its_height_and_scrolls(self, chromium, portal, site, long_page):
        frame = f'<iframe src="{site}/embed/bone/" title="Bones" width="600" height="500"></iframe>'
        portal.html = f'<!doctype html><html lang="en"><title>A portal</title>{frame}</html>'
        context = chromium.new_context(java_script_enabled=False)
        try:
            page = context.new_page()
            page.goto(portal.origin)
            expect(page.frame_locator("iframe").locator("h1")).to_be_visible()
            assert page.locator("iframe").bounding_box()["height"] == 504  # 500 and the frame's own edge
        finally:
            context.close()

    @pytest.mark.parametrize("dark", [False, True])
    def test_it_is_accessible_on_its_own_and_in_a_narrow_column(self, page, site, long_page, dark):
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.set_viewport_size({"width": 320, "height": 800})
        for view in ("", "?view=short"):
            page.goto(f"{site}/embed/bone/{view}")
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= 320")
        assert page.complaints == []
