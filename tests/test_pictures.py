"""The pictures of the editor's guide are made by a script, and none of them is stale."""

import json
import re

import pytest
from PIL import Image

from tests.pictures import FOLDER, MOST_BYTES, PICTURES, ROOT, WORDS, opened, words_of

MEND = "Make the pictures of docs/editing.md anew: make pictures"
GUIDE = (ROOT / "docs" / "editing.md").read_text("utf-8")
NAMES = {picture.name for picture in PICTURES}


def test_the_guide_shows_every_picture_that_the_script_makes_and_no_other():
    assert set(re.findall(r"!\[[^]]+\]\(pictures/([\w-]+)\.png\)", GUIDE)) == NAMES
    assert GUIDE.count("](pictures/") == len(NAMES), "Each picture has words for who cannot see it, and stands once."
    assert {path.stem for path in FOLDER.glob("*.png")} == NAMES, MEND


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_picture_is_light_and_wide_enough_to_read(name):
    path = FOLDER / f"{name}.png"
    assert path.stat().st_size <= MOST_BYTES
    with Image.open(path) as picture:
        assert picture.width >= 500


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_no_picture_is_stale(chromium, live_server):
    """Each step finds on the page what its picture shows; the site's own words there are those of the picture."""
    pictured = json.loads(WORDS.read_text("utf-8"))["words"]
    assert set(pictured) == NAMES, MEND
    with opened(live_server.url, chromium) as album:
        for picture in PICTURES:
            assert words_of(picture.take(album)) == pictured[picture.name], f"{picture.name}.png is stale. {MEND}"
