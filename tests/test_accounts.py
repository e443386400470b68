"""Staff accounts in the admin: one-time passwords, roles, and who may change whom."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from tests.cast import administrator, editor, person, publisher
from topics.models import User

pytestmark = pytest.mark.django_db

ADD, LIST = reverse("admin:topics_user_add"), reverse("admin:topics_user_changelist")
PASSWORD = "a password that others saw"


@pytest.fixture
def signed_in(client):
    client.force_login(administrator())
    return client


def change(user):
    return reverse("admin:topics_user_change", args=[user.pk])


def add(client, **values):
    posted = {"username": "nurse", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD, **values}
    return client.post(ADD, posted)


def fields(user, **values):
    return {"username": user.username, "is_active": "on", "is_staff": "on", **values}


def test_a_new_account_may_sign_in_and_has_to_choose_its_own_password(signed_in, client):
    role, _made = Group.objects.get_or_create(name="editor")
    add(signed_in, groups=[role.pk])
    nurse = User.objects.get(username="nurse")
    assert (nurse.is_staff, nurse.is_superuser, list(nurse.groups.all())) == (True, False, [role])
    client.logout()
    assert client.login(username="nurse", password=PASSWORD)
    assert client.get(reverse("admin:index")).url == reverse("admin:password_change")


def test_a_password_that_an_administrator_sets_is_a_one_time_password(signed_in, client):
    nurse = editor()
    address = reverse("admin:auth_user_password_change", args=[nurse.pk])
    posted = {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    assert signed_in.post(address, posted).status_code == 302
    nurse.refresh_from_db()
    assert nurse.must_change_password


def test_a_short_or_common_password_is_refused_in_words(signed_in):
    response = add(signed_in, password1="password", password2="password")
    assert "too short" in response.text
    assert not User.objects.filter(username="nurse").exists()


def test_an_administrator_cannot_give_every_right_to_anybody(signed_in):
    nurse = editor()
    signed_in.post(change(nurse), fields(nurse, is_superuser="on", first_name="Role"))
    nurse.refresh_from_db()
    assert (nurse.first_name, nurse.is_superuser) == ("Role", False)


def test_an_administrator_cannot_change_who_has_every_right(signed_in):
    owner = User.objects.create_superuser("owner")
    address = reverse("admin:auth_user_password_change", args=[owner.pk])
    posted = {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    assert signed_in.post(change(owner), fields(owner, is_active="")).status_code == 403
    assert signed_in.post(address, posted).status_code == 403
    owner.refresh_from_db()
    assert owner.is_active and not owner.check_password(PASSWORD)


def test_nobody_deletes_an_account(client):
    client.force_login(User.objects.create_superuser("owner"))
    nurse = editor()
    assert client.post(reverse("admin:topics_user_delete", args=[nurse.pk]), {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=nurse.pk).exists()


@pytest.mark.parametrize("who", [editor, publisher])
def test_other_roles_see_no_accounts(client, who):
    client.force_login(who())
    assert client.get(LIST).status_code == client.get(ADD).status_code == 403


def test_the_list_tells_roles_and_titles(signed_in, django_assert_max_num_queries):
    role, _made = Group.objects.get_or_create(name="clinician")
    for place in range(20):
        person(f"person-{place}").groups.add(role)
    with django_assert_max_num_queries(12):
        shown = signed_in.get(LIST).text
    assert "clinician" in shown


def test_an_account_that_is_switched_off_is_out_at_its_next_request(signed_in, client):
    nurse = editor()
    client.force_login(nurse)
    assert client.get(reverse("admin:index")).status_code == 200
    User.objects.filter(pk=nurse.pk).update(is_active=False)
    assert client.get(reverse("admin:index")).status_code == 302
