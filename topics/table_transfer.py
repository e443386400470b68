"""Sections, organ sites, sources, glossary, report and search words: from content files to rows and back.

A row takes what the files say while it still says what they said before. Where staff changed it
too, or removed it, theirs stays and the report says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils.text import slugify

from topics.folder import Folder, TermFacts
from topics.models import (
    FromFiles,
    GlossaryTerm,
    OrganSite,
    Reference,
    RemovedRow,
    ReportWord,
    SearchWords,
    Section,
    Word,
)
from topics.problems import Problem
from topics.source import MAX_SLUG

if TYPE_CHECKING:
    from topics.transfer import Report


@transaction.atomic
def import_tables(folder: Folder, report: Report) -> None:
    for row in folder.sections:
        values = {"order": row.order, "names": dict(row.name), "abouts": dict(row.about)}
        _import_row(Section, {"slug": row.slug}, values, report)
    for site in folder.sites:
        values = {"order": site.order, "names": dict(site.name), "abouts": dict(site.about)}
        _import_row(OrganSite, {"slug": site.slug}, {**values, "shapes": list(site.shapes)}, report)
    for reference in folder.references:
        values = asdict(reference)
        _import_row(Reference, {"key": values.pop("key")}, values, report)
    taken = _spellings()
    for term in folder.terms:
        values = {"term": term.term, "meaning": term.meaning, "forms": list(term.forms), "say": term.say}
        clash = _spelt_elsewhere(term, taken)
        if clash:
            what = f"{term.term}: “{clash[0]}” is a spelling of “{clash[1]}” on this site."
            report.problems.append(Problem(0, what, "Keep it in one place.", file="glossary.toml"))
        else:
            _import_row(GlossaryTerm, {"language": term.language, "slug": term.slug}, values, report)
    for word in folder.report_words:
        values = {"term": word.term, "meaning": word.meaning, "forms": list(word.forms), "say": word.say}
        values["sources"] = list(word.sources)
        _import_row(ReportWord, {"language": word.language, "slug": word.slug}, values, report)
    for lay in folder.search_words:
        values = {"means": lay.means, "words": list(lay.words), "pages": list(lay.pages), "portals": lay.portals}
        _import_row(SearchWords, {"language": lay.language, "slug": lay.slug}, values, report)


def _spellings() -> dict[tuple[str, str], tuple[str, str]]:
    """Every spelling in the site's glossary, by language, with the short name and the word it belongs to."""
    rows = GlossaryTerm.objects.all()
    return {(row.language, form.lower()): (row.slug, row.term) for row in rows for form in (row.term, *row.forms)}


def _spelt_elsewhere(term: TermFacts, taken: dict[tuple[str, str], tuple[str, str]]) -> tuple[str, str] | None:
    """A spelling of `term` that another word of the site's glossary has, and that word."""
    for form in (term.term, *term.forms):
        slug, word = taken.get((term.language, form.lower()), (term.slug, ""))
        if slug != term.slug:
            return form, word
    return None


def _import_row(model: type[FromFiles], identity: dict[str, Any], values: dict[str, Any], report: Report) -> None:
    row = model._default_manager.filter(**identity).first()
    if row is not None:
        if row.imported == values:
            return
        now = {name: getattr(row, name) for name in values}
        if now != values and now != row.imported:
            report.kept.append(f"{model._meta.verbose_name} {'/'.join(identity.values())}")
            model._default_manager.filter(pk=row.pk).update(imported=values)
            return
    elif _was_removed(model, identity, values, report):
        return
    row = row or model(**identity)
    for name, value in {**values, "imported": values}.items():
        setattr(row, name, value)
    row.save()
    report.rows_written += 1


def _was_removed(model: type[FromFiles], identity: dict[str, Any], values: dict[str, Any], report: Report) -> bool:
    """Whether staff removed this row; it stays away, and is reported if the files changed it since."""
    key = "/".join(identity.values())
    removed = RemovedRow.objects.filter(table=model._meta.model_name, key=key).first()
    if removed is None:
        return False
    if removed.imported != values:
        report.kept.append(f"{model._meta.verbose_name} {key}, removed here")
        RemovedRow.objects.filter(pk=removed.pk).update(imported=values)
    return True


def tables() -> Iterable[tuple[str, dict[str, Any]]]:
    yield "sections.toml", {row.slug: _named(row) for row in Section.objects.all()}
    yield "sites.toml", {row.slug: {**_named(row), "shapes": row.shapes} for row in OrganSite.objects.all()}
    fields = ("title", "publisher", "url", "year")
    yield "sources.toml", {row.key: _filled(row, *fields) for row in Reference.objects.all()}
    terms = [_in_language(row, "term", "meaning", "forms", "say") for row in GlossaryTerm.objects.all()]
    yield "glossary.toml", {"term": terms}
    named = ("term", "meaning", "forms", "say", "sources")
    yield "report_words.toml", {"term": [_in_language(row, *named) for row in ReportWord.objects.all()]}
    names = ("means", "words", "pages")
    meanings = [_in_language(row, *names, *(["portals"] if row.portals else [])) for row in SearchWords.objects.all()]
    yield "lay_words.toml", {"meaning": meanings}


def _in_language(row: Word | SearchWords, *names: str) -> dict[str, Any]:
    language = {} if row.language == "en" else {"language": row.language}
    named = isinstance(row, Word) and row.slug != slugify(row.term)[:MAX_SLUG]
    return {**language, **_filled(row, *names), **({"slug": row.slug} if named else {})}


def _named(row: Section | OrganSite) -> dict[str, Any]:
    names, abouts = (dict(sorted(words.items())) for words in (row.names, row.abouts))
    return {"order": row.order, "name": names, "about": abouts}


def _filled(row: models.Model, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names if getattr(row, name) not in (None, "", [])}
