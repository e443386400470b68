"""How long an Infobutton request takes as the table of codes grows: python -m tests.bench_codes

Every code of the table is asked for, up to 2,000 of them, and has to lead to its page. Prints one line a size:
rows, codes asked for, milliseconds of processor time and queries a request, and the time against the smallest table's.
"""

from __future__ import annotations

import time
from statistics import median

from tests.scratch import database

SIZES = (200, 2_000, 20_000)
MOST = 2_000


Measured = tuple[int, int, float, int]


def main() -> list[Measured]:
    """The rows of the printed table."""
    with database():
        return [_measured(size) for size in SIZES]


def _measured(size: int) -> Measured:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    numbers = _filled(size)
    client, times = Client(), []
    for number in numbers[:: max(1, len(numbers) // MOST)]:
        asked = {"mainSearchCriteria.v.cs": "ICD10CM", "mainSearchCriteria.v.c": f"{number}1"}
        start = time.process_time()
        response = client.get("/infobutton/feed/", asked)
        times.append(time.process_time() - start)
        if response.status_code != 200 or b"<entry" not in response.content:
            raise SystemExit(f"{number} leads nowhere.")
    with CaptureQueriesContext(connection) as queries:
        client.get("/infobutton/feed/", asked)
    return size, len(times), median(times) * 1_000, len(queries)


def _filled(size: int) -> list[str]:
    """So many families of ICD-10-CM, spread over its chapters as the real ones are."""
    from tests.cast import published_topic
    from topics.models import Code, Topic

    topic = Topic.objects.filter(slug="bone").first() or published_topic("bone")
    numbers = [f"{chr(65 + n % 26)}{n // 26 % 100:02}.{n // 2600}" for n in range(size)]
    rows = [Code(system="icd-10-cm", code=number, topic=topic, covers="family", verified="v") for number in numbers]
    for row in rows:
        row.set_key()
    Code.objects.bulk_create(rows, ignore_conflicts=True)
    return numbers


if __name__ == "__main__":
    table = main()
    print(f"{'rows':>8} {'asked for':>10} {'ms a request':>14} {'queries':>8} {'against the smallest':>22}")  # noqa: T201
    for size, codes, milliseconds, queries in table:
        print(f"{size:>8,} {codes:>10,} {milliseconds:>14.2f} {queries:>8} {milliseconds / table[0][2]:>22.2f}")  # noqa: T201
