"""What `check_content` holds the files against, without a database."""

import shutil

import pytest
from django.conf import settings

from tests.folders import change
from topics.coverage import check_folder

SEED = 40


@pytest.fixture
def content(tmp_path):
    """A copy of the shipped content, to be broken."""
    return shutil.copytree(settings.CONTENT_DIR, tmp_path / "content")


def edit(content, file: str, make) -> None:
    path = content / file
    before = path.read_text()
    path.write_text(make(before))
    assert path.read_text() != before


def found(content) -> list[str]:
    return [str(problem) for problem in check_folder(content).problems]


def test_the_shipped_content_carries_every_claim_and_nothing_is_wrong():
    report = check_folder(settings.CONTENT_DIR)
    assert [str(problem) for problem in report.problems] == []
    assert len(report.carriers) == SEED
    assert all(report.carriers.values())
    assert report.files == len(list(settings.CONTENT_DIR.glob("*/*.md")))


def test_a_claim_that_no_page_carries_is_named(content):
    edit(content, "treatment/radiotherapy.md", lambda text: text.replace("S36, ", "").replace(", S36", ""))
    (problem,) = found(content)
    assert problem.startswith("claims.toml: No page carries claim S36: ")


def test_a_claim_that_a_page_names_and_does_not_say_is_named(content):
    change(content, "claims.toml", 'words = ["lymph node"]', 'words = ["lymph node", "a word nobody wrote"]')
    problems = found(content)
    assert any("names claim S2 but never says “a word nobody wrote”" in problem for problem in problems)
    assert any("No page carries claim S2" in problem for problem in problems)


def test_a_claim_that_the_original_text_never_made_is_named(content):
    edit(content, "sites/bone.md", lambda text: text.replace("claims: [", "claims: [S99, "))
    assert found(content) == ["sites/bone.md:1: “S99” is not a claim of the original text. Mend “claims”."]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[S1", "cannot be read"),
        ('[S1]\nseed = "a"\n', "S1 is not complete"),
        ('S1 = "a"\n', "S1 is not complete"),
        ('[S1]\nseed = "a"\ntruth = "b"\nverdict = "perhaps"\nwords = ["c"]\n', "S1 is not complete"),
        ('[S1]\nseed = "a"\ntruth = "b"\nverdict = "nuance"\nwords = 5\n', "S1 is not complete"),
        ('[S1]\nseed = "a"\ntruth = 7\nverdict = "nuance"\nwords = ["c"]\n', "S1 is not complete"),
    ],
)
def test_a_list_of_claims_that_cannot_be_used_is_named(content, text, words):
    (content / "claims.toml").write_text(text)
    assert any(words in problem for problem in found(content))


def test_a_folder_without_claims_is_a_sentence(content):
    (content / "claims.toml").unlink()
    assert any("claims.toml: The list of claims cannot be read" in problem for problem in found(content))


def added(content, words: str) -> int:
    """Let a page say one thing more; the line that it stands on."""
    lines = (content / "sites/bone.md").read_text().count("\n")
    edit(content, "sites/bone.md", lambda text: f"{text}\n{words}\n")
    return lines + 2


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("One thing more [@NOBODY].", "There is no source named “NOBODY”"),
        ("::: card nobody", "There is no live card named “nobody”"),
        ("[More](/topics/nowhere/)", "The link “/topics/nowhere/” leads nowhere"),
        ("[More](/sites/knee/)", "The link “/sites/knee/” leads nowhere"),
        ("::: odd\nMore.\n:::", "“::: odd” is not a box this site knows"),
        ("Call {nobody}.", "“{nobody}” is not a number this site knows"),
    ],
)
def test_what_a_page_calls_and_nobody_wrote_is_named_with_its_line(content, words, problem):
    line = added(content, words)
    assert any(told.startswith(f"sites/bone.md:{line}: {problem}") for told in found(content))


def test_a_short_form_that_the_glossary_does_not_have_is_named(content):
    added(content, "Ask about QXZ.")
    (problem,) = found(content)
    assert "The page uses “QXZ”, which is not in the glossary" in problem


def test_a_short_form_on_a_card_is_named_too(content):
    edit(content, "cards/seizure.md", lambda text: f"{text}\nAsk about QXZ [@NCI-METS]. Call {{emergency}}.\n")
    (problem,) = found(content)
    assert problem.startswith("cards/seizure.md:") and "“QXZ”" in problem


def test_a_card_that_no_page_shows_is_named(content):
    edit(content, "sites/brain.md", lambda text: text.replace("::: card seizure\n", ""))
    (problem,) = found(content)
    assert problem.startswith("cards/seizure.md:1: No page shows this card. Write “::: card seizure” on the pages")


@pytest.mark.parametrize(
    ("file", "table", "problem"),
    [
        ("sections.toml", "[research", "There is no section “research”. Add it to sections.toml."),
        ("sites.toml", "[brain", "There is no organ site “brain”. Add it to sites.toml."),
    ],
)
def test_a_section_or_site_that_is_missing_is_named(content, file, table, problem):
    edit(content, file, lambda text: text.replace(table, "[other"))
    assert any(problem in line for line in found(content))


def test_a_source_that_is_missing_is_named(content):
    edit(content, "sources.toml", lambda text: text.replace("[NCI-METS]", "[NCI-OTHER]"))
    assert any("There is no source named “NCI-METS”" in line for line in found(content))


HEAD = "---\ntitle: Knees\nsection: sites\nsummary: About knees.\n---\n"
WHOLE = "::: short\n- One.\n:::\n\n{words} [@NCI-METS].\n\n::: questions\n- Why?\n:::\n"


@pytest.mark.parametrize(("count", "good"), [(20, False), (450, True), (880, True), (2_000, False)])
def test_a_page_that_is_too_short_or_too_long_is_named(content, count, good):
    (content / "sites/knee.md").write_text(HEAD + WHOLE.format(words="word " * count))
    problems = found(content)
    assert problems == [] if good else "A page has 400 to 900 words" in problems[0]


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        ("::: short\n- One.\n:::\n\n", "The page has no “In short”"),
        ("::: questions\n- Why?\n:::\n", "The page has no questions to ask"),
        (" [@NCI-METS]", "The page cites no source"),
    ],
)
def test_a_page_without_one_of_its_parts_is_named(content, part, problem):
    text = WHOLE.format(words="word " * 450)
    assert part in text
    (content / "sites/knee.md").write_text(HEAD + text.replace(part, ""))
    assert [problem in line for line in found(content)] == [True]


def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_checked(content):
    (content / "sites/knee.md").write_bytes(b"\xff")
    (problem,) = found(content)
    assert problem.startswith("sites/knee.md:1: ")
