"""Create the first staff account, once, and print its one-time password, once."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from topics.models import User


class Command(BaseCommand):
    help = __doc__ or ""

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.filter(is_staff=True).exists():
            return
        password = secrets.token_urlsafe(15)
        user = User.objects.create_superuser("editor", password=password)
        user.one_time_password = user.password
        user.save()
        self.stdout.write(
            "\nA first staff account was made. Sign in at /admin/ and choose your own password there.\n"
            f"    name:              editor\n    one-time password: {password}\n"
            "This password is shown only now.\n"
        )
