"""/infobutton/: hostile, huge and odd requests. None is a failure of ours, and nothing of them comes back."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from tests.portal_codes import JSON, OIDS, answered, page, pages_and_codes
from topics.models import Code

CM, SNOMED = "icd-10-cm", "snomed"
C, CS = "mainSearchCriteria.v.c", "mainSearchCriteria.v.cs"
BONE = {C: "C79.51", CS: OIDS[CM]}
XML = {"knowledgeResponseType": "text/xml"}
PLAIN, HTML = "text/plain; charset=utf-8", "text/html; charset=utf-8"
READER = "informationRecipient.languageCode.c"


@pytest.fixture
def site(db):
    return pages_and_codes()


# --- what cannot be read ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({C: "1" * 65, CS: OIDS[SNOMED]}, "64"),
        ({f"x{number}": "1" for number in range(51)}, "50"),
        ({"x": "z" * 3_000, C: "9" * 65}, "64"),
    ],
)
def test_too_much_is_refused_in_one_sentence(client, site, asked, said):
    response = client.get("/infobutton/", {**asked, **XML})
    assert response.status_code == 400 and response["Content-Type"] == PLAIN
    assert said in response.content.decode() and response.content.count(b"\n") == 1


def test_a_body_of_more_than_eight_kilobytes_is_refused(client, site):
    response = client.post("/infobutton/", {**BONE, "mainSearchCriteria.v.ot": "a" * 9_000})
    assert response.status_code == 400 and b"too long" in response.content


@pytest.mark.parametrize("kind", ["application/json", "text/xml", "application/octet-stream"])
def test_a_body_that_is_no_form_is_refused_in_a_sentence(client, site, kind):
    response = client.post("/infobutton/", json.dumps(BONE), content_type=kind)
    assert response.status_code == 415 and b"form" in response.content


# What old portals really send beside a good code: names in Latin-1, cut names, control characters.
ODD_BYTES = [b"C%E1ncer", b"C\xe1ncer", b"%C3", b"a%00b", b"%07", b"%ED%A0%80", b"%", b"%zz", b"%u00e1"]


@pytest.mark.parametrize("odd", ODD_BYTES)
@pytest.mark.parametrize("name", ["mainSearchCriteria.v.dn", "age.v.v", "x", READER])
def test_odd_bytes_beside_a_code_do_not_spoil_the_answer(client, site, name, odd):
    query = f"{urlencode({**BONE, **JSON})}&{name}=".encode() + odd
    for response in (
        client.generic("GET", "/infobutton/", QUERY_STRING=query.decode("latin-1")),
        client.generic("POST", "/infobutton/", query, content_type="application/x-www-form-urlencoded"),
    ):
        assert [one["title"]["_value"] for one in response.json()["feed"]["entry"]] == ["Title of bone"]


def test_control_characters_are_cut_from_a_code(client, site):
    assert answered(client, {**BONE, C: "\x00C79\x07.51\r\n"}) == ["bone"]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded; charset=iso-8859-1", b"a=1"),
        ("application/x-www-form-urlencoded; charset=nope", b"a=1"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
    ],
)
def test_a_form_that_cannot_be_read_is_refused_in_a_sentence(client, site, kind, body):
    response = client.generic("POST", "/infobutton/", body, content_type=kind)
    assert (response.status_code, response["Content-Type"]) in ((400, PLAIN), (200, HTML))
    assert response.status_code == 200 or b"UTF-8" in response.content


@pytest.mark.parametrize("size", [9_000, 40_000, 1_000_000])
def test_too_much_is_said_to_be_too_much_however_it_comes(client, site, size):
    many = "&".join(["a=1"] * (size // 4))
    for response in (
        client.generic("GET", "/infobutton/", QUERY_STRING=f"x={'z' * size}"),
        client.generic("GET", "/infobutton/feed/", QUERY_STRING=many),
        client.generic("POST", "/infobutton/", many, content_type="application/x-www-form-urlencoded"),
        client.post("/infobutton/", {"x": "z" * size}),
    ):
        assert response.status_code == 400 and response["Content-Type"] == PLAIN
        assert response["Access-Control-Allow-Origin"] == "*"


# --- whatever is sent ------------------------------------------------------------------------

MARK = "mArK3r-7"
NAMES = st.sampled_from(
    [
        *(
            f"mainSearchCriteria.v.{part}{number}"
            for part in ("c", "cs", "dn", "ot", "csn")
            for number in ("", 0, 1, 99)
        ),
        *("mainSearchCriteria1.v.c", "mainSearchCritieria.c.c", "subTopic.v.c", "subtopic.v.cs", "age.v.v"),
        *("informationRecipient", READER, "performer.languageCode.c", "taskContext.c.c", "callback"),
        *("knowledgeResponseType", "", "x", "__proto__", "mainSearchCriteria.v.c²", "mainSearchCriteria.v.c٣"),
    ]
)
USUAL = st.sampled_from(
    [*OIDS.values(), "ICD10CM", "urn:oid:", "C79.51", "C79", "94222008", "10324", "es", "text/xml", "application/json"]
    + ["application/javascript", "trastuzumab-dkst", "Q000628", "f", "٣٣", "ß" * 30, "İ", "PAT", " ", "\t", "-"]
)
MARKED = st.builds(lambda before, after: f"{before}{MARK}{after}", st.text(max_size=40), st.text(max_size=40))
VALUES = st.one_of(USUAL, MARKED, st.text(max_size=80), st.just("<script>alert(1)</script>"))
PAIRS = st.lists(st.tuples(st.one_of(NAMES, MARKED, st.text(max_size=30)), VALUES), max_size=55)
BYTES = st.binary(max_size=200)
TRY = effort(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def harmless(response) -> None:
    """No failure of ours, and nothing that was sent in what came back."""
    assert response.status_code in (200, 204, 303, 400, 405, 413, 415)
    sent_back = response.content.decode() + str(dict(response.headers))
    assert MARK.lower() not in sent_back.lower() and "<script>alert" not in sent_back


@pytest.fixture
def few(db):
    bone = page("bone")
    Code.objects.create(system=CM, code="C79.5", covers="family", topic=bone, verified="v", source="a list")


@pytest.mark.both_databases
@TRY
@given(pairs=PAIRS, feed=st.booleans())
def test_no_parameters_break_it_or_come_back(client, few, pairs, feed):
    query = urlencode([(name.encode(errors="replace"), value.encode(errors="replace")) for name, value in pairs])
    path = "/infobutton/feed/" if feed else "/infobutton/"
    harmless(client.generic("GET", path, QUERY_STRING=query))
    harmless(client.generic("POST", path, query, content_type="application/x-www-form-urlencoded"))


@pytest.mark.both_databases
@TRY
@given(query=st.one_of(BYTES, st.text("&=;%+\x00\r\n.c0%F", max_size=300).map(str.encode)), body=BYTES)
def test_no_bytes_break_it(client, few, query, body):
    harmless(client.generic("GET", "/infobutton/", QUERY_STRING=query.decode("latin-1")))
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "x", ""):
        harmless(client.generic("POST", "/infobutton/feed/", body, content_type=kind))


@pytest.mark.parametrize("size", [8_000, 8_191, 8_193, 100_000])
def test_no_size_breaks_it(client, few, size):
    for name in (C, "mainSearchCriteria.v.dn", READER, "x", "callback", "knowledgeResponseType"):
        harmless(client.generic("GET", "/infobutton/", QUERY_STRING=f"{name}={MARK * (size // len(MARK))}"))
        harmless(client.post("/infobutton/", {name: MARK * (size // len(MARK))}))
    harmless(client.generic("GET", "/infobutton/", QUERY_STRING="&".join([f"{C}=1"] * (size // 25))))
