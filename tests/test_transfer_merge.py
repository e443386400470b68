"""Three texts meet: the file now, the file at the last import, and what the site says."""

import pytest

from tests.cast import editor, go_live, make_topic, new_draft, page_source, publisher
from tests.folders import change, page, small, taken, writes
from topics import pages, workflow
from topics.models import Revision
from topics.source import parse
from topics.transfer import import_folder, merged

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SPINE, HIP, RIBS = "often in the spine", "often in the hip", "often in the ribs"


@pytest.fixture
def files(tmp_path):
    taken(small(tmp_path))
    return tmp_path


def edited(old: str, new: str, publish: bool = False) -> Revision:
    """Somebody changes the page about bones on the site."""
    bone = page("bone")
    draft = new_draft(bone, editor(), body=bone.latest.source.body.replace(old, new))
    if publish:
        go_live(bone, draft)
    return draft


def live_text() -> str:
    return page("bone").live.text


@pytest.mark.parametrize("publish", [False, True])
def test_what_only_the_site_changed_stays_as_it_is(files, publish):
    mine = edited(SPINE, HIP, publish)
    assert writes(lambda: taken(files)) == []
    assert page("bone").latest == mine
    assert (HIP in live_text()) is publish


def test_what_only_the_files_changed_goes_live(files):
    change(files, "sites/bone.md", SPINE, HIP)
    assert taken(files).updated == ["sites/bone.md"]
    assert HIP in live_text()


@pytest.mark.parametrize("publish", [False, True])
def test_changes_in_different_places_become_one_draft_with_both(files, publish):
    mine = edited(SPINE, HIP, publish)
    change(files, "sites/bone.md", "Which bones?", "Which of my bones?")
    report = taken(files)
    assert (report.drafts, report.updated) == (["sites/bone.md"], [])
    bone = page("bone")
    assert HIP in bone.latest.text and "Which of my bones?" in bone.latest.text
    assert "conflict" not in bone.latest.text
    assert (HIP in live_text(), "Which of my bones?" in live_text()) == (publish, False)
    assert [revision.origin for revision in bone.revisions.all()] == ["files", "files", "site", "files"]
    assert bone.latest.note == "Both changed: revision 2 on the site, revision 3 in the files"
    assert bone.imported == bone.revisions.get(number=3) == bone.latest.based_on
    assert mine.text in set(bone.revisions.values_list("text", flat=True))
    go_live(bone, bone.latest)
    assert "Which of my bones?" in live_text()


def test_changes_in_the_same_place_stand_in_a_box_that_cannot_be_published(files):
    edited(SPINE, HIP)
    change(files, "sites/bone.md", SPINE, RIBS)
    taken(files)
    bone = page("bone")
    box = bone.latest.source.body.split("conflict\n")[1].split("\n::::")[0]
    assert box.index("On this site:") < box.index(HIP) < box.index("In the files:") < box.index(RIBS)
    with pytest.raises(workflow.Refused, match="Two texts meet here: the site's and the files'") as refusal:
        go_live(bone, bone.latest)
    line = bone.latest.text.split("\n").index(":::: conflict") + 1
    assert line in {problem.line for problem in refusal.value.problems}
    assert SPINE in live_text()


@pytest.mark.parametrize("place", ["~~~\n{}\n~~~", "- one\n  - {}", "> {}", "::: do\n- {}\n:::", "    {}"])
def test_a_box_of_two_texts_blocks_wherever_it_stands(files, place):
    """Also in a code block, where a parser would print it as it is."""
    bone = page("bone")
    before = bone.live.source.revised(body=f"One.\n\n{place.format('two')}\n\nThree.\n")
    site = before.revised(body=before.body.replace("two", "two here"))
    file = before.revised(body=before.body.replace("two", "two there"))
    both = merged(before, site, file)
    assert "two here" in both.body and "two there" in both.body
    draft = workflow.save_draft(bone, both, editor(), 1)
    with pytest.raises(workflow.Refused, match="Two texts meet here"):
        go_live(bone, draft)


def test_the_next_import_leaves_the_draft_of_both_alone(files):
    edited(SPINE, HIP)
    change(files, "sites/bone.md", SPINE, RIBS)
    taken(files)
    assert writes(lambda: taken(files)) == []
    assert taken(files).drafts == []


def test_once_somebody_decided_the_files_can_go_on(files):
    edited(SPINE, HIP)
    change(files, "sites/bone.md", SPINE, RIBS)
    taken(files)
    bone = page("bone")
    decided = bone.latest.source.revised(body=bone.imported.source.body.replace(RIBS, f"{HIP} and {RIBS}"))
    go_live(bone, workflow.save_draft(bone, decided, editor(), bone.latest.number))
    change(files, "sites/bone.md", "Which bones?", "Which of my bones?")
    report = taken(files)
    assert report.drafts == ["sites/bone.md"]
    latest = page("bone").latest
    assert f"{HIP} and {RIBS}" in latest.text and "Which of my bones?" in latest.text
    assert "conflict" not in latest.text


def test_both_sides_making_the_same_change_is_no_conflict(files):
    edited(SPINE, HIP, publish=True)
    change(files, "sites/bone.md", SPINE, HIP)
    report = taken(files)
    assert (report.drafts, report.updated, report.unchanged) == ([], [], 4)
    bone = page("bone")
    assert (bone.imported, bone.revisions.count()) == (bone.live, 2)
    change(files, "sites/bone.md", HIP, RIBS)
    assert taken(files).updated == ["sites/bone.md"]


def test_files_that_caught_up_with_what_patients_see_leave_a_newer_draft_alone(files):
    edited(SPINE, HIP, publish=True)
    waiting = edited(HIP, RIBS)
    change(files, "sites/bone.md", SPINE, HIP)
    assert taken(files).drafts == []
    assert (page("bone").latest, page("bone").imported) == (waiting, page("bone").live)


def test_a_file_that_equals_a_waiting_draft_does_not_publish_it(files):
    waiting = edited(SPINE, HIP)
    change(files, "sites/bone.md", SPINE, HIP)
    report = taken(files)
    assert (report.updated, report.drafts, report.unchanged) == ([], [], 4)
    assert (page("bone").imported, page("bone").latest, SPINE in live_text()) == (waiting, waiting, True)


def test_a_withdrawn_page_stays_withdrawn(files):
    workflow.withdraw(page("hueso", "es"), publisher(), "Out of date")
    assert writes(lambda: taken(files)) == []
    change(files, "es/sites/hueso.md", "en los huesos", "en los huesos y más")
    report = taken(files)
    assert (report.drafts, report.updated) == (["es/sites/hueso.md"], [])
    topic = page("hueso", "es")
    assert topic.live is None
    assert "y más" in topic.latest.text
    assert writes(lambda: taken(files)) == []


def test_a_page_that_was_withdrawn_and_edited_keeps_both_texts(files):
    hueso = page("hueso", "es")
    workflow.withdraw(hueso, publisher(), "Out of date")
    new_draft(hueso, body="Escrito aquí.\n")
    change(files, "es/sites/hueso.md", "en los huesos", "en los huesos y más")
    taken(files)
    topic = page("hueso", "es")
    assert topic.live is None
    assert "Escrito aquí." in topic.latest.text and "y más" in topic.latest.text


def test_a_draft_of_the_site_meets_a_new_file_of_the_same_name(files):
    topic = make_topic(slug="knee", title="Knees", text="Written here.")
    (files / "sites/knee.md").write_text(page_source(title="Knees", text="From a file.").text)
    report = taken(files)
    assert (report.created, report.drafts) == ([], ["sites/knee.md"])
    knee = page("knee")
    assert (knee.number, knee.live) == (topic.number, None)
    assert "Written here." in knee.latest.text and "From a file." in knee.latest.text


def test_front_matter_that_both_changed_keeps_the_sites_words(files):
    bone = page("bone")
    new_draft(bone, title="Bones, edited here")
    change(files, "sites/bone.md", "title: Bones # where it goes most", "title: Bones, from the files")
    taken(files)
    bone = page("bone")
    assert bone.latest.source.title == "Bones, edited here"
    assert bone.imported.source.title == "Bones, from the files"
    assert bone.title == "Bones"


def test_front_matter_that_only_the_files_changed_follows_them(files):
    edited(SPINE, HIP)
    change(files, "sites/bone.md", "title: Bones # where it goes most", "title: Bones, from the files")
    taken(files)
    latest = page("bone").latest
    assert latest.source.title == "Bones, from the files"
    assert HIP in latest.text


def test_a_file_with_something_wrong_is_not_merged_either(files):
    edited(SPINE, HIP)
    change(files, "sites/bone.md", "[@NCI]", "[@NOBODY]")
    (problem,) = import_folder(files).problems
    assert (problem.file, problem.line) == ("sites/bone.md", 16)
    assert page("bone").latest.number == 2


def test_a_card_that_both_changed_waits_and_pages_show_the_old_one(files):
    card = page("cord-compression")
    new_draft(card, body="- your legs feel numb [@NCI]\n")
    change(files, "cards/cord-compression.md", "legs feel weak", "arms feel weak")
    assert taken(files).drafts == ["cards/cord-compression.md"]
    assert "your legs feel weak" in pages.of(page("bone")).lead


def test_texts_without_a_last_line_end_are_merged_whole():
    before = parse("---\ntitle: T\nsection: s\nsummary: S\n---\none")
    both = merged(before, before.revised(body="one here"), before.revised(body="one there"))
    assert both.body.count("\none here\n") == both.body.count("\none there\n") == 1
