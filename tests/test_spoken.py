"""An address of a language without pages: answered in English, and said so first in the language asked for."""

import re

import pytest
from django.conf import settings

from tests.cast import published_topic
from topics.models import ClinicSettings
from topics.spoken import NOTICES, NUMBER

pytestmark = pytest.mark.django_db
NOTICE = NOTICES["es"]
ADDRESSES = ["/", "/when-to-call/", "/sites/", "/questions/", "/glossary/", "/search/?q=bones", "/nothing/"]


@pytest.fixture
def english():
    published_topic("call", kind="card", title="A sign", level="now")
    return published_topic("bone", title="Bones")


def main(response) -> str:
    return re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)[0]


@pytest.mark.parametrize("address", ADDRESSES)
def test_until_there_is_a_page_the_answer_is_english_and_says_so_in_the_language_asked_for(client, english, address):
    response = client.get(f"/es{address}")
    text = response.content.decode()
    assert '<html lang="en"' in text
    assert re.search(rf'<div class="note" lang="es">\s*<p><strong>{NOTICE.title}', main(response))
    assert "Buscar" not in text
    assert response.headers["Content-Language"] == "en"


def test_no_warning_is_missing_in_a_language_without_pages(client, english):
    boxes = [re.findall(r'id="card-[^"]*"', main(client.get(f"{code}/when-to-call/"))) for code in ("", "/es")]
    assert boxes[0] == boxes[1] != []


def test_every_link_of_it_leads_to_what_is_there(client, english):
    assert "/topics/bone/" in main(client.get("/es/"))
    assert not re.search(r'href="/es/', client.get("/es/").content.decode())


def test_the_notice_has_the_clinics_emergency_number_or_says_which_to_call(client, english):
    assert NUMBER["es"] in main(client.get("/es/"))
    ClinicSettings.objects.create(pk=1, emergency_number="112")
    assert f'{NOTICE.call} <a class="tel" href="tel:112">112</a>.' in main(client.get("/es/"))


def test_a_page_of_another_language_is_not_passed_off_as_a_translation(client, english):
    response = client.get("/es/topics/bone/")
    assert response.status_code == 404
    assert NOTICE.title in main(response)


@pytest.mark.parametrize("address", ADDRESSES)
def test_with_a_page_the_language_is_its_own(client, english, address):
    published_topic("hueso", title="Huesos", language="es")
    text = client.get(f"/es{address}").content.decode()
    assert '<html lang="es"' in text
    assert NOTICE.title not in text


def test_readers_of_the_sites_own_language_are_told_nothing(client, english):
    assert "unspoken" not in client.get("/").content.decode()
    assert 'class="note" lang' not in client.get("/").content.decode()


def test_every_language_that_is_offered_is_told_in_its_own_words():
    assert {code for code, _name in settings.LANGUAGES} <= set(NOTICES) == set(NUMBER)
