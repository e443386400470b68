"""The editor's whole loop in a real browser: edit, preview, draft, publish, restore."""

import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser import sign_in, violations
from tests.cast import checked, published_topic, publisher, with_password
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

    checked(bone)
    page.click("text=Review")
    page.click("[name=_publish]")
    expect(page.locator(".messagelist")).to_contain_text("Published")
    assert NEW in reader_text(context, live_server)

    page.click("text=History")
    page.click("text=saved revision 1")
    page.click("text=Restore this text")
    expect(page.locator(".messagelist")).to_contain_text("newest draft")
    assert NEW in reader_text(context, live_server)
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
    expect(page.locator("#problem-count")).to_have_text("1 problem stops publishing.")
    expect(page.locator("#problems [data-line]")).to_contain_text(f"Line {line}")
    page.click("text=Go to the first")
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


def test_a_picture_is_asked_about_before_anything_is_inserted(page, live_server, bone, tmp_path):
    open_editor(page, live_server, bone)
    before = page.locator("#id_body").input_value()
    (tmp_path / "text.png").write_bytes(b"only words")
    Image.new("RGB", (40, 30), "teal").save(tmp_path / "scan.png")
    answer = page.locator("#picture-answer")

    page.click("text=Picture…")
    page.set_input_files("#picture-file", tmp_path / "text.png")
    page.click("text=Add the picture")
    expect(answer).to_contain_text("Say whether it shows something")
    page.check("text=It shows something")
    page.click("text=Add the picture")
    expect(answer).to_contain_text("Describe the picture")
    page.fill("#picture-words", "A bone scan")
    page.click("text=Add the picture")
    expect(answer).to_contain_text("not a JPEG, PNG or WebP")
    assert page.locator("#id_body").input_value() == before

    page.set_input_files("#picture-file", tmp_path / "scan.png")
    page.click("text=Add the picture")
    expect(page.locator("#picture")).to_be_hidden()
    assert "![A bone scan](/media/" in page.locator("#id_body").input_value()

    page.click("text=Picture…")
    page.set_input_files("#picture-file", tmp_path / "scan.png")
    page.check("text=It is decorative")
    page.click("text=Add the picture")
    expect(page.locator("#picture")).to_be_hidden()
    assert re.search(r'!\[\]\(/media/\S+ "decorative"\)', page.locator("#id_body").input_value())


def test_a_card_is_picked_with_the_keyboard_alone_and_control_z_takes_it_back(page, live_server, bone):
    published_topic("cord", kind="card", title="Pressure on the spinal cord", text="you cannot feel your legs")
    open_editor(page, live_server, bone)
    before = page.locator("#id_body").input_value()
    page.locator(".toolbar button").first.focus()
    for _step in range(9):
        page.keyboard.press("ArrowRight")
    expect(page.locator(":focus")).to_have_text("Card…")
    page.keyboard.press("Enter")
    expect(page.locator("#picker-state")).to_have_text("1 found.")
    page.keyboard.type("spinal")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#id_body")).to_be_focused()
    assert "::: card cord\n" in page.locator("#id_body").input_value()
    page.keyboard.press("Control+z")
    assert page.locator("#id_body").input_value() == before
    page.keyboard.press("Tab")
    expect(page.locator("#id_body")).not_to_be_focused()


def test_insert_buttons_work_on_the_lines_that_are_chosen(page, live_server, bone):
    open_editor(page, live_server, bone)
    body = page.locator("#id_body")
    body.fill("One\nTwo")
    for button, text in (
        ("List", "- One\n- Two"),
        ("Numbered list", "1. One\n2. Two"),
        ("Smaller heading", "### One\n### Two"),
        ("Do not", "::: dont\n- One\n- Two\n:::\n"),
    ):
        body.evaluate("box => { box.focus(); box.select(); }")
        page.get_by_role("button", name=button, exact=True).click()
        assert body.input_value() == text


def test_the_preview_shows_page_phone_paper_and_the_short_version(page, live_server, bone):
    preview = open_editor(page, live_server, bone)
    expect(preview.locator("article")).to_contain_text(OLD)
    page.click("[data-mode=phone]")
    assert page.locator("#preview").bounding_box()["width"] <= 390
    page.click("[data-mode=print]")
    expect(preview.locator(".breadcrumbs")).to_be_hidden()
    page.click("[data-mode=short]")
    expect(preview.locator("main")).to_contain_text("One point.")
    expect(preview.locator("main")).not_to_contain_text(OLD)
    page.click("[data-mode=page]")
    expect(preview.locator(".breadcrumbs")).to_be_visible()
    assert page.complaints == []


def test_a_frame_that_comes_late_gets_the_newest_preview(page, live_server, bone):
    waiting = []
    page.route("**/preview-frame/", lambda route: waiting.append(route))
    sign_in(page, live_server.url, "publisher")
    page.goto(f"{live_server.url}/admin/topics/topic/{bone.pk}/change/", wait_until="domcontentloaded")
    with page.expect_response("**/preview/"):
        rewrite(page, OLD, NEW)
    for route in waiting:
        route.continue_()
    expect(page.frame_locator("#preview").locator("article")).to_contain_text(NEW)


def test_keys_can_be_listed_and_switched_off(page, live_server, bone):
    open_editor(page, live_server, bone)
    page.locator("[data-mode=phone]").press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.check("#keys-off")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.locator("[data-mode=phone]").press("?")
    expect(page.locator("#keys")).to_be_hidden()
    assert page.complaints == []


def test_an_expired_session_keeps_the_text_and_says_so(page, context, live_server, bone):
    open_editor(page, live_server, bone)
    context.clear_cookies()
    rewrite(page, OLD, NEW)
    expect(page.locator(".preview-state")).to_contain_text("sign-in")
    expect(page.locator("#kept")).to_contain_text("Your sign-in has run out")
    assert NEW in page.locator("#id_body").input_value()


@pytest.mark.parametrize("dark", [False, True])
def test_the_edit_page_has_no_accessibility_violation_of_its_own(page, live_server, bone, dark):
    page.emulate_media(color_scheme="dark" if dark else "light")
    preview = open_editor(page, live_server, bone)
    expect(preview.locator("article")).to_contain_text(OLD)
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert [line for line in violations(page) if "content-main" in line or "editor" in line] == []
    for opener, dialog in (("[data-pick=phone]", "#picker"), ("[data-picture]", "#picture"), ("[data-keys]", "#keys")):
        page.click(f".toolbar {opener}")
        assert violations(page, include=[dialog]) == []
        page.keyboard.press("Escape")
