"""Tables and pictures in a real browser: looked at, taken, with nothing for axe that the stock admin does not have."""

import pytest
from playwright.sync_api import expect

from tests.browser import sign_in, violations
from tests.cast import published_topic, with_password
from topics.models import GlossaryTerm, Upload, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

TABLE = "term;meaning;forms;say\r\nScan;An image.;;\r\nMarker;A sign in the blood.;markers;\r\n"


def test_a_table_is_looked_at_and_taken(page, live_server):
    chief = with_password(User.objects.create(username="chief", is_staff=True, is_superuser=True))
    GlossaryTerm.objects.create(term="Scan", meaning="A picture.")
    Upload.objects.create(name="aa/01234567-89ab-4def-8123-456789abcdea.png", width=4, height=3, by=chief)
    published_topic()
    sign_in(page, live_server.url, "chief")
    stock = {line.split(":")[0] for line in _found(page, f"{live_server.url}/admin/topics/section/")}

    assert _found(page, f"{live_server.url}/admin/topics/upload/").keys() <= stock
    assert _found(page, f"{live_server.url}/admin/topics/glossaryterm/").keys() <= stock
    page.click("text=Take a table of glossary words")
    page.set_input_files("[name=table]", {"name": "t.csv", "mimeType": "text/csv", "buffer": TABLE.encode("utf-8-sig")})
    page.click("text=Show what would change")
    expect(page.locator(".sheet-summary")).to_have_text("1 new, 1 changed, 0 unchanged.")
    assert _found(page).keys() <= stock
    page.click("text=Take these rows")
    expect(page.locator(".messagelist")).to_have_text("1 new, 1 changed, 0 unchanged.")
    assert GlossaryTerm.objects.get(term="Scan").meaning == "An image."


def _found(page, address: str = "") -> dict[str, str]:
    if address:
        page.goto(address)
    return {line.split(":")[0]: line for line in violations(page)}
