"""The pictures of docs/editing.md, made anew: python -m tests.pictures (make pictures)

Every picture is a step of one day on a site with the content files, roles for people and a clock that stands
still. The steps run in the suite as well (tests/test_pictures.py): a picture whose words are no longer those of
the page fails there. `--check` tells whether style sheets or templates changed since; looks need an eye.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
WORDS = FOLDER / "words.json"
MOST_BYTES = 60_000
LOOKS = ("static/css/*.css", "templates/admin/**/*.html", "templates/review/*.html", "templates/check/*.html")
DESKTOP, PHONE = {"width": 1200, "height": 800}, {"width": 360, "height": 640}

SLUG, TITLE, BEFORE, AFTER = "your-visit", "Getting ready for a visit", "Three questions", "Five questions"
TEXT = f"""::: short
- Write your questions down.
- Bring somebody with you.
:::

## Before the visit
Write down what you want to ask. {BEFORE} are plenty.

## At the visit
Ask for words that you know. Whoever is with you can take notes.

## After the visit
Look at your notes the same evening. Call {{day_line}} if something is unclear.
"""
HARD = "\nThe list should be kept at hand. Click [here](/questions/).\n"
TABLE = "term;meaning;forms;say\r\nBiopsy;Taking a small piece to look at it closely.;biopsies;\r\nVisit;A talk with your team.;;\r\n"

# What a picture shows of the site itself; words of pages, of people and of browsers are left out.
SHOWN = """box => {
  const own = "h1, h2, h3, legend, label, button, summary, caption, dt, thead th, .object-tools a, .saved-filters a";
  const content = "#picker-list, .passage, #nav-sidebar, [class^=app-], #user-tools, #result_list tbody, .met-lines";
  return [...box.querySelectorAll(own)].filter(one => !one.closest(content) && one.checkVisibility()).map(one => one.innerText);
}"""


class Clock:
    """Stands still; `forward` moves it."""

    def __init__(self) -> None:
        self.at = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def forward(self, minutes: int = 5) -> None:
        self.at += timedelta(minutes=minutes)


class Album:
    """The site of that day, and a window for each role."""

    def __init__(self, site: str, browser: Browser, clock: Clock) -> None:
        self.site, self.browser, self.clock = site, browser, clock
        self.windows: dict[str, BrowserContext] = {}
        self.number = 0

    def window(self, role: str, **options: object) -> Page:
        from tests.browser import sign_in

        if role in self.windows:
            return self.windows[role].pages[0]
        options = {"viewport": DESKTOP, "locale": "en-GB", "timezone_id": "UTC", **options}
        self.windows[role] = self.browser.new_context(**options)  # type: ignore[arg-type]
        self.windows[role].set_default_timeout(15_000)
        page = self.windows[role].new_page()
        page.clock.set_fixed_time(self.clock.at)
        page.add_init_script("localStorage.setItem('django.admin.navSidebarIsOpen', 'false')")  # room for the page
        if role != "phone":
            sign_in(page, self.site, role)
        return page

    def open(self, role: str, what: str) -> Page:
        self.clock.forward()
        page = self.window(role)
        page.clock.set_fixed_time(self.clock.at)
        page.goto(f"{self.site}/admin/{what}")
        return page

    def page(self, role: str, what: str) -> Page:
        return self.open(role, f"topics/topic/{self.number}/{what}/")

    def close(self) -> None:
        for context in self.windows.values():
            context.close()


class Picture(NamedTuple):
    """`take` goes to the place, sees that it is all there, and answers what to show; a page is shown as its window."""

    name: str
    take: Callable[[Album], Page | Locator]


# --- the day ----------------------------------------------------------------------------------------


def health(album: Album) -> Page:
    page = album.open("publisher", "")
    expect(page.locator("#content h1")).to_have_text("What to work on")
    expect(page.get_by_role("region", name="Red-flag cards without a current check")).to_be_visible()
    return page


def list_of_pages(album: Album) -> Page:
    page = album.open("editor", "topics/topic/")
    expect(page.get_by_role("navigation", name="Saved filters")).to_contain_text("Waiting for me")
    expect(page.locator("#result_list")).to_contain_text(TITLE)
    return page


def edit(album: Album) -> Page:
    page = album.page("editor", "change")
    preview = page.frame_locator("#preview").locator("article")
    body = page.locator("#id_body")
    body.fill(body.input_value().replace(BEFORE, AFTER) + HARD)
    expect(preview).to_contain_text(AFTER)
    expect(page.locator("#problems")).to_contain_text("should be kept")
    expect(page.locator("#kept")).to_contain_text("Kept for you")
    page.evaluate("scrollTo(0, 150)")
    return page


def picker(album: Album) -> Locator:
    page = album.window("editor")
    page.click("text=Card…")
    expect(page.locator("#picker-state")).to_contain_text("found")
    page.keyboard.type("spinal")
    expect(page.locator("#picker-list li:visible")).to_have_count(1)
    return page.locator("#picker")


def add_a_picture(album: Album) -> Locator:
    page = album.window("editor")
    page.click("#picker >> text=Close")
    page.click("text=Picture…")
    page.set_input_files("#picture-file", ROOT / "static" / "img" / "share.png")
    page.check("text=It shows something")
    page.fill("#picture-words", "A notebook and a pen")
    return page.locator("#picture")


def both_texts(album: Album) -> Page:
    """The editor writes while a colleague saves first."""
    from tests.cast import new_draft, person
    from topics.models import Topic
    from topics.roles import EDITOR, ROLES

    page = album.window("editor")
    page.click("text=Add the picture")
    expect(page.locator("#picture")).to_be_hidden()
    body = page.locator("#id_body")
    body.fill(body.input_value().replace(HARD, ""))
    page.fill("#id_note", "Five questions fit into a visit")
    album.clock.forward()
    topic = Topic.objects.get(pk=album.number)
    old = topic.latest.source.body
    new_draft(
        topic, person("second-editor", *ROLES[EDITOR]), body=old.replace("can take notes", "can write down the answers")
    )
    page.click("[name=_save]")
    expect(page.locator("#both-texts")).to_be_visible()
    page.locator("fieldset", has_text=AFTER).scroll_into_view_if_needed()
    return page


def review(album: Album) -> Page:
    page = album.window("editor")
    page.click("[name=_put_together]")
    expect(page.locator(".notice:visible")).to_contain_text("Nothing is saved yet")
    album.clock.forward()
    page.click("[name=_submit]")
    page.fill("#submit-note", "Are five questions too many for one visit?")
    page.click("[name=_submit]")
    page = album.page("clinician", "review")
    expect(page.locator(".facts")).to_contain_text("too many for one visit")
    expect(page.locator("ins:visible").first).to_be_visible()
    return page


def check_on_a_phone(album: Album) -> Page:
    from django.conf import settings
    from django.core import mail

    def letter(kind: str) -> str:
        found = re.search(kind, mail.outbox[-1].body, re.MULTILINE)
        assert found
        return found[1]

    page = album.page("publisher", "review")
    page.click("summary >> text=Ask a clinician without an account")
    for name, value in (("name", "The ward’s oncologist"), ("role", "oncologist"), ("email", "onco@example.org")):
        page.fill(f"#invite-{name}", value)
    page.click("[name=_invite]")
    expect(page.locator(".messagelist")).to_contain_text("is on its way")
    phone = album.window("phone", viewport=PHONE, has_touch=True, device_scale_factor=1.5)
    phone.goto(letter(r"^(http\S+/check/\S+)$").replace(settings.SITE_URL, album.site))
    phone.click("[name=_send_code]")
    phone.fill("[name=code]", letter(r"^ +(\d{6})$"))
    phone.click("[name=_prove]")
    expect(phone.locator("ins:visible").first).to_be_visible()
    phone.locator(".passage:visible").first.evaluate("one => scrollTo(0, one.offsetTop)")
    return phone


def history(album: Album) -> Page:
    phone = album.window("phone")
    for answer in phone.locator("[value=correct]:visible").all():
        answer.check()
    phone.click("[name=_look]")
    phone.click("[name=_record]")
    expect(phone.locator("h1")).to_have_text("Thank you")
    page = album.page("publisher", "review")
    page.locator("[name=_publish]").click()
    expect(page.locator(".messagelist")).to_contain_text("Published")
    page = album.page("publisher", "history")
    expect(page.locator(".history")).to_contain_text("The ward’s oncologist")
    return page


def compare(album: Album) -> Locator:
    page = album.page("publisher", "compare")
    page.select_option("[name=old]", "1")
    page.click("text=Compare >> nth=-1")
    expect(page.locator("ins").first).to_be_visible()
    return page.locator("#content")


def pictures(album: Album) -> Locator:
    page = album.open("editor", "topics/upload/")
    expect(page.locator("#result_list")).to_contain_text(TITLE)
    return page.locator("#content")


def table(album: Album) -> Locator:
    page = album.open("editor", "topics/glossaryterm/import/")
    page.set_input_files("[name=table]", {"name": "words.csv", "mimeType": "text/csv", "buffer": TABLE.encode()})
    page.click("text=Show what would change")
    expect(page.locator(".sheet-summary")).to_contain_text("1 new, 1 changed")
    return page.locator("#content")


PICTURES = [
    Picture("health", health),
    Picture("list", list_of_pages),
    Picture("edit", edit),
    Picture("picker", picker),
    Picture("add-a-picture", add_a_picture),
    Picture("both-texts", both_texts),
    Picture("review", review),
    Picture("check-on-a-phone", check_on_a_phone),
    Picture("history", history),
    Picture("compare", compare),
    Picture("pictures", pictures),
    Picture("table", table),
]


# --- the album --------------------------------------------------------------------------------------


@contextmanager
def opened(site: str, browser: Browser) -> Iterator[Album]:
    """The clinic on that day: the content files, four roles, numbers, and one checked page of its own."""
    import pytest
    from django.conf import settings
    from django.test import override_settings
    from django.utils import timezone

    from tests import cast
    from topics.models import ClinicSettings, Topic
    from topics.transfer import import_folder

    clock = Clock()
    album = Album(site, browser, clock)
    with (
        override_settings(SITE_URL="https://pages.example.org", EMAIL_IS_SENT=True),
        pytest.MonkeyPatch.context() as by,
    ):
        by.setattr(timezone, "now", clock)
        by.setattr("uuid.uuid4", lambda: UUID("01234567-89ab-4def-8123-456789abcdef"))  # the name of the one picture
        for person in (cast.editor, cast.publisher, cast.clinician):
            cast.with_password(person())
        ClinicSettings.objects.create(pk=1, clinic_name="Our clinic", day_line="020 7946 0123")
        import_folder(settings.CONTENT_DIR)
        section = Topic.objects.filter(kind="page", language="en").first().section.slug  # type: ignore[union-attr]
        own = cast.published_topic(SLUG, section=section, title=TITLE, summary="Questions, notes, company.", body=TEXT)
        cast.checked(own)
        album.number = own.pk
        try:
            yield album
        finally:
            album.close()


def words_of(place: Page | Locator) -> list[str]:
    """What the site itself says there: without numbers, and without what stands in quotation marks."""
    box = place if isinstance(place, Locator) else place.locator("body")
    said = (re.sub(r"“[^”]*”|\d+", "…", words).split() for words in box.evaluate(SHOWN))
    return [" ".join(words) for words in said if words]


def looks() -> str:
    """A mark of the files that decide how staff pages look."""
    files = sorted(path for pattern in LOOKS for path in ROOT.glob(pattern))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:16]


def keep(name: str, png: bytes) -> None:
    """In as few colours as bytes allow; people read these pages on slow lines, too."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    for colours in (128, 64, 32, 16):
        picture.quantize(colours, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)
        if (FOLDER / f"{name}.png").stat().st_size <= MOST_BYTES:
            return
    raise SystemExit(f"{name}.png is larger than {MOST_BYTES} bytes: show less.")


def make() -> None:
    from pytest_django.live_server_helper import LiveServer

    from tests.browser import launched

    said = {}
    FOLDER.mkdir(exist_ok=True)
    server = LiveServer("127.0.0.1")
    with launched() as browser, opened(server.url, browser) as album:
        for picture in PICTURES:
            place = picture.take(album)
            said[picture.name] = words_of(place)
            keep(picture.name, place.screenshot(animations="disabled", caret="hide"))
            print(f"docs/pictures/{picture.name}.png")  # noqa: T201
    server.stop()
    kept = {"looks": looks(), "words": said}
    WORDS.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", "utf-8")


def main() -> None:
    if "--check" in sys.argv:
        if json.loads(WORDS.read_text("utf-8"))["looks"] != looks():
            print("Staff pages may look different from docs/pictures by now: make pictures")  # noqa: T201
        return
    from tests.scratch import database

    with database():
        make()


if __name__ == "__main__":
    main()
