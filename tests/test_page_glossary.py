"""The glossary: letters, a filter that needs no script and is not logged, and the way back from a word to its text."""

from __future__ import annotations

import logging
import re

import pytest

from tests.browser import violations
from tests.cast import published_topic
from topics.models import GlossaryTerm

pytestmark = pytest.mark.django_db


@pytest.fixture
def words():
    for term, meaning, forms in (
        ("Ascites", "Fluid in the belly.", []),
        ("Biopsy", "A small piece of tissue.", ["biopsies"]),
        ("Bone scan", "A picture of bones.", []),
        ("Métastasis", "Spread.", ["metastases"]),
    ):
        GlossaryTerm.objects.create(term=term, meaning=meaning, forms=forms, say="say it")


def shown(client, query: str = "") -> list[str]:
    return re.findall(r'<dt id="word-([a-z-]+)">', client.get(f"/glossary/{query}").content.decode())


def test_every_word_stands_below_its_letter(client, words):
    page = client.get("/glossary/").content.decode()
    assert re.findall(r'<a href="#letter-(.)">', page) == re.findall(r'id="letter-(.)"', page) == ["a", "b", "m"]
    assert shown(client) == ["ascites", "biopsy", "bone-scan", "metastasis"]
    assert "Say it like: say it" in page and "<script" not in page


@pytest.mark.parametrize(
    ("typed", "slugs"),
    [
        ("bone", ["bone-scan"]),
        ("BIOPSIES", ["biopsy"]),
        ("belly", ["ascites"]),
        ("metastasis", ["metastasis"]),
        ("m%C3%A9tastas", ["metastasis"]),
        ("++bone++scan+", ["bone-scan"]),
        ("", ["ascites", "biopsy", "bone-scan", "metastasis"]),
    ],
)
def test_the_filter_looks_at_spellings_and_meanings_without_case_and_accents(client, words, typed, slugs):
    assert shown(client, f"?q={typed}") == slugs


def test_a_misspelt_word_gets_a_suggestion(client, words):
    page = client.get("/glossary/?q=biospy").content.decode()
    assert "No word here has “biospy” in it." in page
    assert '<a class="jump" href="/glossary/#word-biopsy">Biopsy</a>' in page


@pytest.mark.parametrize("typed", ["x" * 8_000, "%F0%9F%99%82", '"+OR+*', "%3Cscript%3E", "("])
def test_odd_words_are_answered_kindly(client, words, typed):
    answer = client.get(f"/glossary/?q={typed}")
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode()


def test_a_filtered_page_is_kept_nowhere_and_what_was_typed_is_not_logged(client, words, caplog):
    caplog.set_level(logging.DEBUG)
    answer = client.get("/glossary/?q=Zz9Jane")
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex")
    assert "Zz9Jane" not in caplog.text
    assert "no-store" not in client.get("/glossary/")["Cache-Control"]


def test_each_word_below_a_page_leads_back_to_the_part_that_uses_it_first(client, words):
    body = "## First\nNothing.\n\n## Second & more\nA bone scan, ascites and a biopsy.\n"
    published_topic("bone", body=body)
    page = client.get("/topics/bone/").content.decode()
    ways = re.findall(r'<dt id="word-([a-z-]+)">.*?<a href="#([a-z-]+)">([^<]+)</a>', page, re.DOTALL)
    assert ways == [
        ("ascites", "s-second-more", "Back to “Second &amp; more”"),
        ("biopsy", "s-second-more", "Back to “Second &amp; more”"),
        ("bone-scan", "s-second-more", "Back to “Second &amp; more”"),
    ]
    assert all(f'id="{anchor}"' in page for _slug, anchor, _words in ways)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_a_reader_goes_to_a_word_and_back_by_keyboard(live_server, page, words):
    published_topic("bone", body="## First\nNothing.\n\n## Second\nA bone scan.\n")
    page.goto(f"{live_server.url}/topics/bone/")
    page.locator("a.term").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#word-bone-scan"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Back to “Second”"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#s-second"
    assert violations(page) == []
    page.goto(f"{live_server.url}/glossary/?q=bone")
    assert violations(page) == []
