"""“Is my printout still right?”: told for every code ever printed, for no other, boxes first."""

import pytest

from tests.browser import violations
from tests.cast import go_live, make_topic, new_draft, published_topic, publisher
from topics import workflow
from topics.models import ClinicSettings

pytestmark = pytest.mark.django_db

BODY = """::: short
- Bones can be treated.
:::

::: card fever

## Which bones
The spine is often affected by it.

## What helps
Rest after radiotherapy helps most people.
"""


@pytest.fixture
def fever():
    return published_topic(slug="fever", kind="card", title="Fever", text="you are hotter than 38 degrees at night")


@pytest.fixture
def bone(fever):
    return published_topic(slug="bone", body=BODY)


def change(topic, body, kind="clinical"):
    latest = type(topic).objects.get(pk=topic.pk).latest
    revision = workflow.save_draft(topic, latest.source.revised(body=body), None, latest.number, kind)
    go_live(topic, revision)
    topic.refresh_from_db()


def check(client, topic, revision=1):
    return client.get(f"/t/{topic.number}/{revision}/")


def test_a_paper_of_the_live_revision_is_right(client, bone):
    response = check(client, bone)
    assert response.status_code == 200
    assert b"Yes, your printout is still right" in response.content
    assert b"<del>" not in response.content


def test_the_boxes_stand_there_as_they_are_now_with_todays_numbers(client, bone):
    ClinicSettings.objects.create(pk=1, day_line="020 7946 0000")
    workflow.pages.refresh_numbers()
    page = check(client, bone).content.decode()
    assert "When to call, as it is right now" in page
    assert 'href="tel:02079460000"' in page


def test_an_older_paper_is_told_what_changed_in_which_section_and_nothing_else(client, bone):
    change(bone, BODY.replace("The spine is often affected", "The hips are often affected"))
    page = check(client, bone).content.decode()
    assert "No, your printout is out of date" in page
    assert "<h3>Which bones</h3>" in page
    assert "The <del><b>old:</b> spine is</del> <ins><b>new:</b> hips are</ins> often affected by it." in page
    assert "What helps</h3>" not in page
    assert "made for safety" not in page
    assert "Yes, your printout" in check(client, bone, 2).content.decode()


def test_a_safety_change_says_so(client, bone):
    change(bone, BODY.replace("The spine", "The back"), "urgent")
    assert "made for safety" in check(client, bone).content.decode()


def test_a_section_under_a_new_heading_is_compared_with_its_old_text(client, bone):
    change(bone, BODY.replace("## What helps", "## What eases it"))
    page = check(client, bone).content.decode()
    assert "What <del><b>old:</b> helps</del> <ins><b>new:</b> eases it</ins>" in page
    assert "radiotherapy helps most" not in page


def test_a_changed_box_comes_first_and_is_told_even_where_the_page_itself_is_the_same(client, bone, fever):
    change(fever, "- you are hotter than 37.5 degrees at night\n")
    page = check(client, bone).content.decode()
    assert "Your printout has an old red-flag box" in page
    assert "<del><b>old:</b> 38</del> <ins><b>new:</b> 37.5</ins>" in page
    change(bone, BODY.replace("The spine", "The back"))
    page = check(client, bone).content.decode()
    assert page.index("37.5</ins>") < page.index("<h3>Which bones</h3>")
    assert "Yes, your printout" in check(client, bone, 2).content.decode()


def test_a_box_changed_there_and_back_is_told_to_those_who_may_have_printed_between(client, bone, fever):
    first = "- you are hotter than 38 degrees at night\n"
    change(fever, first.replace("38", "39"))
    change(fever, first)
    page = check(client, bone).content.decode()
    assert "<del><b>old:</b> 39</del> <ins><b>new:</b> 38</ins>" in page


def test_a_box_that_left_the_page_and_one_that_came_are_told(client, bone):
    published_topic(slug="clot", kind="card", title="Clot", text="one leg swells")
    change(bone, BODY.replace("card fever", "card clot"))
    page = check(client, bone).content.decode()
    assert "<del><b>old:</b> you are hotter than 38 degrees at night</del>" in page
    assert "<ins><b>new:</b> one leg swells</ins>" in page


def test_a_paper_whose_page_was_saved_again_with_the_same_words_is_right(client, bone):
    change(bone, BODY.replace("- Bones", "*  Bones").replace("*  ", "* "))
    page = check(client, bone).content.decode()
    assert "Yes, your printout is still right" in page
    assert "saved again" in page


def test_a_page_that_was_taken_down_says_so_and_names_what_took_its_place(client, bone):
    other = published_topic(slug="other", title="Other page")
    workflow.withdraw(bone, publisher(), "wrong <secret>")
    response = check(client, bone)
    assert response.status_code == 410
    assert b"This page was taken down" in response.content
    assert b"secret" not in response.content
    go_live(bone, bone.latest)
    bone.refresh_from_db()
    assert check(client, bone).status_code == 200
    workflow.withdraw(bone, publisher(), "joined", other)
    response = check(client, bone)
    assert response.status_code == 200
    assert b'href="/topics/other/"' in response.content


def test_what_patients_never_saw_is_not_there(client, bone):
    draft = new_draft(bone, body=BODY.replace("The spine", "Secret"))
    never = make_topic(slug="never")
    for number, revision in [(bone.number, draft.number), (bone.number, 99), (never.number, 1), (999, 1)]:
        assert client.get(f"/t/{number}/{revision}/").status_code == 404
    assert client.get(f"/t/{bone.number}/{10**30}/").status_code == 404
    assert client.get(f"/t/{10**30}/1/").status_code == 404


def test_a_revision_skipped_between_two_publications_is_not_there(client, bone):
    new_draft(bone, body=BODY.replace("The spine", "Secret"))
    change(bone, BODY.replace("The spine", "The back"))
    assert check(client, bone, 2).status_code == 404
    assert "Secret" not in check(client, bone, 1).content.decode()


def test_words_that_went_behind_the_door_are_not_shown_as_a_change(client, bone):
    latest = bone.latest.source.revised(body=BODY.replace("The spine", "Half of all people"), door="prognosis")
    go_live(bone, workflow.save_draft(bone, latest, None, 1))
    response = check(client, bone)
    assert response.status_code == 302
    assert b"Half of all" not in client.get(response["Location"]).content


def test_hostile_words_stay_words(client, bone):
    change(bone, BODY.replace("The spine", "The `<script>alert(1)</script>`"))
    page = check(client, bone).content
    assert b"<script>alert" not in page
    assert b"&lt;script&gt;alert" in page


def test_no_cookie_and_asked_again_each_time(client, bone):
    response = check(client, bone)
    assert not response.cookies
    assert "no-cache" in response["Cache-Control"]
    assert b'content="noindex"' in response.content


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_a_phone_scrolls_one_way(page, live_server, bone, fever, scheme):
    change(fever, "- you are hotter than 37.5 degrees at night\n")
    change(bone, BODY.replace("The spine", "The back"))
    page.emulate_media(color_scheme=scheme)
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{live_server.url}/t/{bone.number}/1/")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.complaints == []
