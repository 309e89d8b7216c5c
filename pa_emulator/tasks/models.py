"""Logs of tasks as rows."""

from __future__ import annotations

from django.db import models

from pa_emulator.accounts.models import Account


class TaskLog(models.Model):
    """The owner of a task's log, which outlives the task."""

    path = models.CharField(max_length=255, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE)
