"""Every address below /admin/ × every role × reading and sending, against one table. What is not in it fails.

A further address is one line in `ADDRESSES`, a further table of rows one line in `TABLES`.
E editor, C clinician, P publisher, A administrator: who may; everybody else signed in gets 403.
"""

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.urls import get_resolver, reverse
from django.utils import timezone

from tests.cast import make_topic, new_draft, person, published_topic
from tests.folders import everything
from topics.models import (
    ClinicSettings,
    Code,
    Feedback,
    GlossaryTerm,
    OrganSite,
    PlainWord,
    Reference,
    ReportWord,
    SearchWords,
    Section,
    Topic,
    UnmatchedCode,
    Upload,
    User,
)
from topics.roles import ADMINISTRATOR, CLINICIAN, EDITOR, PUBLISHER, ROLES
from topics.staff import checking, review

pytestmark = pytest.mark.django_db

ALL = "ECPA"
ONLY_POST = ONLY_GET = None  # the other method is a 405

#                       view    add  change delete
TABLES = {
    "topics_glossaryterm": ("ECP", "E", "E", "E"),
    "topics_reference": ("ECP", "E", "E", "E"),
    "topics_reportword": ("ECP", "E", "E", "E"),
    "topics_plainword": ("ECP", "E", "E", "E"),
    "topics_feedback": ("ECP", "", "", ""),
    "topics_upload": ("ECP", "", "", "E"),
    "topics_searchwords": ("ECP", "E", "E", "E"),
    "topics_section": ("ECP", "P", "P", ""),  # a page stands in it
    "topics_organsite": ("ECP", "P", "P", ""),  # a page names it
    "topics_code": ("EP", "P", "P", "P"),
    "topics_unmatchedcode": ("EP", "", "", ""),
    "topics_clinicsettings": ("ECP", "", "P", ""),  # the one row is there
    "topics_user": ("A", "A", "A", ""),
    "auth_group": ("A", "", "", ""),
}
#                                arguments             GET    POST
ADDRESSES = {
    "index": ([], ALL, ALL),
    "logout": ([], ONLY_POST, ALL),
    "password_change": ([], ALL, ALL),
    "password_change_done": ([], ALL, ONLY_GET),
    "jsi18n": ([], ALL, ONLY_GET),
    "autocomplete": ([], "", ONLY_GET),
    "app_list": (["topics"], ALL, ALL),
    "view_on_site": (["type", "topic"], "ECP", "ECP"),
    "health": (["unchecked"], "ECP", "ECP"),
    # pages: the list, and what opens from it
    "topics_topic_changelist": ([], "ECP", "ECP"),
    "topics_topic_add": ([], "E", "E"),
    "topics_topic_change": (["topic"], "E", "E"),
    "topics_topic_delete": (["topic"], "", ""),
    "topics_topic_history": (["topic"], "ECP", "ECP"),
    "topics_topic_revision": (["topic", 1], "ECP", "ECP"),
    "topics_topic_compare": (["topic"], "ECP", "ECP"),
    "topics_topic_restore": (["topic", 1], ONLY_POST, "E"),
    "topics_topic_review": (["topic"], "ECP", "ECP"),  # each step asks for its own right: tests/test_review_page.py
    "topics_topic_rename": (["topic"], "P", "P"),
    "topics_topic_withdraw": (["topic"], "P", "P"),
    "topics_topic_preview_frame": ([], "ECP", ONLY_GET),
    "topics_topic_preview_new": ([], ONLY_POST, "E"),
    "topics_topic_preview": (["topic"], ONLY_POST, "E"),
    "topics_topic_upload": ([], ONLY_POST, "E"),
    "topics_topic_choices": ([], "E", ONLY_GET),
    "topics_topic_token": ([], ALL, ONLY_GET),
    "topics_topic_working_copy_new": ([], ONLY_POST, "E"),
    "topics_topic_working_copy": (["topic"], ONLY_POST, "E"),
    # further addresses of tables
    "topics_clinicsettings_confirm": ([], ONLY_POST, "P"),
    "topics_code_import": ([], "P", "P"),
    "topics_code_export": (["csv"], "EP", "EP"),
    "auth_user_password_change": (["user"], "A", "A"),
}
for table, (view, add, change, delete) in TABLES.items():
    ADDRESSES |= {
        f"{table}_changelist": ([], view, view),
        f"{table}_add": ([], add, add),
        f"{table}_change": ([table], view, change),
        f"{table}_history": ([table], view, view),
        f"{table}_delete": ([table], delete, delete),
    }
SHEETS = ("topic", "glossaryterm", "reference", "reportword", "searchwords", "plainword")
for table in SHEETS:  # tables that go out and come in as files
    ADDRESSES |= {
        f"topics_{table}_export": (["csv"], "ECP", "ECP"),
        f"topics_{table}_import": ([], "E", "E"),
    }
OPEN = {"login"}  # the way in
LETTERS = {"E": EDITOR, "C": CLINICIAN, "P": PUBLISHER, "A": ADMINISTRATOR}

# What somebody who means harm might send, whatever the address asks for.
FORGED = {
    "post": "yes",
    "apply": "1",
    "action": "delete_selected",
    "reason": "Forged",
    "note": "Forged",
    "slug": "forged",
    "based_on": "1",
    "title": "Forged",
    "term": "Forged",
    "meaning": "Forged",
    "username": "forged",
    "body": "## Forged\nForged.\n",
    "day_line": "020 0000 0000",
    "form-TOTAL_FORMS": "1",
    "form-INITIAL_FORMS": "1",
    "form-0-order": "7",
    "_save": "1",
    "_publish": "1",
}


def staff_addresses() -> list[tuple[str, str | None]]:
    """Route and name of everything below /admin/."""

    def walk(patterns, before=""):
        for one in patterns:
            route = before + str(one.pattern)
            if hasattr(one, "url_patterns"):
                yield from walk(one.url_patterns, route)
            else:
                yield route, one.name

    return [(route, name) for route, name in walk(get_resolver().url_patterns) if route.startswith("admin/")]


@pytest.fixture
def rows():
    """One row of every table, and the keys that addresses need."""
    topic = published_topic(sites=["bone"])
    new_draft(topic, person("writer"), title="A newer title")
    make_topic(slug="draft")
    today = timezone.localdate()
    made = {
        "topic": topic,
        "topics_glossaryterm": GlossaryTerm.objects.create(term="Bone", meaning="A bone."),
        "topics_reference": Reference.objects.create(key="NCI", title="T", publisher="P", url="https://a.example/"),
        "topics_reportword": ReportWord.objects.create(term="lytic", meaning="Bone that is thinned."),
        "topics_plainword": PlainWord.objects.create(word="metastasised", say="spread"),
        "topics_upload": Upload.objects.create(name="a.png", width=1, height=1, by=person("writer")),
        "topics_feedback": Feedback.objects.create(topic=topic, day=today, said="no", count=1),
        "topics_searchwords": SearchWords.objects.create(means="bone", words=["bones"], pages=["bone"]),
        "topics_section": Section.objects.get(),
        "topics_organsite": OrganSite.objects.get(),
        "topics_code": Code.objects.create(system="icd-10-cm", code="C79.51", topic=topic, source="CDC", verified="v"),
        "topics_unmatchedcode": UnmatchedCode.objects.create(day=today, system="icd-10-cm", code="G89.3", count=1),
        "topics_clinicsettings": ClinicSettings.objects.create(pk=1, day_line="020 7946 0000"),
        "topics_user": person("somebody"),
        "auth_group": Group.objects.first() or Group.objects.create(name="editor"),
    }
    keys = {name: row.pk for name, row in made.items()}
    return {**keys, "user": keys["topics_user"], "type": ContentType.objects.get_for_model(Topic).pk}


def address_of(name: str, rows: dict) -> str:
    arguments = ADDRESSES[name][0]
    return reverse(f"admin:{name}", args=[rows.get(one, one) for one in arguments])


def send(client, user, method: str, address: str, form: dict):
    """The answer; whatever it did is undone."""
    client.logout()
    if user is not None:
        client.force_login(user)
    with transaction.atomic():
        response = client.get(address) if method == "GET" else client.post(address, form)
        transaction.set_rollback(True)
    return response


def turned_away(response) -> bool:
    to = response["Location"].split("?")[0] if response.status_code == 302 else ""
    return to in ("/admin/login/", "/admin/") or response.status_code in (403, 405)


def test_every_address_is_declared():
    named = {name for _route, name in staff_addresses() if name}
    assert named - OPEN == set(ADDRESSES), "Write the new address into the table of this file."
    unnamed = [route.rsplit("/", 2)[-2] or route for route, name in staff_addresses() if name is None]
    assert set(unnamed) <= {"<path:object_id>", "admin"}  # the stock ways to a row's page, and to nothing


@pytest.mark.parametrize("letter", LETTERS)
def test_a_role_opens_what_the_table_says_and_nothing_else(client, rows, letter):
    user = person(f"only-{LETTERS[letter]}", *ROLES[LETTERS[letter]])
    wrong = []
    for name, (_arguments, *allowed) in ADDRESSES.items():
        for method, who in zip(("GET", "POST"), allowed, strict=True):
            status = send(client, user, method, address_of(name, rows), {}).status_code
            opened, refused = (200, 302, 400, 404, 422), (403,)  # what is sent is empty: some want a step named
            expected = (405,) if who is None else opened if letter in who else refused
            if status not in expected:
                wrong.append((name, method, status))
    assert wrong == []


@pytest.mark.parametrize("name", ["nobody", "stranger", "a staff account without a role"])
def test_who_has_no_role_opens_nothing(client, rows, name):
    user = None if name == "nobody" else person(name, staff=name != "stranger")
    for address, (_arguments, *allowed) in ADDRESSES.items():
        for method, who in zip(("GET", "POST"), allowed, strict=True):
            response = send(client, user, method, address_of(address, rows), FORGED)
            own_account = user is not None and user.is_staff and (who == ALL or address == "logout")
            assert turned_away(response) or own_account or response.status_code == 404, (address, method)
            assert "Bones" not in response.text, (address, method)


@pytest.mark.parametrize("letter", LETTERS)
def test_what_a_role_may_not_do_changes_nothing_whatever_is_sent(client, rows, letter):
    user = person(f"only-{LETTERS[letter]}", *ROLES[LETTERS[letter]])
    form = {**FORGED, "_selected_action": [str(rows["topic"])], "form-0-id": str(rows["topics_section"])}
    client.force_login(user)
    before = everything()
    for name, (_arguments, _get, who) in ADDRESSES.items():
        if who is not None and letter not in who:
            assert client.post(address_of(name, rows), form).status_code == 403, name
    assert everything() == before


@pytest.mark.parametrize("letter", "ECP")
@pytest.mark.parametrize("action", ["assign", "set_due", "ask", "export", "delete_selected", "publish", ""])
def test_bulk_actions_are_offered_and_done_by_role(client, rows, letter, action):
    client.force_login(person(f"only-{LETTERS[letter]}", *ROLES[LETTERS[letter]]))
    page = client.get("/admin/topics/topic/").text
    allowed = {"assign": "E", "set_due": "E", "ask": "E", "export": "ECP"}.get(action, "")
    assert (f'<option value="{action}">' in page) == (letter in allowed) or not action
    before = everything()
    form = {**FORGED, "action": action, "_selected_action": [str(rows["topic"])], "owner": rows["user"], "day": ""}
    response = client.post("/admin/topics/topic/", form)
    assert response.status_code in (200, 302)
    if letter not in allowed or action == "export":
        assert everything() == before


BUTTONS = {"submit": "E", "send back": "C", "publish": "P", "schedule": "P", "cancel": "P"}


@pytest.mark.parametrize("letter", "ECP")
def test_a_step_on_the_review_page_changes_nothing_for_who_may_not_take_it(client, rows, letter):
    client.force_login(person(f"only-{LETTERS[letter]}", *ROLES[LETTERS[letter]]))
    buttons = {f"_{step.replace(' ', '_')}": who for step, who in BUTTONS.items()}
    assert set(BUTTONS) == set(review.STEPS)
    buttons |= dict.fromkeys((checking.RECORD, checking.RECORD_PUBLISH, checking.RECORD_SCHEDULE), "C")
    before = everything()
    for button, who in buttons.items():
        if letter not in who:
            form = {**FORGED, "revision": "2", "email": "a@example.org", "name": "A", "role": "B", button: "1"}
            status = client.post(f"/admin/topics/topic/{rows['topic']}/review/", form).status_code
            assert status in (403, 404, 422), (button, status)
    assert everything() == before


def test_rows_that_are_not_there_are_a_404_or_a_way_back(client, rows):
    everyone = person("all", *(right for role in ROLES.values() for right in role))
    for name, (arguments, *_allowed) in ADDRESSES.items():
        odd = [one for one in arguments if one in rows]
        if odd and name != "view_on_site":
            address = reverse(f"admin:{name}", args=[999_999 if one in rows else one for one in arguments])
            for method in ("GET", "POST"):
                status = send(client, everyone, method, address, FORGED).status_code
                assert status in (302, 403, 404, 405), (name, method, status)


def test_view_on_site_takes_odd_numbers_as_not_there(client, rows):
    client.force_login(person("only-editor", *ROLES[EDITOR]))
    for kind, key in ((999_999, 1), (2**40, 1), (rows["type"], 2**70), (rows["type"], 999_999)):
        assert client.get(f"/admin/r/{kind}/{key}/").status_code == 404
    user = ContentType.objects.get_for_model(User).pk
    assert client.get(f"/admin/r/{user}/{rows['user']}/").status_code == 403
