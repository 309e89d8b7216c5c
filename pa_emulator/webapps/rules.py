"""What creating, enabling and reloading a web app do, and when they are refused."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from pa_emulator.errors import ForbiddenError
from pa_emulator.hosting.park import GoneError
from pa_emulator.machine import machine
from pa_emulator.paths import log_path, remove_left, under, wsgi_path

from .errors import (
    AlreadyEnabledError,
    DisabledError,
    DomainNeedsPlanError,
    DomainTakenError,
    ReloadError,
    TooManyWebappsError,
)
from .hello import hello_world
from .models import Domain, Webapp
from .virtualenvs import problem_with

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pa_emulator.accounts.models import Account


def find(account: Account, domain: str) -> Webapp:
    """Return the account's web app; 403, not 404, if there is none (official library's tests)."""
    webapp = Webapp.objects.filter(account=account, domain_name=domain.lower()).first()
    if webapp is None:
        raise ForbiddenError
    found: Webapp = webapp
    return found


def create(account: Account, wanted: Mapping[str, str]) -> Webapp:
    """Make a web app; its hello-world WSGI file replaces one of that name (API page)."""
    domain = wanted["domain_name"]
    expiry = machine().clock.now().date() + timedelta(days=account.plan.expiry_days)
    with transaction.atomic():
        _refuse_creation(account, domain)
        webapp: Webapp = Webapp.objects.create(
            account=account,
            domain_name=domain,
            python_version=wanted["python_version"],
            working_directory=f"{account.home}/",
            source_directory="/var/www",
            expiry=expiry,
        )
        _take(account, domain)
    root = machine().config.root
    under(root, wsgi_path(domain)).write_text(hello_world(account.username, domain))
    for kind in ("access", "error", "server"):
        under(root, log_path(domain, kind)).touch()
    return webapp


def _take(account: Account, domain: str) -> None:
    """Make the domain the account's; what another left there goes, or it would be inherited."""
    if Domain.objects.filter(name=domain).exclude(account=account).exists():
        remove_left(machine().config.root, domain)
    Domain.objects.update_or_create(name=domain, defaults={"account": account})


def _refuse_creation(account: Account, domain: str) -> None:
    if Webapp.objects.filter(account=account).count() >= account.plan.webapps:
        raise TooManyWebappsError(account.plan.webapps)
    if domain not in account.domains and not account.plan.custom_domains:
        raise DomainNeedsPlanError(domain)
    if Webapp.objects.filter(account=account, domain_name=domain).exists():
        raise DomainTakenError(domain)
    if _is_anothers(account, domain):
        raise ForbiddenError


def _is_anothers(account: Account, domain: str) -> bool:
    if Webapp.objects.filter(domain_name=domain).exists():
        return True
    own = tuple(f"-{name}" for name in account.domains)
    return is_subdomain(domain) and domain not in account.domains and not domain.endswith(own)


def is_subdomain(domain: str) -> bool:
    return domain.endswith(".pythonanywhere.com")


def delete(webapp: Webapp) -> None:
    """Take the site down; its WSGI file and logs stay."""
    domain = webapp.domain_name
    webapp.delete()
    machine().park.stop(domain)


def reload(webapp: Webapp) -> None:
    """Freeze the configuration, serve it, and ping the site.

    Raises DisabledError, or ReloadError, in part although the reload worked.
    """
    if not webapp.enabled:
        raise DisabledError
    path, python = webapp.virtualenv_path, webapp.python_version
    if problem_with(machine().config.root, webapp.account.home, path, python):
        raise ReloadError("virtualenv_error")
    Webapp.objects.filter(pk=webapp.pk).update(live=webapp.deployment().as_data())
    try:
        has_answered = machine().park.reload(webapp.domain_name)
    except GoneError as error:  # deleted in this moment
        raise ForbiddenError from error
    except OSError as error:
        raise ReloadError("generic_error") from error
    if not has_answered:
        raise ReloadError("slow_startup_error")
    if not is_subdomain(webapp.domain_name):
        raise ReloadError("cname_error")


def disable(webapp: Webapp) -> None:
    _refuse_switching(webapp)
    Webapp.objects.filter(pk=webapp.pk).update(enabled=False)
    machine().park.stop(webapp.domain_name)


def enable(webapp: Webapp) -> None:
    _refuse_switching(webapp)
    if webapp.enabled:
        raise AlreadyEnabledError(webapp.account.plan.webapps)
    Webapp.objects.filter(pk=webapp.pk).update(enabled=True)


def _refuse_switching(webapp: Webapp) -> None:
    """Free accounts are refused both (observed by clients in 2026)."""
    if webapp.account.plan.name == "free":
        raise ForbiddenError
