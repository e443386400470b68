"""Folders of content for tests, and all rows of the site as one value that can be compared."""

from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from topics.models import Topic
from topics.source import parse
from topics.transfer import import_folder

SECTIONS = """\
[sites]
order = 10
name = {en = "Where it spreads", es = "Adónde se extiende"}
about = {en = "Place by place."}

[treatment]
order = 20
name = {en = "Treatments"}
about = {en = "What each does."}
"""
SITES = """\
[bone]
order = 10
name = {en = "Bone", es = "Hueso"}
about = {en = "The most common place."}
shapes = ["M0 0L10 10Z"]

[lung]
order = 20
name = {en = "Lung"}
about = {en = "Both lungs."}
"""
SOURCES = """\
[NCI]
title = "Metastatic cancer"
publisher = "National Cancer Institute"
url = "https://www.cancer.gov/metastatic"
year = 2024
"""
GLOSSARY = """\
[[term]]
term = "Metastasis"
meaning = "Cancer that has spread."
forms = ["metastases"]

[[term]]
language = "es"
term = "Metástasis"
meaning = "Cáncer que se ha extendido."
"""
CARD = """\
---
title: Pressure on the spinal cord
number: 61
kind: card
level: now
summary: Signs that need a call at once.
---
- your legs feel weak [@NCI]
"""
BONE = """\
---
title: Bones # where it goes most
number: 1
section: sites
sites: [bone]
order: 10
summary: About bones.
---
::: short
- Most often the spine.
:::

::: card cord-compression

## Which bones
Metastases are often in the spine [@NCI].

## What helps
See [surgery](/topics/surgery/).

::: questions
- Which bones?
:::
"""
SURGERY = """\
---
title: Surgery
number: 2
section: treatment
sites: [bone, lung]
summary: About surgery.
---
An operation can hold a [bone](/topics/bone/) together.
"""
HUESO = """\
---
title: Huesos
number: 3
language: es
section: sites
sites: [bone]
summary: Sobre los huesos.
---
Metástasis en los huesos: [huesos](/es/topics/hueso/).
"""
SMALL = {
    "sections.toml": SECTIONS,
    "sites.toml": SITES,
    "sources.toml": SOURCES,
    "glossary.toml": GLOSSARY,
    "cards/cord-compression.md": CARD,
    "sites/bone.md": BONE,
    "treatment/surgery.md": SURGERY,
    "es/sites/hueso.md": HUESO,
}


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    for file, text in files.items():
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def small(root: Path) -> Path:
    """Four tables, one card, two pages that link to each other, and one in Spanish."""
    return write(root, SMALL)


def change(root: Path, file: str, old: str, new: str) -> None:
    text = (root / file).read_text()
    assert text.count(old) == 1
    (root / file).write_text(text.replace(old, new))


def many(root: Path, count: int) -> Path:
    """`count` pages in the words of the shipped ones, with the shipped tables and cards."""
    shipped = settings.CONTENT_DIR
    write(root, {file.name: file.read_bytes() for file in shipped.glob("*.toml")})
    texts = {file.relative_to(shipped): file.read_text() for file in sorted(shipped.glob("*/*.md"))}
    write(root, {str(file): text for file, text in texts.items()})
    models = [(file, parse(text)) for file, text in texts.items() if file.parent.name != "cards"]
    for place in range(count - len(models)):
        file, source = models[place % len(models)]
        again = source.revised(number=10_000 + place, title=f"{source.title[:100]} {place}")
        write(root, {f"{file.parent}/{file.stem}-{place}.md": again.text})
    return root


def contents(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def everything() -> dict[str, list[tuple]]:
    """Every row of every table of ours."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values_list())
        for model in apps.get_app_config("topics").get_models(include_auto_created=True)
    }


def taken(root: Path):
    """What an import that has nothing to complain about reports."""
    report = import_folder(root)
    assert (report.problems, report.dead_links) == ([], [])
    return report


def writes(task) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        task()
    verbs = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER")
    return [query["sql"] for query in queries if query["sql"].lstrip().upper().startswith(verbs)]


def page(slug: str, language: str = "en") -> Topic:
    return Topic.objects.get(slug=slug, language=language)
