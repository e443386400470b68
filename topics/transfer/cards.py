"""Red-flag cards as a table. What comes in becomes drafts: a card reaches patients by its check only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from topics import pages, workflow
from topics.folder import plain_line_ends
from topics.models import Topic, User
from topics.problems import Problem, Problems, blocking
from topics.rendering import Inputs
from topics.sheets import Entry, Plan
from topics.source import CARD, MAX_SLUG, SLUG, Source, compose
from topics.tables import LIST, NUMBER, TEXT, Found, Rows, Table
from topics.transfer.sheets import CSV, TOML, Broken, Changed, read_table, write_table

NOTE = "From a table of cards"
WORDS = {"title": 120, "level": 20, "summary": 300}
SAID = ("title", "level", "sites", "order", "summary", "body")


@dataclass(frozen=True)
class CardFacts:
    name: str
    language: str
    values: dict[str, Any]


def _cards(rows: Rows) -> Iterator[CardFacts]:
    taken: set[tuple[str, str]] = set()
    for row in rows.listed("card", "The cards are not a list of cards."):
        problems = len(rows.problems)
        name = rows.words("card", row, "name", MAX_SLUG)
        if name and not SLUG.match(name):
            rows.wrong(name, "This cannot be a short name.", "Use small letters, digits and single hyphens.")
        language = rows.language(name, row)
        if (language, name) in taken:
            rows.wrong(name, "This card stands here a second time.", "Keep one of the two.")
        taken.add((language, name))
        values = {
            key: rows.words(name, row, key, most) for key, most in (("title", 120), ("level", 20), ("summary", 300))
        }
        body = row.get("body", "")
        if not isinstance(body, str) or not body.strip():
            rows.wrong(name, "“body” is empty.", "Write the signs, one to a line: “- you have …”.")
        if len(rows.problems) == problems:
            more = {"sites": rows.strings(name, row, "sites"), "order": rows.order(name, row)}
            yield CardFacts(name, language, {**values, **more, "body": plain_line_ends(body).strip("\n") + "\n"})


CARDS = Table(
    "cards.toml",
    _cards,
    {
        "name": TEXT,
        "level": TEXT,
        "title": TEXT,
        "summary": TEXT,
        "body": TEXT,
        "sites": LIST,
        "order": NUMBER,
        "language": TEXT,
    },
    rows="card",
)


@dataclass
class _Gathered:
    """What cards are checked against, once a language."""

    inputs: dict[str, Inputs] = field(default_factory=dict)

    def faults(self, source: Source, name: str) -> list[Problem]:
        if source.language not in self.inputs:
            self.inputs[source.language] = pages.inputs(source.language)
        rendered = pages.render_source(source, name, self.inputs[source.language])
        return blocking(pages.faults(source, rendered))


@dataclass(frozen=True)
class CardSheet:
    """The newest text of every card, drafts included."""

    name: str = "cards"
    formats: tuple[str, ...] = (CSV, TOML)

    def read(self, text: str, form: str) -> tuple[Found, list[Problem]]:
        return read_table(CARDS, text, form)

    def written(self, form: str) -> str:
        rows = [_row(topic) for topic in _known().values()]
        return write_table(CARDS, {"card": rows}, form)

    def plan(self, found: Found) -> Plan:
        known, plan, gathered = _known(), Plan(), _Gathered()
        for line, card in found:
            topic = known.get((card.language, card.name))
            before = _said(topic.newest.source) if topic else None
            after = {**card.values, "sites": list(card.values["sites"])}
            if before is not None and before["body"].strip() == after["body"].strip():
                after["body"] = before["body"]
            try:
                source = _source(topic, card, after)
                problems = [] if before == after else gathered.faults(source, card.name)
            except Problems as wrong:
                source, problems = None, wrong.problems
            plan.entries.append(Entry(card.name, after, before, line, (topic, card.name, source)))
            plan.problems += [Problem(line, f"{card.name}: {one.what}", one.mend) for one in problems]
        return plan

    def save(self, plan: Plan, by: User) -> Broken:
        for entry in (*plan.new, *plan.changed):
            topic, name, source = entry.given
            try:
                if topic is None:
                    workflow.create(source, name, by, NOTE)
                else:
                    workflow.save_draft(topic, source, by, topic.newest.number, note=NOTE)
            except workflow.Refused as refused:  # a name that was given out before; a text saved in this moment
                plan.problems.append(Problem(entry.line, f"{name}: {refused}", "Mend this row."))
                raise Changed(plan) from None
        return []


def _known() -> dict[tuple[str, str], Topic]:
    topics = Topic.objects.filter(kind=CARD).select_related("latest").order_by("language", "slug")
    return {(topic.language, topic.slug): topic for topic in topics}


def _said(source: Source) -> dict[str, Any]:
    return {name: list(value) if isinstance(value := getattr(source, name), tuple) else value for name in SAID}


def _row(topic: Topic) -> dict[str, Any]:
    language = {} if topic.language == "en" else {"language": topic.language}
    values = {name: value for name, value in _said(topic.newest.source).items() if value not in ("", [])}
    return {"name": topic.slug, **language, **values}


def _source(topic: Topic | None, card: CardFacts, values: dict[str, Any]) -> Source:
    """The text that these values make. Raises Problems where one is wrong."""
    if topic is not None:
        return topic.newest.source.revised(**values)
    head = {name: value for name, value in values.items() if name != "body"}
    language = "" if card.language == "en" else card.language
    return compose(values["body"], kind=CARD, language=language, **head)
