"""What every test needs."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils.translation import override

from tests.browser import chromium, context, page  # noqa: F401
from tests.portal_origin import portal  # noqa: F401


@pytest.fixture(autouse=True, scope="session")
def a_flush_between_tests_may_empty_the_tables_of_facts():
    """SQLite has no TRUNCATE: the test runner's own DELETE would meet the triggers that forbid it."""
    if connection.vendor != "sqlite":
        yield
        return
    operations = type(connection.ops)
    flush = operations.execute_sql_flush

    def without_triggers(self, sql_list):
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _sql in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
        flush(self, sql_list)
        with self.connection.cursor() as cursor:
            for _name, sql in triggers:
                cursor.execute(sql)

    operations.execute_sql_flush = without_triggers
    yield
    operations.execute_sql_flush = flush


@pytest.fixture(autouse=True)
def every_test_starts_in_english():
    """A request leaves its language behind in the thread that answered it."""
    with override("en"):
        yield
