"""The index that `topics.search` asks: a folder a language below VAR/search, derived from the live pages.

Nobody tells it that a page changed. Each search compares the version of the site with the version
that the index was made from, and takes in what differs, by live revision. A folder that is missing
or damaged is made anew; while one cannot be written, an index in this process's memory answers.
"""

from __future__ import annotations

import fcntl
import json
import logging
import shutil
import struct
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from threading import RLock

import tantivy
from django.conf import settings
from tantivy import Query

from topics.models import Event
from topics.search import text as search_text
from topics.search.documents import Tables, documents, live_marks, load_tables
from topics.search.spelling import Vocabulary
from topics.search.text import Language

log = logging.getLogger(__name__)

FORMAT = 1  # count up when documents or analysers change: every index is then made anew
FIELDS = ("title", "headings", "summary", "terms", "lay", "sites", "body")
STATE = 0  # the number of the one document that says what the index was made from; topics start at 1
HEAP = 15_000_000
PATIENCE = 5.0  # seconds to wait for another process that is writing
RETRY = 60.0  # seconds after which an index in memory tries the folder again


class Unusable(Exception):
    """The index in the folder is missing, damaged, not writable, or kept by another process for too long."""


@contextmanager
def engine_faults() -> Iterator[None]:
    """Whatever tantivy raises on damaged or vanished files, as Unusable. Use it around tantivy's calls only."""
    try:
        yield
    except (OSError, RuntimeError, ValueError, struct.error, KeyError) as error:
        raise Unusable(type(error).__name__) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a panic in Rust, which Python cannot import by name
            raise
        raise Unusable("PanicException") from None


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("topic", stored=True, indexed=True, fast=True)
    builder.add_unsigned_field("mark", fast=True)
    for name in FIELDS:
        builder.add_text_field(name, stored=name == "body", tokenizer_name="stemmed")
    builder.add_text_field("vocabulary", tokenizer_name="spelt", index_option="basic")
    builder.add_text_field("state", stored=True, tokenizer_name="raw")
    return builder.build()


SCHEMA = _schema()


@dataclass(frozen=True)
class Version:
    """What an index was made from: the last event, and the tables that every page shares."""

    event: str
    tables: str

    @classmethod
    def now(cls, tables: Tables) -> Version:
        last = Event.objects.order_by("-pk").values_list("pk", "at").first()
        return cls(repr(last), f"{FORMAT} {tables.digest}")


@dataclass(frozen=True)
class Reader:
    """An index as it was at one version. Safe to use in several threads at once."""

    searcher: tantivy.Searcher
    version: Version
    tables: Tables
    stamp: int | None = None  # when the folder changed last; None for an index in memory
    tried: float = field(default_factory=time.monotonic)

    @property
    def language(self) -> Language:
        return search_text.language(self.tables.language)

    def is_now(self, version: Version, folder: Path) -> bool:
        if self.version != version:
            return False
        if self.stamp is None:
            return time.monotonic() - self.tried < RETRY
        return _stamp(folder) == self.stamp

    @cached_property
    def same(self) -> Mapping[tuple[str, ...], tuple[tuple[str, ...], ...]]:
        """Phrases that mean the same, by stems: what is typed → what the pages may call it."""
        return self.tables.same_meanings(self.language)

    @cached_property
    def led_to(self) -> Mapping[tuple[str, ...], tuple[str, ...]]:
        """Phrases, by stems, → short names of the pages and cards that editors want first for them."""
        return self.tables.led_to(self.language)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        # The filter leaves out words that only withdrawn pages had.
        counts = dict(self.searcher.terms_with_prefix("vocabulary", "", Query.all_query()))
        for phrase in self.tables.typed():
            for word in self.language.spelt.analyze(phrase):
                counts.setdefault(word, 0)
        return Vocabulary(counts, self.language)

    @cached_property
    def _stems_of_phrases(self) -> frozenset[str]:
        return frozenset(stem for phrase in self.same for stem in phrase)

    def knows(self, stem: str) -> bool:
        if stem in self._stems_of_phrases:
            return True
        anywhere = Query.disjunction_max_query([Query.term_query(SCHEMA, name, stem) for name in FIELDS])
        return bool(self.searcher.search(anywhere, 1, count=False).hits)

    def indexed(self) -> dict[int, int]:
        """Topic → mark of the revision, of everything in the index."""
        found = [address for _score, address in self.searcher.search(Query.all_query(), 10_000_000).hits]
        values = zip(*(self.searcher.fast_field_values(name, found) for name in ("topic", "mark")), strict=True)
        return {int(topic): int(mark or 0) for topic, mark in values if topic}


_readers: dict[tuple[Path, str], Reader] = {}
_making = RLock()


def reader(language: str) -> Reader:
    """An index of everything that is live now."""
    tables = load_tables(language)
    version, folder = Version.now(tables), folder_of(language)
    kept = _readers.get((folder, language))
    if kept is not None and kept.is_now(version, folder):
        return kept
    with _making:
        kept = _readers.get((folder, language))
        if kept is None or not kept.is_now(version, folder):
            kept = _readers[folder, language] = _caught_up(folder, version, tables, kept)
    return kept


def rebuild(language: str) -> int:
    """Make the index anew; the number of pages and cards in it."""
    discard(language)
    made = reader(language)
    return len(made.indexed())


def discard(language: str) -> None:
    """Throw the index away, because it is damaged or everything was rendered anew."""
    folder = folder_of(language)
    with _making:
        _readers.pop((folder, language), None)
        try:
            with _alone(folder):
                shutil.rmtree(folder, ignore_errors=True)
        except Unusable:
            return  # then an index in memory is made


def folder_of(language: str) -> Path:
    return Path(settings.VAR) / "search" / language


def _stamp(folder: Path) -> int:
    try:
        return (folder / "meta.json").stat().st_mtime_ns
    except OSError:
        return 0


# --- on disk ---------------------------------------------------------------------------------


def _caught_up(folder: Path, version: Version, tables: Tables, kept: Reader | None) -> Reader:
    try:
        return _from_folder(folder, version, tables)
    except Unusable as reason:
        if kept is not None and kept.stamp is None and kept.version == version:
            return replace(kept, tried=time.monotonic())
        log.warning("The search index %s cannot be used (%s); memory is used.", folder.name, reason)
        return _in_memory(version, tables)


def _from_folder(folder: Path, version: Version, tables: Tables) -> Reader:
    try:
        found = _open(folder, tables)
        if found.version == version:  # another process was here first
            return found
    except Unusable:
        pass  # looked at again below, when nobody writes
    with _alone(folder):
        try:
            before = _open(folder, tables)
        except Unusable:
            shutil.rmtree(folder, ignore_errors=True)
            before = None
        if before is None or before.version != version:
            _write(folder, version, tables, before)
        return _open(folder, tables)


def _open(folder: Path, tables: Tables) -> Reader:
    """The index as it stands in the folder, at whatever version."""
    stamp = _stamp(folder)
    if not stamp:
        raise Unusable("missing")
    with engine_faults():
        _check_sums(folder)
        searcher = _index(tables, folder).searcher()
        states = searcher.search(Query.term_query(SCHEMA, "topic", STATE), 1).hits
        state = searcher.doc(states[0][1])["state"][0] if states else '["", ""]'
        return Reader(searcher, Version(*json.loads(state)), tables, stamp)


def _check_sums(folder: Path) -> None:
    """tantivy ends each file with its checksum but reads without looking at it."""
    for file in folder.iterdir():
        if file.suffix in (".json", ".lock"):
            continue
        data = file.read_bytes()
        length, magic = struct.unpack("<II", data[-8:])
        end = len(data) - 8 - length
        if magic != 1337 or json.loads(data[end:-8])["crc"] != zlib.crc32(data[:end]):
            raise ValueError("damaged")


def _write(folder: Path, version: Version, tables: Tables, before: Reader | None) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unusable(type(error).__name__) from None
    # Without the same tables every document may read differently.
    kept = before.indexed() if before and before.version.tables == version.tables else {}
    with engine_faults():
        index = _index(tables, folder)
    _fill(index, version, tables, kept)


def _index(tables: Tables, folder: Path | None = None) -> tantivy.Index:
    index = tantivy.Index(SCHEMA, path=str(folder)) if folder else tantivy.Index(SCHEMA)
    language = search_text.language(tables.language)
    index.register_tokenizer("stemmed", language.stemmed)
    index.register_tokenizer("spelt", language.spelt)
    return index


def _fill(index: tantivy.Index, version: Version, tables: Tables, kept: Mapping[int, int]) -> None:
    """Take in what is live and not in `kept`, take out what is in `kept` and not live, in one commit."""
    live = live_marks(tables.language)
    coming = [pk for pk, mark in live.items() if kept.get(pk) != mark]
    made = list(documents(tables, coming)) if coming else []
    state = {"topic": STATE, "state": json.dumps([version.event, version.tables])}
    with engine_faults():
        writer = index.writer(HEAP, 1)
        try:
            if not kept:
                writer.delete_all_documents()
            for pk in (STATE, *(pk for pk, mark in kept.items() if live.get(pk) != mark)):
                # Deleting by term finds no number in an unsigned field (tantivy 0.27), and says nothing.
                writer.delete_documents_by_query(Query.term_query(SCHEMA, "topic", pk))
            for values in (*made, state):
                writer.add_document(tantivy.Document.from_dict(values, SCHEMA))
            writer.commit()
        finally:
            writer.wait_merging_threads()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process on this machine at a time; a process that died keeps nobody out."""
    try:
        folder.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        file = folder.with_suffix(".lock").open("a")
    except OSError as error:
        raise Unusable(type(error).__name__) from None
    with file:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise Unusable("kept by another process") from None
                time.sleep(0.02)
        yield


# --- in memory -------------------------------------------------------------------------------


def _in_memory(version: Version, tables: Tables) -> Reader:
    index = _index(tables)
    _fill(index, version, tables, {})
    index.reload()
    return Reader(index.searcher(), version, tables)
