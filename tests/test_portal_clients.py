"""Clients that know the HL7 guide only read twenty codes of the site as it ships, each in its own way."""

from __future__ import annotations

from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from django.core.management import call_command

from tests import portal_client
from tests.browser import violations
from tests.portal_client import Page, by_script
from tests.portal_codes import OIDS, OVERVIEW, SPREAD, pages_and_codes, request
from topics.models import Topic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

# Across systems and their spellings; each with the pages that answer, best first.
TWENTY = [
    (OIDS["icd-10-cm"], "C79.51", ["bone"]),
    (OIDS["icd-10-cm"], "C7931", ["brain"]),
    (OIDS["icd-10-cm"], "C78.01", ["lung"]),
    (f"urn:oid:{OIDS['icd-10-cm']}", "C78.7", ["liver"]),
    ("http://hl7.org/fhir/sid/icd-10-cm", "C77.3", [SPREAD]),
    ("ICD10CM", "C50.911", [OVERVIEW]),
    (OIDS["icd-10-cm"], "M84.58XA", ["bone"]),
    (OIDS["icd-10-cm"], "C79", ["bone", "brain", SPREAD]),
    (OIDS["icd-10-cm"], "Z51.11", ["chemotherapy"]),
    (OIDS["icd-10"], "C79.5", ["bone"]),
    (OIDS["icd-9-cm"], "198.5", ["bone"]),
    (OIDS["icd-9-cm"], "C78.00", ["lung"]),
    (OIDS["snomed"], "94222008", ["bone"]),
    ("http://snomed.info/sct", "94225005", ["brain"]),
    (OIDS["rxnorm"], "72965", ["hormone-therapy"]),
    (OIDS["rxnorm"], "224905", ["targeted-therapy"]),
    (OIDS["rxnorm"], "2284102", ["hormone-therapy", "targeted-therapy"]),
    (OIDS["loinc"], "85337-4", ["hormone-therapy"]),
    (OIDS["hcpcs"], "J9171", ["chemotherapy"]),
    (OIDS["icd-10-cm"], "S62.0", []),
]
CODES = [(system, code) for system, code, _names in TWENTY]


@pytest.fixture
def site(live_server, settings):
    """The shipped pages and tables, at the address they are served from."""
    settings.SITE_URL = live_server.url
    call_command("import_content", verbosity=0)
    return live_server.url


def promised(site: str) -> list[list[tuple[str, str]]]:
    titles = dict(Topic.objects.published().pages("en").values_list("slug", "title"))
    return [[(titles[name], f"{site}/topics/{name}/") for name in names] for _system, _code, names in TWENTY]


def named(answers: list[list[Page]]) -> list[list[tuple[str, str]]]:
    return [[(page.title, page.address) for page in answer] for answer in answers]


def test_twenty_codes_by_atom_json_and_jsonp_from_another_origin(page, site, portal):
    """Every way says the same, the summaries are English, and every address that is named opens."""
    by_atom = [portal_client.as_atom(f"{site}/infobutton/feed/", *asked) for asked in CODES]
    by_json = [portal_client.as_json(f"{site}/infobutton/", *asked) for asked in CODES]
    portal.html = by_script(f"{site}/infobutton/", CODES)
    page.goto(portal.origin)
    page.wait_for_function("document.title !== 'waiting'")
    jsonp = [[Page(*values) for values in answer] for answer in page.evaluate("answers")]
    assert named(by_atom) == named(by_json) == named(jsonp) == promised(site)
    assert by_json == jsonp
    everything = {one for answer in by_json for one in answer}
    assert all("cancer" in one.summary and one.summary.startswith("<p>") for one in everything)
    for one in {one.address: one for one in everything}.values():
        with urlopen(one.address) as reply:
            assert reply.status == 200 and one.title in reply.read().decode()
    assert page.complaints == []


FETCH = """<!doctype html><title>waiting</title>
<script>fetch("{address}", {{ headers: {{ "X-Requested-With": "XMLHttpRequest" }} }}).then(function (reply) {{
  return reply.text().then(function (text) {{ document.title = reply.status + " " + text.slice(0, 60); }});
}});</script>"""
FORM = """<!doctype html><title>portal</title><form method="post" action="{host}/infobutton">
<input name="mainSearchCriteria.v.c" value="C79.51">
<input name="mainSearchCriteria.v.cs" value="2.16.840.1.113883.6.90"><button>Read</button></form>"""


def test_a_script_of_another_origin_may_ask_with_headers_of_its_own_and_read_a_refusal(
    page, live_server, portal, settings
):
    settings.SITE_URL = live_server.url
    pages_and_codes()
    bone = urlencode(request(("icd-10-cm", "C79.51")))
    for kind, said in (("application/json", '200 {"feed": {'), ("application/pdf", "415 This address answers")):
        portal.html = FETCH.format(address=f"{live_server.url}/infobutton/?{bone}&knowledgeResponseType={kind}")
        page.goto(portal.origin)
        page.wait_for_function("document.title != 'waiting'")
        assert page.title().startswith(said)


def test_a_form_on_another_origin_leads_to_the_bare_page(page, live_server, portal):
    pages_and_codes()
    portal.html = FORM.format(host=live_server.url)
    page.goto(portal.origin)
    page.click("button")
    page.wait_for_url("**/topics/bone/")
    assert page.url == f"{live_server.url}/topics/bone/"


def test_the_pages_are_accessible_without_a_complaint(page, live_server):
    pages_and_codes()
    for number in ("C79", "C50.911", "S62.0"):
        page.goto(f"{live_server.url}/infobutton/?{urlencode(request(('icd-10-cm', number)))}")
        assert not violations(page) and not page.complaints
