"""Always-on tasks as rows."""

from __future__ import annotations

from django.db import models

from pa_emulator.accounts.models import Account


class AlwaysOnTask(models.Model):
    """A command that runs as long as it is enabled."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    command = models.TextField()
    description = models.TextField(default="")
    enabled = models.BooleanField(default=True)

    @property
    def log(self) -> str:
        return f"/var/log/alwayson-log-{self.pk}.log"
