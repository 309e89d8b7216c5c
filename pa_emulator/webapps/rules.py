"""Creates, deletes, enables and reloads web apps, or refuses to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from pa_emulator.errors import Forbidden
from pa_emulator.hosting.park import Gone
from pa_emulator.paths import log_path, remove_left, under, wsgi_path
from pa_emulator.webapps.errors import (
    AlreadyEnabled,
    DomainNeedsPlan,
    DomainTaken,
    ReloadError,
    TooManyWebapps,
    WebappDisabled,
)
from pa_emulator.webapps.hello import hello_world
from pa_emulator.webapps.models import Domain, Webapp
from pa_emulator.webapps.virtualenvs import problem_with
from pa_emulator.websites import sites

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pa_emulator.accounts.models import Account
    from pa_emulator.hosting.park import Park
    from pa_emulator.machine import Machine


def create(machine: Machine, account: Account, wanted: Mapping[str, str]) -> Webapp:
    """Make a web app; its hello-world WSGI file replaces one of that name (API page)."""
    domain, root = wanted["domain_name"], machine.config.root
    expiry = machine.clock.now().date() + timedelta(days=account.plan.expiry_days)
    with transaction.atomic():
        _refuse_creation(account, domain, machine.config.webapps)
        webapp: Webapp = Webapp.objects.create(
            account=account,
            domain_name=domain,
            python_version=wanted["python_version"],
            working_directory=f"{account.home}/",
            source_directory="/var/www",
            expiry=expiry,
        )
        take(root, account, domain)
    page = hello_world(account.username, domain, is_plain=machine.config.plain_hello)
    under(root, wsgi_path(domain)).write_text(page)
    for kind in ("access", "error", "server"):
        under(root, log_path(domain, kind)).touch()
    return webapp


def take(root: Path, account: Account, domain: str) -> None:
    """Give the domain to the account; remove the files that another account left there."""
    if Domain.objects.filter(name=domain).exclude(account=account).exists():
        remove_left(root, domain)
    Domain.objects.update_or_create(name=domain, defaults={"account": account})


def _refuse_creation(account: Account, domain: str, asked: int) -> None:
    """Raise an error if needed; `asked` is the number of --webapps, 0 means the plan's."""
    if sites.is_website(domain):
        raise Forbidden
    allowed = asked or account.plan.webapps
    count = Webapp.objects.filter(account=account).count() + sites.count(account)
    if count >= allowed:
        raise TooManyWebapps(allowed)
    if domain not in account.domains and not account.plan.custom_domains:
        raise DomainNeedsPlan(domain)
    if Webapp.objects.filter(account=account, domain_name=domain).exists():
        raise DomainTaken(domain)
    if is_anothers(account, domain):
        raise Forbidden


def is_anothers(account: Account, domain: str) -> bool:
    if Webapp.objects.filter(domain_name=domain).exists():
        return True
    own = tuple(f"-{name}" for name in account.domains)
    return is_subdomain(domain) and domain not in account.domains and not domain.endswith(own)


def is_subdomain(domain: str) -> bool:
    return domain.endswith(".pythonanywhere.com")


def delete(park: Park, webapp: Webapp) -> None:
    """Take the site down; its WSGI file and logs stay."""
    domain = webapp.domain_name
    webapp.delete()
    park.stop(domain)


def reload(machine: Machine, webapp: Webapp) -> None:
    """Freeze the configuration, serve it, and ping the site.

    Raises WebappDisabled, or ReloadError (with some errors the reload has worked).
    """
    if not webapp.enabled:
        raise WebappDisabled
    path, python = webapp.virtualenv_path, webapp.python_version
    if problem_with(machine.config.root, webapp.account.home, path, python):
        raise ReloadError("virtualenv_error")
    Webapp.objects.filter(pk=webapp.pk).update(live=webapp.deployment().as_data())
    try:
        has_answered = machine.park.reload(webapp.domain_name)
    except Gone as error:  # it was deleted at this moment
        raise Forbidden from error
    except OSError as error:
        raise ReloadError("generic_error") from error
    if not has_answered:
        raise ReloadError("slow_startup_error")
    if not is_subdomain(webapp.domain_name):
        raise ReloadError("cname_error")


def disable(park: Park, webapp: Webapp) -> None:
    _refuse_switching(webapp)
    Webapp.objects.filter(pk=webapp.pk).update(enabled=False)
    park.stop(webapp.domain_name)


def enable(webapp: Webapp, asked: int) -> None:
    _refuse_switching(webapp)
    if webapp.enabled:
        raise AlreadyEnabled(asked or webapp.account.plan.webapps)
    Webapp.objects.filter(pk=webapp.pk).update(enabled=True)


def _refuse_switching(webapp: Webapp) -> None:
    """Refuse free accounts: they may not enable or disable (observed by clients in 2026)."""
    if webapp.account.plan.name == "free":
        raise Forbidden
