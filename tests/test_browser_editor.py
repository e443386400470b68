"""The editor's whole loop in a real browser: edit, preview, draft, publish, restore."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import sign_in, violations
from tests.cast import published_topic, publisher, with_password
from topics.models import Topic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

OLD = "The spine is often affected."
NEW = "The spine and the ribs are often affected."


@pytest.fixture
def bone(live_server):
    with_password(publisher())
    return published_topic(slug="bone", title="When breast cancer spreads to the bones", sites=["bone"], text=OLD)


def open_editor(page, live_server, bone):
    sign_in(page, live_server.url, "publisher")
    page.goto(f"{live_server.url}/admin/topics/topic/{bone.pk}/change/")
    return page.frame_locator("#preview")


def reader_text(context, live_server) -> str:
    reader = context.new_page()
    reader.goto(f"{live_server.url}/topics/bone/")
    text = reader.inner_text("main")
    reader.close()
    return text


def rewrite(page, old, new):
    body = page.locator("#id_body")
    body.fill(body.input_value().replace(old, new))


def test_the_editors_loop(page, context, live_server, bone):
    preview = open_editor(page, live_server, bone)
    expect(preview.locator("article")).to_contain_text(OLD)

    rewrite(page, OLD, NEW)
    expect(preview.locator("article")).to_contain_text(NEW)
    assert NEW not in reader_text(context, live_server)

    page.click("[name=_save]")
    expect(page.locator(".messagelist")).to_contain_text("Patients still see")
    assert NEW not in reader_text(context, live_server)

    page.click("[name=_publish]")
    expect(page.locator(".messagelist")).to_contain_text("Published")
    assert NEW in reader_text(context, live_server)

    page.click("text=History")
    page.click("text=saved revision 1")
    page.click("text=Restore this text")
    expect(page.locator(".messagelist")).to_contain_text("newest draft")
    assert NEW in reader_text(context, live_server)
    page.click("[name=_publish]")
    expect(page.locator(".messagelist")).to_contain_text("Published")
    assert OLD in reader_text(context, live_server)
    assert Topic.objects.get(pk=bone.pk).revisions.count() == 3
    assert page.complaints == []


def test_site_page_leads_to_the_bone_page(page, live_server, bone):
    page.goto(f"{live_server.url}/sites/bone/")
    page.click("text=When breast cancer spreads to the bones")
    expect(page.locator("h1")).to_have_text("When breast cancer spreads to the bones")


def test_a_problem_is_named_with_its_line_and_leads_there(page, live_server, bone):
    open_editor(page, live_server, bone)
    body = page.locator("#id_body")
    body.fill(body.input_value() + "\n::: card no-such-card\n")
    line = body.input_value().rstrip("\n").count("\n") + 1
    button = page.locator("#problems button")
    expect(button).to_have_text(f"Line {line}")
    button.click()
    selected = page.evaluate(
        "(() => { const t = document.getElementById('id_body');"
        " return t.value.slice(t.selectionStart, t.selectionEnd); })()"
    )
    assert selected == "::: card no-such-card"


def test_control_s_saves_a_draft_and_never_publishes(page, context, live_server, bone):
    open_editor(page, live_server, bone)
    rewrite(page, OLD, NEW)
    page.locator("#id_body").press("Control+s")
    expect(page.locator(".messagelist")).to_contain_text("Saved as a draft")
    assert NEW not in reader_text(context, live_server)


def test_a_picture_of_the_wrong_kind_is_refused_in_words_and_inserts_nothing(page, live_server, bone, tmp_path):
    open_editor(page, live_server, bone)
    before = page.locator("#id_body").input_value()
    page.on("dialog", lambda dialog: dialog.accept("A bone scan"))
    for name, data in {"text.png": b"only words", "photo.bmp": b"BM" + b"\x00" * 60}.items():
        (tmp_path / name).write_bytes(data)
        page.set_input_files("[data-picture]", tmp_path / name)
        expect(page.locator(".toolbar-answer")).to_contain_text("not a JPEG, PNG or WebP")
    assert page.locator("#id_body").input_value() == before


def test_an_expired_session_keeps_the_text_and_says_so(page, context, live_server, bone):
    open_editor(page, live_server, bone)
    context.clear_cookies()
    rewrite(page, OLD, NEW)
    expect(page.locator("#problems, .preview-state").filter(has_text=re.compile("sign-in|reached"))).to_have_count(1)
    assert NEW in page.locator("#id_body").input_value()


@pytest.mark.parametrize("dark", [False, True])
def test_the_edit_page_has_no_accessibility_violation_of_its_own(page, live_server, bone, dark):
    page.emulate_media(color_scheme="dark" if dark else "light")
    preview = open_editor(page, live_server, bone)
    expect(preview.locator("article")).to_contain_text(OLD)
    ours = [line for line in violations(page) if "editor" in line or "toolbar" in line or "preview" in line]
    assert ours == []
