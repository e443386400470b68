"""oEmbed 1.0: the request, the two answers, discovery, and what is refused. https://oembed.com"""

import re
import socket
from html import unescape
from urllib.parse import parse_qs, quote, urlsplit
from xml.etree import ElementTree

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.cast import make_topic, new_draft, published_topic, publisher
from topics import workflow
from topics.portal import oembed

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"


@pytest.fixture
def bone():
    return published_topic(slug="bone", title='Bones & "spine" <b>')


def ask(client, path="/topics/bone/", site=SITE, **more):
    return client.get("/oembed/", {"url": site + path, **more})


def frame_of(answer) -> dict[str, str]:
    tag = re.fullmatch(r"<iframe ([^<>]*)></iframe>", answer["html"])[1]
    return {name: unescape(value) for name, value in re.findall(r'([a-z]+)="([^"]*)"', tag)}


# --- answers ------------------------------------------------------------------------------------


def test_json_has_what_type_rich_requires_and_a_frame_of_the_embed_view(client, bone):
    response = ask(client)
    answer = response.json()
    assert response["Content-Type"] == "application/json"
    assert (answer["type"], answer["version"]) == ("rich", "1.0")
    assert answer["title"] == 'Bones & "spine" <b>'
    assert isinstance(answer["width"], int)
    assert isinstance(answer["height"], int)
    frame = frame_of(answer)
    assert frame["src"] == f"{SITE}/embed/bone/"
    assert frame["title"] == answer["title"]
    assert frame["loading"] == "lazy"
    assert frame["referrerpolicy"] == "no-referrer"
    assert "allow-same-origin" not in frame["sandbox"].split()
    assert client.get(urlsplit(frame["src"]).path).status_code == 200


def test_xml_says_the_same_under_one_root(client, bone):
    response = ask(client, format="xml")
    root = ElementTree.fromstring(response.content)
    assert response["Content-Type"] == "text/xml; charset=utf-8"
    assert root.tag == "oembed"
    assert {child.tag: child.text for child in root} == {key: str(value) for key, value in ask(client).json().items()}


def test_a_browser_of_another_origin_may_read_it_and_nothing_is_kept_about_it(client, bone):
    client.cookies["sessionid"] = "stale"
    response = ask(client)
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response
    assert "Set-Cookie" not in response
    assert not response.cookies
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


# --- maxwidth, maxheight --------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(("width", "height"), [(320, 240), (1, 1), (699, 899), (100_000, 100_000)])
def test_maxima_are_never_exceeded_in_the_fields_or_in_the_frame(client, bone, form, width, height):
    response = ask(client, maxwidth=width, maxheight=height, format=form)
    if form == "xml":
        answer = {child.tag: child.text for child in ElementTree.fromstring(response.content)}
    else:
        answer = response.json()
    frame = frame_of(answer)
    assert int(answer["width"]) == int(frame["width"]) <= width
    assert int(answer["height"]) == int(frame["height"]) <= height


@pytest.mark.parametrize("odd", ["", "0", "-5", "1e3", "٣٢٠", "320px", "9" * 30, '"><script>', "３２０"])
def test_a_maximum_that_is_no_number_counts_as_not_sent(client, bone, odd):
    assert ask(client, maxwidth=odd, maxheight=odd).json() == ask(client).json()


# --- which addresses ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/topics/bone/",
        "/topics/bone",
        "/topics/bone/#s-which-bones",
        "/topics/bone/?utm_source=portal",
        "/t/21/",
        "/embed/bone/",
    ],
)
def test_every_address_of_a_page_is_accepted(client, path):
    published_topic(slug="bone", number=21)
    assert frame_of(ask(client, path).json())["src"] == f"{SITE}/embed/bone/"


def test_an_address_in_another_language_gives_the_page_in_that_language(client, bone):
    spanish = published_topic(slug="bone", title="Huesos", language="es")
    for path in ("/es/topics/bone/", f"/es/t/{spanish.number}/", "/es/embed/bone/"):
        answer = ask(client, path).json()
        assert answer["title"] == "Huesos"
        assert frame_of(answer)["src"] == f"{SITE}/es/embed/bone/"
    assert ask(client).json()["title"] != "Huesos"


def test_a_language_that_has_no_such_page_is_not_filled_with_another(client, bone):
    assert ask(client, "/es/topics/bone/").status_code == 404


def test_an_old_address_gives_the_page_under_its_new_name(client, bone):
    workflow.rename(bone, "bones", publisher())
    assert frame_of(ask(client, "/topics/bone/").json())["src"] == f"{SITE}/embed/bones/"


def test_a_page_that_was_replaced_gives_the_one_that_took_over(client, bone):
    workflow.withdraw(bone, publisher(), "Now part of another page", published_topic(slug="spread"))
    for path in ("/topics/bone/", f"/t/{bone.number}/"):
        assert frame_of(ask(client, path).json())["src"] == f"{SITE}/embed/spread/"


def test_pages_that_replaced_each_other_end_instead_of_going_round(client, bone):
    other = published_topic(slug="other")
    workflow.withdraw(bone, publisher(), "Moved", other)
    workflow.withdraw(other, publisher(), "Gone")
    type(other).objects.filter(pk=other.pk).update(successor=bone)
    assert ask(client).status_code == 404


def test_the_short_version_stays_short(client, bone):
    assert frame_of(ask(client, "/embed/bone/?view=short").json())["src"] == f"{SITE}/embed/bone/?view=short"


# --- refusals -------------------------------------------------------------------------------------


def test_a_page_that_patients_cannot_see_is_answered_like_one_that_never_was(client, bone):
    make_topic(slug="draft")
    withdrawn = published_topic(slug="withdrawn")
    workflow.withdraw(withdrawn, publisher(), "Wrong")
    never = ask(client, "/topics/never/")
    assert never.status_code == 404
    for path in ("/topics/draft/", "/topics/withdrawn/", f"/t/{withdrawn.number}/"):
        response = ask(client, path)
        assert (response.status_code, response.content) == (404, never.content)


def test_a_newer_draft_of_a_live_page_does_not_show(client, bone):
    new_draft(bone, title="A secret draft")
    assert "secret" not in ask(client).content.decode()


def test_a_card_is_no_page_of_its_own(client):
    card = published_topic(slug="fever", kind="card")
    assert ask(client, f"/t/{card.number}/").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1:8000/topics/bone/",
        "http://127.0.0.1/topics/bone/",
        "http://127.0.0.1:8001/topics/bone/",
        "http://evil.example/topics/bone/",
        "http://127.0.0.1:8000@evil.example/topics/bone/",
        "http://user:word@127.0.0.1:8000/topics/bone/",
        "http://127.0.0.1:8000.evil.example/topics/bone/",
        "http://127.0.0.1:8000\\@evil.example/topics/bone/",
        "//127.0.0.1:8000/topics/bone/",
        "/topics/bone/",
        "javascript:alert(1)//http://127.0.0.1:8000/topics/bone/",
        "file:///etc/passwd",
        "http://[::1/topics/bone/",
        "http://127.0.0.1:8000//topics/bone/",
        "http://127.0.0.1:8000/topics/../topics/bone/",
        "http://127.0.0.1:8000/topics/%62one%00/",
        "http://127.0.0.1:8000/admin/",
        "http://127.0.0.1:8000/",
        "http://127.0.0.1:8000",
        "http://127.0.0.1:8000/t/99999999999999999999999/",
        "http://127.0.0.1:8000/t/-1/",
        "http://127.0.0.1:8000/" + "a" * 5_000,
        "＜script＞",
    ],
)
def test_an_address_that_is_not_ours_letter_by_letter_is_404(client, bone, address):
    response = client.get("/oembed/", {"url": address})
    assert response.status_code == 404
    assert "evil" not in response.content.decode()


def test_nothing_is_ever_fetched(client, bone, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert client.get("/oembed/", {"url": "http://evil.example/topics/bone/"}).status_code == 404
    assert ask(client).status_code == 200


def test_another_format_is_501_and_a_missing_address_400(client, bone):
    assert ask(client, format="yaml").status_code == 501
    assert ask(client, format="<script>").status_code == 501
    assert client.get("/oembed/").status_code == 400
    assert client.get("/oembed/?url=").status_code == 400
    assert client.get("/oembed/?format=xml").status_code == 400


def test_no_refusal_repeats_what_was_sent(client, bone):
    mark = "zq7mark"
    for query in ({"url": mark}, {"url": f"{SITE}/topics/{mark}/"}, {"url": SITE, "format": mark}, {"format": mark}):
        response = client.get("/oembed/", query)
        assert response.status_code >= 400
        assert mark not in response.content.decode() + str(response.headers)


def test_unknown_parameters_are_ignored_and_never_repeated(client, bone):
    response = ask(client, patient="zq7mark", callback="alert")
    assert response.json() == ask(client).json()


def test_more_than_fifty_parameters_are_refused(client, bone):
    assert ask(client, **{f"p{n}": n for n in range(60)}).status_code == 400


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_it_can_only_be_read(client, bone, method):
    response = getattr(client, method)("/oembed/?url=x")
    assert response.status_code == 405
    assert "GET" in response["Allow"]


def test_the_address_without_its_last_slash_leads_here(client, bone):
    response = client.get("/oembed", {"url": f"{SITE}/topics/bone/"}, follow=True)
    assert response.json()["title"] == bone.title


@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    url=st.one_of(st.text(max_size=80), st.text(max_size=40).map(lambda text: f"{SITE}/{text}")),
    width=st.text(max_size=12),
    form=st.sampled_from(["json", "xml", "", "JSON", "x"]),
)
def test_no_input_breaks_it(client, url, width, form):
    query = "&".join(
        f"{name}={quote(text.encode('utf-8', 'surrogatepass'))}"
        for name, text in {"url": url, "maxwidth": width, "format": form}.items()
    )
    assert client.get(f"/oembed/?{query}").status_code in (400, 404, 501)


# --- discovery -------------------------------------------------------------------------------------


def test_a_page_says_in_its_head_where_its_frame_is(client, bone):
    head = client.get("/topics/bone/").content.decode().split("</head>")[0]
    found = re.findall(r'<link rel="alternate" type="([^"]*oembed)" href="([^"]*)" title="([^"]*)">', head)
    assert [kind for kind, _address, _title in found] == ["application/json+oembed", "text/xml+oembed"]
    for kind, address, title in found:
        address = unescape(address)
        assert address.startswith(f"{SITE}/oembed/?")
        assert unescape(title) == bone.title
        response = client.get(address.removeprefix(SITE))
        assert response.status_code == 200
        assert kind.split("+")[0].split("/")[1] in response["Content-Type"]


def test_discovery_names_the_address_in_the_pages_own_language(client):
    spanish = published_topic(slug="hueso", language="es")
    with override("en"):
        address = oembed.request_address(spanish, "json")
    assert parse_qs(urlsplit(address).query)["url"] == [f"{SITE}/es/topics/hueso/"]
    assert client.get(address.removeprefix(SITE)).status_code == 200
