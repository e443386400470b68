"""A text's way to patients in a real browser: asked for, checked on a phone by link, published; and its looks."""

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from tests.browser import sign_in, violations
from tests.cast import checked, clinician, editor, new_draft, published_topic, publisher, with_password
from topics import review
from topics.models import Topic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

TWO = "## Which bones\nThe spine.\n\n## What helps\nRadiotherapy helps with pain.\n"
NEW = TWO.replace("helps with pain", "often helps with pain")


@pytest.fixture
def draft(live_server, settings):
    """A checked page with a newer draft, which its editor wrote."""
    settings.SITE_URL, settings.EMAIL_IS_SENT = live_server.url, True
    for person in (editor, publisher, clinician):
        with_password(person())
    topic = published_topic(body=TWO)
    checked(topic)
    new_draft(topic, body=NEW)
    return f"{live_server.url}/admin/topics/topic/{topic.pk}/review/"


def letter(kind: str) -> str:
    return re.search(kind, mail.outbox[-1].body, re.MULTILINE)[1]


def test_a_text_goes_to_patients_by_a_check_on_a_phone(page, chromium, live_server, draft):
    sign_in(page, live_server.url, "editor")
    page.goto(draft)
    page.fill("#submit-note", "Is “often” right?")
    page.click("[name=_submit]")
    expect(page.locator(".messagelist")).to_contain_text("Asked for a check")
    page.context.clear_cookies()

    sign_in(page, live_server.url, "publisher")
    page.goto(draft)
    page.click("text=Ask a clinician without an account")
    for name, value in (("name", "Role Clinician"), ("role", "oncologist"), ("email", "onco@example.org")):
        page.fill(f"#invite-{name}", value)
    page.click("[name=_invite]")
    expect(page.locator(".messagelist")).to_contain_text("is on its way to Role Clinician")

    context = chromium.new_context(viewport={"width": 360, "height": 740}, has_touch=True)
    answer_on(context.new_page(), letter(r"^(http\S+/check/\S+)$"))
    context.close()

    page.goto(draft)
    expect(page.locator(".facts")).to_contain_text("checked by Role Clinician")
    page.click("[name=_publish]")
    expect(page.locator(".messagelist")).to_contain_text("Published")
    page.goto(f"{live_server.url}/topics/bone/")
    expect(page.locator("main")).to_contain_text("often helps with pain")
    expect(page.locator(".checked")).to_contain_text("Role Clinician, oncologist")
    assert page.complaints == []


def answer_on(phone, link):
    phone.goto(link)
    assert violations(phone) == []
    phone.click("[name=_send_code]")
    phone.fill("[name=code]", letter(r"^ +(\d{6})$"))
    phone.click("[name=_prove]")
    expect(phone.locator(".passage")).to_have_count(1)  # what stayed is left out
    expect(phone.locator("ins:visible")).to_have_count(1)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(phone) == []
    expect(phone.locator(".row-comment:visible")).to_have_count(0)
    phone.locator("[value=fix]:visible").check()
    phone.locator(".row-comment textarea:visible").fill("Say how often.")
    phone.click("[name=_look]")
    expect(phone.locator(".answers")).to_contain_text("Say how often.")
    assert violations(phone) == []
    phone.click("[name=_record]")
    expect(phone.locator("h1")).to_have_text("Thank you")


@pytest.mark.parametrize("dark", [False, True])
def test_the_review_page_has_no_accessibility_violation(page, live_server, draft, dark):
    page.emulate_media(color_scheme="dark" if dark else "light")
    review.submit(Topic.objects.get(), Topic.objects.get().newest, editor())
    sign_in(page, live_server.url, "clinician")
    page.goto(draft)
    for summary in page.locator("summary").all():
        summary.click()
    assert violations(page) == []
    page.locator("[value=correct]").nth(2).check()
    page.click("[name=_look]")
    expect(page.locator(".answers")).to_contain_text("What helps")
    assert violations(page) == []
    assert page.complaints == []
