"""Health, list, history and comparison in a real browser: axe, dark mode, phone width, and by keyboard alone."""

import pytest

from tests.browser import sign_in, violations
from tests.cast import editor, new_draft, person, published_topic, publisher, with_password
from topics import review
from topics.models import ClinicSettings
from topics.roles import EDITOR, PUBLISHER, ROLES
from topics.source import CARD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

TWO = "## Which bones\nThe spine, in 2 of 3 people.\n\n## What helps\nRadiotherapy helps.\n"


@pytest.fixture
def bone(live_server):
    with_password(person("boss", *ROLES[EDITOR], *ROLES[PUBLISHER]))
    ClinicSettings.objects.create(pk=1, day_line="020 7946 0000")
    published_topic(slug="fever", kind=CARD, title="Fever")
    topic = published_topic(slug="bone", title="When breast cancer spreads to the bones", body=TWO, sites=["bone"])
    new_draft(topic, publisher(), body=TWO.replace("2 of 3", "3 of 4"))
    review.assign([topic], editor())
    return topic


def test_staff_pages_pass_axe_in_light_and_dark_and_fit_a_phone(page, live_server, bone):
    sign_in(page, live_server.url, "boss")
    one = f"/admin/topics/topic/{bone.pk}"
    addresses = ["/admin/", "/admin/health/unchecked/", "/admin/topics/topic/", f"{one}/history/"]
    addresses += [f"{one}/compare/", f"{one}/rename/", f"{one}/withdraw/"]
    for address in addresses:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.goto(live_server.url + address)
            assert violations(page) == [], (address, scheme)
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
        page.set_viewport_size({"width": 1280, "height": 900})
    assert page.complaints == []


def test_numbers_are_confirmed_and_texts_compared_by_keyboard_alone(page, live_server, bone):
    sign_in(page, live_server.url, "boss")
    page.get_by_role("button", name="I called them, they are right").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Noted: the numbers were called today")
    page.goto(f"{live_server.url}/admin/topics/topic/{bone.pk}/history/")
    page.get_by_role("radio", name="Compare text 1 as the old one").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Compare the two texts").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/compare/**")
    assert page.locator("ins").first.inner_text() == "new: 3 of 4"
    assert page.locator("del").first.inner_text() == "old: 2 of 3"


def test_many_pages_get_an_owner_in_two_steps(page, live_server, bone):
    sign_in(page, live_server.url, "boss")
    page.goto(f"{live_server.url}/admin/topics/topic/")
    page.check("#result_list tbody tr:first-child input[type=checkbox]")
    page.select_option("select[name=action]", "assign")
    page.click("button[name=index]")
    assert violations(page) == []
    page.select_option("#id_owner", label="boss")
    page.click("text=Assign an owner >> nth=-1")
    page.wait_for_selector("text=Done for 1 page.")
