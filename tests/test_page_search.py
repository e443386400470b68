"""/search/: what a reader types is answered kindly, whatever it is, and leaves no trace."""

from __future__ import annotations

import logging
from html.parser import HTMLParser

import pytest
from playwright.sync_api import expect

from tests.browser import violations
from tests.cast import make_topic, person, published_topic, publisher, with_password
from tests.test_search import TYPED
from topics import workflow
from topics.models import SearchWords
from topics.search import index as search_index

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR = tmp_path
    yield
    search_index._readers.clear()


@pytest.fixture
def bone():
    return published_topic("bone", title="The bones", text="The spine is often affected.", sites=["bone"])


class Links(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.links.append(dict(attrs)["href"])


def look(client, text, **more):
    return client.get("/search/", {"q": text, **more})


def links(answer) -> list[str]:
    return Links(answer.content.decode()).links


# --- results ---------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_page_is_found_with_its_words_marked(client, bone):
    answer = look(client, "spines")
    assert "/topics/bone/" in links(answer)
    assert "<mark>spine</mark>" in answer.content.decode()
    assert "1 page found" in answer.content.decode()


def test_without_a_text_there_is_the_form_alone(client, bone):
    for address in ("/search/", "/search/?q=", "/search/?q=%20%20", "/search/?other=1"):
        html = client.get(address).content.decode()
        assert 'role="search"' in html and "found" not in html


def test_home_the_menu_and_a_missing_page_lead_to_the_search(client, bone):
    assert 'action="/search/"' in client.get("/").content.decode()
    assert 'action="/search/"' in client.get("/topics/nothing/").content.decode()
    assert "/search/" in links(client.get("/sites/"))


def test_a_misspelt_or_half_typed_word_is_mended_and_said(client, bone):
    for typed in ("spien", "spi"):
        answer = look(client, typed)
        assert "/topics/bone/" in links(answer)
        assert "/search/?q=spine" in links(answer)


def test_where_nothing_is_found_there_are_kind_words_and_ways_on(client, bone):
    answer = look(client, "xylophone")
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "We found no page for this" in html
    assert "call your local emergency number" in html
    assert "/when-to-call/" in links(answer)


def test_cards_stand_above_the_pages(client, bone):
    published_topic("cord", kind="card", title="Pressure on the spine", text="Weak legs.", summary="Weak legs.")
    html = look(client, "spine").content.decode()
    assert html.index("/when-to-call/#card-cord") < html.index("/topics/bone/")


def test_results_are_narrowed_to_an_organ_site(client, bone):
    published_topic("lung", title="The lungs", text="The spine too.", sites=["lung"])
    answer = look(client, "spine")
    assert {"/search/?q=spine&site=bone", "/search/?q=spine&site=lung"} <= set(links(answer))
    narrowed = links(look(client, "spine", site="lung"))
    assert "/topics/lung/" in narrowed and "/topics/bone/" not in narrowed
    for odd in ("nowhere", "", "bone'", "🙂", "x" * 300):
        assert {"/topics/lung/", "/topics/bone/"} <= set(links(look(client, "spine", site=odd)))


def test_results_come_ten_at_a_time_and_odd_numbers_lead_to_the_nearest(client):
    for number in range(12):
        published_topic(f"page-{number}", title=f"Page {number}", text="The pelvis.")
    first = links(look(client, "pelvis"))
    assert sum(link.startswith("/topics/") for link in first) == 10
    assert "/search/?q=pelvis&page=2" in first
    second = links(look(client, "pelvis", page="2"))
    assert sum(link.startswith("/topics/") for link in second) == 2
    assert "/search/?q=pelvis" in second
    for odd in ("0", "-1", "x", "1e3", "٢", "1.5", "9" * 30, ""):
        assert links(look(client, "pelvis", page=odd)) == first
    assert links(look(client, "pelvis", page="999")) == second


def test_each_language_looks_through_its_own_pages_and_names_the_english_ones(client, bone):
    published_topic("hueso", language="es", title="Metástasis óseas", text="La columna.")
    assert "/es/topics/hueso/" in links(client.get("/es/search/", {"q": "metastasis osea"}))
    answer = client.get("/es/search/", {"q": "spine"})
    assert "/topics/bone/" not in links(answer)
    assert "/search/?q=spine" in links(answer)


# --- only what is live -----------------------------------------------------------------------


def test_drafts_and_withdrawn_pages_are_not_found(client, bone):
    make_topic("draft", text="The pelvis.")
    for address in ("/search/", "/search/suggest/"):
        assert b"draft" not in client.get(address, {"q": "pelvis"}).content
    workflow.withdraw(bone, publisher(), "wrong")
    for address in ("/search/", "/search/suggest/"):
        assert b"/topics/bone/" not in client.get(address, {"q": "spine"}).content


# --- hostile input ---------------------------------------------------------------------------


@pytest.mark.both_databases
@pytest.mark.parametrize("address", ["/search/", "/search/suggest/", "/es/search/"])
def test_odd_text_is_answered(client, bone, address):
    for text in TYPED:
        answer = client.get(address, {"q": text})
        # A query of more than 8 KB and control characters are refused before any view sees them.
        refused = len(text.encode()) > 2_000 or "\x00" in text
        assert answer.status_code in ((200, 400) if refused else (200,)), text[:40]
        assert client.get(address, {"q": "spine", "page": text, "site": text}).status_code in (200, 400)


def test_what_was_typed_is_shown_escaped_and_cut(client, bone):
    html = look(client, '"><script>alert(1)</script>').content.decode()
    assert "<script>alert" not in html
    assert "&quot;&gt;&lt;script&gt;" in html
    assert "a" * 201 not in look(client, "a" * 1_000).content.decode()


def test_undecodable_bytes_get_a_kind_refusal(client, bone):
    for query in ("q=%ff", "q=%00", "q=a%0cb", "q=" + "a" * 10_000):
        answer = client.get(f"/search/?{query}")
        assert answer.status_code == 400
        assert "You did nothing wrong" in answer.content.decode()


def test_only_looking_is_allowed(client, bone):
    for address in ("/search/", "/search/suggest/"):
        assert client.post(address, {"q": "spine"}).status_code == 405
        head = client.head(address, {"q": "spine"})
        assert (head.status_code, head.content) == (200, b"")


# --- no trace --------------------------------------------------------------------------------


def test_no_copy_is_kept_and_no_cookie_set(client, bone):
    client.cookies["sessionid"] = "x" * 32
    for address in ("/search/", "/search/suggest/", "/es/search/"):
        answer = client.get(address, {"q": "spine"})
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Robots-Tag"] == "noindex"
        assert not answer.cookies


def test_what_was_typed_is_in_no_log_line(client, bone, caplog):
    caplog.set_level(logging.DEBUG)
    shown = look(client, "spine secretpatient")
    client.get("/search/suggest/", {"q": "secretpatient"})
    client.get("/search/?q=secretpatient%00")
    client.post("/search/?q=secretpatient")
    assert shown.status_code == 200
    formatter = logging.getLogger("django").handlers[0].formatter or logging.Formatter()
    for record in caplog.records:
        if not record.name.startswith("django.db"):  # SQL is logged in DEBUG only, and holds no search text either
            assert "secretpatient" not in formatter.format(record)
        assert "secretpatient" not in str(getattr(record, "sql", ""))


def test_the_title_does_not_tell_what_was_typed(client, bone):
    html = look(client, "secretpatient").content.decode()
    assert "<title>Search – MBC Pages</title>" in html


# --- suggestions -----------------------------------------------------------------------------


def test_suggestions_are_titles_and_addresses(client, bone):
    assert client.get("/search/suggest/", {"q": "spi"}).json() == {
        "suggestions": [{"title": "The bones", "address": "/topics/bone/"}]
    }
    for nothing in ("", "s", " ", "🙂", "zzzz"):
        assert client.get("/search/suggest/", {"q": nothing}).json() == {"suggestions": []}


# --- search words in the admin ---------------------------------------------------------------


@pytest.fixture
def keeper(client):
    user = person("keeper", *(f"{verb}_searchwords" for verb in ("add", "change", "view", "delete")))
    client.force_login(with_password(user))
    return client


WORDS = {"language": "en", "means": "osseous", "typed": "Skeleton\n\n skeleton \nbone  house", "first": "bone"}


def test_an_editor_keeps_search_words_one_to_a_line(keeper, client, bone):
    assert keeper.post("/admin/topics/searchwords/add/", WORDS).status_code == 302
    row = SearchWords.objects.get()
    assert (row.words, row.pages, row.slug) == (["skeleton", "bone house"], ["bone"], "osseous")
    assert "/topics/bone/" in links(look(client, "skeleton"))
    page = keeper.get(f"/admin/topics/searchwords/{row.pk}/change/").content.decode()
    assert "skeleton\nbone house" in page
    assert keeper.get("/admin/topics/searchwords/", {"q": "oss"}).status_code == 200


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"first": "nowhere"}, "There is no live page “nowhere”"),
        ({"typed": "Ibrance"}, "“Ibrance” already means “palbociclib”"),
        ({"typed": "x" * 81}, "is too long"),
        ({"typed": ""}, "This field is required"),
        ({"means": "!!!"}, "This needs letters"),
        ({"means": "Palbociclib"}, "has its search words already"),
        ({"portals": "on", "first": ""}, "Name the pages that portals are led to"),
        ({"portals": "on", "first": "nowhere"}, "There is no live page “nowhere”"),
    ],
)
def test_search_words_that_cannot_be_are_refused_in_words(keeper, bone, change, words):
    SearchWords.objects.create(means="palbociclib", words=["ibrance"])
    answer = keeper.post("/admin/topics/searchwords/add/", {**WORDS, **change})
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert SearchWords.objects.count() == 1


# --- in a real browser -----------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.django_db(transaction=True)
def test_suggestions_come_while_typing_and_go_with_escape(page, live_server, bone):
    page.goto(f"{live_server.url}/search/")
    page.get_by_label("Search these pages").press_sequentially("spi")
    expect(page.locator(".suggestions a")).to_have_text(["The bones"])
    expect(page.locator(".suggested")).to_have_text("Pages that may fit: 1")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator(".suggestions a")).to_have_count(0)
    expect(page.get_by_label("Search these pages")).to_have_value("spi")
    page.keyboard.press("Enter")
    expect(page.locator(".found a", has_text="The bones")).to_be_visible()
    assert violations(page) == []
    assert page.complaints == []


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.django_db(transaction=True)
def test_the_search_needs_no_script(chromium, live_server, bone):
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(live_server.url)
        page.get_by_label("Search these pages").fill("spine")
        page.get_by_role("button", name="Search").click()
        page.get_by_role("link", name="The bones").click()
        expect(page.locator("h1")).to_have_text("The bones")
