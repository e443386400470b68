"""Nothing typed is lost, in a real browser: closed tabs, expired sessions, a site that is away, two people."""

import pytest
from playwright.sync_api import expect

from tests.browser import sign_in, violations
from tests.cast import editor, new_draft, published_topic, publisher, with_password
from topics.models import Topic, WorkingCopy

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

OLD = "The spine is often affected."
NEW = "The ribs are often affected."


@pytest.fixture
def bone(live_server):
    with_password(publisher())
    with_password(editor())
    return published_topic(text=OLD)


def change_url(live_server, bone) -> str:
    return f"{live_server.url}/admin/topics/topic/{bone.pk}/change/"


def open_editor(page, live_server, bone, name="publisher"):
    sign_in(page, live_server.url, name)
    page.goto(change_url(live_server, bone))
    expect(page.frame_locator("#preview").locator("article")).to_be_visible()
    return page.locator("#id_body")


def test_a_closed_tab_loses_nothing_and_discarding_brings_the_saved_text_back(page, context, live_server, bone):
    body = open_editor(page, live_server, bone)
    body.fill(f"## A\n{NEW}\n")
    page.close()  # before the autosave's pause is over
    again = context.new_page()
    again.goto(change_url(live_server, bone))
    expect(again.locator(".notice:visible").first).to_be_visible()
    if again.locator("#from-browser").is_visible():  # what was sent while the tab closed may not have arrived
        again.click("text=Put it into the fields")
        expect(again.locator("#kept")).to_contain_text("Kept for you")
    expect(again.locator("#id_body")).to_have_value(f"## A\n{NEW}\n")

    again.goto(change_url(live_server, bone))
    expect(again.locator("#unsaved")).to_contain_text("You have unsaved changes from")
    again.on("dialog", lambda dialog: dialog.accept())
    again.locator("#unsaved [name=_discard]").click()
    expect(again.locator("#id_body")).to_have_value(bone.live.source.body)
    assert not WorkingCopy.objects.filter(saved_at__isnull=False).exists()


def test_after_a_sign_in_in_another_tab_the_text_is_saved_from_the_first(page, context, live_server, bone):
    body = open_editor(page, live_server, bone)
    context.clear_cookies(name="sessionid")
    body.fill(f"## A\n{NEW}\n")
    page.click("[name=_save]")
    expect(page.locator("#kept")).to_contain_text("Sign in again in another tab")
    assert page.url == change_url(live_server, bone)
    assert Topic.objects.get(pk=bone.pk).newest.number == 1

    other = context.new_page()
    sign_in(other, live_server.url, "editor")
    page.click("[name=_save]")
    expect(page.locator("#kept")).to_contain_text("Somebody else signed in")
    context.clear_cookies(name="sessionid")
    sign_in(other, live_server.url, "publisher")
    page.click("[name=_save]")
    expect(page.locator(".messagelist")).to_contain_text("Saved as a draft")
    assert NEW in Topic.objects.get(pk=bone.pk).newest.text


def test_while_the_site_is_away_this_browser_keeps_the_text(page, context, live_server, bone):
    page.add_init_script("navigator.sendBeacon = () => false")  # being offline is not emulated for it
    body = open_editor(page, live_server, bone)
    context.set_offline(True)
    body.fill(f"## A\n{NEW}\n")
    expect(page.locator("#kept")).to_contain_text("kept in this browser")
    page.click("[name=_save]")
    assert page.url == change_url(live_server, bone)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("about:blank")
    context.set_offline(False)
    page.goto(change_url(live_server, bone))
    expect(body).to_have_value(bone.live.source.body)
    page.click("text=Put it into the fields")
    expect(body).to_have_value(f"## A\n{NEW}\n")
    expect(page.locator("#kept")).to_contain_text("Kept for you")
    assert page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('mbc-unsent'))") == []


def test_back_after_a_save_that_was_refused_shows_what_was_typed(page, live_server, bone):
    body = open_editor(page, live_server, bone)
    body.fill(f"## A\n{NEW}\n")
    page.fill("#id_title", "")
    page.click("[name=_save]")
    expect(page.locator("#errors")).to_be_focused()
    page.click("#errors a")
    expect(page.locator("#id_title")).to_be_focused()
    page.go_back()
    expect(body).to_have_value(f"## A\n{NEW}\n")


def test_each_of_two_people_is_told_early_and_their_texts_go_together(page, chromium, live_server, bone):
    body = open_editor(page, live_server, bone)
    second = chromium.new_context()
    other = second.new_page()
    open_editor(other, live_server, bone, "editor").fill(bone.live.source.body + "\n## Theirs\nThe skull.\n")
    expect(other.locator("#beside")).to_contain_text("publisher also has this page open")
    expect(other.locator("#kept")).to_contain_text("Kept for you")
    body.fill(bone.live.source.body.replace(OLD, NEW))
    expect(page.locator("#beside")).to_contain_text("editor also has this page open, with unsaved changes from")
    other.click("[name=_save]")
    expect(other.locator(".messagelist")).to_contain_text("Saved as a draft")
    second.close()

    page.click("[name=_save]")
    expect(page.locator("h2").first).to_contain_text("Both texts are here")
    assert [line for line in violations(page) if "both-texts" in line or "content-main" in line] == []
    page.click("[name=_put_together]")
    expect(page.locator(".notice:visible")).to_contain_text("Nothing is saved yet")
    assert NEW in body.input_value()
    assert "## Theirs\nThe skull." in body.input_value()
    page.click("[name=_save]")
    expect(page.locator(".messagelist")).to_contain_text("Saved as a draft")
    newest = Topic.objects.get(pk=bone.pk).newest
    assert newest.number == 3
    assert newest.source.body == bone.live.source.body.replace(OLD, NEW) + "\n## Theirs\nThe skull.\n"
    assert page.complaints == ["Failed to load resource: the server responded with a status of 409 (Conflict)"]


def test_a_colleagues_save_is_told_while_one_still_writes(page, live_server, bone):
    body = open_editor(page, live_server, bone)
    new_draft(bone, editor(), body="## A\nTheirs.\n")
    body.fill(f"## A\n{NEW}\n")
    expect(page.locator("#beside")).to_contain_text("editor saved revision 2 after you opened this page")
