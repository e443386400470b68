"""The staff menu: every table once, under words that say what it is for; days as the pages write them."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.contrib import admin
from django.utils.formats import date_format
from django.utils.translation import override

from tests.cast import administrator, editor, new_draft, person, published_topic
from topics.roles import ROLES
from topics.staff.site import MENU

pytestmark = pytest.mark.django_db


def test_every_table_stands_in_the_menu_once():
    named = [name for _label, _title, names in MENU for name in names]
    assert sorted(named) == sorted(model.__name__ for model in admin.site._registry)


@pytest.mark.parametrize(
    ("who", "groups"),
    [
        (editor, ["Pages", "Words", "Where pages stand", "Clinic and portals"]),
        (administrator, ["Staff"]),
        (lambda: person("no-role"), []),
    ],
)
def test_the_menu_shows_what_a_role_may_open(client, who, groups):
    client.force_login(who())
    page = client.get("/admin/")
    assert [group["name"] for group in page.context["app_list"]] == groups
    assert ("has no role yet" in page.text) == (not groups)


def test_the_way_from_a_list_to_a_page_and_on_is_told_in_plain_words(client):
    client.force_login(administrator())
    page = client.get("/admin/").text
    assert "Staff accounts" in page
    assert "Roles" in page
    assert "Authentication" not in page


def test_english_days_are_written_as_on_the_pages():
    moment = datetime(2026, 11, 27, 14, 5, tzinfo=UTC)
    with override("en"):
        assert date_format(moment, "DATE_FORMAT") == "27 November 2026"
        assert date_format(moment, "DATETIME_FORMAT") == "27 November 2026, 14:05"


@pytest.mark.parametrize("name", ROLES)
def test_no_link_that_a_role_is_shown_turns_it_away(client, name):
    topic = published_topic(slug="bone", sites=["bone"])
    new_draft(topic, title="Ribs")
    client.force_login(person(name, *ROLES[name]))
    one = f"/admin/topics/topic/{topic.pk}"
    pages = ["/admin/", "/admin/topics/topic/", "/admin/password_change/done/"]
    pages += [
        f"{one}/{what}/" for what in ("change", "review", "history", "compare", "rename", "withdraw", "revisions/1")
    ]
    shown = {href for page in pages for href in links(client.get(page))}
    assert {href for href in shown if client.get(href).status_code not in (200, 302)} == set()
    assert len(shown) >= 3


def links(page) -> set[str]:
    if page.status_code != 200:
        return set()
    found = re.findall(r'<a\b[^>]*\bhref="(/[^"#]+)', page.text)
    return {unescape(href) for href in found}


def test_a_new_own_password_leads_on_to_the_work(client):
    client.force_login(editor())
    assert 'href="/admin/">Go on to what to work on' in client.get("/admin/password_change/done/").text
