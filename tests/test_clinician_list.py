"""The page for the checking clinician tells all that the files mark, and the sources are those we may cite."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from topics.folder import Folder, read_folder

PAGE = Path(__file__).parent.parent / "docs" / "clinician-check.md"
CITED = re.compile(r"\[(@[A-Za-z0-9-]+(?:; ?@[A-Za-z0-9-]+)*)\]")

# Copies, aggregators, news and outdated pages: read while writing, never cited.
FORBIDDEN = """
    ABC-TEXT ASC03 ASC04 ASCENT AUSDOC BCC-BONE BCC-LIVER BCC-LUNG BCN-2019 BCN-BRAIN-PDF BCN-CRUK BCN-LEAFLET
    CHEALTH CHIMETS CIS CMEDED CRUK-CA DB09-FDA EBM-BONE EU112 GEDA GIRE HEY IMLU INAVO KN355 LIBERATE MAC-RT-OLD
    MBCA MEDSCAPE-N3 META-GRP NCI-CARE2 NCI-DEP NCI-EOL NCI-Q OLYMPIAD OWML PALIG PIK-GLU PT-CDK SAMHSA SEER-COPY
    SEER-OLD SERD SERENA6 SWEDEN TNBC-FDA UTD-RT VEPDEG VRANICURE
"""


@pytest.fixture(scope="module")
def folder() -> Folder:
    return read_folder(settings.CONTENT_DIR)


@pytest.fixture(scope="module")
def listed() -> dict[str, list[str]]:
    """The items of each file on the clinician's page."""
    items: dict[str, list[str]] = {}
    rows: list[str] = []
    for line in PAGE.read_text(encoding="utf-8").split("\n"):
        if named := re.match(r"`([\w./-]+\.md)`, number", line):
            rows = items[named[1]] = []
        elif line.startswith("#"):
            rows = []
        elif line.startswith("- "):
            rows.append(line.removeprefix("- "))
    return items


def cited(folder: Folder) -> set[str]:
    found = [keys for source in folder.sources.values() for keys in CITED.findall(source.body)]
    meanings = {key for word in folder.report_words for key in word.sources}
    return {key.strip().removeprefix("@") for keys in found for key in keys.split(";")} | meanings


def test_the_content_can_be_read(folder):
    assert not folder.problems
    assert len(folder.sources) >= 25


def test_every_item_to_verify_stands_on_the_clinicians_page_word_for_word(folder, listed):
    assert listed == {file: list(source.verify) for file, source in folder.sources.items() if source.verify}


def test_the_clinicians_page_says_that_nobody_has_checked_anything():
    assert "No clinician has checked anything on this site yet." in PAGE.read_text(encoding="utf-8")


def test_every_source_is_cited_and_every_citation_has_its_source(folder):
    assert cited(folder) == {reference.key for reference in folder.references}


def test_no_copy_or_outdated_page_is_cited(folder):
    keys = cited(folder) | {reference.key for reference in folder.references}
    assert not keys & set(FORBIDDEN.split())
