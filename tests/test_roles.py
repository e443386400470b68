"""The four roles are groups, made by migration, with what the table gives them."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import connection

from topics.models import User
from topics.roles import ADMINISTRATOR, CLINICIAN, EDITOR, PUBLISHER, ROLES

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

make_roles = import_module("topics.migrations.0013_roles").make_roles


def given(name):
    return set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))


def test_the_migration_gives_each_role_what_the_table_says():
    Group.objects.all().delete()
    Permission.objects.filter(codename="check_topic").delete()  # as on the day when it was new
    make_roles(apps, connection.schema_editor())
    assert {name: given(name) for name in ROLES} == {name: set(codenames) for name, codenames in ROLES.items()}


def test_making_them_again_takes_nothing_away():
    make_roles(apps, connection.schema_editor())
    more = Permission.objects.get(codename="delete_user")
    Group.objects.get(name=EDITOR).permissions.add(more)
    make_roles(apps, connection.schema_editor())
    assert given(EDITOR) == {*ROLES[EDITOR], "delete_user"}


def test_every_permission_of_the_table_exists():
    known = set(Permission.objects.values_list("codename", flat=True))
    assert {codename for codenames in ROLES.values() for codename in codenames} <= known


def test_one_person_may_hold_several_roles():
    make_roles(apps, connection.schema_editor())
    both = User.objects.create(username="both", is_staff=True)
    both.groups.set(Group.objects.filter(name__in=(EDITOR, CLINICIAN)))
    assert both.has_perms(["topics.change_topic", "topics.check_topic"])
    assert not both.has_perm("topics.publish_topic")


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        ("change_topic", {EDITOR}),
        ("check_topic", {CLINICIAN}),
        ("publish_topic", {PUBLISHER}),
        ("change_clinicsettings", {PUBLISHER}),
        ("change_user", {ADMINISTRATOR}),
    ],
)
def test_what_decides_about_patients_words_belongs_to_one_role(permission, roles):
    assert {name for name, codenames in ROLES.items() if permission in codenames} == roles
