"""About pages: who runs the site, and receipts that change with the settings it runs with."""

from __future__ import annotations

import copy

import pytest

from tests.browser import violations
from tests.cast import checked, published_topic
from topics import feedback, pdf
from topics.models import ClinicSettings
from topics.portal import codes

pytestmark = pytest.mark.django_db

ABOUT = ["/about/", "/about/privacy/", "/about/accessibility/", "/about/reading/"]


def text(client, address: str) -> str:
    return client.get(address).content.decode()


@pytest.mark.parametrize("address", ABOUT)
@pytest.mark.parametrize("language", ["", "/es"])
def test_about_pages_are_there_in_each_language_and_lead_to_help(client, address, language):
    page = text(client, language + address)
    assert 'id="contact"' in page
    assert "<script" not in page


@pytest.mark.parametrize(
    "address", ["/", "/topics/bone/", "/search/?q=bone", "/nowhere/", "/about/privacy/", "/?q=%00"]
)
def test_help_stands_first_in_the_foot_of_every_page(client, address):
    published_topic("bone")
    foot = text(client, address).split('<footer class="site-footer">')[1]
    links = [part.split('"')[0] for part in foot.split('href="')[1:]]
    assert links[0] == "/about/#contact"
    assert set(ABOUT) <= set(links)


def test_the_page_names_the_clinic_and_its_lines_and_never_makes_one_up(client):
    assert "No clinic has put its name to this site yet." in text(client, "/about/")
    assert "Use the number your team gave you." in text(client, "/about/")
    ClinicSettings.objects.create(
        pk=1,
        clinic_name="Clinic <A>",
        day_line="020 7946 0000",
        night_line="020 7946 0001",
        contact_email="a@example.org",
    )
    page = text(client, "/about/")
    assert "Clinic &lt;A&gt; runs this site." in page
    assert 'href="tel:02079460000"' in page and 'href="tel:02079460001"' in page and "mailto:a@example.org" in page
    assert "Use the number your team gave you." not in page


def test_checks_are_counted_and_none_is_claimed_that_did_not_happen(client):
    bone = published_topic("bone")
    published_topic("cord", kind="card")
    assert "No clinician has checked these pages yet." in text(client, "/about/")
    checked(bone, bone.live)
    page = text(client, "/about/")
    assert "Clinicians have checked 1 of the 2 pages and boxes in full." in page and "No clinician" not in page


def test_counts_leave_out_drafts_and_pages_behind_the_door(client):
    published_topic("bone")
    published_topic("outlook", door="prognosis")
    published_topic("cord", kind="card")
    assert "There are 1 pages and 1 boxes" in text(client, "/about/")


def test_hosts_are_read_from_the_policy_that_browsers_enforce(client, settings):
    assert "None. Your browser is told" in text(client, "/about/privacy/")
    policy = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
    policy["DIRECTIVES"]["img-src"].append("https://pictures.example.org")
    settings.CONTENT_SECURITY_POLICY = policy
    page = text(client, "/about/privacy/")
    assert "https://pictures.example.org" in page and "None. Your browser" not in page


def test_receipts_follow_the_settings(client, settings):
    before = text(client, "/about/privacy/")
    assert "Nobody." in before and "Not encrypted" in before and "Not that you came from here." in before
    settings.PORTAL_ORIGINS, settings.HTTPS = ["https://portal.example.org"], True
    settings.SECURE_REFERRER_POLICY = "origin"
    settings.LOG_LINE = "%(message)s"
    after = text(client, "/about/privacy/")
    assert "https://portal.example.org" in after and "Encrypted (https)" in after
    assert "The address of this site." in after and ": what happened." in after


def test_receipts_follow_what_the_program_keeps(client, monkeypatch):
    monkeypatch.setattr(feedback, "DAYS_KEPT", 365 * 5)
    monkeypatch.setattr(feedback, "MOST_A_MINUTE", 9)
    monkeypatch.setattr(codes, "DAYS_KEPT", 77)
    page = text(client, "/about/privacy/")
    assert "for 5 years" in page and "more than 9 a minute" in page and "for 77 days" in page


def test_the_privacy_page_names_the_cookies_and_data_of_those_who_check_by_link(client):
    page = text(client, "/about/privacy/")
    assert "by a personal link gets two for that page" in page
    assert "Name, role and e-mail address are kept beside that check" in page


def test_known_issues_follow_what_is_installed_and_written(client, monkeypatch):
    monkeypatch.setattr(pdf, "available", lambda: False)
    assert "There are no PDF files" in text(client, "/about/accessibility/")
    assert "There are no pages yet in: English, Español." in text(client, "/about/accessibility/")
    published_topic("bone")
    published_topic("hueso", language="es")
    monkeypatch.setattr(pdf, "available", lambda: True)
    page = text(client, "/about/accessibility/")
    assert "PDF files are not tagged" in page and "no pages yet in" not in page


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_axe_finds_nothing_on_them(live_server, page):
    for address in ABOUT:
        page.goto(live_server.url + address)
        assert violations(page) == [], address
    assert page.complaints == []
