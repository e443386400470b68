"""What every answer carries, and that public answers know nobody."""

import gzip
import uuid

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import published_topic, publisher
from tests.folders import page, small, taken
from tests.test_requests import READER
from topics import workflow

pytestmark = pytest.mark.django_db

STRICT = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
}
# Address, method, expected status.
ANSWERS = [
    *((path, "GET", 200) for path in READER),
    ("/t/1/", "GET", 301),
    ("/topics/bone", "GET", 301),
    ("/topics/old/", "GET", 301),
    ("/topics/gone/", "GET", 410),
    ("/nowhere/", "GET", 404),
    ("/?q=%00", "GET", 400),
    ("/", "PUT", 405),
    ("/", "POST", 405),
    ("/topics/broken/", "GET", 500),
    ("/static/css/site.css", "GET", 200),
    ("/static/nowhere.css", "GET", 404),
    ("/media/nowhere.png", "GET", 404),
    ("/health/live/", "GET", 200),
    ("/health/ready/", "GET", 200),
    ("/admin/", "GET", 302),
    ("/admin/login/", "GET", 200),
    ("/admin/login/", "POST", 403),
    ("/admin/nowhere/", "GET", 302),
]
COOKIES = [
    "sessionid=0123456789abcdef0123456789abcdef; csrftoken=stale",
    "sessionid=; csrftoken=",
    "__Host-sessionid=a; messages=b; django_language=es",
    "odd",
    "=;;;,,, \x80\xff",
    "a=" + "b" * 8_000,
    "; ".join(f"c{number}=d" for number in range(500)),
]


@pytest.fixture
def site(tmp_path, monkeypatch):
    taken(small(tmp_path))
    workflow.rename(published_topic(slug="old"), "new", publisher())
    workflow.withdraw(published_topic(slug="gone"), publisher(), "Wrong")
    published_topic(slug="broken")
    of = workflow.pages.of

    def breaks(topic):
        if topic.slug == "broken":
            raise RuntimeError
        return of(topic)

    monkeypatch.setattr("topics.pages.of", breaks)


@pytest.fixture
def picture():
    name = str(uuid.uuid4())
    path = settings.MEDIA_ROOT / name[:2] / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\x89PNG\r\n\x1a\n")
    yield f"/media/{name[:2]}/{name}.png"
    path.unlink()


def asked(path: str, method: str = "GET", client: Client | None = None, **headers: str):
    client = client or Client(enforce_csrf_checks=True)
    client.raise_request_exception = False
    response = client.generic(method, path, headers=headers)
    if response.streaming:
        response.content_read = b"".join(response.streaming_content)
        response.close()
    return response


# --- headers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "method", "status"), ANSWERS)
def test_every_answer_carries_the_safe_headers(site, path, method, status):
    response = asked(path, method)
    headers = response.headers
    assert response.status_code == status
    assert set(headers["Content-Security-Policy"].split("; ")) == STRICT
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Permissions-Policy"].startswith("camera=(), microphone=()")
    assert headers["Referrer-Policy"] == ("same-origin" if path.startswith("/admin/") else "no-referrer")
    assert not {"Server", "X-Powered-By", "Strict-Transport-Security"} & set(headers)
    assert ("no-store" in headers.get("Cache-Control", "")) is path.startswith(("/admin/", "/health/"))


def test_a_picture_can_only_be_looked_at(client, picture):
    headers = asked(picture).headers
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert (headers["Content-Type"], headers["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert (headers["Referrer-Policy"], "Set-Cookie" in headers) == ("no-referrer", False)


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.replace(".png", ".html"),
        lambda path: path.replace(".png", ".png/"),
        lambda path: path.replace(".png", ".PNG"),
        lambda path: path + "%0a",
        lambda path: path.replace("/media/", "/media/../media/"),
        lambda path: path.replace("/media/", "/media//"),
        lambda path: path.replace("/", "%2f")[:9] + path[7:],
        lambda path: "/media/" + "a" * 300,
        lambda path: "/media/../mbc.sqlite3",
        lambda path: "/media/%2e%2e/secret_key",
        lambda path: "/media/",
    ],
)
def test_a_picture_is_found_by_its_whole_name_only(picture, change):
    assert asked(change(picture)).status_code in (400, 404)


def test_static_files_may_be_used_by_a_sandboxed_frame(site):
    assert asked("/static/css/site.css").headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_https_is_insisted_on_where_the_site_has_it(site, settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    response = asked("/topics/bone/?a=b")
    assert (response.status_code, response.headers["Location"]) == (301, "https://testserver/topics/bone/?a=b")
    secure = Client().get("/topics/bone/", secure=True)
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert asked("/health/live/").status_code == 200  # load balancers ask without TLS
    forged = asked("/topics/bone/", **{"x-forwarded-proto": "https", "x-forwarded-host": "evil.example"})
    assert (forged.status_code, forged.headers["Location"]) == (301, "https://testserver/topics/bone/")


def test_a_page_may_be_kept_but_is_asked_for_each_time(site):
    response = asked("/topics/bone/")
    assert set(response.headers["Cache-Control"].split(", ")) == {"public", "no-cache"}
    again = asked("/topics/bone/", **{"if-none-match": response.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert set(again.headers["Content-Security-Policy"].split("; ")) == STRICT


@pytest.mark.parametrize(
    "headers",
    [
        {"range": "bytes=0-1"},
        {"range": "bytes=9-1,,-"},
        {"if-modified-since": "yesterday"},
        {"if-none-match": '"' * 5_000},
        {"if-match": "odd"},
        {"accept": "a/b;q=" + "1" * 5_000},
        {"accept-language": ",".join(f"x{number}-{'y' * 8}" for number in range(500))},
        {"accept-language": "*" * 5_000},
        {"accept-encoding": "gzip;q=odd," * 500},
        {"x-requested-with": "\r\n"},
    ],
)
def test_odd_headers_get_an_ordinary_answer(site, headers):
    assert asked("/topics/bone/", **headers).status_code in (200, 412)


# --- cookies ---------------------------------------------------------------------------------


@pytest.mark.parametrize("cookie", COOKIES)
@pytest.mark.parametrize(("path", "method", "status"), [one for one in ANSWERS if not one[0].startswith("/admin/")])
def test_public_answers_neither_see_nor_set_a_cookie(site, path, method, status, cookie):
    plain, other = asked(path, method), asked(path, method, cookie=cookie)
    assert other.status_code == plain.status_code == status
    assert "Set-Cookie" not in other.headers and not other.cookies
    assert "cookie" not in other.headers.get("Vary", "").lower()
    assert dict(other.headers) == dict(plain.headers)
    assert getattr(other, "content_read", other.content if not other.streaming else b"") == getattr(
        plain, "content_read", plain.content if not plain.streaming else b""
    )


def test_somebody_signed_in_gets_the_same_bytes_and_no_session_is_read(site, django_assert_num_queries):
    staff = Client()
    staff.force_login(publisher())
    for path in READER:
        plain, other = asked(path), asked(path, client=staff)
        assert (other.content, dict(other.headers)) == (plain.content, dict(plain.headers)), path
        assert not hasattr(other.wsgi_request, "_cached_user")
        assert not other.wsgi_request.session.accessed


def test_staff_pages_do_set_one(site):
    response = asked("/admin/login/")
    assert response.cookies["csrftoken"]["httponly"] and response.cookies["csrftoken"]["samesite"] == "Lax"
    assert page("bone")


# --- what readers open travels small ---------------------------------------------------------


def test_a_reader_s_page_is_compressed_the_same_each_time_and_a_staff_page_never(site):
    gzipped = {"Accept-Encoding": "gzip, br"}
    first, again = (asked("/topics/bone/", **gzipped) for _ in range(2))
    assert first.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in first.headers["Vary"]
    assert gzip.decompress(first.content) == asked("/topics/bone/").content
    assert first.content == again.content
    unchanged = asked("/topics/bone/", **gzipped, **{"If-None-Match": first.headers["ETag"]})
    assert unchanged.status_code == 304
    assert "Content-Encoding" not in asked("/admin/login/", **gzipped).headers
