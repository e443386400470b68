"""Whoever looked for help and did not find it is told whom to call, with the clinic's own numbers to tap."""

import pytest

from topics.models import ClinicSettings, ReportWord

pytestmark = pytest.mark.django_db
NOT_FOUND_HERE = ["/nothing/", "/search/?q=xylophone", "/search/?q=%00", "/when-to-call/", "/embed/nothing/"]
NUMBERS = {"emergency_number": "999", "day_line": "020 7946 0123", "night_line": "020 7946 0999"}


def urgent(client, address: str) -> str:
    return client.get(address).content.decode().split('<p class="urgent">')[1].split("</p>")[0]


@pytest.mark.parametrize("address", NOT_FOUND_HERE)
def test_numbers_that_are_set_can_be_tapped(client, address):
    ClinicSettings.objects.create(pk=1, **NUMBERS)
    words = urgent(client, address)
    for number in ("tel:999", "tel:02079460123", "tel:02079460999"):
        assert f'href="{number}"' in words


@pytest.mark.parametrize("address", NOT_FOUND_HERE)
def test_numbers_that_are_not_set_are_never_made_up(client, address):
    words = urgent(client, address)
    assert "call your local emergency number." in words
    assert "If you are worried, call your cancer team." in words
    assert "tel:" not in words


def test_one_line_for_day_and_night_is_said_once(client):
    ClinicSettings.objects.create(pk=1, **{**NUMBERS, "night_line": NUMBERS["day_line"]})
    assert urgent(client, "/nothing/").count("tel:02079460123") == 1


def test_half_of_the_lines_is_not_given_as_if_it_were_for_any_hour(client):
    ClinicSettings.objects.create(pk=1, **{**NUMBERS, "night_line": ""})
    assert "tel:0207" not in urgent(client, "/nothing/")


def test_the_meanings_of_report_words_end_with_the_numbers_they_speak_of(client):
    ClinicSettings.objects.create(pk=1, **NUMBERS)
    ReportWord.objects.create(term="Lymphangitis", meaning="Call your team now, day or night.")
    page = client.post("/result-day/", {"report": "lymphangitis"}).content.decode()
    answer = page.split('id="answer"')[1].split("</section>")[0]
    assert 'href="tel:999"' in answer and 'href="tel:02079460999"' in answer
