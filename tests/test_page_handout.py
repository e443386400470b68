"""Paper: one page or a packet, whose it is, of which day, and how to ask later whether it is still right."""

import re
import types
from html.parser import HTMLParser
from pathlib import Path

import pytest
import segno
from django.test import override_settings
from django.utils import timezone
from django.utils.formats import date_format

from tests.cast import make_topic, published_topic, publisher
from topics import handouts, pdf, workflow
from topics.models import ClinicSettings, GlossaryTerm, Reference

pytestmark = pytest.mark.django_db

BODY = """::: short
- One short point.
:::

::: card fever

## Which bones
The spine is affected [@NCI-METS]. A scan helps. The words `id="x"` and `href="#x"` stay.

## More
[Up](#s-which-bones) is another part.

::: questions
- Which bones are weak?
:::
"""


@pytest.fixture
def bone():
    Reference.objects.create(key="NCI-METS", title="Metastatic cancer", publisher="NCI", url="https://www.cancer.gov/x")
    GlossaryTerm.objects.create(term="Scan", meaning="A picture of the inside.")
    ClinicSettings.objects.create(pk=1, clinic_name="St Anne's", day_line="020 7946 0000")
    published_topic(slug="fever", kind="card", title="Fever", text="you are hot")
    return published_topic(slug="bone", title="Bones", body=BODY)


class Anchors(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.ids, self.links, self.inline = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name == "id":
                self.ids.append(value)
            elif name == "href" and value.startswith("#"):
                self.links.append(value[1:])
            elif name == "style" or tag == "script":
                self.inline.append(tag)


# --- one page ------------------------------------------------------------------------------------


@override_settings(SITE_URL="https://pages.example.org")
def test_paper_says_whose_it_is_of_which_day_and_where_to_check_it(client, bone):
    page = client.get("/topics/bone/handout/").content.decode()
    check = f"https://pages.example.org/t/{bone.number}/1/"
    assert "St Anne&#x27;s" in page
    assert date_format(timezone.localdate(), "j F Y") in page
    assert f"Code of this page: {bone.number}.1" in page
    assert f'<p class="address">{check}</p>' in page
    assert segno.make(check, error="m", micro=False).svg_inline(light="#fff", omitsize=True) in page
    for words in (
        "One short point.",
        "you are hot",
        "Which bones are weak?",
        "A picture of the inside.",
        "cancer.gov/x",
    ):
        assert words in page
    assert page.count("In my own words") == page.count("My own questions") == 1
    assert '<link rel="canonical" href="https://pages.example.org/topics/bone/">' in page


def test_nothing_inline_no_script_no_cookie_and_every_anchor_once(client, bone):
    response = client.get("/topics/bone/handout/")
    found = Anchors(response.content.decode())
    assert found.inline == []
    assert len(found.ids) == len(set(found.ids))
    assert set(found.links) <= set(found.ids)
    assert not response.cookies
    assert "no-cache" in response["Cache-Control"]


def test_the_check_address_on_paper_answers(client, bone):
    page = client.get("/topics/bone/handout/").content.decode()
    path = re.search(r'class="address">https?://[^/]+([^<]+)<', page)[1]
    assert client.get(path).status_code == 200


def test_large_letters_are_a_class_and_one_link_away(client, bone):
    assert 'class="large-print"' not in client.get("/topics/bone/handout/").content.decode()
    large = client.get("/topics/bone/handout/?size=large").content.decode()
    assert '<html lang="en" dir="ltr" class="large-print">' in large
    assert 'href="?"' in large
    assert 'href="?size=large"' in client.get("/topics/bone/handout/").content.decode()
    assert "large-print" not in client.get("/topics/bone/handout/?size=%22%3E").content.decode()


def test_prefixes_touch_anchors_and_no_words():
    html = '<p id="a">id="b" <a class="term" href="#word-x">x</a> <img alt="href=&quot;#q" src="/m/x"></p>'
    assert handouts.with_prefix(html, "p1-") == html.replace('<p id="a"', '<p id="p1-a"').replace("#word", "#p1-word")


# --- packets --------------------------------------------------------------------------------------


def packet(client, *asked, **more):
    return client.get("/handout/", {"t": asked, **more})


def test_a_packet_keeps_the_order_asked_and_every_page_once(client, bone):
    other = published_topic(slug="liver", title="Liver", body=BODY)
    response = packet(client, other.number, bone.number, other.number)
    page = response.content.decode()
    assert re.findall(r'<h1 id="p(\d)-page">(\w+)<', page) == [("1", "Liver"), ("2", "Bones")]
    assert page.count("In my own words") == 1
    assert f"/t/{bone.number}/1/" in page
    assert f"/t/{other.number}/1/" in page
    found = Anchors(page)
    assert len(found.ids) == len(set(found.ids))
    assert set(found.links) <= set(found.ids)
    assert not response.cookies


def test_pages_that_are_not_here_are_left_out_with_a_kind_note(client, bone):
    draft = make_topic(slug="draft", title="Secret draft")
    card = published_topic(slug="clot", kind="card", title="Clot")
    page = packet(client, bone.number, 999, draft.number, card.number, "x", "-1", "9" * 30, "²").content.decode()
    assert "7 pages you asked for are not here" in page
    assert "Secret draft" not in page
    assert page.count('class="page sheet"') == 1
    assert "One page you asked for is not here" in packet(client, bone.number, "<b>").content.decode()


def test_a_page_that_was_replaced_brings_the_one_that_took_its_place(client, bone):
    old = published_topic(slug="old", title="Old page")
    workflow.withdraw(old, publisher(), "joined", bone)
    page = packet(client, old.number).content.decode()
    assert '<h1 id="p1-page">Bones</h1>' in page
    assert "not here" not in page


def test_more_than_twelve_pages_lead_back_to_the_form_with_the_ticks_kept(client):
    topics = [published_topic(slug=f"page-{n}", title=f"Page {n}") for n in range(13)]
    page = packet(client, *(topic.number for topic in topics)).content.decode()
    assert "That is more than 12 pages" in page
    assert page.count(" checked>") == 14  # and the size of the letters
    assert packet(client, *(topic.number for topic in topics[:12])).content.count(b'class="page sheet"') == 12


def test_without_pages_there_is_a_form_that_makes_such_an_address(client, bone):
    make_topic(slug="draft", title="Secret draft")
    page = client.get("/handout/").content.decode()
    assert f'name="t" value="{bone.number}"' in page
    assert "Secret draft" not in page
    assert "not here" not in page
    assert "are not here" in packet(client, 999).content.decode()


def test_the_size_of_the_letters_can_change_without_losing_the_packet(client, bone):
    assert f'href="?t={bone.number}&amp;size=large"' in packet(client, bone.number).content.decode()
    large = packet(client, bone.number, size="large").content.decode()
    assert f'href="?t={bone.number}"' in large
    assert 'class="large-print"' in large


# --- PDF ------------------------------------------------------------------------------------------


def test_without_the_extra_a_pdf_is_refused_kindly_and_not_offered(client, bone, monkeypatch):
    monkeypatch.setattr(pdf, "weasyprint", None)
    response = client.get("/topics/bone/handout.pdf")
    assert response.status_code == 501
    assert b"This site does not make PDF files" in response.content
    assert b'href="/topics/bone/handout/"' in response.content
    assert b"handout.pdf" not in client.get("/topics/bone/handout/").content


def test_with_the_extra_the_handout_is_handed_over_once_and_kept(client, bone, monkeypatch):
    made = []

    class Document:
        def __init__(self, string, base_url, url_fetcher):
            self.html = string

        def write_pdf(self, **options):
            made.append(self.html)
            return b"%PDF-1.7"

    monkeypatch.setattr(pdf, "weasyprint", types.SimpleNamespace(HTML=Document))
    monkeypatch.setattr(pdf, "_own_files", lambda: None)
    for _twice in range(2):
        response = client.get("/topics/bone/handout.pdf?size=large")
        assert (response["Content-Type"], response.content) == ("application/pdf", b"%PDF-1.7")
    assert len(made) == 1
    assert "large-print" in made[0]
    assert b'href="/topics/bone/handout.pdf"' in client.get("/topics/bone/handout/").content


@pytest.mark.parametrize("size", ["", "?size=large"])
def test_weasyprint_itself_sets_every_kind_of_box(client, bone, size):
    """Where the extra is installed: marks of do and do-not lists, cards, tables and the square, without a complaint."""
    pytest.importorskip("weasyprint")
    boxes = "\n::: do\n- Rest\n:::\n\n::: dont\n- Do not lift\n:::\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    topic = published_topic(
        slug="liver", title="Liver", body=BODY.replace("\n::: questions", boxes + "\n::: questions")
    )
    made = client.get(f"/topics/{topic.slug}/handout.pdf{size}")
    assert (made.status_code, made["Content-Type"]) == (200, "application/pdf")
    assert made.content.startswith(b"%PDF") and len(made.content) > 10_000


@override_settings(SITE_URL="https://pages.example.org")
def test_a_pdf_opens_style_sheets_and_pictures_of_this_site_only():
    assert pdf.own_file("https://pages.example.org/static/css/site.css").is_file()
    for address in (
        "file:///etc/passwd",
        "https://evil.example/static/css/site.css",
        "https://pages.example.org.evil.example/static/css/site.css",
        "https://pages.example.org/static/../manage.py",
        "https://pages.example.org/static/%2e%2e/mbc_site/settings.css",
        "https://pages.example.org/media/../db.sqlite3",
        "https://pages.example.org/admin/",
    ):
        found = pdf.own_file(address)
        assert found is None or not Path(found).is_file(), address


# --- in a browser ----------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_paper_has_letters_of_12_or_18_points_and_no_menus(page, live_server, bone):
    page.emulate_media(media="print")
    for query, points in (("", 12), ("?size=large", 18)):
        page.goto(f"{live_server.url}/topics/bone/handout/{query}")
        size = page.evaluate("getComputedStyle(document.querySelector('.part p')).fontSize")
        assert float(size.removesuffix("px")) == pytest.approx(points * 96 / 72, abs=0.1)
        assert not page.is_visible(".paper-tools")
        assert not page.is_visible(".site-nav")
        assert page.is_visible(".qr svg")
        level = "getComputedStyle(document.querySelector('.card-level'))"
        assert page.evaluate(f"{level}.backgroundColor") == "rgba(0, 0, 0, 0)"  # black letters, also in a PDF
        assert page.evaluate("getComputedStyle(document.querySelector('.card')).breakInside") == "avoid"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_only_a_long_packet_has_a_cover_sheet(live_server, page):
    numbers = [published_topic(f"page-{place}", title=f"Page {place}").number for place in range(6)]
    page.emulate_media(media="print")
    before = "() => getComputedStyle(document.querySelector('.packet-list + .sheet')).breakBefore"
    for count, breaks in ((2, "auto"), (5, "auto"), (6, "page")):
        page.goto(f"{live_server.url}/handout/?" + "&".join(f"t={number}" for number in numbers[:count]))
        assert page.evaluate(before) == breaks
