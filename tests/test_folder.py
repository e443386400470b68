"""A folder of content: what cannot be taken is named with its file and its line, and the rest is read."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from topics.folder import MAX_FILE, path_of, plain_line_ends, read_folder, read_text
from topics.problems import Problems
from topics.source import compose, parse

PAGE = "---\ntitle: T\nnumber: 1\nsection: sites\nsummary: S\n---\nText.\n"
CARD = "---\ntitle: T\nnumber: 2\nkind: card\nlevel: now\nsummary: S\n---\n- Sign.\n"
SECTION = '[sites]\nname = {en = "Sites"}\nabout = {en = "About"}\n'
SOURCE = '[NCI]\ntitle = "T"\npublisher = "P"\nurl = "https://example.org/a"\n'
TERM = '[[term]]\nterm = "Scan"\nmeaning = "A picture."\nforms = ["scans"]\n'


@pytest.fixture
def folder(tmp_path):
    """Writes files below a folder that holds one good page and card, and reads it."""

    def made(**files):
        for name, text in {"sites/bone.md": PAGE, "cards/fracture.md": CARD, **files}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_folder(tmp_path)

    return made


def told(folder):
    return [(problem.file, problem.line, problem.what) for problem in folder.problems]


# --- texts -----------------------------------------------------------------------------------


def test_every_text_is_read_and_told_to_the_caller(folder, tmp_path):
    folder(**{"es/sites/hueso.md": PAGE.replace("number: 1", "language: es")})
    seen = []
    found = read_folder(tmp_path, seen.append)
    assert seen == sorted(found.sources) == ["cards/fracture.md", "es/sites/hueso.md", "sites/bone.md"]
    assert found.sources["sites/bone.md"] == parse(PAGE)
    assert found.problems == []


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"section": "sites"}, "sites/bone.md"),
        ({"section": "sites", "language": "es"}, "es/sites/bone.md"),
        ({"kind": "card", "level": "now"}, "cards/bone.md"),
        ({"kind": "card", "level": "now", "language": "pt-br"}, "pt-br/cards/bone.md"),
    ],
)
def test_a_text_stands_where_its_front_matter_says(values, path, folder):
    source = compose("Text.\n", title="T", summary="S", number=7, **values)
    assert path_of(source, "bone") == path
    assert folder(**{path: source.text}).sources[path] == source


def test_a_missing_folder_is_named(tmp_path):
    (problem,) = read_folder(tmp_path / "none").problems
    assert problem.file == str(tmp_path / "none") and problem.what == "There is no such folder."
    (tmp_path / "file").write_text("x")
    assert read_folder(tmp_path / "file").problems


def test_an_empty_folder_holds_nothing_and_nothing_wrong(tmp_path):
    assert read_folder(tmp_path) == read_folder(tmp_path)
    assert read_folder(tmp_path).sources == {} and read_folder(tmp_path).problems == []


NEXT = PAGE.replace("number: 1", "number: 9")
BAD_TEXTS = {
    "no front matter": ("sites/lung.md", "# Lung\n", 1, "The file does not start with front matter."),
    "broken front matter": (
        "sites/lung.md",
        NEXT.replace("summary: S", 'summary: "S'),
        5,
        "The front matter cannot be read",
    ),
    "an unknown name": ("sites/lung.md", NEXT.replace("number: 9", "numbr: 9"), 3, "“numbr” is not a known name."),
    "a number taken": ("sites/lung.md", PAGE, 3, "The number 1 is used twice: also in sites/bone.md."),
    "a card's number taken": (
        "sites/lung.md",
        PAGE.replace("number: 1", "number: 2"),
        3,
        "The number 2 is used twice: also in",
    ),
    "a short name taken": (
        *("symptoms/bone.md", NEXT.replace("sites", "symptoms"), 1),
        "The short name “bone” is used twice: also in sites/bone.md.",
    ),
    "no body": ("sites/lung.md", NEXT.replace("Text.\n", "\n \n"), 7, "The page has no text."),
    "an empty file": ("sites/lung.md", "", 1, "The file does not start with front matter."),
    "not UTF-8": ("sites/lung.md", NEXT.encode() + b"na\xefve\n", 8, "The file is not UTF-8 text."),
    "UTF-16": ("sites/lung.md", NEXT.encode("utf-16"), 1, "The file is not UTF-8 text."),
    "NUL in the head": ("sites/lung.md", NEXT.replace("title: T", "title: T\0"), 2, "The front matter has a character"),
    "five megabytes": ("sites/lung.md", NEXT + "x" * 5_000_000, 1, "The file has 5.0 MB; a page has at most 1 MB."),
    "another section": (
        "lung/lung.md",
        NEXT,
        1,
        "The file stands in another place than its front matter says (sites/lung.md).",
    ),
    "too deep": (
        "sites/more/lung.md",
        NEXT,
        1,
        "The file stands in another place than its front matter says (sites/lung.md).",
    ),
    "the top": ("lung.md", NEXT, 1, "The file stands in another place"),
    "another language": ("es/sites/lung.md", NEXT, 1, "The file stands in another place"),
    "a card among pages": (
        "sites/lung.md",
        CARD,
        1,
        "The file stands in another place than its front matter says (cards/lung.md).",
    ),
    "a page among cards": (
        "cards/lung.md",
        NEXT,
        1,
        "The file stands in another place than its front matter says (sites/lung.md).",
    ),
    "capitals": ("sites/Lung.md", NEXT, 1, "The file name “Lung” cannot be an address."),
    "spaces": ("sites/the lung.md", NEXT, 1, "The file name “the lung” cannot be an address."),
    "a hidden file": ("sites/.lung.md", NEXT, 1, "The file name “.lung” cannot be an address."),
    "a line break": ("sites/lung\n.md", NEXT, 1, "The file name “lung\n” cannot be an address."),
    "a long name": (f"sites/{'x' * 81}.md", NEXT, 1, "The file name “xxx"),
    "a note to colleagues": ("README.md", "# Read me\n", 1, "The file name “README” cannot be an address."),
}


@pytest.mark.parametrize(("file", "text", "line", "what"), BAD_TEXTS.values(), ids=BAD_TEXTS)
def test_a_text_that_cannot_be_taken_is_named_with_its_line_and_the_others_are_taken(file, text, line, what, folder):
    found = folder(**{file: text})
    ((where, at, said),) = told(found)
    assert (where, at) == (file, line) and said.startswith(what)
    assert found.problems[0].mend and str(found.problems[0]).startswith(f"{file}:{line}: ")
    assert set(found.sources) == {"sites/bone.md", "cards/fracture.md"}


def test_every_fault_of_a_text_is_told_at_once(folder):
    text = PAGE.replace("number: 1", "number: x\nsites: bone\ncolour: red")
    assert [(file, line) for file, line, _ in told(folder(**{"sites/lung.md": text}))] == [
        *(("sites/lung.md", 3), ("sites/lung.md", 4), ("sites/lung.md", 5))
    ]


def test_the_same_short_name_may_stand_in_another_language_or_kind(folder):
    found = folder(
        **{
            "es/sites/bone.md": NEXT.replace("section", "language: es\nsection"),
            "cards/bone.md": CARD.replace("number: 2", "number: 3"),
        }
    )
    assert found.problems == [] and len(found.sources) == 4


def test_a_text_without_a_number_does_not_clash_with_another(folder):
    text = PAGE.replace("number: 1\n", "")
    assert folder(**{"sites/lung.md": text, "sites/liver.md": text}).problems == []


def test_windows_and_old_mac_line_ends_and_a_byte_order_mark_are_read_as_plain_text(folder):
    for text in (PAGE.replace("\n", "\r\n"), PAGE.replace("\n", "\r"), "\ufeff" + PAGE):
        assert folder(**{"sites/bone.md": text}).sources["sites/bone.md"].text == PAGE
    assert plain_line_ends("a\r\nb\rc\n\r\n") == "a\nb\nc\n\n"


def test_the_line_of_a_bad_byte_counts_behind_a_byte_order_mark(tmp_path):
    (tmp_path / "x.md").write_bytes(b"\xef\xbb\xbfa\nb\n\xff")
    with pytest.raises(Problems, match="line 3: The file is not UTF-8"):
        read_text(tmp_path / "x.md")


def test_a_file_of_the_largest_size_is_read(tmp_path):
    (tmp_path / "x.md").write_bytes(b"x" * MAX_FILE)
    assert len(read_text(tmp_path / "x.md")) == MAX_FILE


def test_a_folder_with_the_name_of_a_text_is_told(folder, tmp_path):
    (tmp_path / "sites" / "lung.md").mkdir(parents=True)
    ((file, line, what),) = told(folder())
    assert (file, line) == ("sites/lung.md", 0) and what == "The file cannot be read (Is a directory)."


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_told(folder, tmp_path):
    folder()
    (tmp_path / "sites" / "bone.md").chmod(0)
    assert [what for _, _, what in told(read_folder(tmp_path))] == ["The file cannot be read (Permission denied)."]


def test_a_link_to_nowhere_is_told(folder, tmp_path):
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "lung.md").symlink_to(tmp_path / "none")
    assert [(file, what[:24]) for file, _, what in told(folder())] == [("sites/lung.md", "The file cannot be read ")]


# --- tables ----------------------------------------------------------------------------------


def test_every_row_is_read(folder):
    found = folder(
        **{
            "sections.toml": SECTION + "order = 3\n",
            "sites.toml": SECTION.replace("sites", "bone") + 'shapes = ["M0 0L1,1Z"]\n',
            "sources.toml": SOURCE + "year = 2020\n",
            "glossary.toml": TERM + 'say = "skan"\n' + TERM.replace("can", "úm") + 'language = "es"\n',
        }
    )
    assert found.problems == []
    assert [(row.slug, row.order, row.name["en"], row.about["en"]) for row in found.sections] == [
        ("sites", 3, "Sites", "About")
    ]
    assert [(row.slug, row.order, row.shapes) for row in found.sites] == [("bone", 100, ("M0 0L1,1Z",))]
    assert [(row.key, row.url, row.year) for row in found.references] == [("NCI", "https://example.org/a", 2020)]
    assert [(row.language, row.slug, row.forms, row.say) for row in found.terms] == [
        ("en", "scan", ("scans",), "skan"),
        ("es", "sum", ("súms",), ""),
    ]


LONG = "x" * 5_000
BAD_ROWS = {
    "broken TOML": ("sections.toml", SECTION + "\n[x\n", 5, "The file cannot be read as TOML."),
    "TOML that ends too soon": ("sites.toml", SECTION + 'x = "', 4, "The file cannot be read as TOML."),
    "a name said twice": ("sections.toml", SECTION + SECTION, 4, "The file cannot be read as TOML."),
    "a number too long to read": (
        "sources.toml",
        SOURCE + "year = " + "9" * 5_000,
        5,
        "The file cannot be read as TOML.",
    ),
    "brackets in brackets": ("sources.toml", "x = " + "[" * 9_000, 1, "The file has brackets within brackets"),
    "not UTF-8": ("glossary.toml", b'\n[[term]]\nterm = "\xff"\n', 3, "The file is not UTF-8 text."),
    "five megabytes": ("glossary.toml", "#" * 5_000_000, 1, "The file has 5.0 MB"),
    "a value for a row": ("sections.toml", "# note\n\nsites = 3\n", 3, "sites: This is not a table."),
    "a short name in capitals": (
        "sections.toml",
        f"\n\n[Sites]\n{SECTION[8:]}",
        3,
        "Sites: This cannot be a short name.",
    ),
    "a short name with a line break": (
        "sections.toml",
        f'["a\\n"]\n{SECTION[8:]}',
        1,
        "a\n: This cannot be a short name.",
    ),
    "no English name": (
        "sections.toml",
        f"\n{SECTION.replace('{en', '{es')}",
        2,
        "sites: “name” is missing in English.",
    ),
    "no name": ("sites.toml", '\n\n[bone]\nabout = {en = "A"}\n', 3, "bone: “name” is missing in English."),
    "a name that is not text": (
        "sites.toml",
        "[bone]\nname = {en = 3}\n" + SECTION[29:],
        1,
        "bone: “name.en” is not text",
    ),
    "a long about": ("sites.toml", SECTION.replace("About", LONG), 1, "sites: “about.en” is not text of 1 to 400"),
    "an unknown language": (
        "sites.toml",
        SECTION.replace("{en", '{English = "a", en'),
        1,
        "sites: “name.English” is not text",
    ),
    "an order in words": ("sections.toml", SECTION + 'order = "first"\n', 1, "sites: “order” is not a whole number."),
    "an order that is true": ("sections.toml", SECTION + "order = true\n", 1, "sites: “order” is not a whole number."),
    "a shape with a script": (
        "sites.toml",
        SECTION + 'shapes = ["M0\\"/><script>"]\n',
        1,
        "sites: A shape is not an SVG path.",
    ),
    "a shape with a line break": (
        "sites.toml",
        SECTION + 'shapes = ["M0 0Zx"]\n',
        1,
        "sites: A shape is not an SVG path.",
    ),
    "shapes that are one text": (
        "sites.toml",
        SECTION + 'shapes = "M0"\n',
        1,
        "sites: “shapes” is not a list of texts.",
    ),
    "a source without an address": ("sources.toml", "\n" + SOURCE.replace("url", "link"), 2, "NCI: “url” is not text"),
    "a source without a title": ("sources.toml", "\n" + SOURCE.replace("title", "name"), 2, "NCI: “title” is not text"),
    "a source by http": ("sources.toml", SOURCE.replace("https", "http"), 1, "NCI: “url” is not an address."),
    "a source that is a script": (
        "sources.toml",
        SOURCE.replace("https://example.org/a", "javascript:a"),
        1,
        "NCI: “url”",
    ),
    "a source with a quote": ("sources.toml", SOURCE.replace("/a", '/\\"a'), 1, "NCI: “url” is not an address."),
    "a source with a space in its name": (
        "sources.toml",
        SOURCE.replace("[NCI]", '["N I"]'),
        1,
        "N I: This cannot be a source's",
    ),
    "a source in the year 20": ("sources.toml", SOURCE + "year = 20\n", 1, "NCI: “year” is not a year."),
    "a source with NUL": ("sources.toml", SOURCE.replace('"T"', '"T\\u0000"'), 1, "NCI: “title” is not text"),
    "a glossary of one term": (
        "glossary.toml",
        '[term]\nterm = "a"\n',
        1,
        "term: The glossary is not a list of terms.",
    ),
    "a glossary of words": ("glossary.toml", '\nterm = ["a"]\n', 2, "term: The glossary is not a list of terms."),
    "a misspelt table": (
        "glossary.toml",
        TERM.replace("[[term]]", "\n[[terms]]"),
        2,
        "terms: The glossary is not a list",
    ),
    "a term without a meaning": ("glossary.toml", TERM + '[[term]]\nterm = "MRI"\n', 5, "MRI: “meaning” is not text"),
    "a term without a name": ("glossary.toml", TERM + '\n[[term]]\nmeaning = "M"\n', 6, "term: “term” is not text"),
    "a term said twice": (
        "glossary.toml",
        TERM + TERM.replace("[]", ""),
        5,
        "Scan: Another term has the short name “scan” already.",
    ),
    "a spelling of another term": (
        *("glossary.toml", TERM + '[[term]]\nterm = "SCANS"\nmeaning = "M"\n', 5),
        "SCANS: “SCANS” is already a spelling of “Scan”.",
    ),
    "a spelling that is the term": (
        "glossary.toml",
        TERM.replace('"scans"', '"scan"'),
        1,
        "Scan: “scan” is already a spelling",
    ),
    "two terms with one address": (
        *("glossary.toml", TERM + '[[term]]\nterm = "Scan!"\nmeaning = "M"\n', 5),
        "Scan!: Another term has the short name “scan” already.",
    ),
    "a term without letters": ("glossary.toml", TERM.replace("Scan", "検査"), 1, "検査: A term needs letters."),
    "a term's language by its name": (
        "glossary.toml",
        TERM + 'language = "English"\n',
        1,
        "Scan: “language” is not a language.",
    ),
    "forms that are one text": (
        "glossary.toml",
        TERM.replace('["scans"]', '"scans"'),
        1,
        "Scan: “forms” is not a list of texts.",
    ),
    "an empty form": ("glossary.toml", TERM.replace('"scans"', '" "'), 1, "Scan: “forms” is not a list of texts."),
}


@pytest.mark.parametrize(("file", "text", "line", "what"), BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_row_that_cannot_be_taken_is_named_with_its_line_and_the_texts_are_taken(file, text, line, what, folder):
    found = folder(**{file: text})
    first = told(found)[0]
    assert first[:2] == (file, line) and first[2].startswith(what), told(found)
    assert all(problem.mend and problem.file == file for problem in found.problems)
    assert set(found.sources) == {"sites/bone.md", "cards/fracture.md"}


def test_a_bad_row_is_left_out_and_the_good_ones_are_taken(folder):
    found = folder(
        **{
            "sections.toml": SECTION + "\n[Bad]\n",
            "sources.toml": SOURCE + "\n[BAD]\n",
            "glossary.toml": TERM + '\n[[term]]\nterm = "Bad"\n',
        }
    )
    assert [row.slug for row in found.sections] == ["sites"]
    assert [row.key for row in found.references] == ["NCI"]
    assert [row.term for row in found.terms] == ["Scan"]
    assert [(problem.file, problem.line) for problem in found.problems if "title" in problem.what] == [
        ("sources.toml", 6)
    ]


def test_this_site_s_own_content_has_nothing_wrong():
    content = Path(__file__).parent.parent / "content"
    found = read_folder(content)
    assert found.problems == []
    assert len(found.sources) == len(list(content.rglob("*.md"))) > 20
    assert found.sections and found.sites and found.references and found.terms


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["sites/lung.md", "sections.toml", "sites.toml", "sources.toml", "glossary.toml"]),
    st.binary() | st.text(),
)
def test_no_file_makes_reading_raise(folder, file, text):
    for start in ("", SECTION, SOURCE, TERM, PAGE):
        data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
        found = folder(**{file: start.encode() + data})
        assert all(problem.file and problem.mend for problem in found.problems)
        assert file not in found.sources or parse(found.sources[file].text) == found.sources[file]
