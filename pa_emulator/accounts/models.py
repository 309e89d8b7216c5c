"""The account that a token opens."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import models

from pa_emulator.choices import DEFAULT_PYTHON, SYSTEM_IMAGES
from pa_emulator.config import PLANS, Plan
from pa_emulator.paths import make_home

if TYPE_CHECKING:
    from pathlib import Path


class Account(models.Model):
    """A user of the emulator."""

    username = models.CharField(max_length=150, unique=True)
    token = models.CharField(max_length=200, unique=True)
    plan_name = models.CharField(max_length=10)
    default_python_version = models.CharField(max_length=10, default=DEFAULT_PYTHON)
    default_python3_version = models.CharField(max_length=10, default=DEFAULT_PYTHON)
    default_save_and_run_python_version = models.CharField(max_length=10, default=DEFAULT_PYTHON)
    system_image = models.CharField(max_length=20, default=SYSTEM_IMAGES[-1])

    # The framework asks this of the account that a token belongs to.
    is_authenticated = True

    @property
    def plan(self) -> Plan:
        return PLANS[self.plan_name]

    @property
    def home(self) -> str:
        return f"/home/{self.username}"

    @property
    def domains(self) -> tuple[str, str]:
        """The account's own subdomains, on the US and the EU system."""
        name = self.username.lower()
        return (f"{name}.pythonanywhere.com", f"{name}.eu.pythonanywhere.com")


def new_token() -> str:
    """40 hexadecimal digits, as real ones have."""
    return secrets.token_hex(20)


def clash(username: str, token: str) -> str | None:
    """Return why another account rules out this one; None if none does.

    The text begins with the value to change. Two usernames that differ only in capitals would share
    a domain, as domains have no capitals.
    """
    if Account.objects.filter(username__iexact=username).exclude(username=username).exists():
        return "username: another account has this name in other capitals"
    if Account.objects.filter(token=token).exclude(username=username).exists():
        return "token: another account has this token"
    return None


def ensure_account(root: Path, username: str, token: str, plan: str) -> Account:
    """Make the account, or give it this token and plan; make its home."""
    account, _ = Account.objects.update_or_create(
        username=username, defaults={"token": token, "plan_name": plan}
    )
    make_home(root, username)
    found: Account = account
    return found
