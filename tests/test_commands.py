"""What people type in a terminal: what it does, what it says, and that it can be typed again."""

import re
import shutil
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.cast import new_draft, publisher, stranger
from tests.folders import change, contents, everything, page, small, taken, writes
from topics import pages, workflow
from topics.models import GlossaryTerm, RenderedPage, Topic, User

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


class Said:
    """What a command wrote and how it ended."""

    def __init__(self, *command) -> None:
        out, err = StringIO(), StringIO()
        self.error = ""
        try:
            call_command(*command, stdout=out, stderr=err, no_color=True)
        except CommandError as error:
            self.error = str(error)
        self.out, self.err = out.getvalue(), err.getvalue()


# --- import, export --------------------------------------------------------------------------


def test_an_import_says_in_one_line_what_it_did(tmp_path):
    said = Said("import_content", small(tmp_path))
    assert said.out == (
        "4 new, 0 updated, 0 draft(s) to merge, 0 unchanged, 7 table row(s) written, 0 file(s) not taken.\n"
    )
    assert (said.err, said.error) == ("", "")
    assert Said("import_content", tmp_path).out.startswith(
        "0 new, 0 updated, 0 draft(s) to merge, 4 unchanged, 0 table"
    )


def test_an_import_names_each_file_that_it_cannot_take_and_fails(tmp_path):
    change(small(tmp_path), "sites/bone.md", "[@NCI]", "[@NOBODY]")
    said = Said("import_content", tmp_path)
    assert "not taken: sites/bone.md:16: There is no source named “NOBODY”." in said.err
    assert "dead link: treatment/surgery.md:8: The page is in, but its link “/topics/bone/” leads nowhere" in said.err
    assert said.out.startswith("3 new") and said.out.endswith("1 file(s) not taken.\n")
    assert said.error == "1 file(s) not taken; every other file is in. Mend them and run again."


def test_an_import_says_where_two_texts_meet_and_whose_row_stays(tmp_path):
    taken(small(tmp_path))
    new_draft(page("bone"), body="Edited here.\n")
    GlossaryTerm.objects.filter(term="Metastasis").update(meaning="Spread.")
    change(tmp_path, "sites/bone.md", "in the spine", "in the hip")
    change(tmp_path, "glossary.toml", "Cancer that has spread.", "Cancer elsewhere.")
    said = Said("import_content", tmp_path)
    assert "draft: sites/bone.md: changed here and in the files; a draft holds both" in said.out
    assert "kept: glossary term en/metastasis: changed here and in the files; this site's words stay" in said.out
    assert said.error == ""


def test_an_import_of_a_folder_that_is_not_there_fails_in_a_sentence(tmp_path):
    said = Said("import_content", tmp_path / "nowhere")
    assert "There is no such folder. Name a folder with content." in said.err
    assert said.error.startswith("1 file(s) not taken")


def test_an_export_says_what_it_wrote_and_never_overwrites(tmp_path):
    taken(small(tmp_path / "files"))
    said = Said("export_content", tmp_path / "out")
    written = len(contents(tmp_path / "out"))
    assert said.out == f"{written} files written to {tmp_path / 'out'}.\n"
    assert Said("export_content", tmp_path / "out").error == (
        f"{tmp_path / 'out'} is not an empty folder. Name a new one: an export never overwrites."
    )


def test_an_export_to_where_nothing_can_be_written_fails_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("a file")
    assert Said("export_content", tmp_path / "file" / "out").error.endswith("cannot be written: Not a directory.")


# --- rebuild ---------------------------------------------------------------------------------


def test_a_rebuild_renders_every_live_page_anew(tmp_path):
    taken(small(tmp_path))
    before = pages.of(page("bone"))
    RenderedPage.objects.filter(topic__slug="bone").update(data={})
    RenderedPage.objects.filter(topic__slug="surgery").delete()
    said = Said("rebuild")
    assert said.out.startswith("4 pages rendered")
    assert pages.of(page("bone")) == before
    assert RenderedPage.objects.count() == 4


def test_a_page_that_no_longer_renders_keeps_its_html_and_is_named(tmp_path):
    taken(small(tmp_path))
    before = RenderedPage.objects.get(topic__slug="surgery").data
    Topic.objects.filter(slug="bone").update(slug="bones")  # so that a link leads nowhere
    said = Said("rebuild")
    assert "surgery: keeps its old page: line 8: The link “/topics/bone/” leads nowhere" in said.err
    assert said.error == "1 of 4 pages keep their old HTML. Mend them in the admin."
    assert RenderedPage.objects.get(topic__slug="surgery").data == before


# --- the first account -----------------------------------------------------------------------


def first_password() -> str:
    said = Said("first_account")
    assert "name:              editor" in said.out
    return re.search(r"one-time password: (\S+)\n", said.out)[1]


def sign_in(client, password: str, name: str = "editor"):
    return client.post("/admin/login/", {"username": name, "password": password, "next": "/admin/"})


def test_the_first_password_is_told_once_and_kept_nowhere(tmp_path):
    stranger()  # an account without the right to sign in to the admin is no staff
    password = first_password()
    assert len(password) >= 20
    assert not any(password in str(row) for rows in everything().values() for row in rows)
    again = Said("first_account")
    assert (again.out, again.err) == ("", "")
    assert User.objects.filter(is_staff=True).count() == 1


def test_no_account_is_made_where_staff_are_there_already():
    publisher()
    assert Said("first_account").out == ""
    assert not User.objects.filter(is_superuser=True).exists()


def test_the_first_password_opens_only_the_form_for_an_own_one(client):
    password = first_password()
    assert sign_in(client, password).headers["Location"] == "/admin/"
    for address in (
        "/admin/",
        "/admin/topics/topic/",
        "/admin/topics/topic/add/",
        "/admin/topics/user/",
        "/admin/nowhere/",
    ):
        for response in (client.get(address), client.post(address, {"title": "T"})):
            assert (response.status_code, response.headers["Location"]) == (302, "/admin/password_change/"), address
    assert client.get("/").status_code == 200
    form = client.get("/admin/password_change/")
    assert (form.status_code, "new_password1" in form.text) == (200, True)

    own = "an own long password"
    refused = client.post(
        "/admin/password_change/", {"old_password": password, "new_password1": "a", "new_password2": "a"}
    )
    assert refused.status_code == 200
    assert client.get("/admin/").status_code == 302
    client.post("/admin/password_change/", {"old_password": password, "new_password1": own, "new_password2": own})
    assert client.get("/admin/").status_code == 200

    client.logout()
    assert "Location" not in sign_in(client, password).headers
    assert sign_in(client, own).headers["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert Said("first_account").out == ""


def test_a_first_password_is_a_first_password_also_after_django_hashed_it_anew(client, settings):
    password = first_password()
    before = User.objects.get().password
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", *settings.PASSWORD_HASHERS]
    sign_in(client, password)
    assert User.objects.get().password != before
    assert client.get("/admin/").headers["Location"] == "/admin/password_change/"


# --- prepare ---------------------------------------------------------------------------------


def test_a_first_start_makes_everything_and_a_second_one_changes_nothing(tmp_path, settings):
    settings.CONTENT_DIR = small(tmp_path)
    first = Said("prepare")
    assert f"Data folder: {settings.VAR}" in first.out
    assert "First start: taking the pages from the content folder." in first.out
    assert "4 new" in first.out and "one-time password" in first.out
    assert (settings.STATIC_ROOT / "css/site.css").is_file()

    before, files = everything(), contents(settings.STATIC_ROOT)
    second = Said("prepare")
    assert "0 new, 0 updated, 0 draft(s) to merge, 4 unchanged, 0 table row(s)" in second.out
    assert "First start" not in second.out and "password" not in second.out
    assert everything() == before
    assert contents(settings.STATIC_ROOT) == files
    assert writes(lambda: Said("prepare")) == []


def test_a_start_goes_on_where_a_file_cannot_be_taken(tmp_path, settings):
    settings.CONTENT_DIR = small(tmp_path)
    change(tmp_path, "sites/bone.md", "[@NCI]", "[@NOBODY]")
    said = Said("prepare")
    assert "not taken: sites/bone.md:16" in said.err
    assert "one-time password" in said.out
    assert page("surgery").live is not None


@pytest.mark.parametrize("before", ["another", None])
def test_the_first_start_of_a_version_that_makes_other_html_makes_every_page_anew(tmp_path, settings, before):
    settings.CONTENT_DIR = small(tmp_path)
    Said("prepare")
    row = RenderedPage.objects.get(topic=page("surgery"))
    html, row.data["lead"] = row.data["lead"], "as an older version made it"
    row.save()
    Said("prepare")
    row.refresh_from_db()
    assert row.data["lead"] == "as an older version made it"  # the same version leaves it alone
    mark = settings.VAR / "renderer"
    mark.write_text(before) if before else mark.unlink()
    assert "making all of them anew" in Said("prepare").out
    row.refresh_from_db()
    assert row.data["lead"] == html


def test_a_start_never_brings_back_what_staff_withdrew(tmp_path, settings):
    settings.CONTENT_DIR = small(tmp_path)
    Said("prepare")
    workflow.withdraw(page("hueso", "es"), publisher(), "Out of date")
    Said("prepare")
    assert page("hueso", "es").live is None


# --- check_content ---------------------------------------------------------------------------


def test_check_content_says_which_page_carries_each_claim(settings):
    said = Said("check_content")
    assert said.error == ""
    lines = said.out.splitlines()
    assert len(lines) == 41
    assert re.fullmatch(r"40 claims and \d+ files are in order\.", lines[-1])
    assert " S36  radiotherapy" in lines


def test_check_content_names_what_is_wrong_and_fails(tmp_path, settings):
    content = shutil.copytree(settings.CONTENT_DIR, tmp_path / "content")
    change(content, "claims.toml", 'words = ["lymph node"]', 'words = ["a word nobody wrote"]')
    said = Said("check_content", content)
    assert "  S2  — no page carries it" in said.out
    assert "claims.toml: No page carries claim S2" in said.err
    assert re.fullmatch(rf"\d+ problem\(s\) in {re.escape(str(content))}\.", said.error)
