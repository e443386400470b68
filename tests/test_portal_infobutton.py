"""/infobutton/: read by clients that know the HL7 guide only (portal-linking.md §1 and §3)."""

from __future__ import annotations

import json
from datetime import timedelta
from html import unescape
from unittest import mock
from urllib.parse import urlencode

import feedparser
import pytest
from django.utils import timezone

from tests.cast import go_live, make_topic
from tests.portal_codes import JSON, OIDS, OVERVIEW, SPREAD, answered, page, pages_and_codes, request, words
from topics.models import ClinicSettings, Code
from topics.portal.answers import moment

CM, SNOMED, RXNORM = "icd-10-cm", "snomed", "rxnorm"
C, CS = "mainSearchCriteria.v.c", "mainSearchCriteria.v.cs"
BONE = {C: "C79.51", CS: OIDS[CM]}
XML = {"knowledgeResponseType": "text/xml"}
READER = "informationRecipient.languageCode.c"

# Twenty codes across systems, each with the page that goes first.
TWENTY = [
    (CM, "C79.51", "bone"),
    (CM, "C79.31", "brain"),
    (CM, "C78.01", "lung"),
    (CM, "C78.7", "liver"),
    (CM, "C77.3", SPREAD),
    (CM, "C50.911", OVERVIEW),
    (CM, "M84.58XA", "bone"),
    (CM, "Z17.0", "hormone-therapy"),
    (CM, "Z51.11", "chemotherapy"),
    (CM, "Z51.0", "radiotherapy"),
    ("icd-10", "C79.5", "bone"),
    ("icd-10", "C78.0", "lung"),
    ("icd-9-cm", "198.5", "bone"),
    (SNOMED, "94222008", "bone"),
    (SNOMED, "94225005", "brain"),
    (SNOMED, "315004001", OVERVIEW),
    (RXNORM, "72965", "hormone-therapy"),
    (RXNORM, "224905", "targeted-therapy"),
    ("loinc", "85337-4", "hormone-therapy"),
    ("hcpcs", "J9171", "chemotherapy"),
]


@pytest.fixture
def site(db, settings):
    settings.SITE_URL = "https://pages.example.org"
    return pages_and_codes()


def ask(client, path="/infobutton/", **values):
    return client.get(path, values)


# --- §3: three shapes of one answer ----------------------------------------------------------


@pytest.mark.parametrize(("system", "number", "first"), TWENTY)
def test_a_feed_reader_reads_the_atom_answer(client, site, system, number, first):
    response = client.get("/infobutton/feed/", request((system, number)))
    assert response["Content-Type"] == "text/xml; charset=utf-8"
    read = feedparser.parse(response.content)
    assert not read.bozo and read.version == "atom10"
    assert read.feed.id.startswith(f"tag:pages.example.org,2026:infobutton/{system}/") and read.feed.id.endswith("/en")
    assert read.feed.title and read.feed.subtitle and read.feed.updated_parsed
    assert read.feed.author_detail.name == "MBC Pages" and read.feed.author_detail.href == "https://pages.example.org/"
    assert {(tag.scheme, tag.term) for tag in read.feed.tags} >= {(CS, OIDS[system])}
    entry = read.entries[0]
    assert entry.id and entry.title == f"Title of {first}" and entry.updated_parsed
    assert entry.links[0].rel == "alternate" and entry.links[0].type == "text/html"
    assert entry.links[0].href == f"https://pages.example.org/topics/{first}/"
    assert f"<p>About {first}.</p>" in entry.summary and entry.summary_detail.type == "text/html"
    assert (CS, OIDS[system]) in {(tag.scheme, tag.term) for tag in entry.tags}


@pytest.mark.parametrize(("system", "number", "first"), TWENTY)
def test_a_json_client_reads_the_same_by_the_guides_key_paths(client, site, system, number, first):
    response = client.get("/infobutton/", {**request((system, number)), **JSON})
    assert response["Content-Type"] == "application/json"
    feed = response.json()["feed"]
    assert feed["title"]["_value"] and feed["lang"] == "en" and feed["base"] == "https://pages.example.org/"
    assert set(feed["author"]) == {"name", "uri"}
    assert feed["entry"][0]["title"]["_value"] == f"Title of {first}"
    assert feed["entry"][0]["link"][0]["href"] == f"https://pages.example.org/topics/{first}/"
    assert f"About {first}." in feed["entry"][0]["summary"]["_value"]
    for entry in feed["entry"]:
        assert set(entry) == {"lang", "id", "title", "updated", "link", "summary", "category"}
        assert all(set(link) == {"rel", "type", "hreflang", "title", "href"} for link in entry["link"])


def test_the_json_answer_has_the_shape_of_the_guide_key_by_key(client, site):
    feed = client.get("/infobutton/", {**BONE, **JSON}).json()["feed"]
    when = feed["updated"]["_value"]
    categories = [{"scheme": C, "term": "C79.51"}, {"scheme": CS, "term": OIDS[CM]}]
    assert feed == {
        "base": "https://pages.example.org/",
        "lang": "en",
        "title": {"type": "text", "_value": "Metastatic breast cancer: pages for patients"},
        "subtitle": {"type": "text", "_value": "Pages for ICD-10-CM C79.51"},
        "id": {"_value": "tag:pages.example.org,2026:infobutton/icd-10-cm/C79.51/en"},
        "updated": {"_value": when},
        "author": {"name": {"_value": "MBC Pages"}, "uri": {"_value": "https://pages.example.org/"}},
        "category": categories,
        "entry": [
            {
                "lang": "en",
                "id": {"_value": f"tag:pages.example.org,2026:topic/{site['bone'].number}"},
                "title": {"type": "text", "_value": "Title of bone"},
                "updated": {"_value": when},
                "link": [
                    {
                        "rel": "alternate",
                        "type": "text/html",
                        "hreflang": "en",
                        "title": "Read the page",
                        "href": "https://pages.example.org/topics/bone/",
                    },
                    {
                        "rel": "related",
                        "type": "text/html",
                        "hreflang": "en",
                        "title": "Printable handout",
                        "href": "https://pages.example.org/topics/bone/handout/",
                    },
                ],
                "summary": {
                    "type": "html",
                    "_value": "<p>About bone.</p>"
                    "<p>This page is for you if your cancer started in the breast and has spread.</p>",
                },
                "category": categories,
            }
        ],
    }


def test_updated_is_when_readers_got_the_page_and_not_when_its_text_was_saved(client, db):
    bone = make_topic("bone")
    Code.objects.create(system=CM, code="C79.5", covers="family", topic=bone, verified="v", source="a list")
    later = timezone.now() + timedelta(days=3)
    with mock.patch("django.utils.timezone.now", return_value=later):
        go_live(bone, bone.latest)
    feed = client.get("/infobutton/", {**BONE, **JSON}).json()["feed"]
    assert feed["updated"] == feed["entry"][0]["updated"] == {"_value": moment(later)}
    assert client.get(f"/api/v1/topics/{bone.number}/").json()["published"] == moment(later)


def test_lists_stay_lists_and_no_match_is_an_empty_one(client, site):
    response = client.get("/infobutton/", {**request((CM, "S62.0")), **JSON})
    feed = response.json()["feed"]
    assert response.status_code == 200 and feed["entry"] == []
    assert feed["category"][0] == {"scheme": C, "term": "S62.0"}
    read = feedparser.parse(client.get("/infobutton/feed/", request((CM, "S62.0"))).content)
    assert not read.bozo and read.entries == [] and read.feed.id and read.feed.updated_parsed


def test_jsonp_calls_the_function_and_nothing_in_it_can_end_a_script(client, site):
    ClinicSettings.objects.create(pk=1, clinic_name="A </script><b>&\u2028 clinic")
    asked = {**BONE, "knowledgeResponseType": "application/javascript", "callback": "$show.pages_1"}
    response = client.get("/infobutton/", asked)
    text = response.content.decode()
    assert response["Content-Type"] == "application/javascript; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert text.startswith('/**/$show.pages_1({"feed": ') and text.endswith("});")
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text.removeprefix("/**/$show.pages_1(")[:-2])["feed"]["entry"]


@pytest.mark.parametrize(
    "callback",
    ["", "1x", "a b", "alert(1)", "a;b", "a-b", "a[0]", "x" * 65, "é", "a\u2028", "<script>", "a\n", "//x", "."],
)
def test_a_callback_that_is_no_name_is_refused_without_an_echo(client, site, callback):
    asked = {**BONE, "knowledgeResponseType": "application/javascript", "callback": callback}
    response = client.get("/infobutton/", asked)
    assert response.status_code == 400 and response["Content-Type"] == "text/plain; charset=utf-8"
    assert len(callback) < 4 or callback not in response.content.decode()


@pytest.mark.parametrize("kind", ["TEXT/XML", "text/xml;charset=utf-8", " text/xml ; q=1"])
def test_a_type_is_read_in_any_case_and_without_its_parameters(client, site, kind):
    assert ask(client, **BONE, knowledgeResponseType=kind)["Content-Type"] == "text/xml; charset=utf-8"


@pytest.mark.parametrize("kind", ["application/pdf", "text/html<script>", "image/svg+xml", "text/xml, text/html"])
def test_another_type_is_refused_in_a_sentence_and_never_repeated(client, site, kind):
    response = ask(client, **BONE, knowledgeResponseType=kind)
    assert response.status_code == 415 and response["Content-Type"] == "text/plain; charset=utf-8"
    assert kind not in response.content.decode() and b"text/xml" in response.content


def test_the_second_address_answers_xml_unless_asked_otherwise(client, site):
    assert ask(client, "/infobutton/feed/", **BONE)["Content-Type"].startswith("text/xml")
    assert ask(client, "/infobutton/feed/", **BONE, **JSON)["Content-Type"] == "application/json"
    assert ask(client, "/infobutton/feed/", **BONE, knowledgeResponseType="text/html").status_code == 303


def test_a_clinics_name_with_any_character_stays_xml(client, site):
    ClinicSettings.objects.create(pk=1, clinic_name="St \x0b <Mary>\ufffe")
    read = feedparser.parse(ask(client, "/infobutton/feed/", **BONE).content)
    assert not read.bozo and unescape(read.feed.author_detail.name).startswith("St")


# --- for people ------------------------------------------------------------------------------


def test_one_match_leads_to_the_bare_page(client, site):
    response = ask(client, **BONE)
    assert response.status_code == 303 and response["Location"] == "/topics/bone/"
    assert response.content == b""


def test_several_matches_are_a_short_list(client, site):
    response = client.get("/infobutton/", request((CM, "C79.51"), (CM, "C79.31")))
    text = response.content.decode()
    assert response.status_code == 200 and "if your cancer started in the breast" in text
    assert text.index('href="/topics/bone/"') < text.index('href="/topics/brain/"')
    assert "C79" not in text


def test_beside_a_metastasis_nobody_is_told_that_the_cancer_may_not_have_spread(client, site):
    """Most people with C79.51 have C50 on their list, too."""
    text = client.get("/infobutton/", request((CM, "C50.911"), (CM, "C79.51"))).content.decode()
    assert "These pages are for you if your cancer started in the breast" in text
    assert "does not mean that it has spread" not in text and "<h1>Pages for you</h1>" in text
    assert (
        "<h1>About breast cancer that has spread</h1>"
        in client.get("/infobutton/", request((CM, "C50.911"))).content.decode()
    )


def test_breast_cancer_alone_is_met_with_a_line_before_the_page(client, site):
    text = client.get("/infobutton/", request((CM, "C50.911"))).content.decode()
    assert "does not mean that it has spread" in text and f'href="/topics/{OVERVIEW}/"' in text
    entry = client.get("/infobutton/", {**request((CM, "Z85.3")), **JSON}).json()["feed"]["entry"][0]
    assert entry["summary"]["_value"].startswith("<p>Having breast cancer does not mean")


@pytest.mark.parametrize("asked", [{}, request((CM, "S62.0")), {"x": "y"}, words("garden fence")])
def test_no_match_is_a_page_that_helps(client, site, asked):
    response = client.get("/infobutton/", asked)
    text = response.content.decode()
    assert response.status_code == 200 and 'href="/topics/bone/"' in text
    assert "Your own team can answer your questions" in text and "says nothing about your health" in text
    assert "S62" not in text and "garden" not in text


def test_the_page_speaks_the_readers_language(client, site):
    page("bone", language="es", title="Hueso")
    response = ask(client, **BONE, **{READER: "es"})
    assert response["Location"] == "/es/topics/bone/"
    assert '<html lang="es"' in client.get("/infobutton/", {READER: "es"}).content.decode()


# --- §1.3: reading ---------------------------------------------------------------------------


def feed_of(client, values):
    return client.get("/infobutton/", {**values, **JSON}).json()["feed"]


@pytest.mark.parametrize(
    "asked",
    [
        {"MAINSEARCHCRITERIA.V.C": "C79.51", "mainsearchcriteria.v.cs": OIDS[CM]},
        {"mainSearchCriteria.c.c": "C79.51", "mainSearchCriteria.c.cs": OIDS[CM]},
        {"mainSearchCritieria.v.c": "C79.51", "mainSearchCritieria.v.cs": OIDS[CM]},
        {"mainSearchCriteria1.v.c": "C79.51", "mainSearchCriteria1.v.cs": OIDS[CM]},
        {"mainSearchCriteria.v.c0": "C79.51", "mainSearchCriteria.v.cs0": OIDS[CM]},
        {**BONE, "mainSearchCriteria.c.c": "C78.7", "mainSearchCriteria.c.cs": OIDS[CM]},
        {**BONE, C: "  c79.51  "},
        {**BONE, CS: f"urn:oid:{OIDS[CM]}"},
        {
            **BONE,
            "taskContext.c.c": "PROBLISTREV",
            "task.c.c": "X",
            "performer": "PROV",
            "informationRecipient": "PROV",
        },
    ],
)
def test_stray_spellings_mean_the_same(client, site, asked):
    assert answered(client, asked) == ["bone"]


def test_the_first_of_two_values_counts_and_an_empty_one_is_none(client, site):
    both = f"{C}=&{C}=C79.51&{C}=C78.7&{CS}={OIDS[CM]}&knowledgeResponseType=application/json"
    entries = client.get(f"/infobutton/?{both}").json()["feed"]["entry"]
    assert [entry["title"]["_value"] for entry in entries] == ["Title of bone"]


def test_five_criteria_are_read(client, site):
    numbers = ["S62.0", "S62.1", "S62.2", "S62.3", "C79.51", "C78.7"]
    assert answered(client, request(*((CM, number) for number in numbers))) == ["bone"]


def test_the_number_of_a_criterion_stands_at_the_end_of_its_name(client, site):
    feed = feed_of(client, request((CM, "C79.51"), (SNOMED, "94225005")))
    assert [(one["scheme"], one["term"]) for one in feed["category"]] == [
        (C, "C79.51"),
        (CS, OIDS[CM]),
        (f"{C}1", "94225005"),
        (f"{CS}1", OIDS[SNOMED]),
    ]
    assert feed["id"]["_value"].endswith(":infobutton/icd-10-cm/C79.51/snomed/94225005/en")


@pytest.mark.parametrize(
    ("names", "language"),
    [
        ({READER: "es"}, "es"),
        ({READER: "es-MX"}, "es"),
        ({READER: "ES_us"}, "es"),
        ({READER: "sp"}, "es"),
        ({READER: "es-419-MX"}, "es"),
        ({READER: "pt-BR"}, "en"),
        ({READER: "x" * 3_000}, "en"),
        ({READER: "<es>"}, "en"),
        ({"performer.languageCode.c": "es"}, "es"),
        ({"performer.languageCode.c": "es", READER: "en"}, "en"),
        ({"informationRecipient.patientPerson.languageCode.c": "es"}, "es"),
        ({}, "en"),
    ],
)
def test_a_language_is_taken_exactly_or_by_its_base_or_not_at_all(client, site, names, language):
    feed = feed_of(client, {**BONE, **names})
    assert feed["lang"] == language and feed["id"]["_value"].endswith(f"/{language}")


@pytest.mark.parametrize(
    ("asked", "language"), [("pt-BR", "pt-br"), ("PT_br", "pt-br"), ("zh-Hant-TW", "zh-hant"), ("pt", "en")]
)
def test_the_nearest_of_several_tags_is_taken(client, site, settings, asked, language):
    settings.LANGUAGES = [("en", "English"), ("pt-br", "Português"), ("zh-hant", "繁體中文"), ("zh", "中文")]
    assert feed_of(client, {**BONE, READER: asked})["lang"] == language


def test_what_was_used_is_repeated_and_words_never(client, site):
    asked = {**BONE, READER: "es-US", "informationRecipient": "pat", **words("Jane Roe, DOB 1970"), "x": "y"}
    feed = feed_of(client, {**asked, **words("her own words", "dn")})
    assert feed["category"] == [
        {"scheme": C, "term": "C79.51"},
        {"scheme": CS, "term": OIDS[CM]},
        {"scheme": READER, "term": "es"},
        {"scheme": "informationRecipient", "term": "PAT"},
    ]
    assert "Jane" not in json.dumps(feed) and "own words" not in json.dumps(feed)


@pytest.mark.parametrize("number", ["Jane Roe", "<script>", "C79.51'", "C79.51\u200e<", "9434765919", "C" * 64])
def test_what_is_no_code_is_not_repeated(client, site, number):
    response = client.get("/infobutton/", {C: number, CS: OIDS[SNOMED], **JSON})
    assert response.status_code == 200 and response.json()["feed"]["category"] == []
    assert number not in response.content.decode()


# --- ways to ask -------------------------------------------------------------------------------


def test_post_is_read_like_get_and_needs_no_token(site):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    for kind in ("application/x-www-form-urlencoded", None):
        data = urlencode({**BONE, **JSON}) if kind else {**BONE, **JSON}
        response = client.post("/infobutton/", data, **({"content_type": kind} if kind else {}))
        assert response.status_code == 200 and response.json()["feed"]["entry"]
    assert client.post("/infobutton/", BONE).status_code == 303
    assert client.post(f"/infobutton/?{urlencode(BONE)}").status_code == 303


@pytest.mark.parametrize("path", ["/infobutton", "/infobutton/feed"])
def test_an_address_without_its_slash_answers_itself(client, site, path):
    """A 301 would have a portal's POST come again as a GET without its fields."""
    for send in (client.get, client.post):
        response = send(path, {**BONE, **JSON})
        assert response.status_code == 200 and response.json()["feed"]["entry"]


def test_other_methods(client, site):
    head = client.head("/infobutton/feed/", BONE)
    assert head.status_code == 200 and head.content == b"" and head["Content-Type"].startswith("text/xml")
    options = client.options("/infobutton/")
    assert options.status_code == 204 and options["Allow"] == "GET, HEAD, POST, OPTIONS"
    assert options["Access-Control-Allow-Origin"] == options["Access-Control-Allow-Headers"] == "*"
    assert "POST" in options["Access-Control-Allow-Methods"]
    for method in ("put", "delete", "patch", "trace"):
        assert getattr(client, method)("/infobutton/").status_code == 405
