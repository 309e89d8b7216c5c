"""Websites as rows."""

from __future__ import annotations

from django.db import models

from pa_emulator.accounts.models import Account


class Website(models.Model):
    """A domain and the command that serves it. The API shows `certificate` unchanged."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    domain_name = models.CharField(max_length=255, unique=True)
    command = models.TextField()
    enabled = models.BooleanField(default=True)
    certificate = models.JSONField(null=True)
