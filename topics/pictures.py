"""Where uploaded pictures are used, and the end of those that never were.

A picture that any revision names is in use for good: an old text can be looked at and restored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from topics.models import Revision, Topic, Upload, WorkingCopy
from topics.sanitising import MEDIA

LIVE, DRAFT, OLD = "live", "draft", "old"
PLACES = (LIVE, DRAFT, OLD)
NEW = timedelta(days=1)  # a text that names it may be being written


class InUse(Exception):
    """The picture may not go; the message says why."""


@dataclass(frozen=True)
class Use:
    """A topic whose text names a picture, and the nearest to patients that this text stands."""

    topic: Topic
    place: str
    revision: int


def uses(name: str = "") -> dict[str, list[Use]]:
    """Every picture's uses by its stored name, one a topic; of one picture only, where `name` says so."""
    found: dict[str, dict[int, Use]] = defaultdict(dict)
    revisions = Revision.objects.filter(text__contains=f"{settings.MEDIA_URL}{name}").select_related("topic")
    for revision in revisions.order_by("topic_id", "number").iterator(chunk_size=200):
        for picture in _named(revision.text):
            use = Use(revision.topic, _place(revision), revision.number)
            known = found[picture].get(revision.topic_id, use)
            nearer = PLACES.index(use.place) <= PLACES.index(known.place)
            found[picture][revision.topic_id] = use if nearer else known
    return {picture: list(by_topic.values()) for picture, by_topic in found.items() if name in ("", picture)}


def _named(text: str) -> Iterator[str]:
    for match in MEDIA.finditer(text):
        yield match[0].removeprefix(settings.MEDIA_URL)


def _place(revision: Revision) -> str:
    if revision.topic.live_id == revision.pk:
        return LIVE
    return DRAFT if revision.topic.latest_id == revision.pk else OLD


def refuse_used(upload: Upload) -> None:
    """Raises InUse where a text names the picture, or may be about to."""
    used = uses(upload.name).get(upload.name)
    if used:
        titles = ", ".join(f"“{use.topic}”" for use in used)
        raise InUse(f"This picture is used and stays: {titles}. Old texts can be restored, so theirs count too.")
    if WorkingCopy.objects.filter(fields__body__icontains=upload.name).exists():
        raise InUse("This picture stays: somebody is writing a text that shows it.")
    if upload.at > timezone.now() - NEW:
        raise InUse("This picture was added today: somebody may be writing the text that shows it. Try again tomorrow.")


@transaction.atomic
def delete(upload: Upload) -> None:
    """Remove a picture that no text ever named. Raises InUse."""
    refuse_used(upload)
    name = upload.name
    upload.delete()
    transaction.on_commit(lambda: default_storage.delete(name))
