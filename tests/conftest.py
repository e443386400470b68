"""What every test needs."""

from __future__ import annotations

import pytest
from django.db.backends.sqlite3.operations import DatabaseOperations


@pytest.fixture(autouse=True, scope="session")
def a_flush_between_tests_may_empty_the_tables_of_facts():
    """SQLite has no TRUNCATE: the test runner's own DELETE would meet the triggers that forbid it."""
    flush = DatabaseOperations.execute_sql_flush

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

    DatabaseOperations.execute_sql_flush = without_triggers
    yield
    DatabaseOperations.execute_sql_flush = flush
