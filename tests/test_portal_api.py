"""/api/v1/: real answers against the served description, and nothing in them that patients cannot see."""

from __future__ import annotations

import copy
import json
from datetime import timedelta

import jsonschema_rs
import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as effort
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.cast import checked, go_live, new_draft, published_topic, publisher
from tests.cast import make_topic as draft_topic
from topics import workflow
from topics.models import GlossaryTerm, Reference, Revision
from topics.models.codes import Code
from topics.portal import openapi

pytestmark = [
    pytest.mark.django_db,
    # schemathesis' generators, not us
    pytest.mark.filterwarnings(
        "ignore::DeprecationWarning:(schemathesis|hypothesis_jsonschema|jsonschema_rs|werkzeug)"
    ),
]

SECRET = "words that no patient may see"
LISTS = ("topics", "cards", "glossary", "references", "codes", "changes")


@pytest.fixture
def world():
    """Pages in two languages, a card, words, sources, codes; drafts and a withdrawn page beside them."""
    Reference.objects.create(key="NCI-METS", title="Metastatic cancer", publisher="NCI", url="https://example.org/a")
    Reference.objects.create(key="ABC4", title="ABC 4", publisher="Annals", url="https://doi.org/10.1/x", year=2018)
    for word in ("Antibody", "Biopsy", "Pelvis"):
        GlossaryTerm.objects.create(term=word, meaning=f"What {word} means.", forms=[f"{word}s"])
    GlossaryTerm.objects.create(language="es", term="Biopsia", meaning="Una prueba.")
    card = published_topic("cord", kind="card", title="Cord pressure", sites=["bone"])
    body = (
        "::: short\n- Point.\n:::\n\n::: card cord\n\n## Where\nThe pelvis [@NCI-METS].\n\n::: questions\n- Why?\n:::\n"
    )
    codes = {"icd-10-cm": ["C79.51"], "snomed": ["94222008"]}
    bone = published_topic("bone", body=body, sites=["bone"], codes=codes)
    lung = published_topic("lung", title="Lungs", sites=["lung"])
    published_topic("hueso", title="Huesos", language="es", sites=["bone"])
    gone = published_topic("gone", title="Gone page")
    workflow.withdraw(gone, publisher(), f"wrong: {SECRET}")
    draft_topic("draft", title="Hidden", summary=SECRET, text=SECRET)
    new_draft(lung, body=f"## Where\n{SECRET}\n")
    Code.objects.create(system="icd-10-cm", code="C79.5", covers="family", topic=bone, rank=100, verified="v")
    Code.objects.create(system="snomed", code="94222008", topic=bone, rank=110, verified="v")
    Code.objects.create(system="rxnorm", code="194000", topic=gone, rank=120, verified="v")
    Code.objects.create(system="loinc", code="6875-9", topic=bone, rank=130, verified="U")
    return {"card": card, "bone": bone, "lung": lung, "gone": gone}


def fetch(client, path, status=200, **query):
    answer = client.get(f"/api/v1/{path}", query)
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == ("application/json" if status == 200 else "application/problem+json")
    return answer.json()


def every_item(client, path, **query):
    found, address = [], f"/api/v1/{path}?" + "&".join(f"{name}={value}" for name, value in query.items())
    while address:
        answer = client.get(address).json()
        assert len(answer["items"]) <= int(query.get("limit", 50))
        found += answer["items"]
        assert len(found) < 1_000, "following “next” never ends"
        address = (answer["next"] or "").removeprefix(settings.SITE_URL)
    return found


# --- the description is true ----------------------------------------------------------------


def strict(schema):
    """The same schema without room for anything that it does not name."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: strict(part) for name, part in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        closed["additionalProperties"] = False
    return closed


def validator(document, path):
    answer = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    root = strict(copy.deepcopy({"components": document["components"], **answer}))
    return jsonschema_rs.validator_for(root, validate_formats=True)


def addresses(client, document):
    """An address for each described path that really answers."""
    first = {name: every_item(client, f"{name}/")[0] for name in LISTS}
    for path in document["paths"]:
        name = path.removeprefix("/api/v1/").split("/")[0]
        yield path, (first[name]["api"].removeprefix(settings.SITE_URL) if "{" in path else path)


def test_every_answer_is_what_the_description_says_and_nothing_more(client, world):
    document = fetch(client, "openapi.json")
    assert document == openapi.document()
    for path, address in addresses(client, document):
        check = validator(document, path)
        errors = [f"{error.instance_path} {error.message}" for error in check.iter_errors(client.get(address).json())]
        assert not errors, (path, errors)


def test_refusals_are_what_the_description_says(client, world):
    document = fetch(client, "openapi.json")
    schema = {"components": document["components"], **document["components"]["schemas"]["Problem"]}
    check = jsonschema_rs.validator_for(strict(schema))
    for path, status in {"topics/?limit=0": 400, "topics/999/": 404, "nowhere/": 404}.items():
        answer = client.get(f"/api/v1/{path}")
        assert answer.status_code == status
        assert check.is_valid(answer.json())


def test_the_description_is_valid_openapi_3_1(client):
    document = fetch(client, "openapi.json")
    for schema in document["components"]["schemas"].values():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})
    operations = [path["get"] for path in document["paths"].values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)


def test_the_guide_names_every_address_and_no_parameter_that_is_not_there(client):
    guide = (settings.BASE_DIR / "docs" / "api.md").read_text()
    named = [line.split("`")[1] for line in guide.splitlines() if line.startswith("| `/api/")]
    answers = {address: client.get(address) for address in named}
    assert all(answer.status_code in (200, 404) for answer in answers.values())
    assert all(answer.headers["Access-Control-Allow-Origin"] == "*" for answer in answers.values())
    views = {answer.resolver_match.view_name for answer in answers.values()}
    assert views == {f"api_{name}" for name in (*LISTS, "topic", "card", "term", "reference")}


@pytest.fixture
def one_connection():
    """A WSGI server closes what it finds inside a transaction, as every test is (django.test.client does the same)."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


described = schemathesis.openapi.from_dict(openapi.document())
described.app = get_wsgi_application()


@pytest.mark.usefixtures("one_connection", "world")
@described.parametrize()
@effort(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
def test_no_request_gets_anything_but_a_described_answer(case):
    checks = [
        not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_schema_conformance,
        positive_data_acceptance,
        negative_data_rejection,
        unsupported_method,
    ]
    case.call_and_validate(checks=checks)


# --- what is in it --------------------------------------------------------------------------


def test_a_page_is_the_same_html_that_readers_get(client, world):
    detail = fetch(client, f"topics/{world['bone'].number}/")
    page = client.get("/topics/bone/").content.decode()
    html = detail["html"]
    parts = [html["short"], html["lead"], html["questions"], *(section["html"] for section in html["sections"])]
    assert all(part and part in page for part in parts)
    assert detail["cards"] == [world["card"].number]
    assert detail["codes"] == {"icd-10-cm": ["C79.51"], "snomed": ["94222008"]}
    assert detail["references"] == ["NCI-METS"]
    assert detail["glossary"] == ["pelvis"]


def test_nobody_is_told_that_a_clinician_checked_what_no_clinician_checked(client, world):
    assert fetch(client, f"topics/{world['bone'].number}/")["checked"] is None


def test_checked_is_the_day_of_the_last_full_check_of_the_page_and_its_cards(client, world):
    bone, today = world["bone"], timezone.localdate().isoformat()
    checked(bone)
    assert fetch(client, f"topics/{bone.number}/")["checked"] is None  # its card is not
    checked(world["card"])
    for path in (f"topics/{bone.number}/", f"cards/{world['card'].number}/"):
        assert fetch(client, path)["checked"] == today
    listed = {row["number"]: row["checked"] for row in fetch(client, "topics/")["items"]}
    assert listed.pop(bone.number) == today and not any(listed.values())
    document = fetch(client, "openapi.json")
    assert validator(document, "/api/v1/topics/").is_valid(fetch(client, "topics/"))


def test_a_card_comes_with_its_level_and_its_box(client, world):
    detail = fetch(client, f"cards/{world['card'].number}/")
    assert detail["level"] == "now"
    assert detail["html"] in client.get("/when-to-call/").content.decode()
    assert detail["address"] == f"{settings.SITE_URL}/when-to-call/#card-cord"


def test_addresses_are_whole_in_the_page_s_language_and_from_our_own_settings(client, world):
    [spanish] = fetch(client, "topics/", language="es")["items"]
    assert spanish["address"] == f"{settings.SITE_URL}/es/topics/hueso/"
    answer = client.get("/api/v1/topics/", headers={"host": "localhost", "accept-language": "es"})
    assert {item["address"].startswith(settings.SITE_URL) for item in answer.json()["items"]} == {True}


def test_lists_are_filtered_by_language_section_and_site(client, world):
    names = lambda **asked: [item["name"] for item in every_item(client, "topics/", **asked)]  # noqa: E731
    assert names() == ["bone", "lung", "hueso"]
    assert names(language="en") == ["bone", "lung"]
    assert names(site="bone") == ["bone", "hueso"]
    assert names(site="bone", language="en") == ["bone"]
    assert names(section="sites") == ["bone", "lung", "hueso"]
    assert names(section="none-of-ours") == []
    assert [item["name"] for item in every_item(client, "cards/", site="lung")] == []
    assert [item["term"] for item in every_item(client, "glossary/", language="es")] == ["Biopsia"]


def test_the_code_map_holds_only_what_the_infobutton_address_would_answer_with(client, world):
    rows = [(row["system"], row["code"], row["topic"]) for row in every_item(client, "codes/")]
    number = world["bone"].number
    assert rows == [("icd-10-cm", "C79.5", number), ("snomed", "94222008", number)]


def test_a_code_is_found_without_its_dot_and_never_in_another_system(client, world):
    assert len(every_item(client, "codes/", code="c795")) == 1
    assert len(every_item(client, "codes/", code="94222008", system="snomed")) == 1
    assert every_item(client, "codes/", code="94222008", system="rxnorm") == []


def test_snomed_codes_can_be_switched_off_everywhere(client, world, settings):
    settings.SNOMED_CODES = False
    assert {row["system"] for row in every_item(client, "codes/")} == {"icd-10-cm"}
    assert fetch(client, f"topics/{world['bone'].number}/")["codes"] == {"icd-10-cm": ["C79.51"]}


# --- drafts and withdrawn pages -------------------------------------------------------------


def test_no_answer_holds_a_word_of_a_draft(client, world):
    workflow.save_draft(
        world["bone"], world["bone"].live.source.revised(title="Other"), publisher(), 1, note=f"a note, {SECRET}"
    )
    document = fetch(client, "openapi.json")
    texts = [client.get(address).content.decode() for _path, address in addresses(client, document)]
    texts += [json.dumps(every_item(client, f"{name}/")) for name in LISTS]
    assert not [text for text in texts if SECRET in text or "Hidden" in text]


def test_a_draft_a_withdrawn_page_and_an_unknown_number_are_the_same_404(client, world):
    draft = draft_topic("another")
    answers = [client.get(f"/api/v1/topics/{n}/") for n in (draft.number, world["gone"].number, 999, 10**30)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_a_condition_never_tells_more_than_the_answer(client, world):
    """Wagtail, August 2026: a 304 for something that one may not see told that it is there."""
    number = world["lung"].number
    etag = client.get(f"/api/v1/topics/{number}/")["ETag"]
    workflow.withdraw(world["lung"], publisher(), "wrong")
    for condition in (etag, "*"):
        answer = client.get(f"/api/v1/topics/{number}/", headers={"if-none-match": condition})
        assert answer.status_code == 404


# --- changes --------------------------------------------------------------------------------


def test_changes_are_new_revised_withdrawn_and_back_again_with_the_published_note_only(client):
    topic = published_topic("bone")
    first = Revision.objects.get(topic=topic)
    source = first.source
    second = source.revised(title="Bones two")
    workflow.save_draft(topic, second, publisher(), 1, Revision.CLINICAL, f"draft, {SECRET}")
    topic.refresh_from_db()
    third = workflow.save_draft(
        topic, source.revised(title="Bones two again"), publisher(), 2, Revision.WORDING, "Commas"
    )
    checked(topic)
    workflow.publish(topic, third, publisher(), note=SECRET)
    workflow.withdraw(topic, publisher(), SECRET)
    go_live(topic, third)
    rows = every_item(client, "changes/")
    assert [(row["kind"], row["revision"], row["change"], row["note"]) for row in rows] == [
        ("new", 1, None, ""),
        ("revised", 3, "clinical", "Commas"),
        ("withdrawn", 3, None, ""),
        ("returned", 3, None, ""),
    ]
    assert SECRET not in json.dumps(rows)


def test_the_change_of_a_revision_is_its_own_and_not_that_of_the_text_before(client):
    topic = published_topic("bone")
    for title, change in (("Bones two", Revision.URGENT), ("Bones two again", Revision.WORDING)):
        topic.refresh_from_db()
        source = topic.latest.source.revised(title=title)
        draft = workflow.save_draft(topic, source, publisher(), topic.latest.number, change)
        workflow.publish(topic, draft, publisher(), "The number was wrong")
    assert [row["change"] for row in every_item(client, "changes/")] == [None, "urgent", "wording"]


def test_a_withdrawn_page_names_its_successor(client):
    old, new = published_topic("old"), published_topic("new")
    workflow.withdraw(old, publisher(), "merged", successor=new)
    [row] = [row for row in every_item(client, "changes/") if row["kind"] == "withdrawn"]
    assert (row["topic"], row["successor"], row["live"]) == (old.number, new.number, False)


def test_changes_can_be_asked_for_since_a_day_or_a_time_in_any_zone(client):
    published_topic("bone")
    now = timezone.now()
    yesterday, tomorrow = now - timedelta(days=1), now + timedelta(days=1)
    for past in (yesterday.date().isoformat(), yesterday.isoformat(), f"{yesterday:%Y-%m-%dT%H:%M:%S}-05:00"):
        assert len(fetch(client, "changes/", since=past)["items"]) == 1, past
    for future in (tomorrow.date().isoformat(), tomorrow.isoformat(), f"{tomorrow:%Y-%m-%dT%H:%M:%SZ}"):
        assert fetch(client, "changes/", since=future)["items"] == [], future


# --- pages of a list ------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS)
def test_following_next_meets_every_item_once(client, world, name):
    whole = every_item(client, f"{name}/")
    assert whole
    assert every_item(client, f"{name}/", limit=1) == whole


def test_next_keeps_the_filters_and_a_page_withdrawn_meanwhile_moves_no_other(client, world):
    for number in range(5):
        published_topic(f"more-{number}", sites=["bone"])
    first = fetch(client, "topics/", language="en", site="bone", limit=2)
    assert "language=en" in first["next"] and "site=bone" in first["next"]
    workflow.withdraw(world["bone"], publisher(), "wrong")
    second = client.get(first["next"].removeprefix(settings.SITE_URL)).json()
    assert [item["name"] for item in second["items"]] == ["more-1", "more-2"]


# --- refusals: one sentence, and nothing of what was sent -----------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=ten",
        "limit=",
        "limit=1e1",
        "limit=%D9%A1",
        "limit=1&limit=2",
        "cursor=-1",
        "cursor=" + "9" * 30,
        "cursor=abc",
        "language=" + "a-" * 20,
        "language=EN_us",
        "site=../etc",
        "site=bone%0A",
        "section=" + "x" * 81,
        "since=yesterday",
        "since=2026-02-30",
        "since=2026-01-01T25:00:00Z",
        "since=2026-01-01T10:00:00",
        "system=icd",
        "code=" + "1" * 65,
        "topic=0",
        "unknown=<script>alert(1)</script>",
        "mainSearchCriteria.v.c=C79.51",
        "&".join(f"p{n}=1" for n in range(60)),
    ],
)
def test_a_bad_parameter_is_400_in_one_sentence_that_repeats_nothing(client, query):
    for name in LISTS:
        answer = client.get(f"/api/v1/{name}/?{query}")
        assert answer.status_code == 400
        assert answer["Content-Type"] == "application/problem+json"
        sentence = answer.json()["detail"]
        assert sentence.endswith(".") and sentence.count(". ") == 0
        assert "script" not in sentence and "C79" not in sentence and "unknown=" not in sentence


@pytest.mark.parametrize("path", ["", "v2/", "v1/nowhere/", "v1/topics/bone/", "v1/topics/-1/", "v1/topics/1/2/"])
def test_what_is_not_there_is_said_in_json_too(client, path):
    answer = client.get(f"/api/{path}")
    assert answer.status_code == 404
    assert answer.json()["detail"] == "There is nothing at this address."


def test_an_address_without_its_slash_leads_to_the_one_with_it(client):
    answer = client.get("/api/v1/topics?limit=2")
    assert (answer.status_code, answer["Location"]) == (301, "/api/v1/topics/?limit=2")


# --- headers --------------------------------------------------------------------------------

PLACES = ["/api/v1/", "/api/v1/topics/", "/api/v1/openapi.json", "/api/v1/topics/999/", "/api/v1/topics/?limit=x"]


@pytest.mark.parametrize("address", PLACES)
def test_anybody_s_script_may_read_it_and_no_cookie_goes_along(client, address):
    client.cookies["sessionid"] = "stale"
    answer = client.get(address, headers={"origin": "https://portal.example.org"})
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer
    assert not answer.cookies
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "public, no-cache"


def test_a_browser_that_asks_first_may_send_its_condition(client):
    asks = {"origin": "https://portal.example.org", "access-control-request-method": "GET"}
    answer = client.options("/api/v1/topics/", headers={**asks, "access-control-request-headers": "if-none-match"})
    assert answer.status_code == 204
    assert "If-None-Match" in answer["Access-Control-Allow-Headers"]
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_who_has_it_already_gets_304_until_something_changes(client, world):
    path = f"/api/v1/topics/{world['bone'].number}/"
    first = client.get(path)
    again = client.get(path, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Access-Control-Allow-Origin"] == "*"
    assert again["Content-Security-Policy"] == first["Content-Security-Policy"]
    revised = new_draft(world["bone"], title="New title")
    world["bone"].refresh_from_db()
    go_live(world["bone"], revised)
    assert client.get(path, headers={"if-none-match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
def test_it_can_only_be_read(client, method):
    client.handler.enforce_csrf_checks = True
    answer = getattr(client, method)("/api/v1/topics/")
    assert answer.status_code == 405
    assert "GET" in answer["Allow"]


def test_head_is_get_without_a_body(client, world):
    got, head = client.get("/api/v1/topics/"), client.head("/api/v1/topics/")
    assert head.content == b""
    assert head["ETag"] == got["ETag"]


def test_a_list_costs_as_many_queries_for_twenty_pages_as_for_two(client, django_assert_max_num_queries):
    for number in range(20):
        published_topic(f"page-{number}", sites=["bone"])
    for name, most in {"topics/": 5, "changes/": 4}.items():
        with django_assert_max_num_queries(most):
            client.get(f"/api/v1/{name}")
