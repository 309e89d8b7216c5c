"""Scheduled tasks as rows."""

from __future__ import annotations

from django.db import models

from pa_emulator.accounts.models import Account

DAILY = "daily"
HOURLY = "hourly"


class ScheduledTask(models.Model):
    """A command and its time of day, or of each hour if `hour` is null; UTC."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    command = models.TextField()
    enabled = models.BooleanField(default=True)
    interval = models.CharField(max_length=10)
    hour = models.IntegerField(null=True)
    minute = models.IntegerField()
    description = models.TextField(default="")

    @property
    def log(self) -> str:
        return f"/var/log/schedule-log-{self.pk}.log"

    @property
    def printable_time(self) -> str:
        if self.hour is None:
            return f"{self.minute:02d} minutes past"
        return f"{self.hour:02d}:{self.minute:02d}"
