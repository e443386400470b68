"""A file that cannot be taken is named with its line; every other file is in."""

import os

import pytest

from tests.cast import page_source
from tests.folders import BONE, CARD, SMALL, change, everything, page, small, taken, write
from topics.models import Topic
from topics.transfer import import_folder

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

KNEE = page_source(title="Knees", section="sites").text
FILE = "sites/knee.md"


def problems_of(report) -> list[tuple[str, int]]:
    return [(problem.file, problem.line) for problem in report.problems]


def assert_all_others_came_in() -> None:
    assert set(Topic.objects.published().values_list("slug", flat=True)) == {
        "cord-compression",
        "hueso",
        "bone",
        "surgery",
    }


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param("Only text.\n", 1, "does not start with front matter", id="no front matter"),
        pytest.param("---\ntitle: T\n", 1, "has no end", id="no end"),
        pytest.param(KNEE.replace("title: Knees\n", ""), 1, "“title” is missing", id="no title"),
        pytest.param(KNEE.replace("title: Knees", "title: [a"), 3, "cannot be read", id="broken YAML"),
        pytest.param(KNEE.replace("summary:", "sumary:"), 4, "“sumary” is not a known name", id="unknown name"),
        pytest.param(
            KNEE.replace("section: sites", "section: sites\nsites: [knee]"), 4, "no organ site “knee”", id="site"
        ),
        pytest.param(KNEE + "\nNew [@NOBODY].\n", 13, "no source named “NOBODY”", id="unknown source"),
        pytest.param(KNEE + "\n::: card nobody\n", 13, "no live card named “nobody”", id="unknown card"),
        pytest.param(KNEE + "\n[a](/topics/nowhere/)\n", 13, "leads nowhere on this site", id="dead link"),
        pytest.param(KNEE + "\n[a](javascript:alert(1))\n", 13, "is not allowed", id="script link"),
        pytest.param(KNEE + "\n![a](https://example.org/a.png)\n", 13, "not one of this site's", id="foreign picture"),
        pytest.param(KNEE + "\n::: odd\na\n:::\n", 13, "not a box this site knows", id="unknown box"),
        pytest.param(KNEE + "\n::: do\na\n", 13, "never closed", id="open box"),
        pytest.param(KNEE + "\nCall {nobody}.\n", 13, "not a number this site knows", id="unknown number"),
        pytest.param(KNEE + "\nA\x00B\n", 13, "invisible control character", id="NUL"),
        pytest.param(KNEE + "\nA\x07B\n", 13, "invisible control character", id="bell"),
        pytest.param(KNEE + "\n# A\n", 13, "second page title", id="title"),
        pytest.param(KNEE + "[" * 4000, 10, "more than 100 of “[”", id="hostile"),
        pytest.param(KNEE + "a " * 60_000, 12, "the limit, 100,000, is reached here", id="too long"),
        pytest.param(b"---\ntitle: \xff\n---\nText\n", 2, "not UTF-8", id="not UTF-8"),
        pytest.param(b"", 1, "does not start with front matter", id="empty"),
        pytest.param(b"x" * 1_000_001, 1, "1.0 MB", id="too large"),
    ],
)
def test_a_bad_file_is_named_with_its_line_and_all_others_come_in(tmp_path, text, line, words):
    write(small(tmp_path), {FILE: text})
    report = import_folder(tmp_path)
    assert {file for file, _line in problems_of(report)} == {FILE} == set(report.refused)
    assert any(problem.line == line and words in str(problem) for problem in report.problems), report.problems
    assert FILE not in report.created
    assert_all_others_came_in()


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("sites/Knee.md", KNEE, "cannot be an address"),
        ("sites/knee_1.md", KNEE, "cannot be an address"),
        (f"sites/{'k' * 81}.md", KNEE, "cannot be an address"),
        ("treatment/knee.md", KNEE, "stands in another place than its front matter says (sites/knee.md)"),
        ("knee.md", KNEE, "stands in another place"),
        ("cards/knee.md", KNEE, "stands in another place"),
        ("fr/sites/knee.md", KNEE.replace("---\n", "---\nlanguage: fr\n", 1), "This site has no language “fr”"),
        ("sites/knee.md", KNEE.replace("---\n", "---\nnumber: 1\n", 1), "The number 1 is used twice"),
        ("treatment/bone.md", KNEE.replace("sites", "treatment"), "The short name “bone” is used twice"),
    ],
)
def test_a_file_in_the_wrong_place_is_named(tmp_path, file, text, words):
    write(small(tmp_path), {file: text})
    report = import_folder(tmp_path)
    assert (report.refused, [words in problem.what for problem in report.problems]) == ([file], [True])
    assert_all_others_came_in()


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path):
    write(small(tmp_path), {FILE: KNEE})
    (tmp_path / FILE).chmod(0)
    (problem,) = import_folder(tmp_path).problems
    assert "cannot be read" in problem.what
    assert_all_others_came_in()


def test_a_file_that_leads_nowhere_is_named(tmp_path):
    small(tmp_path)
    (tmp_path / FILE).symlink_to(tmp_path / "gone.md")
    report = import_folder(tmp_path)
    assert report.refused == [FILE]
    assert_all_others_came_in()


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path):
    (problem,) = import_folder(tmp_path / "nowhere").problems
    assert "no such folder" in problem.what
    assert not Topic.objects.exists()


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "live"),
    [
        ("sections.toml", "order = 20", "order = twenty", 7, {"cord-compression"}),
        ("sections.toml", "[treatment]", "[Treatment]", 6, {"cord-compression", "hueso", "bone"}),
        ("sites.toml", 'shapes = ["M0 0L10 10Z"]', 'shapes = ["javascript:alert(1)"]', 1, None),
        ("sources.toml", "https://www.cancer.gov", "http://www.cancer.gov", 1, {"hueso", "surgery"}),
        ("glossary.toml", 'forms = ["metastases"]', 'forms = ["metastasis"]', 1, None),
    ],
)
def test_a_bad_row_of_a_table_is_named_and_stops_only_what_needs_it(tmp_path, file, old, new, line, live):
    change(small(tmp_path), file, old, new)
    report = import_folder(tmp_path)
    assert (file, line) in problems_of(report)
    if live is None:
        assert_all_others_came_in()
    else:
        assert set(Topic.objects.published().values_list("slug", flat=True)) == live


def test_the_number_of_another_kind_or_language_is_refused(tmp_path):
    taken(small(tmp_path))
    (tmp_path / "sites/bone.md").unlink()
    write(tmp_path, {"cards/other.md": CARD.replace("number: 61", "number: 1")})
    report = import_folder(tmp_path)
    (problem,) = report.problems
    assert (problem.file, problem.line) == ("cards/other.md", 1)
    assert "The number 1 belongs to “Bones”, of another kind or language" in problem.what
    assert page("bone").number == 1


def test_the_name_of_a_page_with_another_number_is_refused(tmp_path):
    taken(small(tmp_path))
    change(tmp_path, "sites/bone.md", "number: 1", "number: 99")
    (problem,) = import_folder(tmp_path).problems
    assert "“bone” belongs to page 1, this file says 99" in problem.what


def test_a_changed_file_with_something_wrong_leaves_the_page_as_it_was(tmp_path):
    taken(small(tmp_path))
    before = everything()
    change(tmp_path, "sites/bone.md", "[@NCI]", "[@NOBODY]")
    report = import_folder(tmp_path)
    assert problems_of(report) == [("sites/bone.md", 16)]
    assert everything() == before


def test_a_page_that_links_to_a_refused_file_is_named_until_that_is_mended(tmp_path):
    small(tmp_path)
    change(tmp_path, "treatment/surgery.md", "[bone, lung]", "[bone, knee]")
    report = import_folder(tmp_path)
    assert report.refused == ["treatment/surgery.md"]
    (dead,) = report.dead_links
    line = BONE.split("\n").index("See [surgery](/topics/surgery/).") + 1
    assert (dead.file, dead.line) == ("sites/bone.md", line)
    assert "“/topics/surgery/” leads nowhere: that file was not taken" in dead.what
    write(tmp_path, {"treatment/surgery.md": SMALL["treatment/surgery.md"]})
    assert taken(tmp_path).created == ["treatment/surgery.md"]


def test_pages_that_call_a_refused_card_are_refused_too(tmp_path):
    change(small(tmp_path), "cards/cord-compression.md", "[@NCI]", "[@NOBODY]")
    report = import_folder(tmp_path)
    assert report.refused == ["cards/cord-compression.md", "sites/bone.md"]
    assert set(Topic.objects.values_list("slug", flat=True)) == {"hueso", "surgery"}
    write(tmp_path, {"cards/cord-compression.md": CARD})
    assert taken(tmp_path).created == ["cards/cord-compression.md", "sites/bone.md"]
