"""Every address that was ever given out still leads somewhere: whatever became of its page."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from django.conf import settings
from django.core.management import call_command

from tests import given_out
from tests.cast import publisher
from tests.test_portal_permalinks import end_of
from topics import workflow
from topics.models import OldAddress, Topic
from topics.source import PAGE

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

EVER = given_out.ever()
# Data of a withdrawn page and the square that leads to it are 404 on purpose: docs/api.md tells programs so.
DATA = re.compile(r"404 (/api/v1/topics/|/portals/qr\.svg)")


@pytest.fixture
def shipped(db):
    """The site as an installation has it that took every version of the files in turn."""
    call_command("import_content", verbosity=0)
    now = dict(Topic.objects.values_list("number", "pk"))
    for number, address in EVER:
        name = address.rstrip("/").rpartition("/")[2]
        if address == f"/topics/{name}/" and not Topic.objects.filter(kind=PAGE, slug=name).exists():
            OldAddress.objects.get_or_create(
                topic_id=now[int(number)], language="en", kind=PAGE, slug=name
            )  # as workflow.rename leaves it


@pytest.fixture
def unlinked(monkeypatch):
    """As if no page linked to another any more: such links forbid renaming and withdrawing."""
    monkeypatch.setattr(workflow.pages, "using", lambda topic: [])


def lost(client) -> list[str]:
    statuses = {address: end_of(client, address).status_code for _number, address in sorted(EVER)}
    return [f"{status} {address}" for address, status in statuses.items() if status not in (200, 410)]


def test_the_list_names_every_address_that_the_shipped_pages_give_out_today(client, shipped):
    missing = given_out.today(client) - EVER
    assert not missing, "Add them to the list: python -m tests.given_out"


def test_the_list_is_in_order_and_says_everything_once():
    assert given_out.LIST.read_text() == given_out.written(EVER)


def test_the_list_only_grows():
    git = shutil.which("git")
    name = "tests/given_out.txt"
    asked = [git or "", "-C", str(settings.BASE_DIR), "log", "--format=", "-p", "--", name]
    if git is None or not (settings.BASE_DIR / ".git").exists():
        pytest.skip("Without its history nobody can tell.")
    changes = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines()
    removed = {tuple(line[1:].split()) for line in changes if line.startswith("-") and line[1:2] not in ("-", "#", "")}
    assert removed <= EVER


def test_every_address_ever_given_out_leads_somewhere(client, shipped):
    assert lost(client) == []


def test_they_still_do_when_every_page_has_another_name(client, shipped, unlinked):
    for topic in Topic.objects.published():
        workflow.rename(topic, f"{topic.slug}-renamed", publisher())
    assert lost(client) == []


@pytest.mark.parametrize("replaced", [True, False])
def test_they_still_do_when_every_page_but_one_is_withdrawn(client, shipped, unlinked, replaced):
    first, *others = Topic.objects.published().open().filter(kind=PAGE)
    for topic in others:
        workflow.withdraw(topic, publisher(), "no longer right", successor=first if replaced else None)
    assert [line for line in lost(client) if not DATA.search(line)] == []
