"""Preview and upload: the public page's own renderer, staff only, sentences instead of error pages."""

import io

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from PIL import Image

from tests.cast import clinician, editor, published_topic, stranger
from topics.models import Upload
from topics.transfer import import_folder
from topics.views import OWN_PLACE

pytestmark = pytest.mark.django_db

UPLOAD = "/admin/topics/topic/upload/"


def preview(client, topic, **fields):
    return client.post(reverse("admin:topics_topic_preview", args=[topic.pk]), fields)


def image(kind: str = "PNG") -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(data, kind)
    return SimpleUploadedFile("photo.html", data.getvalue(), "text/html")


def test_a_preview_is_the_public_page_byte_for_byte_for_every_shipped_page(client):
    assert not import_folder(settings.CONTENT_DIR).problems
    from topics.models import Topic

    client.force_login(editor())
    pages = Topic.objects.published().open().pages("en")
    assert len(pages) >= 16
    for topic in pages:
        shown = preview(
            client, topic, body=topic.live.source.body, title=topic.title, sites=topic.live.source.sites
        ).text
        article = shown[shown.index("<article") : shown.index("</article>")]
        if topic.slug in OWN_PLACE:  # more stands around its text
            article = article[
                article.index('<section class="short">') : article.index('<section class="words"')
            ].rstrip()
        assert article in client.get(topic.get_absolute_url(), follow=True).text


def test_a_preview_names_problems_with_the_line_in_the_text_field(client):
    client.force_login(editor())
    response = preview(client, published_topic(), body="## One\nText.\n\n::: card missing\n")
    assert response.status_code == 200
    assert 'data-line="4"' in response.text
    assert "no live card" in response.text


def test_what_stops_publishing_stands_apart_from_what_is_worth_a_look(client):
    client.force_login(editor())
    codes = "icd-10-cm: C79.51, 94222008\nnowhere: 1"
    shown = preview(client, published_topic(), body="## One\nText {nowhere}.\n", title="", codes=codes).text
    stops, look = shown.split("Worth a look")
    assert "2 problems stop publishing.\n2 places are worth a look." in shown
    assert 'data-line="2"' in stops
    assert 'data-field="id_title"' in stops
    assert look.count('data-field="id_codes"') == 2


def test_the_short_preview_is_the_public_short_page(client):
    topic = published_topic()
    client.force_login(editor())
    shown = preview(client, topic, body=topic.live.source.body, title=topic.title).text
    short = shown[shown.index('<section class="short">', shown.index('data-part="short"')) :]
    short = short[: short.index("</section>")]
    assert "One point." in short
    assert short in client.get("/topics/bone/short/").text


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [({}, 400, "no text"), ({"body": "x" * 100_001}, 400, "longer"), ({"body": "[" * 50_000}, 200, "more than")],
)
def test_a_preview_answers_odd_bodies_with_a_sentence(client, fields, status, words):
    client.force_login(editor())
    response = preview(client, published_topic(), **fields)
    assert response.status_code == status
    assert words in response.text
    assert "<html" not in response.text


def test_markdownx_own_field_name_is_understood(client):
    client.force_login(editor())
    assert "Only this." in preview(client, published_topic(), content="## One\nOnly this.\n").text


@pytest.mark.parametrize("who", [None, stranger, clinician])
@pytest.mark.parametrize("address", ["preview/", "upload/"])
def test_others_get_403_in_words_never_a_sign_in_form(client, who, address):
    if who:
        client.force_login(who())
    response = client.post(f"/admin/topics/topic/{address}", {"body": "x", "image": image()})
    assert response.status_code == 403
    assert "<form" not in response.text
    assert not Upload.objects.exists()
    assert not list(settings.MEDIA_ROOT.glob("**/*.*"))


@pytest.mark.parametrize("address", ["preview/", "upload/"])
@pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
def test_only_post_is_answered(client, address, method):
    client.force_login(editor())
    assert getattr(client, method)(f"/admin/topics/topic/{address}").status_code == 405


@pytest.mark.parametrize("address", ["preview/", "upload/"])
def test_a_forged_request_is_refused(address):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor())
    assert client.post(f"/admin/topics/topic/{address}", {"body": "x"}).status_code == 403


def test_the_views_that_markdownx_ships_are_not_mounted():
    for path in ("/markdownx/markdownify/", "/markdownx/upload/"):
        with pytest.raises(Resolver404):
            resolve(path)


def test_an_uploaded_picture_is_stored_under_a_name_of_ours_and_served_with_its_type(client):
    client.force_login(editor())
    url = client.post(UPLOAD, {"image": image()}).json()["url"]
    response = client.get(url)
    assert response["Content-Type"] == "image/png"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "photo" not in url
    assert b"".join(response.streaming_content).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "data", [b"only words", b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n"]
)
def test_anything_else_is_refused_in_words_and_leaves_nothing(client, data):
    client.force_login(editor())
    before = set(settings.MEDIA_ROOT.glob("**/*.*"))
    response = client.post(UPLOAD, {"image": SimpleUploadedFile("photo.png", data, "image/png")})
    assert response.status_code == 400
    assert response.json()["error"]
    assert set(settings.MEDIA_ROOT.glob("**/*.*")) == before


def test_an_upload_without_a_file_and_one_that_is_too_large_are_refused(client):
    client.force_login(editor())
    assert client.post(UPLOAD).status_code == 400
    large = SimpleUploadedFile("large.png", b"\x89PNG" + b"\0" * 13_000_000, "image/png")
    assert client.post(UPLOAD, {"image": large}).status_code == 413


def test_a_picture_that_the_database_cannot_note_leaves_nothing(client, monkeypatch):
    client.force_login(editor())
    before = set(settings.MEDIA_ROOT.glob("**/*.*"))

    def away(**values):
        raise OperationalError("database is locked")

    monkeypatch.setattr(Upload.objects, "create", away)
    response = client.post(UPLOAD, {"image": image()})
    assert response.status_code == 503 and "Try again" in response.json()["error"]
    assert set(settings.MEDIA_ROOT.glob("**/*.*")) == before


@pytest.mark.parametrize(
    "name", ["x", "ab/../../mbc.sqlite3", "ab/" + "a" * 400 + ".png", "%2e%2e/secret_key", "ab/x.svg", "ab/a.html"]
)
def test_media_answers_only_to_names_of_ours(client, name):
    assert client.get(f"/media/{name}").status_code == 404


def test_a_section_that_is_not_chosen_yet_is_asked_for_by_its_field(client):
    client.force_login(editor())
    text = client.post(
        reverse("admin:topics_topic_preview_new"), {"kind": "page", "section": "", "body": "Words."}
    ).text
    assert "No section is chosen yet." in text
    assert 'data-field="id_section"' in text
    assert "“none”" not in text
