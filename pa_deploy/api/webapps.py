"""The endpoints under `webapps/`, but for static files and headers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import quote

from pa_deploy.api.answers import ask, ask_webapp, check_webapp, error_for, many, no_webapp, reason
from pa_deploy.errors import (
    DeployError,
    Forbidden,
    NotFound,
    OutOfTime,
    Refused,
    ReloadDoubtful,
    ReloadFailed,
    ReloadUnexplained,
    Unauthorized,
    Unclear,
    Unreachable,
)
from pa_deploy.model import PasswordProtection, Secret, Setting, Webapp
from pa_deploy.plan import venv_command
from pa_deploy.transport import Answer, Call, Method, Transport

RELOAD_SECONDS = 90.0
"""A reload ends with a ping of the site that may take 20 s (help page ErrorReloadingWebApp)."""

API_NAMES = {"virtualenv": "virtualenv_path"}
"""Settings that the API calls otherwise than we do; password protection is three fields there."""


class Webapps:
    """Web apps of one account. `learn` is told the passwords of their sites."""

    def __init__(self, transport: Transport, base: str, learn: Callable[[str], object]) -> None:
        self._transport = transport
        self._learn = learn
        self._base = f"{base}webapps/"

    def list(self) -> tuple[Webapp, ...]:
        """GET webapps/. The only proof of a web app's existence: a missing one answers 403."""
        call = Call(method="GET", path=self._base, what="listing the web apps")
        return ask(self._transport, call, many(self._webapp))

    def create(self, domain: str, python_version: str) -> None:
        """POST webapps/, which wants `python310` where everything else says `3.10` (API page).

        A refusal may come as status 200 with `status: ERROR` (observed by the official client).
        Raises Unclear if the answer does not tell whether the web app was created.
        """
        call = Call(
            method="POST",
            path=self._base,
            what=f"creating the web app {domain}",
            repeatable=False,
            form={
                "domain_name": domain,
                "python_version": "python" + python_version.replace(".", ""),
            },
        )
        answer = self._transport.send(call)
        if not answer.ok:
            raise _creation_error(error_for(call, answer))
        if _status_word(answer) == "error":
            raise _creation_error(Refused(f"PythonAnywhere refused {call.what}: {reason(answer)}"))

    def show(self, domain: str) -> Webapp:
        """GET webapps/{domain}/. Raises NotFound for the 403 that a missing web app answers."""
        call = Call(method="GET", path=self._path(domain), what=f"reading the web app {domain}")
        return self._one(call)

    def put(self, domain: str, settings: tuple[Setting, ...]) -> Webapp:
        """PUT webapps/{domain}/. Whether PythonAnywhere wants all fields is not documented."""
        return self._one(self._modification("PUT", domain, settings))

    def patch(self, domain: str, settings: tuple[Setting, ...], python_version: str = "") -> Webapp:
        """PATCH webapps/{domain}/; the answer is the web app as it is now.

        Fields that PythonAnywhere does not know are ignored with 200, so look at the answer. Errors
        about a virtualenv name the web app's `python_version`.
        """
        try:
            return self._one(self._modification("PATCH", domain, settings))
        except NotFound:
            raise
        except Refused as refused:
            raise _with_advice(refused, settings, python_version) from None

    def delete(self, domain: str) -> None:
        """DELETE webapps/{domain}/ takes the site offline; code stays, config goes to /var/www."""
        call = Call(
            method="DELETE",
            path=self._path(domain),
            what=f"deleting the web app {domain}",
            wants_json=False,
        )
        check_webapp(call, self._transport.send(call))

    def reload(self, domain: str) -> str | None:
        """POST webapps/{domain}/reload/. The text of a warning, if there is one.

        Four errors of a reload are known by name. Two mean that it has worked: `cname_error`
        (official client) and `slow_startup_error` (text of the Web tab). It is not known what
        `virtualenv_error` and `generic_error` mean for the reload.

        Raises ReloadDoubtful for these, ReloadUnexplained for an answer of another form that
        says as much, ReloadFailed for any other refusal, and Unclear if no
        answer comes: a reload can outlast any patience and work (seen by clients).
        """
        call = Call(
            method="POST",
            path=f"{self._path(domain)}reload/",
            what=f"reloading {domain}",
            repeatable=False,
            clear_500=True,
            read_seconds=RELOAD_SECONDS,
        )
        try:
            answer = self._transport.send(call)
        except (OutOfTime, Unclear):
            raise
        except Unreachable as error:
            raise ReloadFailed(error.what, cause=error.cause) from None
        if answer.status == 401:
            raise error_for(call, answer)
        what = f"PythonAnywhere answered {answer.status} to reloading {domain}: {reason(answer)}"
        if answer.status in (403, 404):
            raise no_webapp(what, answer.status)
        name = _reload_error(answer)
        if name in LOADED_ALL_THE_SAME:
            return f"{domain} {LOADED_ALL_THE_SAME[name]}"
        if name or _status_word(answer) == "error":
            raise _doubtful(what, name)
        if answer.status == 409:
            raise ReloadUnexplained(what, cause=UNSAID, advice=LOOK)
        if not answer.ok:
            raise _not_reloaded(what)
        return None

    def _path(self, domain: str) -> str:
        return f"{self._base}{quote(domain, safe='')}/"

    def _modification(self, method: Method, domain: str, settings: tuple[Setting, ...]) -> Call:
        names = ", ".join(setting.name.replace("_", "-") for setting in settings)
        return Call(
            method=method,
            path=self._path(domain),
            what=f"setting {names} of {domain}",
            form={name: text for setting in settings for name, text in _fields(setting)},
        )

    def _one(self, call: Call) -> Webapp:
        return ask_webapp(self._transport, call, self._webapp)

    def _webapp(self, body: Mapping[str, Any]) -> Webapp:
        for secret in _secrets(body):
            self._learn(secret)
        return _webapp(body)


def _with_advice(refused: Refused, settings: tuple[Setting, ...], python_version: str) -> Refused:
    """The next step, if it can be told from what was being set."""
    advice = " ".join(_advice(setting, python_version) for setting in settings).strip()
    return type(refused)(refused.what, cause=refused.cause, advice=advice or refused.advice)


def _advice(setting: Setting, python_version: str) -> str:
    if setting.name == "python_version":
        return "Set `python-version` to one that the Web tab offers."
    if setting.name != "virtualenv":
        return ""
    version = f", {python_version}" if python_version else ""
    return (
        "If the virtualenv does not exist, make it in a console on PythonAnywhere: "
        f"{venv_command(str(setting.value), python_version)}\n"
        f"It must have the web app's Python{version}. Otherwise, correct `virtualenv`."
    )


def _status_word(answer: Answer) -> str:
    """The `status` in the body, in lower case; "" if there is none."""
    try:
        return str(answer.json()["status"]).lower()
    except (ValueError, KeyError, TypeError):
        return ""


def _fields(setting: Setting) -> Iterator[tuple[str, str]]:
    """A setting as the fields of a form."""
    match setting.value:
        case PasswordProtection() as protection:
            yield "password_protection_enabled", str(protection.enabled).lower()
            if protection.enabled:
                yield "password_protection_username", protection.username
                yield "password_protection_password", protection.password.reveal()
        case bool() as flag:
            yield _api_name(setting), str(flag).lower()
        case str() as text:
            yield _api_name(setting), text


def _api_name(setting: Setting) -> str:
    return API_NAMES.get(setting.name, setting.name)


def _creation_error(error: DeployError) -> DeployError:
    if isinstance(error, Unauthorized):
        return error
    if isinstance(error, Forbidden | Refused):
        return Refused(
            error.what,
            cause="Possible causes: your plan allows no more web apps or not this domain, the "
            "Python version is not offered, or the domain is taken (by an ASGI website, or "
            "by someone else).",
            advice="Compare `domain` and `python-version` with what the Web tab offers.",
        )
    return error


LOADED_ALL_THE_SAME = {
    "cname_error": "was reloaded, but PythonAnywhere found no CNAME record for it. Point the "
    "domain's CNAME to the name that the Web tab shows.",
    "slow_startup_error": "was reloaded, but did not answer PythonAnywhere within 20 s. If this "
    "happens again, make the app start faster.",
}
UNSAID = "PythonAnywhere does not say why."
LOOK = "Look at the server log: pa-deploy logs server"
VIRTUALENV_ERROR = "virtualenv_error"
RELOAD_ERRORS = re.compile(
    rf"\b({'|'.join((*LOADED_ALL_THE_SAME, VIRTUALENV_ERROR, 'generic_error'))})\b"
)


def _reload_error(answer: Answer) -> str:
    """The name in the body, whatever its shape; "" if there is none, or more than one."""
    names = set(RELOAD_ERRORS.findall(answer.text().lower()))
    return names.pop() if len(names) == 1 else ""


def _doubtful(what: str, name: str) -> ReloadDoubtful:
    if name == VIRTUALENV_ERROR:
        return ReloadDoubtful(
            what,
            cause="PythonAnywhere could not use the web app's virtualenv.",
            advice="The virtualenv must exist and have the web app's Python. To see both: "
            "pa-deploy webapps show",
        )
    return ReloadDoubtful(
        what,
        cause=UNSAID,
        advice=LOOK,
    )


def _not_reloaded(what: str) -> ReloadFailed:
    return ReloadFailed(
        what,
        cause="The web app may be disabled or expired.",
        advice="Open the Web tab: enable the web app or extend its expiry, and look at its error "
        "log.",
    )


def _secrets(body: Mapping[str, Any]) -> Iterator[str]:
    """The password of the site, also if it is not asked for now, and as it is sent to the site."""
    password = body.get("password_protection_password")
    if password and isinstance(password, str):
        yield f"{body.get('password_protection_username')}:{password}"
        yield password


def _webapp(body: Mapping[str, Any]) -> Webapp:
    """The fields that are used. The site's password comes in clear (official client)."""
    return Webapp(
        domain=_text(body["domain_name"]),
        python_version=_text(body["python_version"]),
        source_directory=_text(body.get("source_directory")),
        working_directory=_text(body.get("working_directory")),
        virtualenv=_text(body.get("virtualenv_path")),
        force_https=_flag(body.get("force_https")),
        password_protection=_protection(body),
        expiry=_date(body.get("expiry")),
        account=_text(body.get("user")),
    )


def _protection(body: Mapping[str, Any]) -> PasswordProtection:
    if not _flag(body.get("password_protection_enabled")):
        return PasswordProtection()
    return PasswordProtection(
        enabled=True,
        username=_text(body.get("password_protection_username")),
        password=Secret(_text(body.get("password_protection_password"))),
    )


def _text(value: object) -> str:
    if value is not None and not isinstance(value, str):
        raise TypeError(value)
    return value or ""


def _flag(value: object) -> bool:
    if value is not None and not isinstance(value, bool):
        raise TypeError(value)
    return bool(value)


def _date(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
