"""The day of a result: the page, the look-up of report words, and what is never kept of a report."""

from __future__ import annotations

import logging
import re

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.browser import violations
from tests.cast import person, published_topic
from topics.folder import read_folder
from topics.models import GlossaryTerm, Reference, ReportWord
from topics.report_lookup import MOST_CHARACTERS, look_up
from topics.terms import Term
from topics.transfer import export_folder, import_folder

ADDRESS = "/result-day/"
WORDS = (
    Term("avid", "Avid", "Uses sugar.", ("Avid", "FDG-avid")),
    Term("lytic", "Lytic", "Bone lost.", ("Lytic", "lytic lesions")),
    Term("lesion", "Lesion", "An area.", ("Lesion", "lesions")),
    Term("stable-disease", "Stable disease", "No change.", ("Stable disease",)),
    Term("metastasis-osea", "Metástasis ósea", "En el hueso.", ("Metástasis ósea",)),
)


@pytest.fixture
def words(db):
    Reference.objects.create(key="NCI", title="Words", publisher="NCI", url="https://www.cancer.gov/")
    for term in WORDS:
        ReportWord.objects.create(term=term.term, meaning=term.meaning, forms=list(term.forms[1:]), sources=["NCI"])


def found(text: str) -> list[str]:
    return list(look_up(text, WORDS).found)


# --- what is found ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("lytic", ["lytic"]),
        ("LYTIC", ["lytic"]),
        ("FDG-avid lytic lesions in L3; stable disease.", ["avid", "lytic", "stable-disease"]),
        ("Stable\n   disease,\r\nno new lesion", ["stable-disease", "lesion"]),
        ("metastasis osea", ["metastasis-osea"]),
        ("METÁSTASIS ÓSEA", ["metastasis-osea"]),
        ("lytic lytic lytic", ["lytic"]),
        ("analytic, non-avid", []),
        ("", []),
        ("🙂 💔 <script>", []),
    ],
)
def test_words_are_found_whole_in_their_order_whatever_their_case_and_accents(text, slugs):
    assert found(text) == slugs


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("lytc", ["lytic"]),
        ("stabel disease", ["stable-disease"]),
        ("lesoin and avid", ["lesion"]),
        ("metastasis osia", ["metastasis-osea"]),
        ("avid", []),
        ("kidney", []),
    ],
)
def test_a_misspelt_word_gets_a_suggestion(text, slugs):
    assert list(look_up(text, WORDS).meant) == slugs


def test_a_whole_report_gets_no_guesses():
    assert look_up("The patient walked in and was lyric about it, said the nurse who saw him there", WORDS).meant == ()


def test_what_is_too_long_is_read_in_part_and_said():
    answer = look_up("lytic " + "word " * MOST_CHARACTERS, WORDS)
    assert (answer.found, answer.cut) == (("lytic",), True)


@given(st.text(max_size=300))
def test_any_text_is_answered(text):
    assert set(look_up(text, WORDS).found) <= {word.slug for word in WORDS}


# --- the page --------------------------------------------------------------------------------


def test_the_page_lists_every_word_so_that_nobody_has_to_type(client, words):
    page = client.get(ADDRESS).content.decode()
    assert [slug for slug in re.findall(r'<dt id="report-([a-z-]+)">', page)] == sorted(word.slug for word in WORDS)
    assert 'name="csrfmiddlewaretoken"' not in page


def test_a_report_is_answered_by_post_without_a_cookie_or_token_and_is_not_stored(words):
    response = Client(enforce_csrf_checks=True).post(ADDRESS, {"report": "FDG-avid lytic lesions"})
    page = response.content.decode()
    assert response.status_code == 200
    assert [slug for slug in re.findall(r'<dt id="found-([a-z-]+)">', page)] == ["avid", "lytic"]
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies
    assert "FDG-avid lytic lesions</textarea>" in page
    assert '<meta name="robots" content="noindex">' in page and "ld+json" not in page


def test_a_word_in_the_address_is_not_looked_up(client, words):
    assert client.get(f"{ADDRESS}?report=lytic").content == client.get(ADDRESS).content


def test_glossary_words_are_found_too_and_a_report_word_goes_before_its_namesake(client, words):
    GlossaryTerm.objects.create(term="Biopsy", meaning="A small piece of tissue.")
    GlossaryTerm.objects.create(term="Stability", meaning="The glossary's words.", forms=["stable disease"])
    page = client.post(ADDRESS, {"report": "biopsy: stable disease"}).content.decode()
    assert "A small piece of tissue." in page and "No change." in page
    assert "The glossary's words." not in page
    near = client.post(ADDRESS, {"report": "biospy"}).content.decode()
    assert '<a class="jump" href="/glossary/#word-biopsy">Biopsy</a>' in near


@pytest.mark.parametrize(
    "text", ["x" * 10_000, "🙂" * 10_000, '" OR * NEAR (', "<b>" * 3_000, "\u202e\u200b", "", "%00"]
)
def test_odd_texts_are_answered_kindly(client, words, text):
    response = client.post(ADDRESS, {"report": text})
    assert response.status_code == 200
    assert "Words we found" not in response.content.decode()
    assert "<b><b>" not in response.content.decode()


@pytest.mark.both_databases
def test_a_null_byte_is_a_kind_400(client, words):
    response = client.post(ADDRESS, {"report": "lytic\x00"})
    assert (response.status_code, "You did nothing wrong" in response.content.decode()) == (400, True)


def test_nothing_of_a_report_is_logged(client, words, caplog):
    caplog.set_level(logging.DEBUG)
    for text in ("Zz9Jane-Roe8qQ lytic", "Zz9Jane-Roe8qQ\x00"):
        client.post(ADDRESS, {"report": text})
    assert "Zz9Jane" not in caplog.text and "lytic" not in caplog.text


def test_the_text_of_the_page_is_a_topic_that_editors_keep(client, words):
    assert "Kept by editors." not in client.get(ADDRESS).content.decode()
    published_topic("result-day", title="My report", body="## One\nKept by editors.\n")
    page = client.get(ADDRESS).content.decode()
    assert "<h1>My report</h1>" in page and "Kept by editors." in page


def test_the_text_has_one_address_and_that_is_the_one_in_the_sitemap(client, words):
    topic = published_topic("result-day", title="My report")
    for address in (f"/t/{topic.number}/", "/topics/result-day/"):
        assert client.get(address, follow=True).redirect_chain[-1][0] == ADDRESS
    sitemap = client.get("/sitemap.xml").content.decode()
    assert f"{ADDRESS}</loc>" in sitemap and "/topics/result-day/short/</loc>" in sitemap
    assert "/topics/result-day/</loc>" not in sitemap


def test_another_language_has_its_own_words(client, words):
    published_topic("hueso", title="Huesos", language="es")
    ReportWord.objects.create(language="es", term="Lítico", meaning="Hueso perdido.")
    page = client.post(f"/es{ADDRESS}", {"report": "litico lytic"}).content.decode()
    assert "Hueso perdido." in page and "Bone lost." not in page


# --- the table -------------------------------------------------------------------------------


def test_every_shipped_word_names_a_source_or_stands_on_the_clinician_s_list():
    folder = read_folder(settings.CONTENT_DIR)
    keys = {reference.key for reference in folder.references}
    unsourced = {word.term.lower() for word in folder.report_words if not word.sources}
    verify = folder.sources["about/result-day.md"].verify[0]
    assert all(set(word.sources) <= keys for word in folder.report_words)
    glossary = {term.term.lower() for term in folder.terms}
    assert unsourced - glossary == set(verify.rpartition(": ")[2].split(", "))


@pytest.mark.django_db
def test_the_shipped_words_go_out_and_come_back_unchanged(tmp_path):
    (tmp_path / "zero").mkdir()
    file = settings.CONTENT_DIR / "report_words.toml"
    (tmp_path / "zero/report_words.toml").write_bytes(file.read_bytes())
    assert import_folder(tmp_path / "zero").rows_written == ReportWord.objects.count() > 15
    export_folder(tmp_path / "one")
    report = import_folder(tmp_path / "one")
    assert (report.problems, report.rows_written) == ([], 0)
    export_folder(tmp_path / "two")
    assert (tmp_path / "one/report_words.toml").read_bytes() == (tmp_path / "two/report_words.toml").read_bytes()


@pytest.mark.django_db
def test_an_import_keeps_an_editor_s_meaning(tmp_path):
    file = tmp_path / "report_words.toml"
    file.write_text('[[term]]\nterm = "Lytic"\nmeaning = "One."\n')
    import_folder(tmp_path)
    ReportWord.objects.update(meaning="The editor's.")
    file.write_text('[[term]]\nterm = "Lytic"\nmeaning = "Two."\n')
    assert import_folder(tmp_path).kept == ["report word en/lytic"]
    assert ReportWord.objects.get().meaning == "The editor's."


def test_an_editor_keeps_words_in_the_admin_and_wrong_ones_are_refused_in_words(client, words):
    rights = [f"{verb}_reportword" for verb in ("add", "change", "view")]
    client.force_login(person("keeper", *rights))
    typed = {"language": "en", "term": "Focus", "meaning": "A place.", "spellings": "foci\nfocal", "resting": "NCI"}
    client.post("/admin/topics/reportword/add/", typed)
    row = ReportWord.objects.get(slug="focus")
    assert (row.forms, row.sources) == (["foci", "focal"], ["NCI"])
    for change, words_said in (
        ({"term": "Lytic"}, "already a spelling of “Lytic”"),
        ({"term": "Fokus", "resting": "NOWHERE"}, "There is no source “NOWHERE”."),
    ):
        refused = client.post("/admin/topics/reportword/add/", {**typed, "spellings": "", **change})
        assert words_said in refused.content.decode()
    assert ReportWord.objects.count() == len(WORDS) + 1


def test_a_source_of_a_word_cannot_be_deleted(client, words):
    client.force_login(person("keeper", "delete_reference", "view_reference"))
    row = Reference.objects.get(key="NCI")
    assert client.post(f"/admin/topics/reference/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    ReportWord.objects.all().delete()
    assert client.post(f"/admin/topics/reference/{row.pk}/delete/", {"post": "yes"}).status_code == 302


# --- in a browser ----------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_a_reader_looks_up_a_word_without_script_and_axe_finds_nothing(live_server, page):
    call_command("import_content", verbosity=0)
    page.goto(live_server.url + ADDRESS)
    assert violations(page) == []
    page.get_by_label("Look up words of your report").fill("FDG-avid, sclerotc")
    page.get_by_role("button", name="Show what the words mean").click()
    page.get_by_role("heading", name="Words we found").wait_for()
    assert "report=" not in page.url
    assert violations(page) == []
    page.get_by_role("link", name="Sclerotic").click()
    assert page.evaluate("location.hash") == "#report-sclerotic"
    assert page.complaints == []
