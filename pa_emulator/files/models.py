"""Shared links."""

from __future__ import annotations

import secrets

from django.db import models

from pa_emulator.accounts.models import Account


def new_code() -> str:
    return secrets.token_hex(8)


class SharedPath(models.Model):
    """A file or folder that anyone can read under `/user/NAME/shares/CODE/`."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    path = models.TextField()
    code = models.CharField(max_length=16, unique=True, default=new_code)

    class Meta:
        """A path is shared once."""

        constraints = (
            models.UniqueConstraint(fields=["account", "path"], name="one_share_per_path"),
        )

    @property
    def url(self) -> str:
        return f"/user/{self.account.username}/shares/{self.code}/"
