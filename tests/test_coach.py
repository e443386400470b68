"""The coach in the editor: the words that staff keep, told beside the preview, stopping nothing."""

import re

import pytest
from django.conf import settings
from django.urls import reverse

from tests.cast import editor, page_source, person, published_topic
from topics import coach, pages
from topics.models import GlossaryTerm, PlainWord, Topic
from topics.plain_language import PLAIN, UNDEFINED
from topics.plain_language.understandability import NOT_APPLICABLE, PASSED, PEMAT, share
from topics.transfer import export_folder, import_folder

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def preview(client, body):
    return client.post(reverse("admin:topics_topic_preview_new"), {"body": body, "title": "T", "section": "sites"}).text


def test_the_coach_uses_the_words_that_staff_keep():
    PlainWord.objects.create(word="commence", say="start", forms=["commences"])
    source = page_source("Neutropenia is likely.\nTreatment commences soon.")
    assert [one.kind for one in coach.advice(source).findings] == [UNDEFINED, PLAIN]
    GlossaryTerm.objects.create(term="Neutropenia", meaning="Too few white cells.")
    PlainWord.objects.all().delete()
    assert coach.advice(source).findings == ()


def test_lines_count_from_the_first_of_the_source_as_in_every_problem():
    source = page_source("Click [here](/sites/).")
    (one,) = coach.advice(source).findings
    assert "here" in source.text.split("\n")[one.line - 1]


def test_advice_holds_a_reading_grade_in_the_language_of_the_page():
    grade, ease = coach.advice(page_source()).grades
    assert (grade.formula, ease.formula) == ("Flesch–Kincaid", "Flesch reading ease")
    spanish = coach.advice(page_source("La columna duele.", language="es"), pages.inputs("es"))
    assert [one.formula for one in spanish.grades] == ["Szigriszt-Pazos (INFLESZ)", "Fernández Huerta"]


def test_a_text_too_long_for_anybody_is_named_as_that_and_not_looked_through():
    (one,) = coach.advice(page_source("It is 70%. " * 4_000)).findings
    assert "44," in one.what and one.mend == "Make several pages of it."


def test_a_card_is_coached_too():
    PlainWord.objects.create(word="pyrexia", say="fever")
    card = page_source("you have pyrexia", kind="card", level="today")
    assert [one.quote for one in coach.advice(card).findings] == ["pyrexia"]


def test_the_preview_names_what_could_be_said_plainly_and_stops_nothing(client):
    published_topic()
    client.force_login(editor())
    answer = preview(client, "## Rest\n\nTablets should be taken daily.\n")
    (item,) = re.findall(r'<li class="(\w+)">(.*?)</li>', answer)
    assert item[0] == "look"
    assert "Reading grade, for information only: Flesch–Kincaid" in answer
    assert 'data-line="3"' in item[1] and "take …" in item[1]


# --- the table of plain words ----------------------------------------------------------------


@pytest.fixture
def keeper(client):
    client.force_login(person("keeper", "add_plainword", "change_plainword", "view_plainword"))
    return client


def test_an_editor_keeps_plain_words_in_the_admin(keeper):
    add = reverse("admin:topics_plainword_add")
    data = {"language": "en", "word": "Commence", "say": "start", "spellings": "commences\n\ncommences\n commenced "}
    assert keeper.post(add, data).status_code == 302
    row = PlainWord.objects.get()
    assert (row.slug, row.forms) == ("commence", ["commences", "commenced"])
    page = keeper.post(add, {"language": "en", "word": "Begin", "say": "start", "spellings": "COMMENCES"})
    assert "is here already, with “Commence”" in page.text
    assert "is here already" in keeper.post(add, {**data, "spellings": ""}).text
    assert "start" in keeper.get(reverse("admin:topics_plainword_changelist")).text


def test_plain_words_come_from_the_files_and_go_back_unchanged(tmp_path):
    report = import_folder(settings.CONTENT_DIR)
    assert not [problem for problem in report.problems if problem.file == "plain_words.toml"]
    rows = PlainWord.objects
    assert rows.filter(language="en").count() >= 60 and rows.filter(language="es").count() >= 25
    export_folder(tmp_path / "out")
    before = (settings.CONTENT_DIR / "plain_words.toml").read_bytes()
    assert (tmp_path / "out" / "plain_words.toml").read_bytes() == before


def test_no_plain_word_is_told_to_use_a_word_that_is_itself_on_the_list():
    import_folder(settings.CONTENT_DIR)
    for language in ("en", "es"):
        rows = list(PlainWord.objects.filter(language=language))
        listed = {form.lower() for row in rows for form in (row.word, *row.forms)}
        assert not [row for row in rows if row.say.lower() in listed]


def test_what_an_editor_changed_stays_through_an_import(tmp_path):
    (tmp_path / "plain_words.toml").write_text('[[word]]\nword = "void"\nsay = "pass urine"\n')
    import_folder(tmp_path)
    PlainWord.objects.update(say="pee")
    (tmp_path / "plain_words.toml").write_text('[[word]]\nword = "void"\nsay = "pass water"\n')
    assert import_folder(tmp_path).kept == ["plain word en/void"]
    assert PlainWord.objects.get().say == "pee"


# --- the review sheet ------------------------------------------------------------------------


def test_a_live_page_answers_what_it_can_of_the_review_sheet():
    import_folder(settings.CONTENT_DIR)
    topic = Topic.objects.get(slug="bone", language="en", kind="page")
    found = coach.review_answers(topic.shown.source, pages.of(topic))
    assert {found[item].result for item in ("P4", "P11", "P20", "C5")} == {PASSED}
    assert found["P20"].evidence.startswith("4 cards")
    assert found["P17"].result == NOT_APPLICABLE
    assert share(found, PEMAT)[0] >= 10
