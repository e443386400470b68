"""Whether pages help, as totals of a day. Who said so is not known, and how often is limited without a trace."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from datetime import date, timedelta

from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.db.models import F

from topics.models import Feedback, Topic

MOST_A_MINUTE = 5
MINUTE = 60
DAYS_KEPT = 730

logger = logging.getLogger(__name__)


def seconds_to_wait(name: str) -> int:
    """0, or how long until `name` may send again. Each call counts; a cache that is down stops nobody."""
    now = int(time.time())
    key = f"feedback-{name}-{now // MINUTE}"
    try:
        cache.add(key, 0, 2 * MINUTE)
        sent = cache.incr(key)
    except Exception:  # each kind of cache raises its own
        logger.warning("The cache did not answer, so feedback is not limited.")
        return 0
    return 0 if sent <= MOST_A_MINUTE else MINUTE - now % MINUTE


def count(topic: Topic, said: Iterable[str], today: date) -> bool:
    """Add one to each total of the day; False where the database cannot write now."""
    try:
        with transaction.atomic():
            for word in sorted(said):  # always in the same order, or two transactions could wait for each other
                _add_one(topic, word, today)
    except DatabaseError:
        logger.warning("Feedback could not be counted.")
        return False
    return True


def _add_one(topic: Topic, word: str, today: date) -> None:
    """The row is made before it is counted, and the database adds: nobody's answer overwrites another's."""
    rows = Feedback.objects.filter(topic=topic, day=today, said=word)
    if not rows.exists():
        Feedback.objects.filter(day__lt=today - timedelta(days=DAYS_KEPT)).delete()
        Feedback.objects.bulk_create([Feedback(topic=topic, day=today, said=word)], ignore_conflicts=True)
    rows.update(count=F("count") + 1)
