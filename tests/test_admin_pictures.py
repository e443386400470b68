"""Pictures: listed with where they are used; only those that no text ever named can go."""

from datetime import timedelta

import pytest
from django.conf import settings as site
from django.urls import reverse
from django.utils import timezone

from tests.cast import editor, go_live, make_topic, new_draft, person, published_topic, publisher
from topics import images, pictures
from topics.models import Topic, Upload, User, WorkingCopy

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

LIST = "/admin/topics/upload/"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def picture(letter: str = "a", hours: int = 48) -> Upload:
    """A picture on disk and in the table, uploaded two days ago."""
    name = f"{letter}{letter}/01234567-89ab-4def-8123-456789abcde{letter}.png"
    assert images.type_of(name)
    path = site.MEDIA_ROOT / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\x89PNG")
    row = Upload.objects.create(name=name, width=40, height=30, by=publisher())
    Upload.objects.filter(pk=row.pk).update(at=timezone.now() - timedelta(hours=hours))
    row.refresh_from_db()
    return row


def shows(upload: Upload) -> str:
    return f"![A spine]({upload.address})"


@pytest.fixture
def keeper(client):
    client.force_login(person("keeper", "view_upload", "delete_upload", "view_topic"))
    return client


def press_delete(client, upload):
    address = reverse("admin:topics_upload_delete", args=[upload.pk])
    asked = client.get(address, follow=True)
    answered = client.post(address, {"post": "yes"}, follow=True)
    return asked.text, answered.text


def on_disk(upload) -> bool:
    return (site.MEDIA_ROOT / upload.name).exists()


def test_a_picture_that_no_text_ever_named_goes_with_its_file(keeper, django_capture_on_commit_callbacks):
    upload = picture()
    with django_capture_on_commit_callbacks(execute=True):
        press_delete(keeper, upload)
    assert not Upload.objects.exists() and not on_disk(upload)


@pytest.mark.parametrize("where", ["live", "draft", "old"])
def test_a_picture_that_any_text_names_stays_and_the_answer_says_where(keeper, where):
    upload = picture()
    if where == "live":
        published_topic(text=shows(upload))
    elif where == "draft":
        make_topic(text=shows(upload))
    else:
        new_draft(make_topic(text=shows(upload)), body="::: short\n- One.\n:::\n\n## Bones\nNo picture.\n")
    for answer in press_delete(keeper, upload):
        assert "This picture is used and stays: “Bones”" in answer
    assert Upload.objects.exists() and on_disk(upload)


def test_a_picture_of_today_stays_because_its_text_may_not_be_saved_yet(keeper):
    upload = picture(hours=2)
    assert all("was added today" in answer for answer in press_delete(keeper, upload))
    assert Upload.objects.exists() and on_disk(upload)


def test_a_picture_in_a_text_that_nobody_saved_yet_stays(keeper):
    upload = picture()
    words = {"body": [f"Look: {shows(upload)}"]}
    WorkingCopy.objects.create(owner=editor(), fields=words, saved_at=timezone.now(), seen_at=timezone.now())
    assert all("somebody is writing a text" in answer for answer in press_delete(keeper, upload))
    assert Upload.objects.exists() and on_disk(upload)


def test_uses_are_told_by_the_text_nearest_to_patients(keeper):
    upload, other = picture("a"), picture("b")
    topic = published_topic(text=shows(upload))
    new_draft(topic, title="Bones again")
    make_topic("liver", title="Liver", text=shows(upload))
    topic = Topic.objects.get(slug="bone")
    used = pictures.uses()
    assert [(str(use.topic), use.place, use.revision) for use in used[upload.name]] == [
        ("Bones", "live", topic.live.number),
        ("Liver", "draft", 1),
    ]
    assert other.name not in used
    go_live(topic, topic.latest)
    assert pictures.uses(upload.name)[upload.name][0].revision == topic.latest.number


def test_the_list_shows_each_picture_and_where_it_is_used(keeper, django_assert_max_num_queries):
    upload, _other = picture("a"), picture("b")
    published_topic(text=shows(upload))
    with django_assert_max_num_queries(12):
        page = keeper.get(LIST).text
    assert f'src="{upload.address}"' in page and "40\u00a0×\u00a030" in page
    assert "Bones</a>: patients see it" in page and "nowhere" in page


@pytest.mark.parametrize(("use", "letters"), [("nowhere", "c"), ("live", "a"), ("other", "b"), ("odd", "abc")])
def test_the_list_finds_what_nobody_uses(keeper, use, letters):
    rows = {letter: picture(letter) for letter in "abc"}
    published_topic(text=shows(rows["a"]))
    make_topic("liver", text=shows(rows["b"]))
    page = keeper.get(LIST, {"use": use}).text
    assert {letter for letter, row in rows.items() if row.address in page} == set(letters)


def test_a_picture_s_own_page_says_how_to_show_it(keeper):
    upload = picture()
    page = keeper.get(reverse("admin:topics_upload_change", args=[upload.pk])).text
    assert f"![…]({upload.address})" in page and "nowhere" in page


def test_who_may_not_is_refused(client):
    upload = picture()
    client.force_login(person("reader", "view_topic"))
    assert client.get(LIST).status_code == 403
    client.force_login(editor())
    assert client.get(LIST).status_code == 200
    client.force_login(person("looker", "view_upload"))
    assert client.post(reverse("admin:topics_upload_delete", args=[upload.pk]), {"post": "yes"}).status_code == 403
    assert client.get("/admin/topics/upload/add/").status_code == 403
    assert Upload.objects.count() == 1 and User.objects.exists()
