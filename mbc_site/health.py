"""Is this process alive, and is it ready to serve? Answers one word a check, and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

ROOM_NEEDED = 100_000_000  # bytes: enough for a backup of a large site's database


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    return _never_stored(HttpResponse("live\n", content_type="text/plain; charset=utf-8"))


def database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return True
    except Error:
        return False


def migrations() -> bool:
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return False


def disk() -> bool:
    try:
        return shutil.disk_usage(settings.VAR).free > ROOM_NEEDED
    except OSError:
        return False


CHECKS: dict[str, Callable[[], bool]] = {"database": database, "migrations": migrations, "disk": disk}


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    answers = {name: check() for name, check in CHECKS.items()}
    words = {name: "ok" if good else "failed" for name, good in answers.items()}
    return _never_stored(JsonResponse(words, status=200 if all(answers.values()) else 503))


def _never_stored(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


VIEWS = {"/health/live/": live, "/health/ready/": ready}
