"""The index that `topics.search` asks: one folder a language below VAR/search, derived from live pages.

Nobody tells it that a page changed. Each search compares the version of the site with the version
that the index was made from, and takes in what differs, by live revision. A folder that is missing
or damaged is made anew; one that cannot be written, or that another process keeps, is replaced by
an index in this process's memory until it can be used again.
"""

from __future__ import annotations

import fcntl
import json
import logging
import shutil
import struct
import time
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from threading import RLock

import nh3
import tantivy
from django.conf import settings
from django.db.models import QuerySet
from django.utils.html import strip_spaces_between_tags
from tantivy import Filter, Query, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from topics import pages
from topics.models import Event, OldAddress, RenderedPage, Topic
from topics.rendering import Rendered
from topics.search_words import Tables, load_tables

log = logging.getLogger(__name__)

FORMAT = 1  # count up when documents or analysers change: every index is then made anew
FIELDS = ("title", "headings", "summary", "terms", "lay", "sites", "body")
STATE = 0  # the number of the document that says what the index was made from; topics start at 1
HEAP = 15_000_000
LONGEST_WORD = 40
PATIENCE = 5.0  # seconds to wait for another process that is writing
RETRY = 60.0  # seconds after which an index in memory tries the folder again

STEMMERS = {"en": "english", "es": "spanish", "fr": "french", "de": "german", "pt": "portuguese"}
