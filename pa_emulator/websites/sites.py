"""Which domains are websites: questions of the dispatcher and the web apps to their table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pa_emulator.websites.models import Website

if TYPE_CHECKING:
    from pa_emulator.accounts.models import Account


def is_website(domain: str) -> bool:
    return bool(Website.objects.filter(domain_name=domain).exists())


def is_enabled(domain: str) -> bool:
    return bool(Website.objects.filter(domain_name=domain, enabled=True).exists())


def count(account: Account) -> int:
    return int(Website.objects.filter(account=account).count())
