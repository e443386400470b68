"""Odd requests for public addresses: what every address refuses, and how."""

import pytest
from django.db import connection
from django.test import Client

from tests.cast import editor, make_topic, new_draft, published_topic, publisher, with_password
from tests.folders import page, small, taken
from topics import workflow

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

READER = [
    "/",
    "/es/",
    "/sites/",
    "/sites/bone/",
    "/sections/",
    "/sections/sites/",
    "/topics/bone/",
    "/es/topics/hueso/",
    "/when-to-call/",
    "/glossary/",
    "/sources/",
    "/about/",
    "/about/privacy/",
    "/about/accessibility/",
    "/about/reading/",
]


@pytest.fixture
def site(tmp_path):
    taken(small(tmp_path))


@pytest.fixture
def client():
    """A browser that meets CSRF checks, and is shown an error page instead of a traceback."""
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


# --- bytes -----------------------------------------------------------------------------------

NOT_TEXT = ["%00", "%01", "%08", "%0b", "%1b", "%1f", "%7f", "%ff", "%c3%28", "%ed%a0%80", "%f8%88%80%80%80"]


@pytest.mark.parametrize("bad", [*NOT_TEXT, "%0a", "%0d", "%09", "%c2%85"])
@pytest.mark.parametrize(
    "path", ["/topics/{}/", "/es/topics/bone{}/", "/{}", "/media/{}", "/sites/{}bone/", "/static/{}.css"]
)
def test_a_path_that_is_not_text_is_a_400(client, path, bad):
    response = client.get(path.format(bad))
    assert (response.status_code, "We could not read that" in response.text) == (400, True)


@pytest.mark.parametrize("bad", NOT_TEXT)
@pytest.mark.parametrize("query", ["q={}", "{}=a", "a=b&q=bone{}", "{}"])
def test_a_query_that_is_not_text_is_a_400(client, query, bad):
    for path in ("/", "/search/", "/topics/bone/", "/admin/login/"):
        assert client.get(f"{path}?{query.format(bad)}").status_code == 400


def test_a_query_of_raw_bytes_is_a_400(client):
    assert client.get("/", QUERY_STRING="q=\xff").status_code == 400


@pytest.mark.parametrize("bad", NOT_TEXT)
def test_a_public_form_that_is_not_text_is_a_400(client, bad):
    form = {"content_type": "application/x-www-form-urlencoded"}
    assert client.post("/", f"q={bad}", **form).status_code == 400
    assert client.post("/", f"{bad}=q", **form).status_code == 400
    assert client.post("/admin/login/", "username=a%00b", **form).status_code == 400


def test_a_form_whose_parts_cannot_be_told_apart_is_a_400(client):
    assert client.post("/", b"--x\r\nbroken", content_type="multipart/form-data").status_code == 400


def test_ordinary_text_of_any_script_is_no_odd_request(client, site):
    assert client.get("/?q=d%C3%B3lor%20%F0%9F%8E%97%0A%09").status_code == 200
    assert client.get("/topics/%E4%B9%B3/").status_code == 404


def test_a_query_has_an_end(client, site):
    assert client.get("/?q=" + "a" * 8_000).status_code == 200
    assert client.get("/?q=" + "a" * 9_000).status_code == 400


# --- methods, bodies, hosts ------------------------------------------------------------------


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "CONNECT", "PROPFIND", "ODD"])
@pytest.mark.parametrize("path", ["/", "/topics/bone/", "/admin/", "/nowhere/", "/media/x", "/health/live/"])
def test_methods_that_nobody_needs_are_a_405(client, site, method, path):
    response = client.generic(method, path, headers={"x-secret": "echo"})
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD, POST, OPTIONS")
    assert "That does not work here" in response.text
    assert "echo" not in response.text


@pytest.mark.parametrize("path", [*READER, "/media/x", "/health/live/", "/health/ready/"])
def test_what_can_only_be_read_tells_a_post_so(client, site, path):
    response = client.post(path, {"a": "b"})
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")
    assert "That does not work here" in response.text or "Eso no" in response.text or path.startswith("/es/")


@pytest.mark.parametrize("path", [*READER, "/health/live/", "/health/ready/", "/robots.txt", "/nowhere/"])
def test_head_is_get_without_a_body(client, site, path):
    get, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers["Content-Type"] == get.headers["Content-Type"]


@pytest.mark.parametrize("length", ["3000001", "9" * 13, "-1", "1e3", "٣", "one"])
def test_a_body_too_large_to_be_true_is_a_413_before_anybody_reads_it(client, length):
    for path in ("/", "/admin/login/", "/admin/topics/topic/add/"):
        response = client.post(path, b"", content_type="text/plain", CONTENT_LENGTH=length)
        assert (response.status_code, "That was too large" in response.text) == (413, True)


def test_a_body_of_unknown_length_is_a_413(client):
    response = client.post("/admin/login/", b"", content_type="text/plain", HTTP_TRANSFER_ENCODING="chunked")
    assert response.status_code == 413


def test_pictures_may_be_larger_than_other_bodies(client):
    def status(path, length):
        return client.post(path, b"", content_type="text/plain", CONTENT_LENGTH=str(length)).status_code

    assert status("/admin/topics/topic/upload/", 11_000_000) == 403
    assert status("/admin/topics/topic/upload/", 12_000_001) == 413
    assert status("/upload/", 11_000_000) == 413


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "testserver@evil.example", "a b", "", "[::1"])
@pytest.mark.parametrize("path", ["/", "/topics/bone/", "/admin/login/", "/topics"])
def test_an_unknown_host_is_a_400_that_does_not_repeat_it(client, site, host, path):
    response = client.get(path, headers={"host": host})
    assert response.status_code == 400
    assert "evil" not in response.text + str(response.headers)


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example/x", "//evil.example", "/@evil.example"])
def test_no_address_leads_to_another_host(client, site, path):
    response = client.get("/", PATH_INFO=path)
    assert response.status_code in (301, 404)
    assert response.headers.get("Location", "/")[:2] not in ("//", "/\\", "ht")


def test_where_to_go_after_signing_in_stays_on_this_host(client, site):
    with_password(editor())
    plain = Client()
    form = {"username": "editor", "password": "a long password for tests", "next": "//evil.example/"}
    assert plain.post("/admin/login/?next=//evil.example/", form).headers["Location"] == "/admin/"


# --- numbers, names --------------------------------------------------------------------------

NUMBERS = ["-1", "+1", "1.5", "1e3", "0x1", "٣", "１", "1_0", " 1", "0", "999", "9" * 30, "9" * 5_000, "2147483648"]


@pytest.mark.parametrize("number", NUMBERS)
def test_an_odd_number_is_a_404(client, site, number):
    assert client.get(f"/t/{number}/").status_code == 404
    assert client.get(f"/es/t/{number}/").status_code == 404


@pytest.mark.parametrize(
    "name", ["nowhere", "BONE", "bone-", "-", "a" * 3_000, "%2e%2e", "..%2f..%2fetc", "bone%20", "bøne"]
)
def test_an_odd_name_is_a_404_with_a_way_on(client, site, name):
    for start in ("topics", "sites", "sections", "es/topics"):
        response = client.get(f"/{start}/{name}/")
        assert response.status_code == 404, start
    assert client.get("/when-to-call/").status_code == 200


# --- what was published ----------------------------------------------------------------------


def test_a_permanent_address_leads_to_the_present_one(client, site):
    assert client.get("/t/1/").headers["Location"] == "/topics/bone/"
    assert client.get("/t/3/").headers["Location"] == "/es/topics/hueso/"
    assert client.get("/t/61/").headers["Location"] == "/when-to-call/#card-cord-compression"
    assert client.get("/t/1/").status_code == 301


def test_an_old_name_leads_on_for_ever(client):
    topic = published_topic(slug="bone")
    workflow.rename(topic, "bones", publisher())
    workflow.rename(topic, "skeleton", publisher())
    for slug in ("bone", "bones"):
        response = client.get(f"/topics/{slug}/")
        assert (response.status_code, response.headers["Location"]) == (301, "/topics/skeleton/")
    assert client.get("/es/topics/bone/").status_code == 404


def test_a_withdrawn_page_leads_to_its_successor_or_says_that_it_is_gone(client):
    topic, heir, gone = (published_topic(slug=slug) for slug in ("bone", "heir", "gone"))
    workflow.withdraw(topic, publisher(), "Better one", heir)
    workflow.withdraw(gone, publisher(), "Wrong")
    response = client.get("/topics/bone/")
    assert (response.status_code, response.headers["Location"]) == (301, "/topics/heir/")
    response = client.get("/topics/gone/")
    assert (response.status_code, "This page was taken down" in response.text) == (410, True)
    assert "Wrong" not in response.text
    assert client.get(f"/t/{gone.number}/", follow=True).status_code == 410
    workflow.withdraw(heir, publisher(), "Wrong too")
    assert client.get("/topics/bone/", follow=True).status_code == 410


def test_a_draft_is_not_there_at_any_address(client, site):
    draft = make_topic(slug="secret", title="A secret draft", sites=["bone"], text="Nobody may read this.")
    card = make_topic(slug="secret-card", kind="card", title="A secret card")
    renamed = make_topic(slug="first-name")
    workflow.rename(renamed, "second-name", publisher())
    new_draft(page("bone"), title="A secret title", body="Nobody may read this.\n")
    for topic in (draft, card, renamed):
        assert client.get(f"/t/{topic.number}/").status_code == 404
    for slug in ("secret", "secret-card", "first-name", "second-name"):
        for path in ("topics/{}/", "topics/{}/short/", "topics/{}/handout/", "topics/{}/handout.pdf", "embed/{}/"):
            for language in ("", "es/"):
                address = f"/{language}{path.format(slug)}"
                assert client.get(address, headers={"if-none-match": "*"}).status_code == 404, address
    for path in [
        *READER,
        "/search/?q=secret",
        "/sitemap.xml",
        "/feed/",
        "/api/v1/topics/",
        "/api/v1/cards/",
        "/questions/",
    ]:
        text = client.get(path).text
        assert "Nobody may read this" not in text, path
        assert "A secret" not in text, path


def test_a_withdrawn_page_is_shown_nowhere_and_says_so_at_its_own_addresses(client, site):
    gone = published_topic(slug="gone", title="A withdrawn page", sites=["bone"], text="Nobody may read this.")
    card = published_topic(slug="gone-card", kind="card", title="A withdrawn card", text="Nobody may read this.")
    for topic in (gone, card):
        workflow.withdraw(topic, publisher(), "It was wrong")
    new_draft(gone, title="A withdrawn title", body="Nobody may read this.\n")
    for path in ("topics/{}/", "topics/{}/short/", "topics/{}/handout/", "embed/{}/"):
        response = client.get(f"/{path.format('gone')}", headers={"if-none-match": "*"}, follow=True)
        assert (response.status_code, "Nobody may read this" in response.text) == (410, False), path
    everywhere = ["/search/?q=withdrawn", "/sitemap.xml", "/api/v1/topics/", "/api/v1/cards/", "/questions/"]
    numbered = [f"/handout/?t={gone.number}", f"/t/{gone.number}/1/"]
    for path in [*READER, *everywhere, *numbered, "/feed/", "/topics/gone/", f"/t/{card.number}/"]:
        text = client.get(path, follow=True).text
        assert "Nobody may read this" not in text, path
        assert "It was wrong" not in text, path
        assert "A withdrawn title" not in text, path
        if path in (*READER, *everywhere):
            assert "A withdrawn" not in text, path


def test_staff_see_what_everybody_sees(site):
    staff = Client()
    staff.force_login(publisher())
    make_topic(slug="secret")
    assert staff.get("/topics/secret/").status_code == 404
    assert staff.get("/topics/bone/").content == Client().get("/topics/bone/").content


# --- when something breaks -------------------------------------------------------------------


def test_a_page_that_breaks_is_a_500_in_our_words_and_says_nothing_of_why(client, site, monkeypatch):
    def broken(*args):
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr("topics.pages.of", broken)
    response = client.get("/topics/bone/")
    assert (response.status_code, "Something went wrong here" in response.text) == (500, True)
    for secret in ("hunter2", "RuntimeError", "Traceback", str(connection.settings_dict["NAME"])):
        assert secret not in response.text


@pytest.mark.parametrize(("path", "words"), [("/es/nowhere/", 'lang="es"'), ("/nowhere/", 'lang="en"')])
def test_errors_are_in_the_language_of_the_address(client, site, path, words):
    for before in ("/", "/es/"):  # whatever the thread answered before
        client.get(before)
        assert words in client.get(path).text
        assert words in client.get(f"{path}?q=%00").text
        assert words in client.generic("PUT", path).text
