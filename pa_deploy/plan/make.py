"""The changes that lead from what is to what is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pa_deploy.errors import InputError, Problem
from pa_deploy.model import (
    DIRECTORIES,
    PASSWORD_CHARACTERS,
    SETTINGS,
    Actual,
    Change,
    Create,
    NewWebapp,
    PasswordProtection,
    Plan,
    Policy,
    Resource,
    Secret,
    Setting,
    Update,
    WantedWebapp,
    Webapp,
)
from pa_deploy.plan.encode import digest, sets_virtualenv
from pa_deploy.plan.exact import plan_exactly
from pa_deploy.plan.notes import expiry_notes, missing_notes, sharing_notes, virtualenv_notes
from pa_deploy.plan.rows import RowPlan, plan_static_files, plan_static_headers


def make_plan(actual: Actual, wanted: WantedWebapp, policy: Policy) -> Plan:
    """The changes that lead from `actual` to `wanted`, in the order in which to make them.

    Raises InputError if the web app is missing, and must not or cannot be created.
    """
    changes: list[Change] = []
    unchanged: list[Resource] = []
    if actual.webapp is None:
        changes += _creation(wanted, policy)
    else:
        changes += _setting_changes(actual.webapp, wanted, unchanged)
    files, headers = _row_plans(actual, wanted, policy)
    for rows in (files, headers):
        changes += rows.changes
        unchanged += rows.unchanged
    changes += _wsgi_changes(actual, wanted, unchanged)
    changes = _with_release(changes, tuple(_release_changes(actual, wanted, unchanged)))
    changes += _sharing_changes(actual, wanted, unchanged)
    return Plan(
        domain=wanted.domain,
        changes=tuple(changes),
        unchanged=tuple(unchanged),
        notes=(
            *files.notes,
            *headers.notes,
            *missing_notes(actual, wanted),
            *virtualenv_notes(actual, wanted),
            *sharing_notes(actual),
            *expiry_notes(actual),
        ),
        reload=policy.reload == "always" or (policy.reload == "auto" and bool(changes)),
        digest=digest(wanted.domain, changes),
    )


def _row_plans(actual: Actual, wanted: WantedWebapp, policy: Policy) -> tuple[RowPlan, RowPlan]:
    files, headers = actual.static_files or (), actual.static_headers or ()
    if policy.exact:
        return plan_exactly(files, wanted.static_files), plan_exactly(
            headers, wanted.static_headers
        )
    return (
        plan_static_files(files, wanted.static_files, prune=policy.prune),
        plan_static_headers(headers, wanted.static_headers, prune=policy.prune),
    )


def _creation(wanted: WantedWebapp, policy: Policy) -> Iterator[Change]:
    """A web app that is created gets its settings without a second look at its defaults."""
    if not policy.create:
        raise InputError((_may_not_create(wanted.domain),))
    if wanted.python_version is None:
        raise InputError((_needs_python_version(wanted.domain),))
    yield Create(NewWebapp(wanted.domain, wanted.python_version))
    for name in SETTINGS[1:]:
        value = getattr(wanted, name)
        if value is not None:
            yield Create(Setting(name, value))


def _may_not_create(domain: str) -> Problem:
    return Problem(
        "create",
        f"there is no web app {domain} on this account, and `create` is false.",
        advice="Check `domain` and `username`, or set `create: true`.",
    )


def _needs_python_version(domain: str) -> Problem:
    return Problem(
        "python-version",
        f"it is needed to create the web app {domain}, which is not on this account yet.",
        advice='Set it, for example "3.13". If the web app exists already, check `domain`. '
        "`pa-deploy init` finds out what a repository needs.",
    )


def _setting_changes(
    webapp: Webapp, wanted: WantedWebapp, unchanged: list[Resource]
) -> Iterator[Change]:
    for name in SETTINGS:
        value = getattr(wanted, name)
        if value is None:
            continue
        before = Setting(name, getattr(webapp, name))
        after = Setting(name, value)
        if same_setting(before, after):
            unchanged.append(before)
        else:
            yield Update(before, after)


def same_setting(one: Setting, other: Setting) -> bool:
    """Equality, but `/home/alice` and `/home/alice/` are one directory, and of a password
    PythonAnywhere may keep no more than it compares. `one` is what is there.
    """
    if one.name in DIRECTORIES:
        return str(one.value).rstrip("/") == str(other.value).rstrip("/")
    if isinstance(one.value, PasswordProtection) and isinstance(other.value, PasswordProtection):
        return one.value in (other.value, _cut(other.value))
    return one.value == other.value


def _cut(protection: PasswordProtection) -> PasswordProtection:
    counted = protection.password.reveal()[:PASSWORD_CHARACTERS]
    return replace(protection, password=Secret(counted))


def _wsgi_changes(
    actual: Actual, wanted: WantedWebapp, unchanged: list[Resource]
) -> Iterator[Change]:
    if wanted.wsgi_file is None:
        return
    # Creating the web app overwrites the file that is there.
    before = actual.wsgi_file if actual.webapp else None
    if before is None or before.content is None:
        yield Create(wanted.wsgi_file)
    elif before != wanted.wsgi_file:
        yield Update(before, wanted.wsgi_file)
    else:
        unchanged.append(before)


def _release_changes(
    actual: Actual, wanted: WantedWebapp, unchanged: list[Resource]
) -> Iterator[Change]:
    """After the WSGI file, which may put it in place as soon as it is pointed to."""
    if wanted.release is None:
        return
    if actual.release is None:
        yield Create(wanted.release)
    elif actual.release != wanted.release:
        yield Update(actual.release, wanted.release)
    else:
        unchanged.append(actual.release)


def _with_release(changes: list[Change], release: tuple[Change, ...]) -> list[Change]:
    """The virtualenv comes after the release: if it is not there, preparing the release makes it,
    and if the release is refused, the site keeps the one that it has.
    """
    after = [change for change in changes if release and sets_virtualenv(change)]
    return [*(change for change in changes if change not in after), *release, *after]


def _sharing_changes(
    actual: Actual, wanted: WantedWebapp, unchanged: list[Resource]
) -> Iterator[Change]:
    shared = {file.path: file for file in actual.shared_files or ()}
    for file in wanted.share_files or ():
        if file.path in shared:
            unchanged.append(shared[file.path])
        else:
            yield Create(file)
