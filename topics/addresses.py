"""Addresses of readers' pages that a text may link to."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

FIXED = ("home", "sites", "sections", "glossary", "sources", "when_to_call", "questions", "packet", "result_day")


def known(sections: Iterable[str], sites: Iterable[str], topics: Iterable[str]) -> frozenset[str]:
    """All addresses, in the language that is active, for these short names."""
    return frozenset(
        [
            *(reverse(name) for name in FIXED),
            *(reverse("section", args=[slug]) for slug in sections),
            *(reverse("site", args=[slug]) for slug in sites),
            *(reverse("topic", args=[slug]) for slug in topics),
        ]
    )
