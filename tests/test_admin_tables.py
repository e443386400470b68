"""Tables out of the admin and in again: seen before they are taken, all or nothing, told in words."""

import pytest
from django.conf import settings
from django.urls import reverse

from tests.cast import editor, new_draft, person, published_topic, publisher
from tests.tables import confirm, take, upload
from topics import workflow
from topics.models import GlossaryTerm, PlainWord, Reference, Revision, SearchWords, Topic
from topics.transfer import import_folder

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

MODELS = {
    "glossaryterm": "glossary words",
    "reference": "references",
    "searchwords": "search words",
    "plainword": "plain words",
    "reportword": "report words",
}
HEAD = "term,meaning,forms,say\n"
CARD_HEAD = "name,level,title,summary,body,sites,order\n"
CARD = 'pain,now,New pain,Call.,"- you have pain in your back\n- you feel weak",,10\n'


@pytest.fixture
def keeper(client):
    rights = [f"{right}_{model}" for model in (*MODELS, "topic") for right in ("view", "add", "change")]
    client.force_login(person("keeper", *rights))
    return client


def export(client, model, form):
    return client.get(f"/admin/topics/{model}/export/{form}/")


@pytest.mark.parametrize("form", ["csv", "toml"])
@pytest.mark.parametrize("model", [*MODELS, "topic"])
def test_what_was_downloaded_changes_nothing_when_it_comes_back(keeper, model, form):
    import_folder(settings.CONTENT_DIR)
    answer = export(keeper, model, form)
    assert answer["Content-Disposition"].startswith("attachment")
    shown = upload(keeper, model, answer.content, f"table.{form}")
    assert "0 new, 0 changed," in shown.text and shown.status_code == 200
    assert "The site says all of this already." in shown.text


def test_nothing_is_written_before_the_editor_has_seen_what_would_change(keeper):
    GlossaryTerm.objects.create(term="Scan", meaning="A picture.")
    shown = upload(keeper, "glossaryterm", HEAD + "Scan,An image.,,\nMarker,A sign.,markers,\n")
    assert "1 new, 1 changed, 0 unchanged." in shown.text
    assert "<del>A picture.</del>" in shown.text and "<ins>An image.</ins>" in shown.text
    assert GlossaryTerm.objects.get().meaning == "A picture."
    assert "1 new, 1 changed, 0 unchanged." in confirm(keeper, "glossaryterm", shown).text
    assert dict(GlossaryTerm.objects.values_list("term", "meaning")) == {"Scan": "An image.", "Marker": "A sign."}


def test_one_row_that_is_wrong_stops_them_all_and_is_named(keeper):
    shown = upload(keeper, "glossaryterm", HEAD + "Scan,A picture.,,\nMarker,,,\n")
    assert shown.status_code == 422
    assert "1 new, 0 changed, 0 unchanged, 1 refused: line 3." in shown.text
    assert "line 3: Marker: “meaning” is not text" in shown.text
    assert "Take these rows" not in shown.text
    forged = {"text": HEAD + "Scan,A picture.,,\nMarker,,,\n", "format": "csv", "token": "x"}
    assert keeper.post("/admin/topics/glossaryterm/import/", forged).status_code == 422
    assert not GlossaryTerm.objects.exists()


def test_a_table_that_changed_meanwhile_is_shown_again_and_not_overwritten(keeper):
    term = GlossaryTerm.objects.create(term="Scan", meaning="A picture.")
    shown = upload(keeper, "glossaryterm", HEAD + "Scan,An image.,,\n")
    term.meaning = "A colleague's words."
    term.save()
    again = confirm(keeper, "glossaryterm", shown)
    assert again.status_code == 409 and "changed while you looked" in again.text
    assert GlossaryTerm.objects.get().meaning == "A colleague's words."
    assert confirm(keeper, "glossaryterm", again).status_code == 200
    assert GlossaryTerm.objects.get().meaning == "An image."


def test_rows_that_an_editor_brings_stay_through_the_next_import_of_files(keeper, tmp_path):
    file = tmp_path / "plain_words.toml"
    file.write_text('[[word]]\nword = "void"\nsay = "pass urine"\n')
    import_folder(tmp_path)
    take(keeper, "plainword", "word,say,forms\nvoid,pee,voids\n")
    file.write_text('[[word]]\nword = "void"\nsay = "pass water"\n')
    import_folder(tmp_path)
    assert PlainWord.objects.get().say == "pee"


def test_a_new_glossary_word_is_linked_on_live_pages_at_once(keeper):
    published_topic(text="The spine is often affected.")
    take(keeper, "glossaryterm", HEAD + "Spine,The bones of the back.,,\n")
    assert 'href="#word-spine"' in keeper.get("/topics/bone/").text


@pytest.mark.parametrize(
    ("model", "text", "problem"),
    [
        ("glossaryterm", HEAD + "New,M.,scans,\n", "“scans” is a spelling of “Scan” on this site."),
        (
            "searchwords",
            "means,words,pages,portals\na,Ibrance,,\n",
            "“Ibrance” is a spelling of “palbociclib” on this site.",
        ),
        ("searchwords", "means,words,pages,portals\na,b,nowhere,\n", "there is no live page “nowhere”"),
        ("reportword", "term,meaning,forms,say,sources\nAvid,M.,,,NOWHERE\n", "there is no source “NOWHERE”"),
        ("reference", "key,title,publisher,url,year\nX,T,P,https://,\n", "“url” is not an address"),
    ],
)
def test_what_the_admin_would_refuse_is_refused_in_a_table_too(keeper, model, text, problem):
    GlossaryTerm.objects.create(term="Scan", meaning="A picture.", forms=["scans"])
    SearchWords.objects.create(means="palbociclib", words=["Ibrance"])
    shown = upload(keeper, model, text)
    assert shown.status_code == 422 and problem in shown.text and "line 2" in shown.text


def test_no_downloaded_cell_runs_in_a_spreadsheet_and_it_comes_back_as_it_was(keeper):
    GlossaryTerm.objects.create(term="Scan", meaning="=HYPERLINK(1)", say="+x", forms=["@a"])
    answer = export(keeper, "glossaryterm", "csv")
    text = answer.content.decode()
    assert text.startswith("\ufeffterm,meaning") and "\r\n" in text
    assert "Scan,'=HYPERLINK(1),'@a,'+x" in text
    GlossaryTerm.objects.all().delete()
    take(keeper, "glossaryterm", answer.content)
    row = GlossaryTerm.objects.get()
    assert (row.meaning, row.say, row.forms) == ("=HYPERLINK(1)", "+x", ["@a"])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"a" * 1_000_001,
        b"term",
        b"\x89PNG\r\n\x1a\n",
        b'"' * 3_000,
        HEAD.encode(),
        b"[" * 50_000,
        b"x,\n" * 9_000,
    ],
)
@pytest.mark.parametrize("form", ["csv", "toml", "exe"])
def test_no_file_breaks_the_import(keeper, data, form):
    answer = upload(keeper, "glossaryterm", data, f"table.{form}")
    assert answer.status_code == 422
    assert "errorlist" in answer.text or "Nothing was taken" in answer.text


def test_hostile_words_stay_words(keeper):
    shown = upload(keeper, "glossaryterm", HEAD + "<b>x</b>,</textarea><script>alert(1)</script>,,\n")
    assert "<script>alert(1)" not in shown.text and "<b>x</b>" not in shown.text
    confirm(keeper, "glossaryterm", shown)
    assert GlossaryTerm.objects.get().meaning == "</textarea><script>alert(1)</script>"


# --- cards -----------------------------------------------------------------------------------


def test_a_card_that_comes_in_is_a_draft_and_patients_see_no_change(keeper):
    card = published_topic("pain", kind="card", level="now", text="you have pain in your back")
    take(keeper, "topic", CARD_HEAD + CARD.replace("New pain", "Other pain") + CARD.replace("pain,", "fever,", 1))
    card.refresh_from_db()
    assert card.latest_id != card.live_id and "feel weak" in card.latest.text and "feel weak" not in card.live.text
    assert card.latest.change == Revision.CLINICAL and card.latest.author.username == "keeper"
    new = Topic.objects.get(slug="fever")
    assert (new.kind, new.live_id) == ("card", None)


def test_a_card_keeps_what_its_table_does_not_say(keeper):
    card = published_topic("pain", kind="card", level="now", verify=["a point"], text="you have pain in your back")
    take(keeper, "topic", CARD_HEAD + CARD)
    card.refresh_from_db()
    assert card.latest.source.verify == ("a point",) and card.latest.source.number == card.number


def test_a_card_that_could_not_be_published_is_refused_with_its_row(keeper):
    shown = upload(
        keeper, "topic", CARD_HEAD + CARD.replace("weak", "weak [@NOWHERE]") + CARD.replace("pain,now", "fever,soon")
    )
    assert shown.status_code == 422
    assert "line 2: pain: There is no source named “NOWHERE”." in shown.text
    assert "line 4: fever:" in shown.text
    assert not Topic.objects.exists()


def test_a_card_of_a_name_that_was_given_out_before_is_refused_with_its_row(keeper):
    card = published_topic("pain", kind="card", level="now", text="you have pain in your back")
    workflow.rename(card, "back-pain", publisher())
    table = "name,level,title,summary,body,sites,order\npain,now,Pain,Pain.,- you have pain,,3\n"
    answer = confirm(keeper, "topic", upload(keeper, "topic", table))
    assert (answer.status_code, Topic.objects.count()) == (422, 1)
    assert "was given out before" in answer.text


def test_a_draft_saved_meanwhile_stops_the_table(keeper):
    card = published_topic("pain", kind="card", level="now", text="you have pain in your back")
    shown = upload(keeper, "topic", CARD_HEAD + CARD)
    new_draft(card, title="A colleague's title")
    assert confirm(keeper, "topic", shown).status_code == 409
    card.refresh_from_db()
    assert card.latest.source.title == "A colleague's title"


# --- who may ---------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [*MODELS, "topic", "code"])
def test_who_may_not_change_a_table_may_not_take_one(client, model):
    client.force_login(person("reader", f"view_{model}"))
    assert export(client, model, "csv").status_code == 200
    assert "Take a table" not in client.get(reverse(f"admin:topics_{model}_changelist")).text
    assert client.get(f"/admin/topics/{model}/import/").status_code == 403
    assert upload(client, model, HEAD).status_code == 403
    assert client.post(f"/admin/topics/{model}/import/", {"token": "x", "text": "", "format": "csv"}).status_code == 403
    client.force_login(person("nobody"))
    assert export(client, model, "csv").status_code == 403
    client.logout()
    assert export(client, model, "csv").status_code == 302


def test_a_list_offers_its_table(client):
    client.force_login(editor())
    page = client.get(reverse("admin:topics_topic_changelist")).text
    assert "Download cards (CSV)" in page and "Download cards (TOML)" in page and "Take a table of cards" in page
    assert export(client, "topic", "exe").status_code == 404
    assert Reference.objects.count() == 0
