"""Content files in and out: nothing is lost, nothing is written twice, every byte comes back."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from tests.cast import editor, go_live, make_section, new_draft, page_source, publisher
from tests.folders import BONE, SMALL, change, contents, everything, many, page, small, taken, writes
from topics import pages, transfer, workflow
from topics.models import GlossaryTerm, OldAddress, RenderedPage, Revision, Section, Topic
from topics.transfer import export_folder, import_folder

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def exported(root: Path) -> dict[str, bytes]:
    export_folder(root)
    return contents(root)


def on_another_site(task):
    """What `task` returns when everything that it writes is forgotten afterwards."""
    with transaction.atomic():
        answer = task()
        transaction.set_rollback(True)
    return answer


# --- in --------------------------------------------------------------------------------------


def test_every_file_becomes_a_live_page_without_an_author(tmp_path):
    report = taken(small(tmp_path))
    assert report.created == ["cards/cord-compression.md", "es/sites/hueso.md", "sites/bone.md", "treatment/surgery.md"]
    bone = page("bone")
    assert (bone.number, bone.live, bone.live.text) == (1, bone.latest, BONE)
    assert (bone.imported, bone.live.author, bone.live.origin) == (bone.live, None, "files")
    event = bone.events.get()
    assert (event.kind, event.by, event.note) == ("published", None, "From the content files")
    assert "your legs feel weak" in pages.of(bone).lead
    assert page("hueso", "es").get_absolute_url() == "/es/topics/hueso/"


def test_a_second_import_writes_nothing(tmp_path):
    taken(small(tmp_path))
    before = everything()
    assert writes(lambda: taken(tmp_path)) == []
    assert everything() == before
    report = taken(tmp_path)
    assert (report.created, report.updated, report.drafts, report.unchanged, report.rows_written) == ([], [], [], 4, 0)


def test_the_shipped_content_comes_in_once(tmp_path):
    report = taken(settings.CONTENT_DIR)
    assert len(report.created) == len(list(settings.CONTENT_DIR.glob("*/*.md")))
    assert writes(lambda: taken(settings.CONTENT_DIR)) == []


def test_files_without_a_number_get_one_and_stay_the_same_page(tmp_path):
    small(tmp_path)
    for file, line in (("sites/bone.md", "number: 1\n"), ("treatment/surgery.md", "number: 2\n")):
        change(tmp_path, file, line, "")
    taken(tmp_path)
    before, number = everything(), page("bone").number
    assert page("bone").live.source.number == number
    assert writes(lambda: taken(tmp_path)) == []
    assert everything() == before
    change(tmp_path, "sites/bone.md", "often in the spine", "often in the hip")
    assert taken(tmp_path).updated == ["sites/bone.md"]
    assert page("bone").number == number


def test_a_changed_file_is_a_new_live_revision(tmp_path):
    taken(small(tmp_path))
    change(tmp_path, "sites/bone.md", "often in the spine", "often in the hip")
    report = taken(tmp_path)
    assert (report.updated, report.unchanged) == (["sites/bone.md"], 3)
    bone = page("bone")
    assert (bone.live.number, bone.live, bone.imported) == (2, bone.latest, bone.latest)
    assert "often in the hip" in pages.of(bone).text


def test_a_changed_card_shows_on_pages_that_did_not_change(tmp_path):
    taken(small(tmp_path))
    change(tmp_path, "cards/cord-compression.md", "legs feel weak", "arms feel weak")
    assert taken(tmp_path).updated == ["cards/cord-compression.md"]
    assert "your arms feel weak" in pages.of(page("bone")).lead


def test_a_changed_glossary_word_shows_on_pages_that_did_not_change(tmp_path):
    taken(small(tmp_path))
    assert "spine" not in pages.of(page("bone")).terms
    with (tmp_path / "glossary.toml").open("a") as file:
        file.write('\n[[term]]\nterm = "Spine"\nmeaning = "The bones of your back."\n')
    seen = []
    report = import_folder(tmp_path, each=seen.append)
    assert (report.rows_written, report.unchanged) == (1, 4)
    assert "spine" in pages.of(page("bone")).terms
    assert seen.count("bone") == 1  # the second pass shows its progress, too


def test_pages_of_one_import_may_link_to_each_other_both_ways(tmp_path):
    taken(small(tmp_path))
    assert "/topics/surgery/" in pages.of(page("bone")).links
    assert "/topics/bone/" in pages.of(page("surgery")).links


def test_a_file_that_is_gone_leaves_its_page_alone(tmp_path):
    taken(small(tmp_path))
    (tmp_path / "treatment/surgery.md").unlink()
    before = everything()
    taken(tmp_path)
    assert everything() == before


# --- renamed files ---------------------------------------------------------------------------


def test_a_renamed_file_keeps_its_number_and_the_old_address_leads_on(tmp_path, client):
    taken(small(tmp_path))
    (tmp_path / "es/sites/hueso.md").rename(tmp_path / "es/sites/huesos.md")
    change(tmp_path, "es/sites/huesos.md", "(/es/topics/hueso/)", "(/es/topics/huesos/)")
    taken(tmp_path)
    topic = page("huesos", "es")
    assert (topic.number, topic.live.number) == (3, 2)
    assert OldAddress.objects.get().slug == "hueso"
    assert client.get("/es/topics/hueso/").headers["Location"] == "/es/topics/huesos/"
    assert writes(lambda: taken(tmp_path)) == []


def test_a_renamed_file_may_come_before_the_files_that_link_to_it(tmp_path):
    taken(small(tmp_path))
    (tmp_path / "sites/bone.md").rename(tmp_path / "sites/bones.md")
    change(tmp_path, "treatment/surgery.md", "/topics/bone/", "/topics/bones/")
    report = taken(tmp_path)
    assert report.updated == ["treatment/surgery.md"]
    assert page("bones").number == 1


def test_a_renamed_file_that_live_pages_still_call_by_its_name_is_refused(tmp_path):
    taken(small(tmp_path))
    (tmp_path / "sites/bone.md").rename(tmp_path / "sites/bones.md")
    (problem,) = import_folder(tmp_path).problems
    assert problem.file == "sites/bones.md"
    assert "live pages call it by its name: “Surgery”" in problem.what
    assert page("bone").number == 1


# --- out -------------------------------------------------------------------------------------


def test_an_export_comes_back_byte_for_byte(tmp_path):
    files = small(tmp_path / "files")
    first = on_another_site(lambda: (taken(files), exported(tmp_path / "first"))[1])
    assert first["sites/bone.md"] == BONE.encode()
    assert first.keys() == SMALL.keys() | {"lay_words.toml", "plain_words.toml", "report_words.toml"}
    assert not Topic.objects.exists()
    taken(tmp_path / "first")
    assert exported(tmp_path / "second") == first


def test_the_shipped_content_comes_back_byte_for_byte(tmp_path):
    first = on_another_site(lambda: (taken(settings.CONTENT_DIR), exported(tmp_path / "first"))[1])
    for file in settings.CONTENT_DIR.glob("*/*.md"):
        assert first[str(file.relative_to(settings.CONTENT_DIR))] == file.read_bytes()
    taken(tmp_path / "first")
    assert exported(tmp_path / "second") == first


def test_importing_an_export_changes_nothing_that_anybody_sees(tmp_path):
    """Also after edits, with a newer draft waiting, and a withdrawn page."""
    taken(small(tmp_path / "files"))
    bone, surgery = page("bone"), page("surgery")
    go_live(bone, new_draft(bone, body="Edited here.\n"))
    new_draft(bone, body="Not published yet.\n")
    go_live(surgery, new_draft(surgery, body="No link.\n"))
    workflow.withdraw(page("hueso", "es"), publisher(), "Out of date")
    workflow.create(page_source(title="A draft"), "draft", editor())
    first = exported(tmp_path / "first")
    assert not {"sites/draft.md", "es/sites/hueso.md"} & first.keys()
    before = everything()
    report = taken(tmp_path / "first")
    assert (report.created, report.updated, report.drafts, report.rows_written, report.kept) == ([], [], [], 0, [])
    after = everything()
    for table in ("Topic", "Section", "OrganSite", "Reference", "GlossaryTerm", "SearchWords"):
        before.pop(f"topics.{table}"), after.pop(f"topics.{table}")  # they remember what the files said last
    assert after == before
    assert exported(tmp_path / "second") == first


def test_an_export_never_overwrites(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="not empty"):
        export_folder(tmp_path)
    assert contents(tmp_path) == {"mine.txt": b"mine"}


def test_an_export_tells_its_progress(tmp_path):
    taken(small(tmp_path / "files"))
    totals, files = [], []
    written = export_folder(tmp_path / "out", totals.append, files.append)
    assert totals == [written] == [len(files)] == [len(contents(tmp_path / "out"))]


# --- tables ----------------------------------------------------------------------------------


def test_a_row_that_only_the_files_changed_follows_them(tmp_path):
    taken(small(tmp_path))
    change(tmp_path, "sections.toml", "What each does.", "What each treatment does.")
    report = taken(tmp_path)
    assert (report.rows_written, report.kept) == (1, [])
    assert Section.objects.get(slug="treatment").abouts["en"] == "What each treatment does."


def test_a_row_that_only_the_site_changed_stays(tmp_path):
    taken(small(tmp_path))
    GlossaryTerm.objects.filter(term="Metastasis").update(meaning="Spread.")
    report = taken(tmp_path)
    assert (report.rows_written, report.kept) == (0, [])
    assert GlossaryTerm.objects.get(term="Metastasis").meaning == "Spread."


def test_a_row_that_both_changed_keeps_the_sites_words_and_is_reported_once(tmp_path):
    taken(small(tmp_path))
    GlossaryTerm.objects.filter(term="Metastasis").update(meaning="Spread.")
    change(tmp_path, "glossary.toml", "Cancer that has spread.", "Cancer elsewhere.")
    report = taken(tmp_path)
    assert (report.rows_written, report.kept) == (0, ["glossary term en/metastasis"])
    assert GlossaryTerm.objects.get(term="Metastasis").meaning == "Spread."
    assert writes(lambda: taken(tmp_path)) == []
    assert taken(tmp_path).kept == []


def test_a_row_that_both_changed_alike_is_no_conflict(tmp_path):
    taken(small(tmp_path))
    GlossaryTerm.objects.filter(term="Metastasis").update(meaning="Cancer elsewhere.")
    change(tmp_path, "glossary.toml", "Cancer that has spread.", "Cancer elsewhere.")
    assert taken(tmp_path).kept == []
    assert writes(lambda: taken(tmp_path)) == []


def test_a_row_that_an_editor_made_first_is_the_editors(tmp_path):
    make_section("treatment")
    report = taken(small(tmp_path))
    assert report.kept == ["section treatment"]
    assert Section.objects.get(slug="treatment").names == {"en": "Treatment"}


# --- many ------------------------------------------------------------------------------------


def test_three_hundred_pages_come_in_and_cost_the_same_each(tmp_path, django_assert_max_num_queries):
    steps = []
    report = import_folder(many(tmp_path, 300), each=steps.append)
    assert (report.problems, len(report.created)) == ([], len(steps))
    assert (
        Topic.objects.published().pages("en").count() == RenderedPage.objects.filter(topic__kind="page").count() == 300
    )
    with django_assert_max_num_queries(60):  # one for all pages, a few for each table
        assert writes(lambda: taken(tmp_path)) == []


def test_what_renderings_depend_on_is_gathered_once_not_for_every_page(tmp_path, monkeypatch):
    gathered = []
    gather = transfer.pages.inputs
    monkeypatch.setattr(transfer.pages, "inputs", lambda language: gathered.append(language) or gather(language))
    counts = []
    for count in (25, 50):
        gathered.clear()
        on_another_site(lambda count=count: taken(many(tmp_path / str(count), count)))
        counts.append(len(gathered))
    assert counts[0] == counts[1]


def test_a_run_is_one_transaction_a_file(tmp_path, monkeypatch):
    """What came before a breakdown stays; the file in which it happened left nothing."""
    small(tmp_path)
    publish = workflow.publish

    def breaks(topic, *args):
        if topic.slug == "surgery":
            raise MemoryError
        return publish(topic, *args)

    monkeypatch.setattr(workflow, "publish", breaks)
    with pytest.raises(MemoryError):
        import_folder(tmp_path)
    assert set(Topic.objects.values_list("slug", flat=True)) == {"cord-compression", "hueso", "bone"}
    assert Revision.objects.count() == 3
    monkeypatch.undo()
    report = taken(tmp_path)
    assert (report.created, report.unchanged) == (["treatment/surgery.md"], 3)
