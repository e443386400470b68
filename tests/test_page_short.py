"""The two-minute version: the short parts and the red-flag boxes, and the way to the whole."""

import pytest
from django.test import override_settings

from tests.cast import make_topic, published_topic, publisher
from topics import workflow

pytestmark = pytest.mark.django_db

BODY = "::: short\n- One short point.\n:::\n\n::: card fever\n\n## Which bones\nThe long text.\n"


@pytest.fixture
def bone():
    published_topic(slug="fever", kind="card", title="Fever", text="you are hot")
    return published_topic(slug="bone", body=BODY)


@override_settings(SITE_URL="https://pages.example.org")
def test_only_the_short_parts_and_the_boxes_with_a_link_to_the_whole(client, bone):
    page = client.get("/topics/bone/short/").content.decode()
    assert "One short point." in page
    assert 'id="card-fever"' in page
    assert "The long text." not in page
    assert '<a class="button" href="/topics/bone/">' in page
    assert '<link rel="canonical" href="https://pages.example.org/topics/bone/">' in page


def test_a_page_without_short_parts_shows_its_summary(client):
    published_topic(slug="plain", body="## Only\nLong.\n", summary="One sentence says it.")
    assert "One sentence says it.</p>" in client.get("/topics/plain/short/").content.decode()


@pytest.mark.parametrize("end", ["short/", "handout/", "handout.pdf"])
def test_drafts_are_not_there_and_old_names_and_successors_lead_on(client, bone, end):
    make_topic(slug="draft")
    assert client.get(f"/topics/draft/{end}").status_code == 404
    assert client.get(f"/topics/none/{end}").status_code == 404
    old = published_topic(slug="old")
    workflow.rename(old, "newer", publisher())
    response = client.get(f"/topics/old/{end}")
    assert (response.status_code, response["Location"]) == (301, f"/topics/newer/{end}")
    old.refresh_from_db()
    workflow.withdraw(old, publisher(), "joined", bone)
    response = client.get(f"/topics/newer/{end}")
    assert (response.status_code, response["Location"]) == (301, f"/topics/bone/{end}")
    workflow.withdraw(published_topic(slug="wrong"), publisher(), "wrong")
    assert client.get(f"/topics/wrong/{end}").status_code == 410


def test_a_topic_page_leads_to_its_short_form_and_to_paper(client, bone):
    page = client.get("/topics/bone/").content.decode()
    for address in ("/topics/bone/short/", "/topics/bone/handout/", "/questions/"):
        assert f'href="{address}"' in page
