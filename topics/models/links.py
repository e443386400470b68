from __future__ import annotations

from django.db import models

DAYS_BEFORE_DEAD = 2  # one bad day is the network's, two are the address's


class LinkCheck(models.Model):
    """What became of an address outside this site that a live page names. Kept by `manage.py check_links`.

    `status` says it in words, empty while all is well; `failed_days` counts the days of failing in a row.
    """

    url = models.CharField(max_length=1000, unique=True)
    status = models.CharField(max_length=200, blank=True)
    checked = models.DateTimeField(null=True)
    failing_since = models.DateField(null=True)
    failed_days = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["url"]

    def __str__(self) -> str:
        return self.url

    @property
    def is_dead(self) -> bool:
        return self.failed_days >= DAYS_BEFORE_DEAD
