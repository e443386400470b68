"""Tables as a spreadsheet takes them: pure, without a database."""

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from topics.sheets import Entry, Plan, armed, disarmed, read_csv, separator, write_csv
from topics.tables import TABLES, read_toml
from topics.transfer.cards import CARDS

GLOSSARY, SOURCES, LAY = TABLES["terms"], TABLES["references"], TABLES["search_words"]
HEAD = "term,meaning,forms,say\n"


def read(text, table=GLOSSARY):
    found, problems = read_csv(table, text)
    return [facts for _, facts in found], [str(problem) for problem in problems]


@pytest.mark.parametrize("cell", ["=1+1", "+44", "-x", "@SUM(A1)", "\tx", "'=x", "''+x"])
def test_no_cell_is_a_formula_and_every_one_comes_back(cell):
    assert disarmed(cell) == f"'{cell}"
    assert armed(disarmed(cell)) == cell


@pytest.mark.parametrize("cell", ["", "plain", "it's", "'quoted'", "a=b", "3"])
def test_an_ordinary_cell_is_left_as_it_is(cell):
    assert disarmed(cell) == armed(cell) == cell


@given(st.text(max_size=20))
def test_any_cell_comes_back(cell):
    assert armed(disarmed(cell)) == cell


WORD = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=12)


@given(
    st.lists(
        st.tuples(st.from_regex(r"[a-z]{1,8}", fullmatch=True), WORD, st.lists(WORD, max_size=3, unique_by=str.lower)),
        max_size=5,
        unique_by=lambda row: row[0],
    )
)
def test_a_table_says_the_same_as_csv_and_as_toml(rows):
    listed = [{"term": term, "meaning": meaning, "forms": forms} for term, meaning, forms in rows]
    data = {"term": [{name: value for name, value in row.items() if value} for row in listed]}
    from_csv, _ = read_csv(GLOSSARY, write_csv(GLOSSARY, data))
    from_toml, _ = read_toml(GLOSSARY, tomli_w.dumps(data))
    assert [facts for _, facts in from_csv] == [facts for _, facts in from_toml]


@pytest.mark.parametrize(
    "text",
    [
        "term,meaning,forms,say\nScan,A picture.,scans,skan\n",
        "term;meaning;forms;say\nScan;A picture.;scans;skan\n",
        "TERM\tMeaning\tforms\tsay\nScan\tA picture.\tscans\tskan\n",
        'say,forms,meaning,term\nskan,scans,"A picture.",Scan\n\n,,,\n',
        "term,meaning,forms,say\r\nScan,A picture.,scans,skan\r\n",
    ],
)
def test_a_table_is_read_however_a_spreadsheet_wrote_it(text):
    (facts,), problems = read(text)
    assert problems == []
    assert (facts.term, facts.meaning, facts.forms, facts.say, facts.language) == (
        "Scan",
        "A picture.",
        ("scans",),
        "skan",
        "en",
    )


def test_a_cell_holds_a_list_one_to_a_line():
    (facts,), _ = read(HEAD + 'Scan,A picture.,"scans\n CT scan \n\n",\n')
    assert facts.forms == ("scans", "CT scan")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1: The first line does not name the columns. Write: term, meaning"),
        ("a,b\n", "line 1: The first line does not name the columns."),
        (HEAD.replace("say", "sya"), "line 1: There is no column “sya”."),
        ("term,meaning,say,term\n", "line 1: A column stands here twice."),
        ("term,meaning,say\n", "line 1: The column “forms” is missing. Keep it"),
        (HEAD + "Scan,,,\n", "line 2: Scan: “meaning” is not text of 1 to 600 characters. Mend the cell."),
        (HEAD + "A,x,,\nB,,,\n", "line 3: B: “meaning” is not text"),
        (HEAD + 'A,x,"p\nq\nr",\nA,y,,\n', "line 5: A: Another term has the short name “a” already."),
        (HEAD + "A,x,,,,5\n", "line 2: The row has 6 cells, the first line 4."),
        (HEAD + '"A,x,,\n', "This line cannot be read as CSV."),
        (HEAD + "A,x\x00y,,\n", "line 2: A: “meaning” is not text"),
    ],
)
def test_what_cannot_be_taken_is_told_with_its_line(text, problem):
    assert any(problem in one for one in read(text)[1]), read(text)[1]


def test_rows_that_stand_under_their_names_are_told_with_their_lines_too():
    head = "key,title,publisher,url,year\n"
    good = "NCI,T,P,https://a.org/,2024\n"
    (facts,), problems = read(
        head
        + good
        + "NCI,T,P,https://a.org/,\n,T,P,https://a.org/,\nX,T,P,http://a.org/,\nY,T,P,https://a.org/,soon\n",
        SOURCES,
    )
    assert (facts.key, facts.year) == ("NCI", 2024)
    assert [problem.split(". ")[0] for problem in problems] == [
        "line 3: “NCI” stands here a second time",
        "line 4: “key” is empty",
        "line 5: X: “url” is not an address",
        "line 6: “year” is not a whole number: “soon”",
    ]


@pytest.mark.parametrize(("cell", "portals"), [("yes", True), ("No", False), ("", False), ("TRUE", True)])
def test_yes_and_no_are_read_as_people_write_them(cell, portals):
    (facts,), problems = read(f"means,words,pages,portals\na,b,,{cell}\n", LAY)
    assert (facts.portals, problems) == (portals, [])


def test_a_card_keeps_its_lines():
    body = "- you have pain\n- you feel weak\n\nOne sign is enough.\n"
    data = {"card": [{"name": "pain", "level": "now", "title": "Pain", "summary": "S.", "body": body, "order": 10}]}
    ((_, card),), problems = read_csv(CARDS, write_csv(CARDS, data))
    assert problems == []
    assert (card.name, card.values["body"], card.values["order"]) == ("pain", body, 10)


def test_the_first_line_says_what_stands_between_the_cells():
    assert [separator(text) for text in ("a,b;c,d", "a;b;c,d\nx,y,z,z,z", "a\tb", "a")] == [",", ";", "\t", ","]


def test_a_plan_counts_and_names_what_differs():
    entries = [
        Entry("a", {"x": 1}),
        Entry("b", {"x": 1, "y": ["p"]}, {"x": 1, "y": []}),
        Entry("c", {"x": 1}, {"x": 1}),
    ]
    plan = Plan(entries)
    assert (len(plan.new), len(plan.changed), plan.unchanged) == (1, 1, 1)
    assert plan.changed[0].differs == [("y", "", "p")]
    assert plan.token == Plan(list(entries)).token != Plan(entries[:2]).token
