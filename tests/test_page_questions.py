"""Questions to ask: ticked in a form, answered with a sheet, and nowhere kept."""

import re

import pytest
from django.test import Client

from tests.browser import violations
from tests.cast import go_live, make_topic, new_draft, published_topic

pytestmark = pytest.mark.django_db

BODY = "## Which bones\nText.\n\n::: questions\n- Which bones are **weak**?\n- Who do I call at <night>?\n:::\n"


@pytest.fixture
def bone():
    return published_topic(slug="bone", title="Bones", body=BODY)


def keys(client):
    return re.findall(r'name="q" value="([^"]+)"', client.get("/questions/").content.decode())


def test_questions_of_live_pages_stand_below_their_section_and_page(client, bone):
    make_topic(slug="draft", body=BODY.replace("weak", "secret"))
    published_topic(slug="none")
    page = client.get("/questions/").content.decode()
    assert "<legend>Bones</legend>" in page
    assert "Which bones are weak?" in page
    assert "Who do I call at &lt;night&gt;?" in page
    assert "secret" not in page
    assert len(keys(client)) == 2


def test_the_ticked_ones_come_back_on_a_sheet_with_lines_and_nobody_keeps_it(bone):
    client = Client(enforce_csrf_checks=True)
    first, _second = keys(client)
    response = client.post("/questions/", {"q": [first]})
    page = response.content.decode()
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies
    assert "Which bones are weak?" in page
    assert "night" not in page
    assert 'class="line"' in page
    assert "My own questions" in page
    assert "large-print" in client.post("/questions/", {"q": [first], "size": "large"}).content.decode()


def test_the_form_sends_by_post_so_that_nothing_stands_in_an_address(client, bone):
    page = client.get("/questions/").content.decode()
    assert '<form class="ticks" method="post" action="/questions/" autocomplete="off">' in page
    first = keys(client)[0]
    assert "My questions" not in client.get("/questions/", {"q": first}).content.decode()


@pytest.mark.parametrize("ticked", [[], ["1-zzz"], ["<script>"], ["x" * 5000]])
def test_without_a_known_question_the_form_comes_back_with_a_kind_note(client, bone, ticked):
    response = client.post("/questions/", {"q": ticked})
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert b"No question is ticked yet" in response.content
    assert b"<script>" not in response.content


def test_a_question_that_changed_meanwhile_is_never_swapped_for_another(client, bone):
    first, second = keys(client)
    latest = new_draft(bone, body=BODY.replace("- Which bones are **weak**?\n", "- Quite another question?\n"))
    go_live(bone, latest)
    page = client.post("/questions/", {"q": [first, second]}).content.decode()
    assert "Who do I call" in page
    assert "Quite another" not in page
    assert "Some questions have changed" in page


def test_other_methods_and_odd_bodies_are_answered(client, bone):
    assert client.put("/questions/").status_code == 405
    assert client.head("/questions/").status_code == 200
    assert client.post("/questions/", {"q": "a\x00b"}).status_code == 400
    assert client.post("/questions/", {f"q{n}": "1" for n in range(1_001)}).status_code == 400
    assert client.post("/questions/", b"\xff", content_type="application/json").status_code == 200


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [360, 1280])
def test_tick_and_print_with_the_keyboard_alone_and_axe_finds_nothing(page, live_server, bone, width):
    page.set_viewport_size({"width": width, "height": 800})
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, media="screen")
        page.goto(f"{live_server.url}/questions/")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.focus("[name=q] >> nth=0")
        page.keyboard.press("Space")
        page.focus(".ticks button")
        page.keyboard.press("Enter")
        page.wait_for_selector(".asked")
        assert page.url == f"{live_server.url}/questions/"
        assert page.locator(".asked").count() == 1
        for media in ("screen", "print"):
            page.emulate_media(color_scheme=scheme, media=media)
            assert violations(page) == []
    assert page.complaints == []
