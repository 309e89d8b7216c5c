"""From flags and environment to frozen Settings: what to do, where, and under which policy.

Sources are mappings from input name to text, the strongest first; an empty text is unset.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from pa_deploy.errors import InputError, Problem
from pa_deploy.hosts import Host, HostRefused, find_host
from pa_deploy.inputs import INPUTS, BadValue, Input, Values, did_you_mean
from pa_deploy.model import (
    HealthCheck,
    Mode,
    Policy,
    Secret,
    StaticFile,
    WantedWebapp,
    WsgiFile,
)

STATUS_INPUTS = ("token", "username", "host", "allow-host", "domain", "health-check", "timeout")

# A console on PythonAnywhere sets this (seen there); only then is the login name the account's.
CONSOLE_MARK = "PYTHONANYWHERE_SITE"
LOGIN_NAMES = ("LOGNAME", "USER")

# The runner offers these two to every container action, declared or not.
RUNNER_OWN_INPUTS = ("ARGS", "ENTRYPOINT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Which web app of which account, and where its API and its site are asked."""

    host: Host
    username: str
    token: Secret
    domain: str

    @property
    def site_url(self) -> str:
        """Where a person finds the site."""
        return f"https://{self.domain}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that a run needs to know, checked."""

    target: Target
    wanted: WantedWebapp
    policy: Policy
    mode: Mode
    expect_digest: str | None
    health_check: HealthCheck | None
    timeout_seconds: float
    summary: bool
    report: Path | None
    warnings: tuple[str, ...] = ()


def resolve(flags: Mapping[str, str], environ: Mapping[str, str], workspace: Path) -> Settings:
    """Settle every input, or raise InputError with all that is wrong.

    `flags` goes by input name. Paths of files on this side are relative to `workspace`.
    """
    values, problems = read_values((flags, from_environment(environ)))
    if problems:
        raise InputError(tuple(problems))
    return _build(values, workspace, unknown_inputs(environ))


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusSettings:
    """All that is needed to look at a web app."""

    target: Target
    health_check: HealthCheck
    timeout_seconds: float


def resolve_status(flags: Mapping[str, str], environ: Mapping[str, str]) -> StatusSettings:
    """Settle the inputs in STATUS_INPUTS, or raise InputError with all that is wrong."""
    values, problems = read_values((flags, from_environment(environ)), only=STATUS_INPUTS)
    target = None if problems else make_target(values, problems)
    if target is None:
        raise InputError(tuple(problems))
    return StatusSettings(
        target=target,
        health_check=_health_check(values, target, values.health_check or "/"),
        timeout_seconds=values.timeout,
    )


def wants_summary(flags: Mapping[str, str], environ: Mapping[str, str]) -> bool:
    """What `summary` says, also where other inputs cannot be used."""
    values, _ = read_values((flags, from_environment(environ)), only=("summary",))
    return values.summary is not False


def secret_texts(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The texts of all secret inputs in the environment, used or not."""
    names = (name for each in INPUTS if each.secret for name in each.environment)
    return tuple(environ[name].strip() for name in names if environ.get(name, "").strip())


def from_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The inputs that the environment sets, by input name."""
    found = {}
    for each in INPUTS:
        texts = (environ.get(name, "") for name in each.environment)
        found[each.name] = next((text for text in texts if text.strip()), "")
    if environ.get(CONSOLE_MARK) and not found["username"]:
        found["username"] = next((environ[name] for name in LOGIN_NAMES if environ.get(name)), "")
    return found


def unknown_inputs(environ: Mapping[str, str]) -> tuple[str, ...]:
    """A warning for each variable that looks like an input of ours and is none."""
    known = {name for each in INPUTS for name in each.environment}
    names = tuple(each.name for each in INPUTS)
    warnings = []
    for variable in sorted(environ):
        prefix, _, rest = variable.partition("_")
        if prefix not in ("INPUT", "PLUGIN") or variable in known or rest in RUNNER_OWN_INPUTS:
            continue
        name = rest.lower().replace("_", "-")
        offer = did_you_mean(name, names)
        warnings.append(
            f'There is no input "{name}"; it was ignored.{" " + offer if offer else ""}'
        )
    return tuple(warnings)


def read_values(
    sources: Sequence[Mapping[str, str]], only: Iterable[str] | None = None
) -> tuple[Values, list[Problem]]:
    """Parse each input from the strongest source that sets it; collect every problem.

    `only` names the inputs that are read; the others keep their defaults.
    """
    parsed: dict[str, object] = {}
    problems: list[Problem] = []
    for each in INPUTS:
        asked = only is None or each.name in only
        texts = (source.get(each.name, "").strip() for source in sources) if asked else ()
        text = next((text for text in texts if text), each.default)
        if text:
            parsed[each.field] = _parse(each, text, problems)
        elif each.required and asked:
            problems.append(_missing(each))
    # Every field has a default in the dataclass, so a partial set of values is still a Values;
    # it is used only when there was no problem.
    return Values(**parsed), problems  # type: ignore[arg-type]


def _parse(each: Input, text: str, problems: list[Problem]) -> object:
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text):
        problems.append(Problem(each.name, "it has control characters.", advice="Type it anew."))
        return None
    try:
        return each.parse(text)
    except BadValue as bad:
        problems.extend(
            Problem(each.name, message, line, advice) for line, message, advice in bad.complaints
        )
        return None


def _missing(each: Input) -> Problem:
    names = f"{each.flag}, {each.environment[-1]} or, in a workflow, `with: {each.name}:`"
    advice = f"Set it by {names}."
    if each.secret:
        advice += " A secret that does not exist, or a pull request from a fork, gives empty text."
    return Problem(each.name, "it is required and was not given.", advice=advice)


def _build(values: Values, workspace: Path, warnings: tuple[str, ...]) -> Settings:
    problems: list[Problem] = []
    target = make_target(values, problems)
    domain = target.domain if target else ""
    wanted = _wanted(values, domain, workspace, problems)
    report = _report(values.report, workspace, problems)
    if target is None or problems:
        raise InputError(tuple(problems))
    return Settings(
        target=target,
        wanted=wanted,
        policy=Policy(create=values.create, prune=values.prune, reload=values.reload),
        mode=values.mode,
        expect_digest=values.expect_digest,
        health_check=None
        if values.health_check is None
        else _health_check(values, target, values.health_check),
        timeout_seconds=values.timeout,
        summary=values.summary,
        report=report,
        warnings=warnings,
    )


def make_target(values: Values, problems: list[Problem]) -> Target | None:
    """The account and the web app, or None and a problem where `host` will not do."""
    try:
        host = find_host(values.host, values.allow_host)
    except HostRefused as refused:
        problems.append(Problem("host", refused.message, advice=refused.advice))
        return None
    domain = values.domain or f"{values.username.lower()}.{host.site_suffix}"
    return Target(host=host, username=values.username, token=values.token, domain=domain)


def _wanted(values: Values, domain: str, workspace: Path, problems: list[Problem]) -> WantedWebapp:
    home = f"/home/{values.username}"

    def directory(name: str, value: str | None) -> str | None:
        if value is None:
            return None
        path = expand_home(value, home)
        if path.startswith("/"):
            return path
        advice = f'Did you mean "~/{value}"?'
        problems.append(Problem(name, f'the path "{value}" is not absolute.', advice=advice))
        return None

    return WantedWebapp(
        domain=domain,
        python_version=values.python_version,
        source_directory=directory("source-directory", values.source_directory),
        working_directory=directory("working-directory", values.working_directory),
        virtualenv=_virtualenv(values.virtualenv, home, problems),
        force_https=values.force_https,
        static_files=None
        if values.static_files is None
        else tuple(StaticFile(row.url, expand_home(row.path, home)) for row in values.static_files),
        static_headers=values.static_headers,
        wsgi_file=_wsgi_file(values.wsgi_file, domain, workspace, problems),
    )


def expand_home(path: str, home: str) -> str:
    return home + path[1:] if path == "~" or path.startswith("~/") else path


def _virtualenv(value: str | None, home: str, problems: list[Problem]) -> str | None:
    if not value:
        return value
    path = expand_home(value, home)
    if path.startswith("/"):
        return path.rstrip("/")
    if "/" not in path:
        return f"{home}/.virtualenvs/{path}"
    advice = f'Give an absolute path, a bare name, or "~/{value}".'
    problems.append(Problem("virtualenv", f'"{value}" is a relative path.', advice=advice))
    return None


def wsgi_path(domain: str) -> str:
    """Where PythonAnywhere keeps a web app's WSGI file (lower case: observed by its clients)."""
    return f"/var/www/{domain.lower().replace('.', '_')}_wsgi.py"


def _wsgi_file(
    value: str | None, domain: str, workspace: Path, problems: list[Problem]
) -> WsgiFile | None:
    if value is None:
        return None
    file = workspace / value
    try:
        return WsgiFile(path=wsgi_path(domain), content=file.read_bytes())
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        advice = f"The path is relative to the workspace, {workspace}. Was the code checked out?"
        problems.append(Problem("wsgi-file", f'"{value}": {reason}.', advice=advice))
        return None


def _report(value: str | None, workspace: Path, problems: list[Problem]) -> Path | None:
    if value is None:
        return None
    file = workspace / value
    if file.is_dir():
        advice = f"Name a file in it, for example {value.rstrip('/')}/report.json."
        problems.append(Problem("report", f'"{value}" is a directory.', advice=advice))
    return file


def _health_check(values: Values, target: Target, place: str) -> HealthCheck:
    return HealthCheck(
        url=urljoin(target.site_url, place),
        statuses=values.health_status,
        text=values.health_text,
        timeout_seconds=values.health_timeout,
    )
