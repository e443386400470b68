"""What a portal sends about a patient stays nowhere (portal-linking.md §5): each name of §1.2, looked for."""

from __future__ import annotations

import io
import logging
from itertools import chain
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.log import AdminEmailHandler

from tests.cast import person
from tests.portal_codes import JSON, page, request
from topics.models import Code, UnmatchedCode
from topics.portal import matching

MARK = "Zz9Jane-Roe8qQ"
ADDRESSES = ("/infobutton/", "/infobutton/feed/")
FORMATS = (
    {},
    JSON,
    {"knowledgeResponseType": "text/xml"},
    {"knowledgeResponseType": "application/javascript", "callback": "show"},
    {"knowledgeResponseType": "application/pdf"},
)
CODED = ("c", "cs", "dn")


def of(stem: str, *ends: str) -> list[str]:
    return [f"{stem}.{end}" for end in ends]


# Every name of §1.2; the guide numbers the findings and places like the main criteria.
ABOUT_THE_PATIENT = [
    *of("patientPerson.administrativeGenderCode", *CODED),
    *of("patientPerson.genderCode", *CODED),
    *of("age.v", "v", "u"),
    *of("ageGroup.v", *CODED),
    *chain.from_iterable(of("observation.c", *(f"{end}{n}" for end in CODED)) for n in ("", 1, 2)),
    *chain.from_iterable(of("observation.v", *(f"{end}{n}" for end in (*CODED, "v", "u"))) for n in ("", 1)),
    *of("observation", "valueNegationInd", "nullFlavor"),
    *of("severityObservation.interpretationCode", *CODED),
    *of("encounter.c", *CODED),
    "serviceDeliveryLocation.id.root",
    *of("locationOfInterest.addr", "ZIP", "CTY", "STA", "CNT", "ZIP1", "postalCode", "city", "state"),
    *of("performer.healthCareProvider.c", *CODED),
    *of("informationRecipient.healthCareProvider.c", *CODED),
    *of("holder.assignedEntity", "n", "certificateText"),
    "assignedAuthorizedPerson.id.root",
    "representedOrganization.id.root",
    "assignedEntity.representedOrganization.n",
    "knowledgeRequestNotification.effectiveTime.v",
    # not to be sent at all, and sent
    *("patientId", "mrn", "name", "dob", "session"),
    # of §1.1, read and never repeated: a client may have put a name there
    *("mainSearchCriteria.v.dn", "mainSearchCriteria.v.ot", "mainSearchCriteria.v.csn", "mainSearchCriteria.v.dn3"),
    *("taskContext.c.c", "taskContext.c.dn", "performer", "informationRecipient"),
    *("mainSearchCriteria.c.dn", "mainSearchCriteria.c.ot", "mainSearchCritieria.v.ot", "mainSearchCriteria1.v.dn"),
    *of("subTopic.v", "c", "cs", "dn", "ot"),
    *("task.c.c", "informationRecipient.patientPerson.languageCode.c", "informationRecipient.languageCode.cs"),
    *("informationRecipient.languageCode.c", "informationRecipient.languageCode.dn", "performer.languageCode.c"),
    # no code of the system it says it is
    "mainSearchCriteria.v.c1",
    "mainSearchCriteria.v.cs1",
]
HELD = {**request(("icd-10-cm", "C79.51")), "mainSearchCriteria.v.cs1": "2.16.840.1.113883.6.96"}


@pytest.fixture
def site(db):
    bone = page("bone")
    Code.objects.create(system="icd-10-cm", code="C79.5", covers="family", topic=bone, verified="v", source="a list")


@pytest.fixture
def lines():
    """Every line that any logger writes, at every level, as the site writes it and as Python would."""
    from mbc_site.logs import OneLine

    stream = io.StringIO()
    handlers = [logging.StreamHandler(stream) for _format in range(2)]
    handlers[0].setFormatter(OneLine("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handlers[1].setFormatter(logging.Formatter("%(message)s %(args)s"))
    loggers = [logging.getLogger(name) for name in (None, "django", "django.request", "django.server", "topics")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
        for handler in handlers:
            logger.addHandler(handler)
    yield stream
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
        for handler in handlers:
            logger.removeHandler(handler)


def everything_kept() -> str:
    """All rows of all tables, and the cache."""
    rows = [str(list(model._default_manager.values_list())) for model in apps.get_models()]
    return "".join([*rows, str(getattr(cache, "_cache", ""))])


def said(response) -> str:
    return response.content.decode() + str(response.headers) + str(response.cookies)


@pytest.mark.parametrize("name", ABOUT_THE_PATIENT)
def test_a_marker_in_any_parameter_is_found_nowhere(client, site, lines, name):
    """Every format, both addresses, GET and POST, with a match and without."""
    ways = [
        *((client.get, ADDRESSES[0], form) for form in FORMATS),
        *((client.post, ADDRESSES[1], {}), (client.post, ADDRESSES[0], JSON)),
    ]
    for values in ({**HELD, name: MARK}, {name: MARK}):
        for send, path, form in ways:
            response = send(path, {**values, **form}, headers={"referer": f"https://ehr.example/?{MARK}"})
            assert MARK.lower() not in said(response).lower()
    assert MARK.lower() not in lines.getvalue().lower()
    assert MARK.lower() not in everything_kept().lower()
    assert not mail.outbox


def broken(*args, **kwargs):
    raise RuntimeError("a fault of ours")


FIFTY_AT_MOST = [ABOUT_THE_PATIENT[start : start + 45] for start in range(0, len(ABOUT_THE_PATIENT), 45)]
BY_A_PROXY = ("referer", "x-original-url", "x-forwarded-uri", "x-rewrite-url", "forwarded", "cookie", "user-agent")


@pytest.mark.parametrize("names", FIFTY_AT_MOST, ids=len)
@pytest.mark.parametrize("send", ["get", "post", "file"])
def test_a_report_of_an_error_holds_nothing_that_was_sent(client, site, lines, monkeypatch, settings, send, names):
    """Django's own report to its administrators, with settings, frames and local variables."""
    settings.ADMINS = [("admin", "admin@example.org")]
    monkeypatch.setattr(matching, "answer", broken)
    handler = AdminEmailHandler(include_html=True)
    logging.getLogger("django.request").handlers.insert(0, handler)  # the others take the traceback away
    client.raise_request_exception = False
    values = {**HELD, **dict.fromkeys(names, MARK), "mainSearchCriteria.v.c": "C79.52"}
    if send == "file":
        values["file"] = SimpleUploadedFile(f"{MARK}.txt", MARK.encode())
    headers = dict.fromkeys(BY_A_PROXY, f"https://ehr.example/?p={MARK}&c=C79.52")
    try:
        response = getattr(client, "get" if send == "get" else "post")(
            "/infobutton/", values, headers=headers, REMOTE_ADDR="203.0.113.77"
        )
    finally:
        logging.getLogger("django.request").removeHandler(handler)
    assert response.status_code == 500 and MARK not in said(response)
    (message,) = mail.outbox
    report = message.subject + message.body + "".join(str(part) for part, *_kind in message.alternatives)
    assert "a fault of ours" in report
    for secret in (MARK, "C79.52", "C7952", "203.0.113.77"):
        assert secret not in report and secret not in lines.getvalue(), secret


def test_the_code_itself_is_in_no_log_line(client, site, lines):
    client.get("/infobutton/", HELD)
    client.get("/infobutton/", {**request(("icd-10-cm", "S62.0")), "knowledgeResponseType": "x/y"})
    client.get("/infobutton/", request(("icd-10-cm", "S62.9")))
    written = [line for line in lines.getvalue().splitlines() if "INSERT" not in line and "SELECT" not in line]
    assert not [line for line in written if "C79" in line or "S62" in line and "topics_" not in line]


def test_what_is_counted_is_a_code_and_a_day(client, site):
    asked = {**request(("icd-10-cm", "S62.0")), "age.v.v": MARK, "mainSearchCriteria.v.dn": MARK}
    client.get("/infobutton/", asked, REMOTE_ADDR="203.0.113.7", headers={"user-agent": MARK})
    (row,) = UnmatchedCode.objects.values()
    assert {*row} == {"id", "day", "system", "code", "count"} and row["code"] == "S62.0"


@pytest.mark.parametrize("form", [*FORMATS, {"callback": "x", "mainSearchCriteria.v.c": "9" * 70}], ids=str)
@pytest.mark.parametrize("path", ADDRESSES)
def test_every_answer_says_that_it_is_for_nobody_else(client, site, path, form):
    client.force_login(person("somebody"))  # a cookie comes with it, and nobody looks
    for send in (client.get, client.post, client.head):
        response = send(path, {**HELD, **form})
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Cache-Control"] == "no-store"
        assert response["X-Robots-Tag"] == "noindex"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "ETag" not in response and "Last-Modified" not in response
        assert not response.cookies and "Cookie" not in response.get("Vary", "")
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response
        assert "default-src 'none'" in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("PUT", "/infobutton/", {}, 405),
        ("GET", "/infobutton/", {"host": "evil.example"}, 400),
        ("GET", "/infobutton/nowhere/", {}, 404),
        ("GET", "/infobutton/feed/x", {}, 404),
        ("GET", "/Infobutton/", {}, 404),
        ("POST", "/infobutton/", {"content-length": "9000000"}, 413),
    ],
)
def test_refusals_before_any_view_are_for_nobody_else_either(client, site, method, path, headers, status):
    response = client.generic(method, path, QUERY_STRING=urlencode(HELD), headers=headers)
    assert response.status_code == status
    assert (response["Cache-Control"], response["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert response["X-Robots-Tag"] == "noindex" and "C79" not in said(response)


def test_the_way_to_https_is_not_remembered_with_the_code(client, site, settings):
    settings.SECURE_SSL_REDIRECT = True
    client.handler.load_middleware()
    response = client.get("/infobutton/", HELD, secure=False)
    assert response.status_code == 301 and response["Cache-Control"] == "no-store"


def test_a_fault_of_ours_is_not_kept_either(client, site, monkeypatch):
    monkeypatch.setattr(matching, "answer", broken)
    client.raise_request_exception = False
    response = client.get("/infobutton/", HELD)
    assert response.status_code == 500 and response["Cache-Control"] == "no-store"


def test_nothing_leads_from_the_page_back_to_the_code(client, site):
    response = client.get("/infobutton/", {**HELD, "utm_source": "portal"})
    assert response["Location"] == "/topics/bone/"
    listed = client.get("/infobutton/", request(("icd-10-cm", "S62.0"))).content.decode()
    assert "utm_" not in listed and "S62" not in listed and "infobutton/?" not in listed
