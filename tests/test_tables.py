"""Glossary, sources, sections and sites: what staff change or remove stays so, whatever the files say."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from tests.cast import person, published_topic
from topics.models import GlossaryTerm, RemovedRow
from topics.transfer import export_folder, import_folder

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

GLOSSARY = '[[term]]\nterm = "Bone scan"\nmeaning = "A test."\nforms = ["bone scans"]\n'


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "glossary.toml").write_text(GLOSSARY)
    assert not import_folder(folder).problems
    return folder


@pytest.fixture
def staff(client):
    names = ("change_glossaryterm", "add_glossaryterm", "delete_glossaryterm", "view_glossaryterm")
    user = person("editor", *names)
    assert user.user_permissions.count() == Permission.objects.filter(codename__in=names).count() == 4
    client.force_login(user)
    return client


def test_a_row_that_staff_removed_does_not_come_back(folder):
    GlossaryTerm.objects.get().delete()
    report = import_folder(folder)
    assert not GlossaryTerm.objects.exists()
    assert (report.rows_written, report.kept) == (0, [])


def test_a_removed_row_that_the_files_changed_is_reported_once_and_stays_away(folder):
    GlossaryTerm.objects.get().delete()
    (folder / "glossary.toml").write_text(GLOSSARY.replace("A test", "A scan"))
    assert import_folder(folder).kept == ["glossary term en/bone-scan, removed here"]
    assert import_folder(folder).kept == []
    assert not GlossaryTerm.objects.exists()


def test_a_row_that_staff_made_themselves_leaves_no_trace_when_removed(db):
    GlossaryTerm.objects.create(term="Own", meaning="Ours.").delete()
    assert not RemovedRow.objects.exists()


def test_a_reworded_term_keeps_its_place_through_import_and_export(folder, tmp_path):
    term = GlossaryTerm.objects.get()
    term.term = "Bone picture"
    term.save()
    assert import_folder(folder).problems == []
    assert [(row.slug, row.term) for row in GlossaryTerm.objects.all()] == [("bone-scan", "Bone picture")]
    export_folder(tmp_path / "out")
    report = import_folder(tmp_path / "out")
    assert report.problems == []
    assert [row.term for row in GlossaryTerm.objects.all()] == ["Bone picture"]
    export_folder(tmp_path / "again")
    assert (tmp_path / "again" / "glossary.toml").read_bytes() == (tmp_path / "out" / "glossary.toml").read_bytes()


def test_a_spelling_that_another_word_of_the_site_has_is_refused(folder):
    GlossaryTerm.objects.create(term="Scan", meaning="A picture.", forms=["MRI scan"])
    (folder / "glossary.toml").write_text(GLOSSARY + '[[term]]\nterm = "MRI scan"\nmeaning = "A scan."\n')
    problems = import_folder(folder).problems
    assert [problem.what for problem in problems] == ["MRI scan: “MRI scan” is a spelling of “Scan” on this site."]
    assert GlossaryTerm.objects.count() == 2


def test_a_new_spelling_in_the_admin_is_linked_on_live_pages_and_a_removed_word_no_longer(staff):
    published_topic(text="The spine is often affected.")
    GlossaryTerm.objects.create(term="Backbone", meaning="The bones of the back.")
    term = GlossaryTerm.objects.get()
    address = reverse("admin:topics_glossaryterm_change", args=[term.pk])
    data = {"language": "en", "term": "Backbone", "meaning": "The bones of the back.", "spellings": "spine", "say": ""}
    assert staff.post(address, data).status_code == 302
    assert 'href="#word-backbone"' in staff.get("/topics/bone/").text
    staff.post(reverse("admin:topics_glossaryterm_delete", args=[term.pk]), {"post": "yes"})
    assert "word-backbone" not in staff.get("/topics/bone/").text
