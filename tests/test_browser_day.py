"""The editor's whole day with four people: from an account that is made to an old address that leads on."""

from __future__ import annotations

import re
from datetime import timedelta
from importlib import import_module
from typing import NamedTuple

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core import mail
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser import PASSWORD, sign_in, violations
from tests.cast import checked, published_topic, with_password
from tests.test_browser_paste import PASTE, WORD
from topics.models import ClinicSettings, Event, Topic, User
from topics.roles import ADMINISTRATOR, EDITOR, PUBLISHER, ROLES
from topics.source import CARD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

make_roles = import_module("topics.migrations.0013_roles").make_roles
TEXT = "::: short\n- One point.\n:::\n\n## Which bones\nThe spine.\n\n## What helps\nRadiotherapy helps with pain.\n"
HARD = "Painkillers should be taken regularly."
FIRST_PASSWORD = "one password to begin with"


class Day(NamedTuple):
    """One browser window for each person, a page, and where the site is."""

    site: str
    editor: Page
    publisher: Page
    phone: Page
    reader: Page
    number: int

    def staff(self, what: str) -> str:
        return f"{self.site}/admin/topics/topic/{self.number}/{what}/"


@pytest.fixture
def windows(chromium):
    """Windows of people who do not share a browser; each remembers what it complained about."""
    opened, complaints = [], []

    def window(**options) -> Page:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(15_000)
        opened.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield window
    for context in opened:
        context.close()
    assert complaints == []


@pytest.fixture
def day(live_server, settings, windows, monkeypatch):
    """A clinic with its roles, an administrator and a publisher, a checked page, and one that could take over."""
    settings.SITE_URL, settings.EMAIL_IS_SENT = live_server.url, True
    monkeypatch.setattr("mbc_site.middleware.PublishWhatIsDue.SECONDS", 0)
    make_roles(apps, connection.schema_editor())
    for role in (ADMINISTRATOR, PUBLISHER):
        account = with_password(User.objects.create(username=role, is_staff=True))
        account.groups.set(Group.objects.filter(name=role))
    ClinicSettings.objects.create(pk=1, day_line="020 7946 0000")
    cord = published_topic("cord", kind=CARD, title="Pressure on the spinal cord", text="you cannot feel your legs")
    published_topic("pain", title="Living with pain")
    bone = published_topic("bone", body=TEXT)
    for topic in (cord, bone):  # a page claims a full check only together with its cards
        checked(topic)
    phone = windows(viewport={"width": 360, "height": 740}, has_touch=True)
    return Day(live_server.url, windows(), windows(), phone, windows(), bone.pk)


def test_a_change_goes_its_whole_way_and_the_page_leads_on_when_it_is_withdrawn(day, windows, monkeypatch):
    an_administrator_makes_an_account(windows(), day.site)
    its_owner_chooses_an_own_password(day.editor, day.site)
    the_editor_writes(day)
    the_editor_asks_for_a_check(day)
    the_publisher_sends_a_link(day)
    a_clinician_answers_on_a_phone(day.phone)
    the_publisher_sets_a_time(day)
    it_is_live_at_its_time(day, monkeypatch)
    the_publisher_withdraws_it(day)
    the_old_address_leads_on(day)
    assert [event.kind for event in Topic.objects.get(pk=day.number).events.order_by("pk")] == [
        *(Event.PUBLISHED, Event.CHECKED),  # before this day
        *(Event.SUBMITTED, Event.CHECKED, Event.SCHEDULED, Event.PUBLISHED, Event.WITHDRAWN),
    ]


def told(page: Page, words: str) -> None:
    expect(page.locator(".messagelist")).to_contain_text(words)


def letter(kind: str) -> str:
    return re.search(kind, mail.outbox[-1].body, re.MULTILINE)[1]


def as_readers_see_it(day: Day) -> str:
    day.reader.goto(f"{day.site}/topics/bone/")
    return day.reader.inner_text("main")


# --- the steps, in their order --------------------------------------------------------------------


def an_administrator_makes_an_account(page: Page, site: str) -> None:
    sign_in(page, site, ADMINISTRATOR)
    page.goto(f"{site}/admin/topics/user/add/")
    page.fill("#id_username", "ward-nurse")
    page.fill("#id_password1", FIRST_PASSWORD)
    page.fill("#id_password2", FIRST_PASSWORD)
    page.select_option("select[name^=groups]", label=EDITOR)
    if page.locator("#id_groups_add").is_visible():
        page.click("#id_groups_add")
    page.click("[name=_save]")
    told(page, "was added successfully")
    nurse = User.objects.get(username="ward-nurse")
    assert nurse.get_all_permissions() == {f"topics.{codename}" for codename in ROLES[EDITOR]}
    page.context.clear_cookies()


def its_owner_chooses_an_own_password(page: Page, site: str) -> None:
    page.goto(f"{site}/admin/")
    page.fill("[name=username]", "ward-nurse")
    page.fill("[name=password]", FIRST_PASSWORD)
    page.click("[type=submit]")
    page.fill("[name=old_password]", FIRST_PASSWORD)
    page.fill("[name=new_password1]", PASSWORD)
    page.fill("[name=new_password2]", PASSWORD)
    page.locator("[name=new_password2]").press("Enter")
    expect(page.locator("h1").last).to_contain_text("Password change")
    page.wait_for_url("**/password_change/done/")


def the_editor_writes(day: Day) -> None:
    """Insert buttons, preview, the coach, a paste from Word; kept by itself, saved by Ctrl+S."""
    page = day.editor
    page.goto(f"{day.site}/admin/topics/topic/")
    page.click("#result_list >> text=Bones")
    body, preview = page.locator("#id_body"), page.frame_locator("#preview").locator("article")
    expect(preview).to_contain_text("Radiotherapy helps with pain.")

    body.fill(body.input_value().replace("helps with pain", "often helps with pain") + f"\n{HARD}\n\n")
    expect(preview).to_contain_text("often helps with pain")
    expect(page.locator("#problem-count")).to_contain_text("worth a look")
    expect(page.locator("#problems")).to_contain_text("should be taken")

    body.fill(body.input_value().replace(HARD + "\n\n", ""))
    page.click("text=Card…")
    expect(page.locator("#picker-state")).to_have_text("1 found.")
    page.keyboard.press("Enter")
    assert "::: card cord\n" in body.input_value()
    body.press("Control+End")
    assert not page.evaluate(PASTE, [body.element_handle(), WORD.split("<table")[0] + "</body></html>", "plain"])
    expect(preview).to_contain_text("a pain diary")
    expect(page.locator("#kept")).to_contain_text("Kept for you")
    page.click("[data-mode=phone]")
    assert [line for line in violations(page) if "content-main" in line] == []

    page.fill("#id_note", "Radiotherapy does not always help")
    body.press("Control+s")
    told(page, "Saved as a draft")
    assert "often helps" not in as_readers_see_it(day)


def the_editor_asks_for_a_check(day: Day) -> None:
    page = day.editor
    page.click("[name=_submit]")
    page.fill("#submit-note", "Is “often” right?")
    page.click("[name=_submit]")
    told(page, "Asked for a check")
    expect(page.locator("[name=_publish]")).to_have_count(0)


def the_publisher_sends_a_link(day: Day) -> None:
    """Who wrote the words has no say in who checks them: the first page tells the publisher."""
    page = day.publisher
    sign_in(page, day.site, PUBLISHER)
    page.get_by_role("region", name="Checks asked for").get_by_role("link", name=re.compile("Bones")).click()
    expect(page).to_have_url(day.staff("review"))
    expect(page.locator(".facts")).to_contain_text("Is “often” right?")
    page.click("text=Ask a clinician without an account")
    for name, value in (("name", "Role Clinician"), ("role", "oncologist"), ("email", "onco@example.org")):
        page.fill(f"#invite-{name}", value)
    page.click("[name=_invite]")
    told(page, "is on its way to Role Clinician")


def a_clinician_answers_on_a_phone(phone: Page) -> None:
    phone.goto(letter(r"^(http\S+/check/\S+)$"))
    phone.click("[name=_send_code]")
    phone.fill("[name=code]", letter(r"^ +(\d{6})$"))
    phone.click("[name=_prove]")
    expect(phone.locator("ins:visible").first).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(phone) == []
    for answer in phone.locator("[value=correct]:visible").all():
        answer.check()
    phone.click("[name=_look]")
    phone.click("[name=_record]")
    expect(phone.locator("h1")).to_have_text("Thank you")


def the_publisher_sets_a_time(day: Day) -> None:
    page, when = day.publisher, timezone.localtime() + timedelta(hours=1)
    page.goto(f"{day.site}/admin/")
    page.get_by_role("region", name="Checked, waiting to be published").get_by_role("link").click()
    page.click("text=Publish on a day")
    page.fill("#schedule-when_0", f"{when:%Y-%m-%d}")
    page.fill("#schedule-when_1", f"{when:%H:%M}")
    page.click("[name=_schedule]")
    told(page, "goes live")
    assert "often helps" not in as_readers_see_it(day)


def it_is_live_at_its_time(day: Day, monkeypatch) -> None:
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    text = as_readers_see_it(day)
    assert "often helps with pain" in text
    assert "a pain diary" in text
    assert "cannot feel your legs" in text
    expect(day.reader.locator(".checked")).to_contain_text("Role Clinician, oncologist")
    assert violations(day.reader) == []


def the_publisher_withdraws_it(day: Day) -> None:
    page = day.publisher
    page.goto(day.staff("history"))
    page.click("text=Withdraw")
    page.select_option("select[name=successor]", label="Living with pain")
    page.fill("[name=reason]", "Its points stand on the page about pain")
    page.locator("form .submit-row [type=submit]").click()
    told(page, "Living with pain")


def the_old_address_leads_on(day: Day) -> None:
    for old in ("/topics/bone/", f"/t/{Topic.objects.get(pk=day.number).number}/"):
        day.reader.goto(day.site + old)
        expect(day.reader).to_have_url(f"{day.site}/topics/pain/")
    day.reader.goto(f"{day.site}/search/?q=radiotherapy")
    expect(day.reader.locator("main")).not_to_contain_text("Bones")
