"""Consoles as rows."""

from __future__ import annotations

from django.db import models

from pa_emulator.accounts.models import Account


class Console(models.Model):
    """A console; `shared_with` sees it under `consoles/shared_with_you/`."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    executable = models.CharField(max_length=200)
    arguments = models.TextField(default="")
    working_directory = models.TextField(null=True)
    shared_with = models.ManyToManyField(Account, related_name="shared_consoles")

    @property
    def name(self) -> str:
        return f"{self.executable.capitalize()} console {self.pk}"
