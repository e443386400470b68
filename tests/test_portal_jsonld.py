"""JSON-LD in a page's head: true facts only, closed against any title, and no violation of the policy."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.utils import timezone

from tests.cast import checked, clinician, go_live, new_draft, published_topic
from topics.models import ClinicSettings, Event, Reference
from topics.portal.answers import moment

pytestmark = pytest.mark.django_db


class Scripts(HTMLParser):
    """The scripts of a page as a browser takes them: attributes, text, and whether in the head."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[dict, str, bool]] = []
        self.inside, self.in_head = False, False

    def handle_starttag(self, tag, attrs):
        self.in_head = tag == "head" or (self.in_head and tag != "body")
        if tag == "script":
            self.inside = True
            self.found.append((dict(attrs), "", self.in_head))

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "script"

    def handle_data(self, data):
        if self.inside:
            attributes, text, in_head = self.found[-1]
            self.found[-1] = (attributes, text + data, in_head)


def scripts(client, address="/topics/bone/"):
    parser = Scripts()
    parser.feed(client.get(address).content.decode())
    return parser.found


def facts(client, address="/topics/bone/"):
    [(attributes, text, in_head)] = [found for found in scripts(client, address) if "src" not in found[0]]
    assert attributes == {"type": "application/ld+json"}
    assert in_head
    return json.loads(text)


def test_a_page_says_what_it_is_for_whom_and_in_which_language(client):
    topic = published_topic("bone", title="Bones", summary="About bones.")
    said = facts(client)
    assert said["@context"] == "https://schema.org"
    assert said["@type"] == "MedicalWebPage"
    assert said["@id"] == f"{settings.SITE_URL}/t/{topic.number}/"
    assert said["url"] == f"{settings.SITE_URL}/topics/bone/"
    assert (said["name"], said["description"], said["inLanguage"]) == ("Bones", "About bones.", "en")
    assert said["audience"]["@type"] == "Patient"


def test_the_language_is_the_page_s_own(client):
    published_topic("hueso", language="es", summary="Sobre los huesos.")
    said = facts(client, "/es/topics/hueso/")
    assert said["inLanguage"] == "es"
    assert said["url"] == f"{settings.SITE_URL}/es/topics/hueso/"


def test_codes_of_the_source_name_the_condition_the_drug_or_the_test(client):
    codes = {"icd-10-cm": ["C79.51", "C79.52"], "snomed": ["94222008"], "rxnorm": ["77655"], "unknown-system": ["1"]}
    published_topic("bone", codes=codes)
    disease, condition, drug = facts(client)["about"]
    assert disease == {"@type": "MedicalCondition", "name": "Metastatic breast cancer"}
    assert condition["@type"] == "MedicalCondition"
    assert [(code["codingSystem"], code["codeValue"]) for code in condition["code"]] == [
        ("ICD-10-CM", "C79.51"),
        ("ICD-10-CM", "C79.52"),
        ("SNOMED CT", "94222008"),
    ]
    assert {code["@type"] for code in condition["code"]} == {"MedicalCode"}
    assert (drug["@type"], drug["code"][0]["codingSystem"]) == ("Drug", "RxNorm")


def test_snomed_codes_stay_out_where_they_are_switched_off(client, settings):
    settings.SNOMED_CODES = False
    published_topic("bone", codes={"snomed": ["94222008"]})
    assert len(facts(client)["about"]) == 1


def test_nothing_claims_a_review_that_never_was(client):
    published_topic("bone")
    assert not {"lastReviewed", "reviewedBy"} & set(facts(client))


def test_a_review_is_named_while_every_part_stands_checked(client):
    topic = published_topic("bone")
    by = clinician()
    by.first_name, by.last_name, by.title = "The checking", "clinician", "Oncologist"
    checked(topic, by=by)
    said = facts(client)
    assert said["lastReviewed"] == timezone.localdate().isoformat()
    assert said["reviewedBy"] == [{"@type": "Person", "name": "The checking clinician", "jobTitle": "Oncologist"}]
    go_live(topic, new_draft(topic, summary="Words that nobody checked."))
    assert not {"lastReviewed", "reviewedBy"} & set(facts(client))


def test_dates_are_the_first_and_the_last_publication(client):
    topic = published_topic("bone")
    go_live(topic, new_draft(topic, title="Later"))
    first, last = Event.objects.filter(topic=topic).order_by("pk")
    said = facts(client)
    assert (said["datePublished"], said["dateModified"]) == (moment(first.at), moment(last.at))


def test_a_draft_changes_no_fact(client):
    topic = published_topic("bone")
    before = facts(client)
    new_draft(topic, title="Secret", codes={"icd-10-cm": ["C50"]})
    assert facts(client) == before


def test_what_the_page_cites_is_named(client):
    Reference.objects.create(key="NCI-METS", title="Metastatic", publisher="NCI", url="https://example.org/a")
    published_topic("bone", text="The spine [@NCI-METS].")
    assert facts(client)["citation"] == ["https://example.org/a"]


@pytest.mark.parametrize(
    "title", ["</script><script>alert(1)</script>", "<!--<script>", "&lt;/script>", 'quote " and \\ back', "]]>"]
)
def test_no_title_can_end_the_block_or_start_another(client, title):
    ClinicSettings.objects.create(pk=1, clinic_name=title)
    published_topic("bone", title=title, summary=title)
    said = facts(client)
    assert (said["name"], said["description"], said["publisher"]["name"]) == (title, title, title)


def test_pages_that_are_no_topic_carry_no_block_and_no_other_inline_script(client):
    published_topic("bone")
    for address in ("/", "/glossary/", "/when-to-call/", "/sources/"):
        assert [found for found in scripts(client, address) if "src" not in found[0]] == []


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.django_db(transaction=True)
def test_a_browser_reads_the_block_and_sees_no_violation_of_the_policy(page, live_server):
    """CSP is about scripts that would run; a data block does not. The control below shows that we would notice."""
    published_topic("bone", title="Bones")
    page.add_init_script(
        "window.violations = []; "
        "document.addEventListener('securitypolicyviolation', e => window.violations.push(e.violatedDirective))"
    )
    page.goto(f"{live_server.url}/topics/bone/")
    block = page.locator('head > script[type="application/ld+json"]')
    assert json.loads(block.text_content())["name"] == "Bones"
    assert page.evaluate("window.violations") == []
    assert page.complaints == []
    page.evaluate("document.head.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))")
    page.wait_for_function("window.violations.length === 1")
    assert page.evaluate("window.ran") is None
