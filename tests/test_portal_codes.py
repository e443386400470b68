"""Codes to pages: the shipped tables, the rules of matching, import, export and the admin's tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from tests import tables
from tests.cast import make_topic, person, publisher
from tests.portal_codes import (
    JSON,
    OVERVIEW,
    PAGES,
    SPREAD,
    TABLES,
    answered,
    page,
    pages_and_codes,
    request,
    take,
    words,
)
from topics import workflow
from topics.code_files import COLUMNS, UNVERIFIED, read_codes, write_codes
from topics.codes import ICD_10_CM, SYSTEMS, coded, system_called
from topics.models import ClinicSettings, Code, UnmatchedCode
from topics.portal import codes as matching
from topics.portal.codes import count_misses
from topics.source import parse
from topics.transfer import export_folder
from topics.transfer.codes import code_tables

pytestmark = pytest.mark.both_databases

HEAD = ",".join(COLUMNS) + "\n"
CM, SNOMED, RXNORM = "icd-10-cm", "snomed", "rxnorm"


@pytest.fixture
def site(db):
    return pages_and_codes()


def code(number: str, topic, system: str = CM, **values) -> Code:
    values = {"covers": "family", "verified": "v", "source": "a list", **values}
    return Code.objects.create(system=system, code=number, topic=topic, **values)


# --- the shipped tables ----------------------------------------------------------------------


@pytest.mark.parametrize("file", TABLES, ids=lambda file: file.stem)
def test_a_shipped_table_is_right_checked_and_canonical(file):
    text = file.read_text()
    rows, problems = read_codes(text, file.stem)
    assert rows and not problems
    assert all(row.verified != UNVERIFIED for row in rows)
    assert write_codes(rows) == text
    assert {row.topic for row in rows} <= set(PAGES)


def test_tables_ship_for_every_system_that_may_be_shipped():
    assert {file.stem for file in TABLES} == set(SYSTEMS) - {"ndc"}


def test_no_table_has_a_descriptor_that_somebody_owns():
    assert COLUMNS == ("system", "code", "covers", "topic", "rank", "needs_context", "verified", "source")


def test_every_code_in_a_pages_front_matter_leads_to_that_page(client, site, settings):
    for file in settings.CONTENT_DIR.glob("*/*.md"):
        for system, numbers in parse(file.read_text()).codes.items():
            for number in numbers:
                assert file.stem in answered(client, request((system, number))), (file.name, number)


# --- what a code leads to --------------------------------------------------------------------

LEADS = [
    # families up: the nearest row above; dots, spaces and case do not matter
    (CM, "C79.51", ["bone"]),
    (CM, "C7951", ["bone"]),
    (CM, " c79. 52 ", ["bone"]),
    (CM, "C79.31", ["brain"]),
    (CM, "C78.02", ["lung"]),
    (CM, "C78.7", ["liver"]),
    (CM, "C77.1", ["lung"]),
    (CM, "C77.3", [SPREAD]),
    (CM, "C79.01", [SPREAD]),
    (CM, "C50.911", [OVERVIEW]),
    (CM, "C50.A1", [OVERVIEW]),
    (CM, "C79.82", [OVERVIEW]),
    # the seventh character and the placeholder fall away
    (CM, "M84.58XA", ["bone"]),
    (CM, "M84.551D", ["bone"]),
    # families down: at most three, most common first
    (CM, "C79", ["bone", "brain", SPREAD]),
    (CM, "C79.5", ["bone"]),
    (CM, "C78", ["lung", "liver"]),
    (CM, "C77", [SPREAD]),
    (CM, "M84", []),
    # exact rows stay exact
    (CM, "Z17", []),
    (CM, "Z79", []),
    (CM, "Z17.421", ["chemotherapy", "targeted-therapy"]),
    (CM, "Z51.0", ["radiotherapy"]),
    # never two characters, never another system
    (CM, "C7", []),
    (CM, "94222008", []),
    (RXNORM, "94222008", []),
    ("icd-9-cm", "94222008", []),
    # WHO's codes end earlier and are other codes outside chapter C
    ("icd-10", "C79.5", ["bone"]),
    ("icd-10", "R56.9", []),
    ("icd-9-cm", "198.5", ["bone"]),
    ("icd-9-cm", "1983", ["brain"]),
    ("icd-9-cm", "198", ["bone", "brain"]),
    ("icd-9-cm", "174.9", [OVERVIEW]),
    # ICD-10-CM sent as ICD-10 or ICD-9-CM
    ("icd-10", "C79.51", ["bone"]),
    ("icd-9-cm", "C79.51", ["bone"]),
    (SNOMED, "94222008", ["bone"]),
    (SNOMED, "94391008", ["lung"]),
    (SNOMED, "94381002", ["liver"]),
    (SNOMED, "94225005", ["brain"]),
    (SNOMED, "315004001", [OVERVIEW]),
    (RXNORM, "10324", ["hormone-therapy"]),
    (RXNORM, "2628478", ["hormone-therapy"]),
    (RXNORM, "2284102", ["hormone-therapy", "targeted-therapy"]),
    (RXNORM, "194000", ["chemotherapy"]),
    ("loinc", "85337-4", ["hormone-therapy"]),
    ("loinc", "85319-2", ["targeted-therapy"]),
    ("loinc", "6875-9", [OVERVIEW]),
    ("hcpcs", "J9355", ["targeted-therapy"]),
    ("hcpcs", "j9395", ["hormone-therapy"]),
    # nothing about them here
    (CM, "S62.001A", []),
    ("ndc", "0069-0187-21", []),
]


@pytest.mark.parametrize(("system", "number", "pages"), LEADS, ids=lambda value: str(value))
def test_a_code_leads_to_its_pages(client, site, system, number, pages):
    assert answered(client, request((system, number))) == pages


@pytest.mark.parametrize(
    "system",
    ["2.16.840.1.113883.6.90", "urn:oid:2.16.840.1.113883.6.90", "URN:OID:2.16.840.1.113883.6.90"]
    + ["http://hl7.org/fhir/sid/icd-10-cm", "ICD10CM", "icd-10-cm", "I10"],
)
def test_a_system_is_known_by_oid_urn_uri_and_alias(system):
    assert system_called(system) is ICD_10_CM


def test_retired_oids_are_known():
    for oid, slug in (("6.2", "icd-9-cm"), ("6.42", "icd-9-cm"), ("11.79", "loinc"), ("6.14", "hcpcs")):
        assert system_called(f"2.16.840.1.113883.{oid}").slug == slug


def test_digits_are_a_code_only_with_their_check_digit():
    assert coded("SNOMED", "94222008") and not coded("SNOMED", "94222009")
    assert coded("LOINC", "6875-9") and not coded("LOINC", "6875-8")


def test_several_codes_are_answered_in_the_order_of_the_request(client, site):
    assert answered(client, request((CM, "C79.31"), (CM, "C79.51"))) == ["brain", "bone"]
    assert answered(client, request((CM, "C79.51"), (CM, "C79.31"))) == ["bone", "brain"]


def test_a_page_asked_for_twice_rises(client, site):
    assert answered(client, request((CM, "C79.51"), (CM, "C78.7"), (SNOMED, "94381002"))) == ["liver", "bone"]


def test_three_pages_at_most(client, site):
    everything = request((CM, "C79.51"), (CM, "C79.31"), (CM, "C78.7"), (CM, "C78.02"))
    assert answered(client, everything) == ["bone", "brain", "liver"]


def test_what_belongs_to_every_cancer_comes_after_what_says_where_it_is(client, site):
    assert answered(client, request((CM, "Z51.11"), (CM, "C50.911"), (CM, "C79.51"))) == [
        "bone",
        "chemotherapy",
        OVERVIEW,
    ]


def test_the_aspect_asked_for_comes_first(client, site):
    asked = request((CM, "C79.51"), (CM, "Z51.0"))
    assert answered(client, asked) == ["bone", "radiotherapy"]
    assert answered(client, {**asked, "subTopic.v.c": "Q000628"}) == ["radiotherapy", "bone"]
    assert answered(client, {**asked, "subtopic.v.c": "Q000175"}) == ["bone", "radiotherapy"]


# --- codes that do not mean metastatic breast cancer -----------------------------------------

UNSPECIFIC = [
    (CM, "R56.9"),
    (CM, "G40.909"),
    (CM, "R51.9"),
    (CM, "R53.83"),
    (CM, "R11.2"),
    (CM, "G95.20"),
    (CM, "E83.52"),
    (CM, "R18.0"),
    (CM, "G93.6"),
    (CM, "Z79.83"),
    (SNOMED, "91175000"),
    (RXNORM, "993449"),
    (RXNORM, "77655"),
    (RXNORM, "6851"),
    (RXNORM, "141704"),
    (RXNORM, "3002"),
    ("loinc", "2039-6"),
    ("cpt", "96413"),
]


@pytest.mark.parametrize(("system", "number"), UNSPECIFIC)
def test_an_unspecific_code_is_answered_only_beside_a_cancer_code(client, site, system, number):
    assert answered(client, request((system, number))) == []
    assert answered(client, request((system, number), (CM, "Z51.11"))) == ["chemotherapy"]
    with_cancer = client.get("/infobutton/", {**request((CM, "C79.51"), (system, number)), **JSON}).json()["feed"]
    assert any(
        {"scheme": "mainSearchCriteria.v.cs1", "term": SYSTEMS[system].oid} in entry["category"]
        for entry in with_cancer["entry"]
    )


def test_a_clinic_may_switch_unspecific_codes_on(client, site):
    ClinicSettings.objects.create(pk=1, answer_codes_without_context=True)
    assert answered(client, request((CM, "R56.9"))) == ["brain"]


def test_no_other_cancer_is_a_context(client, site):
    assert answered(client, request((CM, "C34.90"), (CM, "R53.83"))) == []


def test_the_words_beside_an_unspecific_code_do_not_let_it_in(client, site):
    assert answered(client, {**request((RXNORM, "993449")), **words("denosumab")}) == []
    assert answered(client, {**request((CM, "R51.9")), **words("bone metastases")}) == []


# --- names -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("letrozole", ["hormone-therapy"]),
        ("Letrozole 2.5 MG Oral Tablet [Femara]", ["hormone-therapy"]),
        ("FASLODEX", ["hormone-therapy"]),
        ("trastuzumab-dkst", ["targeted-therapy"]),
        ("Trastuzumab-anns 150 MG Injection [Kanjinti]", ["targeted-therapy"]),
        ("fam-trastuzumab deruxtecan-nxki", ["targeted-therapy"]),
        ("sacituzumab govitecan-hziy 180 MG", ["targeted-therapy"]),
        ("letrozole-abcd", []),  # no biological, so no biosimilar
        ("Trastuzumaboid", []),
        ("denosumab 60 MG/ML", []),
        ("methotrexate", []),
        ("", []),
        ("' OR 1=1 --", []),
    ],
)
def test_a_medicine_is_found_by_its_name(client, site, text, pages):
    assert answered(client, words(text, "dn")) == pages
    assert answered(client, words(text)) == pages


def test_a_product_code_that_is_not_here_is_found_by_its_name(client, site):
    assert answered(client, {**request((RXNORM, "99999999")), **words("palbociclib 125 MG", "dn")}) == [
        "hormone-therapy",
        "targeted-therapy",
    ]
    assert answered(client, {**request(("ndc", "0069-0187-21")), **words("Ibrance", "dn")})[0] == "hormone-therapy"


def test_a_code_without_its_system_counts_only_through_its_words(client, site):
    assert answered(client, {"mainSearchCriteria.v.c": "C79.51"}) == []
    assert answered(client, {"mainSearchCriteria.v.c": "C79.51", **words("tamoxifen", "dn")}) == ["hormone-therapy"]


def test_words_are_found_by_what_editors_let_answer_portals(client, site):
    from topics.models import SearchWords

    SearchWords.objects.create(means="bone metastases", words=["metastasis to bone"], pages=["bone"], portals=True)
    assert answered(client, words("Metastasis to bone")) == ["bone"]
    assert answered(client, words("back pain")) == []


# --- drafts, withdrawn pages, languages, licences --------------------------------------------


def test_a_draft_never_answers(client, db):
    code("C79.5", make_topic("bone"))
    assert answered(client, request((CM, "C79.51"))) == []


def test_what_took_a_withdrawn_pages_place_answers(client, db):
    bone, newer = page("bone"), page("bones-and-joints")
    code("C79.5", bone)
    workflow.withdraw(bone, publisher(), "replaced", newer)
    assert answered(client, request((CM, "C79.51"))) == ["bones-and-joints"]


def test_a_page_withdrawn_without_successor_answers_nothing(client, db):
    bone = page("bone")
    code("C79.5", bone)
    workflow.withdraw(bone, publisher(), "wrong")
    assert answered(client, request((CM, "C79.51"))) == []


def test_a_page_behind_the_door_never_answers(client, db):
    bone = page("bone", door="prognosis")
    code("C79.5", bone)
    assert answered(client, request((CM, "C79.51"))) == []
    page("lung", language="es", door="prognosis")
    code("C78.0", page("lung"))
    assert answered(client, {**request((CM, "C78.0")), "informationRecipient.languageCode.c": "es"}) == ["lung"]


def test_the_page_in_the_readers_language_answers_else_the_english_one(client, db):
    bone, lung = page("bone"), page("lung")
    page("bone", language="es", title="Hueso")
    code("C79.5", bone)
    code("C78.0", lung)
    asked = {**request((CM, "C79.51"), (CM, "C78.00")), "informationRecipient.languageCode.c": "es-US", **JSON}
    feed = client.get("/infobutton/", asked).json()["feed"]
    assert feed["lang"] == "es"
    assert [(entry["lang"], entry["title"]["_value"]) for entry in feed["entry"]] == [
        ("es", "Hueso"),
        ("en", "Title of lung"),
    ]
    assert feed["entry"][0]["link"][0]["href"].endswith("/es/topics/bone/")


def test_snomed_can_be_switched_off(client, site, settings):
    settings.SNOMED_CODES = False
    response = client.get("/infobutton/", {**request((SNOMED, "94222008")), **JSON})
    assert response.json()["feed"]["entry"] == [] and b"94222008" not in response.content
    assert not UnmatchedCode.objects.exists()
    assert answered(client, request((CM, "C79.51"))) == ["bone"]


def test_rows_that_are_unverified_or_switched_off_do_not_answer(client, db):
    bone = page("bone")
    code("C79.51", bone, verified="U")
    code("C79.52", bone, active=False)
    assert answered(client, request((CM, "C79.51"))) == answered(client, request((CM, "C79.52"))) == []


# --- cost ------------------------------------------------------------------------------------


def fill(rows: int, topic) -> list[str]:
    """So many ICD-10-CM families, spread over the whole classification."""
    numbers = [f"{chr(65 + n // 100 % 26)}{n % 100:02}.{n // 2600}{n % 7}" for n in range(rows)]
    table = [Code(system=CM, code=number, topic=topic, covers="family", verified="v") for number in numbers]
    for row in table:
        row.set_key()
    Code.objects.bulk_create(table, ignore_conflicts=True)
    return numbers


def test_two_thousand_codes_resolve_and_cost_no_more_than_a_few(client, db):
    bone = page("bone")
    code("C79.5", bone)
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert answered(client, request((CM, "C79.51"))) == ["bone"]
    numbers = fill(2_000, bone)
    assert Code.objects.count() >= 2_000
    for number in numbers:
        found = matching.rows_for([coded("ICD10CM", f"{number}1")])
        assert found[0] and found[0][0].key == ICD_10_CM.key(number)
    with CaptureQueriesContext(connection) as many:
        assert answered(client, request((CM, "C79.51"))) == ["bone"]
    assert len(many) <= len(few)


def test_codes_and_names_are_looked_up_by_an_index(db):
    fill(2_000, page("bone"))
    with CaptureQueriesContext(connection) as queries:
        matching.rows_for([coded("ICD10CM", "C79.51"), coded("SNOMED", "94222008")])
        matching.rows_named([["Letrozole 2.5 MG Oral Tablet"]])
    assert len(queries) == 2
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE topics_code")
        for query in queries:
            cursor.execute(f"{explain} {query['sql']}")
            plan = " ".join(str(row) for row in cursor.fetchall())
            assert "codes_by_stem" in plan, plan
            assert "SCAN topics_code" not in plan and "Seq Scan on topics_code" not in plan, plan


# --- codes without a page --------------------------------------------------------------------


def test_a_code_without_a_page_is_counted_by_code_and_day_only(client, site):
    for number in ("s62.0", "S620", "S62.0"):
        client.get("/infobutton/", request((CM, number)))
    client.get("/infobutton/", request((CM, "C79.51")))
    client.get("/infobutton/", request((CM, "R51.9")))
    row = UnmatchedCode.objects.get()
    assert (row.system, row.code, row.count) == (CM, "S62.0", 3)
    assert {field.name for field in UnmatchedCode._meta.fields} == {"id", "day", "system", "code", "count"}


@pytest.mark.parametrize(
    ("system", "number"), [(CM, "John Smith"), (SNOMED, "9434765919"), ("no-such-system", "S62.0"), ("loinc", "1-1")]
)
def test_what_is_no_code_is_not_counted(client, site, system, number):
    client.get("/infobutton/", request((system, number)))
    assert not UnmatchedCode.objects.exists()


def test_counting_has_an_end(db, monkeypatch):
    monkeypatch.setattr(matching, "MOST_MISSES_A_DAY", 3)
    monkeypatch.setattr(matching, "MOST_COUNTED", 2)
    today, before = date(2026, 11, 24), date(2026, 1, 1)
    count_misses([coded("ICD10CM", "S62.0")], before)
    for number in ("S62.0", "S62.1", "S62.2", "S62.3", "S62.0", "S62.0"):
        count_misses([coded("ICD10CM", number)], today)
    assert not UnmatchedCode.objects.filter(day=before).exists()
    assert dict(UnmatchedCode.objects.values_list("code", "count")) == {"S62.0": 2, "S62.1": 1, "S62.2": 1}


def test_a_database_that_cannot_write_costs_no_answer(client, site, monkeypatch):
    def broken(*args):
        raise DatabaseError("disk full")

    monkeypatch.setattr(matching, "_count", broken)
    assert answered(client, request((CM, "S62.0"), (CM, "C79.51"))) == ["bone"]


# --- files in and out ------------------------------------------------------------------------


def table(tmp_path: Path, *rows: str, system: str = CM) -> Path:
    file = tmp_path / f"{system}.csv"
    file.write_text(HEAD + "".join(f"{row}\n" for row in rows))
    return file


BONE = f"{CM},C79.5,family,bone,110,no,v,a list"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("icd-11,XH1,exact,bone,1,no,v,a list", "code system"),
        ("snomed,94222008,exact,bone,1,no,v,a list", "stands in the file of icd-10-cm"),
        (f"{CM},C7,exact,bone,1,no,v,a list", "not in the form"),
        (f"{CM},C79.5,some,bone,1,no,v,a list", "covers"),
        (f"{CM},C79.5,exact,Bone page,1,no,v,a list", "topic"),
        (f"{CM},C79.5,exact,bone,first,no,v,a list", "rank"),
        (f"{CM},C79.5,exact,bone,1,perhaps,v,a list", "needs_context"),
        (f"{CM},C79.5,exact,bone,1,no,yes,a list", "verified"),
        (f"{CM},C79.5,exact,bone,1,no,v,", "source"),
        (f"{CM},C79.5,exact,bone,1,no,v,=cmd()", "source"),
        (f"{CM},C79.5,exact,bone", "columns"),
        (f"{CM},C79.5,exact,no-such-page,1,no,v,a list", "no page “no-such-page”"),
        (f'{CM},"C79.5,exact,bone,1,no,v,a list', "CSV"),
    ],
)
def test_a_row_that_cannot_be_taken_is_named_with_file_and_line(db, tmp_path, row, words):
    page("bone")
    report = take(table(tmp_path, BONE, row))
    (problem,) = report.problems
    assert str(problem).startswith(f"codes/{CM}.csv:3: ") and words in str(problem) and problem.mend
    assert Code.objects.get().code == "C79.5"


def test_a_table_without_its_first_line_is_refused(db, tmp_path):
    file = tmp_path / f"{CM}.csv"
    file.write_text(BONE + "\n")
    assert [problem.line for problem in take(file).problems] == [1]


def test_a_doubled_row_is_refused(db, tmp_path):
    page("bone")
    report = take(table(tmp_path, BONE, f"{CM},C795,exact,bone,1,no,v,a list"))
    assert "line 2" in str(report.problems[0]) and Code.objects.count() == 1


def test_a_second_import_changes_nothing(site):
    before = list(Code.objects.order_by("pk").values())
    report = take(*TABLES)
    assert report.rows_written == 0 and not report.kept and not report.problems
    assert list(Code.objects.order_by("pk").values()) == before


def test_an_export_gives_the_shipped_files_byte_for_byte(site, tmp_path):
    export_folder(tmp_path / "out")
    for file in TABLES:
        assert (tmp_path / "out" / "codes" / file.name).read_bytes() == file.read_bytes()


def test_files_change_a_row_that_nobody_changed_here(db, tmp_path):
    page("bone")
    take(table(tmp_path, BONE))
    take(table(tmp_path, BONE.replace("110", "90")))
    assert Code.objects.get().rank == 90


def test_files_never_overwrite_an_editors_row(db, tmp_path):
    bone = page("bone")
    take(table(tmp_path, BONE))
    Code.objects.update(rank=5)
    code("C79.9", bone, rank=7)
    report = take(table(tmp_path, BONE.replace("110", "90"), f"{CM},C79.9,exact,bone,99,no,v,a list"))
    assert [row.rank for row in Code.objects.order_by("code")] == [5, 7]
    assert len(report.kept) == 2
    assert not take(table(tmp_path, BONE.replace("110", "90"), f"{CM},C79.9,exact,bone,99,no,v,a list")).kept


def test_a_row_that_the_files_dropped_goes_unless_an_editor_touched_it(db, tmp_path):
    bone = page("bone")
    rows = [f"{CM},C79.5{n},exact,bone,1,no,v,a list" for n in range(4)]
    take(table(tmp_path, *rows))
    Code.objects.filter(code="C79.51").update(rank=9)
    Code.objects.filter(code="C79.52").update(active=False)
    code("C80.0", bone)
    take(table(tmp_path, rows[3]))
    assert set(Code.objects.values_list("code", flat=True)) == {"C79.51", "C79.52", "C79.53", "C80.0"}


def test_a_table_with_a_mistake_drops_nothing(db, tmp_path):
    page("bone")
    take(table(tmp_path, BONE, f"{CM},C79.9,exact,bone,1,no,v,a list"))
    take(table(tmp_path, BONE, f"{CM},C79.9,exact,bone,one,no,v,a list"))
    assert Code.objects.count() == 2


def test_a_code_keeps_its_page_when_the_page_gets_another_address(client, db, tmp_path):
    bone = page("bone")
    take(table(tmp_path, BONE))
    workflow.rename(bone, "bones", publisher())
    assert answered(client, request((CM, "C79.51"))) == ["bones"]
    report = take(table(tmp_path, BONE))
    assert not report.problems and report.rows_written == 0
    assert ",bones," in dict(code_tables())[f"codes/{CM}.csv"]


# --- the admin -------------------------------------------------------------------------------


@pytest.fixture
def librarian(client, db):
    client.force_login(person("librarian", "view_code", "add_code", "change_code", "delete_code", "view_unmatchedcode"))
    return client


def upload(client, text: str | bytes):
    return tables.upload(client, "code", text, "codes.csv")


def take_table(client, text: str):
    return tables.take(client, "code", text, "codes.csv")


def test_an_editor_takes_a_table_and_is_told_what_happened(librarian):
    page("bone")
    response = take_table(librarian, f"\ufeff{HEAD}{BONE}\r\nsnomed,94222008,exact,bone,110,no,v,mCODE\r\n")
    assert "2 new, 0 changed, 0 unchanged." in response.content.decode()
    response = take_table(librarian, HEAD + BONE.replace("110", "90") + "\n")
    assert "0 new, 1 changed, 0 unchanged." in response.content.decode()
    assert Code.objects.get(system=CM).imported is None


def test_a_table_with_a_mistake_is_not_taken_and_its_lines_are_named(librarian):
    page("bone")
    response = upload(librarian, f"{HEAD}{BONE}\n{CM},C79.9,exact,<b>x</b>,1,no,v,a list\n")
    assert response.status_code == 422 and not Code.objects.exists()
    assert "line 3" in response.content.decode() and "<b>x</b>" not in response.content.decode()


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"", b"a" * 1_000_001, b'"' * 2_000, HEAD.encode() + b",,,,,,,\n"])
def test_no_file_breaks_the_import(librarian, data):
    assert upload(librarian, data).status_code == 422


def test_the_downloaded_table_can_be_taken_again(librarian, site):
    text = librarian.get("/admin/topics/code/export/csv/").content.decode()
    assert text.count("\n") == Code.objects.count() + 1
    assert f"0 new, 0 changed, {Code.objects.count()} unchanged." in upload(librarian, text).content.decode()


def test_rows_of_files_are_switched_off_not_deleted(librarian, site):
    row = Code.objects.first()
    assert librarian.post(f"/admin/topics/code/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    own = code("C80.1", site["bone"])
    assert librarian.post(f"/admin/topics/code/{own.pk}/delete/", {"post": "yes"}).status_code == 302


def test_the_form_refuses_what_is_no_code(db):
    bone = page("bone")
    row = Code(system=CM, code="nonsense", topic=bone, covers="exact", verified="v")
    with pytest.raises(ValidationError):
        row.full_clean()
    code("C79.5", bone)
    with pytest.raises(ValidationError):
        Code(system=CM, code="C795", topic=bone).full_clean()


def test_editors_see_what_was_asked_for_in_vain_and_change_nothing(librarian, site):
    librarian.get("/infobutton/", request((CM, "S62.0")))
    text = librarian.get("/admin/topics/unmatchedcode/").content.decode()
    assert "S62.0" in text and "/admin/topics/code/add/?system=icd-10-cm&amp;code=S62.0" in text
    assert librarian.get("/admin/topics/unmatchedcode/add/").status_code == 403


@pytest.mark.parametrize("address", ["", "add/", "import/", "export/csv/"])
def test_who_may_not_see_codes_is_refused(client, db, address):
    client.force_login(person("nobody"))
    assert client.get(f"/admin/topics/code/{address}").status_code == 403
    client.logout()
    assert client.get(f"/admin/topics/code/{address}").status_code == 302
    client.force_login(person("reader", "view_code"))
    assert client.get("/admin/topics/code/import/").status_code == 403
    assert client.post("/admin/topics/code/import/").status_code == 403
