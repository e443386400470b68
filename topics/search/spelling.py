"""Words that readers may have meant: near ones for a misspelt word, longer ones for half a word."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import tantivy
from tantivy import Query

from topics.search.text import Language

ENOUGH = 20
HEAP = 15_000_000


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("folded", tokenizer_name="raw")
    builder.add_text_field("spelt", stored=True, tokenizer_name="raw")
    builder.add_unsigned_field("count", fast=True)
    return builder.build()


SCHEMA = _schema()


class Vocabulary:
    """Every word of the pages as it is spelt there, with the number of pages that have it."""

    def __init__(self, counts: Mapping[str, int], language: Language) -> None:
        self.counts = {word: count for word, count in counts.items() if len(word) > 2 and not word.isdigit()}
        self.language = language

    @cached_property
    def _searcher(self) -> tantivy.Searcher:
        """One document a word, in memory: only tantivy compares a word with thousands in no time."""
        index = tantivy.Index(SCHEMA)
        writer = index.writer(HEAP, 1)
        for word, count in self.counts.items():
            values = {"folded": self.language.fold(word), "spelt": word, "count": count}
            writer.add_document(tantivy.Document.from_dict(values, SCHEMA))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        return index.searcher()

    def near(self, word: str) -> str:
        """The word of the pages that was probably meant, or nothing."""
        for distance in range(1, 3 if len(word) > 6 else 2 if len(word) > 3 else 1):
            found = self._ask(Query.fuzzy_term_query(SCHEMA, "folded", word, distance))
            if found:
                return max(found, key=lambda near: (near[0] == word[0], near[-1] == word[-1], self.counts[near]))
        return ""

    def longer(self, start: str) -> list[str]:
        """Words that begin so, the most frequent first."""
        return self._ask(Query.fuzzy_term_query(SCHEMA, "folded", start, 0, prefix=True))

    def _ask(self, query: Query) -> list[str]:
        hits = self._searcher.search(query, ENOUGH, order_by_field="count").hits
        return [self._searcher.doc(address)["spelt"][0] for _count, address in hits]
