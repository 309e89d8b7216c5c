"""Who teaches whom."""

from __future__ import annotations

from django.db import models

from pa_emulator.accounts.models import Account


class Student(models.Model):
    """A student has at most one teacher."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE)
    teacher = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="students")
