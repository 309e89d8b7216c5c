"""From the texts of the inputs to frozen settings, checked one against the other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urljoin

from pa_deploy.errors import InputError, Problem, without_follow_ups
from pa_deploy.hosts import Host, HostRefused, find_host
from pa_deploy.inputs import Values
from pa_deploy.layout import Layout
from pa_deploy.loader_files import loader_zip
from pa_deploy.model import (
    HealthCheck,
    Mode,
    Policy,
    Secret,
    SharedFile,
    StaticFile,
    WantedRelease,
    WantedWebapp,
    WsgiFile,
)
from pa_deploy.settings.cautions import find_cautions
from pa_deploy.settings.local_files import read_file, unreadable
from pa_deploy.settings.release import absolute_problems, make_release
from pa_deploy.settings.report_files import report_file_problems
from pa_deploy.settings.served import (
    home_mappings,
    mapping_problems,
    release_mappings,
    sharing_problems,
)
from pa_deploy.settings.sources import Given, Source, located, read_values, strongest
from pa_deploy.settings.workspace import find_workspace, stay_in_workspace

TARGET_INPUTS = {"username", "host", "allow-host"}
ACCOUNT_INPUTS = (
    *("token", "token-file", "username", "host", "allow-host", "timeout", "config"),
    *("environment", "debug", "record"),
)
SITE_INPUTS = (*ACCOUNT_INPUTS, "domain")
CHECK_INPUTS = ("health-check", "health-status", "health-text")
STATUS_INPUTS = (*SITE_INPUTS, *CHECK_INPUTS)
"""Every command that is about the account or one web app reads them, with flags for them or not."""
LOCK_INPUTS = ("lock", "lock-timeout")
TIMEOUT_SECONDS = 600.0
"""What a run may take if `timeout` is not given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Which web app of which account, and where its API and its site are asked."""

    host: Host
    username: str
    token: Secret
    domain: str

    @property
    def site_url(self) -> str:
        """The address of the site, for people."""
        return f"https://{self.domain}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that a run needs to know, checked. `has_timeout`: it was given, so it is not extended."""

    target: Target
    wanted: WantedWebapp
    policy: Policy
    mode: Mode
    expect_digest: str | None
    health_check: HealthCheck | None
    timeout_seconds: float
    has_timeout: bool = True
    rollback: bool = True
    lock: bool = True
    lock_timeout_seconds: float = 300.0
    release: WantedRelease | None = None
    static_check: bool = True
    warnings: tuple[str, ...] = ()
    cautions: tuple[Problem, ...] = ()


def resolve(
    given: Given, warnings: tuple[str, ...] = (), config: Sequence[Source] = ()
) -> Settings:
    """Settle every input of one web app, or raise InputError with all that is wrong.

    `config` is what the config file says of this web app.
    """
    workspace = given.workspace
    sources = (*given.sources, *config)
    values, problems = read_values(sources)
    values = stay_in_workspace(values, sources, given, problems)
    unusable = {problem.input for problem in problems}
    wrong = {problem.input for problem in problems if not problem.absent}
    target = None if unusable & TARGET_INPUTS else _make_target(values, problems)
    wanted = _make_wanted(values, target, workspace, problems)
    release = make_release(values, workspace, find_workspace(given.environ, workspace), problems)
    rows = wanted.static_files or ()
    problems += mapping_problems(rows, values.username)
    shared = (file.path for file in wanted.share_files or ())
    problems += sharing_problems(shared, values.username)
    exposing = tuple(home_mappings(rows, values.username))
    if release is None:
        problems += absolute_problems(values, sources)
        shown = release_mappings(rows, values.username)
        problems += (replace(problem, absent="source") for problem in shown)
    else:
        problems += exposing
    problems += report_file_problems(values, workspace)
    if target is None or problems:
        told = without_follow_ups(problems, wrong)
        raise InputError(tuple(located(told, sources)))
    return Settings(
        target=target,
        wanted=wanted,
        policy=Policy(create=values.create, prune=values.prune, reload=values.reload),
        mode=values.mode,
        expect_digest=values.expect_digest,
        health_check=_health_check(values, target),
        timeout_seconds=values.timeout or TIMEOUT_SECONDS,
        has_timeout=values.timeout is not None,
        rollback=values.rollback,
        lock=values.lock,
        lock_timeout_seconds=values.lock_timeout,
        release=release,
        static_check=values.static_check,
        warnings=warnings,
        cautions=(
            *find_cautions(values, sources, workspace, wanted.wsgi_file),
            *located(exposing, sources),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusSettings:
    """All that is needed to look at a web app, and for the lock of those who change it.

    `has_check`: the inputs say something of the health check, which has its defaults otherwise.
    """

    target: Target
    health_check: HealthCheck | None
    has_check: bool
    timeout_seconds: float
    lock: bool
    lock_timeout_seconds: float


def resolve_status(
    given: Given, config: Sequence[Source] = (), also: Iterable[str] = ()
) -> StatusSettings:
    """Settle the inputs in STATUS_INPUTS and `also`; the others have their defaults.

    Raises InputError with all that is wrong.
    """
    sources = (*given.sources, *config)
    values, problems = read_values(sources, only=(*STATUS_INPUTS, *also))
    target = None if problems else _make_target(values, problems)
    if target is None:
        raise InputError(tuple(located(problems, sources)))
    return StatusSettings(
        target=target,
        health_check=_health_check(values, target),
        has_check=any(strongest(name, sources).text(name) for name in CHECK_INPUTS),
        timeout_seconds=values.timeout or TIMEOUT_SECONDS,
        lock=values.lock,
        lock_timeout_seconds=values.lock_timeout,
    )


def _make_target(values: Values, problems: list[Problem]) -> Target | None:
    """The account and the web app; None and a problem if `host` cannot be used."""
    try:
        host = find_host(values.host, values.allow_host)
    except HostRefused as refused:
        problems.append(Problem(refused.input, refused.message, advice=refused.advice))
        return None
    domain = values.domain or f"{values.username.lower()}.{host.site_suffix}"
    return Target(host=host, username=values.username, token=values.token, domain=domain)


def _make_wanted(
    values: Values, target: Target | None, workspace: Path, problems: list[Problem]
) -> WantedWebapp:
    """The wanted state of the web app; without a target the inputs are only checked."""
    home = f"/home/{values.username}"
    domain = target.domain if target else ""
    layout = Layout.of(values.username, domain)

    def directory(name: str, value: str | None) -> str | None:
        if not value:
            return value
        path = expand_home(value, home)
        if path.startswith("/"):
            return path
        within = value.partition("/")[2] if value.startswith("~") else value
        advice = f'Did you mean "~/{within}"?'
        problems.append(Problem(name, f'the path "{value}" is not absolute.', advice=advice))
        return None

    def place(path: str) -> str:
        absolute = expand_home(path, home)
        return absolute if absolute.startswith("/") else layout.in_release(path)

    return WantedWebapp(
        domain=domain,
        python_version=values.python_version,
        source_directory=directory("source-directory", values.source_directory),
        working_directory=directory("working-directory", values.working_directory),
        virtualenv=_virtualenv(values.virtualenv, home, problems),
        force_https=values.force_https,
        password_protection=values.password_protection,
        static_files=None
        if values.static_files is None
        else tuple(StaticFile(row.url, place(row.path)) for row in values.static_files),
        static_headers=values.static_headers,
        wsgi_file=_loader(layout, domain)
        if values.source
        else _wsgi_file(values.wsgi_file, layout, workspace, problems),
        share_files=None
        if values.share_files is None
        else _each_once(expand_home(file.path, home) for file in values.share_files),
    )


def expand_home(path: str, home: str) -> str:
    return home + path[1:] if path == "~" or path.startswith("~/") else path


def _each_once(paths: Iterable[str]) -> tuple[SharedFile, ...]:
    """With and without its last slash, and by `~` and in full, it is one path."""
    return tuple(dict.fromkeys(SharedFile(path.rstrip("/") or "/") for path in paths))


def _virtualenv(value: str | None, home: str, problems: list[Problem]) -> str | None:
    if not value:
        return value
    path = expand_home(value, home).rstrip("/")
    if path.startswith("/"):
        return path
    if re.fullmatch(r"[^/]*[^/.][^/]*", path):
        return f"{home}/.virtualenvs/{path}"
    advice = "Give an absolute path, ~/…, or a bare name."
    problems.append(Problem("virtualenv", f'"{value}" is not a virtualenv.', advice=advice))
    return None


def wsgi_path(domain: str) -> str:
    """Where PythonAnywhere keeps a web app's WSGI file (lower case: observed by its clients)."""
    return f"/var/www/{domain.lower().replace('.', '_')}_wsgi.py"


def _loader(layout: Layout, domain: str) -> WsgiFile:
    """The WSGI file of a web app that serves releases; what was there before is kept."""
    return WsgiFile(
        path=wsgi_path(domain),
        content=layout.wsgi_file(),
        keep_as=layout.before,
        backups=layout.backups,
        loader=(layout.loader, loader_zip()),
    )


def _wsgi_file(
    value: str | None, layout: Layout, workspace: Path, problems: list[Problem]
) -> WsgiFile | None:
    if value is None:
        return None
    try:
        content = read_file(workspace / value)
    except OSError as error:
        problems.append(unreadable("wsgi-file", value, error, workspace))
        return None
    return WsgiFile(
        path=wsgi_path(layout.domain),
        content=content,
        backups=layout.backups,
        note=layout.wsgi_note,
    )


def _health_check(values: Values, target: Target) -> HealthCheck | None:
    if values.health_check is None:
        return None
    return HealthCheck(
        url=urljoin(target.site_url, values.health_check),
        statuses=values.health_status,
        text=values.health_text,
        timeout_seconds=values.health_timeout,
        domain=target.domain,
    )
