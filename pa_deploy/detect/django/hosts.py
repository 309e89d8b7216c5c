"""ALLOWED_HOSTS, CSRF_TRUSTED_ORIGINS and DEBUG, and the variables that set them."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Callable, Sequence

from pa_deploy.detect.django.project import Settings, is_known, listed, why
from pa_deploy.detect.evaluate import Either, Unknown
from pa_deploy.detect.findings import Confidence, Finding
from pa_deploy.errors import Problem

MOST_NAMES = 4
LONGEST = 20
"""Characters of a text with which a setting may be compared."""
ABOUT_HOSTS = re.compile(r"HOST|DOMAIN|SITE|URL|ORIGIN|SERVER|USER|ACCOUNT", re.IGNORECASE)
ABOUT_DEBUG = re.compile(r"DEBUG|DEV|ENV|PROD|MODE|STAGE", re.IGNORECASE)
OF_OTHERS = re.compile(r"RENDER|RAILWAY|HEROKU|VERCEL|FLY|KOYEB|NETLIFY|DO_|AWS|AZURE|GCP")
"""Names of variables that another host sets by itself."""
OFF = ("False", "0", "production", "prod", "")
ABOUT_PRODUCTION = re.compile(r"PROD|PYTHONANYWHERE|DEPLOY|LIVE", re.IGNORECASE)
ON = ("True", "1")


def tried(
    settings: Settings,
    setting: str,
    likely: re.Pattern[str],
    values: Sequence[str],
    is_good: Callable[[Settings], bool],
) -> tuple[Settings, str, str] | None:
    """The variable and value that make a setting good, with the settings as they are then."""
    names = sorted(settings.sources(setting), key=lambda name: (not likely.search(name), name))
    names = [name for name in names if likely.search(name)][:MOST_NAMES]
    for value, name in itertools.product(values, names):
        other = settings.with_variables({name: value})
        if is_good(other):
            return other, name, value
    return None


def without_debug(settings: Settings) -> tuple[Settings, list[Finding], list[Problem]]:
    """The settings with DEBUG off, if a variable can do that."""
    value = settings.value("DEBUG", default=False)
    if value is False or (is_known(value) and not value):
        return settings, [], []
    texts = _texts_beside(settings, "DEBUG")
    found = tried(settings, "DEBUG", ABOUT_PRODUCTION, (*ON, *texts), _is_off)
    found = found or tried(settings, "DEBUG", ABOUT_DEBUG, (*OFF, *texts), _is_off)
    if found:
        other, name, off = found
        said = Finding("variables", f"{name}={off}", settings.place("DEBUG"))
        return other, [said], []
    if isinstance(value, Unknown | Either):
        note = f"DEBUG is not known: {why(value)}."
        return settings, [], [settings.problem("app", note, "Set it to False.", "DEBUG")]
    note = "DEBUG is on: if a page fails, visitors see your code and settings."
    advice = 'Write `DEBUG = "PYTHONANYWHERE_DOMAIN" not in os.environ`'
    path = settings.place("DEBUG").partition(":")[0]
    has_os = re.search(r"^import os\b", settings.project.tree.text(path), re.MULTILINE)
    advice += "." if has_os else ", and `import os` at the top of the file."
    return settings, [], [settings.problem("app", note, advice, "DEBUG")]


def _texts_beside(settings: Settings, name: str) -> tuple[str, ...]:
    """The texts in the statement that gives a setting its value: it may compare with one."""
    path, _, line = settings.place(name).partition(":")
    code = settings.project.tree.parse(path)
    statements = [each for each in code.body if str(each.lineno) == line] if code else []
    nodes = (node for each in statements for node in ast.walk(each))
    found = [node.value for node in nodes if isinstance(node, ast.Constant)]
    texts = (each for each in found if isinstance(each, str) and 0 < len(each) <= LONGEST)
    return tuple(dict.fromkeys(texts))[:MOST_NAMES]


def _is_off(settings: Settings) -> bool:
    return settings.value("DEBUG", default=False) is False


def with_host(settings: Settings) -> tuple[Settings, list[Finding], list[Problem]]:
    """The settings that allow the domain, if a variable can do that; else the line to add."""
    host = settings.project.hints.host
    if allows(settings, host):
        return settings, [], []
    user = settings.project.hints.username
    values = [host, f'["{host}"]', f"https://{host}", *([user] if user else [])]
    found = tried(settings, "ALLOWED_HOSTS", ABOUT_HOSTS, values, lambda each: allows(each, host))
    if found:
        other, name, value = found
        confidence: Confidence = "likely" if OF_OTHERS.match(name) else "sure"
        place = settings.place("ALLOWED_HOSTS")
        said = Finding("variables", f"{name}={value}", place, confidence)
        return other, [said], []
    return settings, [], [_host_problem(settings, host)]


def allows(settings: Settings, host: str) -> bool:
    """Whether ALLOWED_HOSTS is sure to have a host."""
    value = settings.value("ALLOWED_HOSTS", default=[])
    if isinstance(value, Either):
        return all(_has(listed(each), host) for each in value.options)
    return _has(listed(value), host)


def _has(patterns: Sequence[object], host: str) -> bool:
    """As Django compares: `*` is any, `.example.com` is that domain and those below it."""
    low = host.lower()
    for each in patterns:
        pattern = each.lower().strip() if isinstance(each, str) else ""
        below = pattern.startswith(".") and (low.endswith(pattern) or low == pattern[1:])
        if pattern in ("*", low) or below:
            return True
    return False


def _host_problem(settings: Settings, host: str) -> Problem:
    value = settings.value("ALLOWED_HOSTS", default=[])
    if isinstance(value, str):
        said = "ALLOWED_HOSTS is a text. Django needs a list."
        return settings.problem(
            "app", said, f'Write `ALLOWED_HOSTS = ["{host}"]`.', "ALLOWED_HOSTS"
        )
    if not isinstance(value, list | tuple):
        said = f"ALLOWED_HOSTS is not known: {why(value) or 'it is not a list'}."
        advice = f'Check that it has "{host}".'
        return settings.problem("app", said, advice, "ALLOWED_HOSTS")
    shown = ", ".join(f'"{each}"' for each in value if isinstance(each, str))
    said = f"ALLOWED_HOSTS does not have {host}, so every page would answer 400."
    if not shown:
        advice = f'Write `ALLOWED_HOSTS = ["{host}"]`.'
    else:
        advice = f'Write `ALLOWED_HOSTS = [{shown}, "{host}"]`.'
    if len(advice) > 200:
        advice = f'Add "{host}" to the list.'
    return settings.problem("app", said, advice, "ALLOWED_HOSTS")


def with_origin(settings: Settings) -> tuple[Settings, list[Finding], list[Problem]]:
    """The settings that trust the domain's own forms, if they name origins at all."""
    host = settings.project.hints.host
    value = settings.value("CSRF_TRUSTED_ORIGINS", default=[])
    if not listed(value) and not settings.sources("CSRF_TRUSTED_ORIGINS"):
        return settings, [], []
    if _trusts(settings, host):
        return settings, [], []
    values = (f"https://{host}", f'["https://{host}"]')
    found = tried(
        settings, "CSRF_TRUSTED_ORIGINS", ABOUT_ORIGINS, values, lambda each: _trusts(each, host)
    )
    if found:
        other, name, given = found
        said = Finding("variables", f"{name}={given}", settings.place("CSRF_TRUSTED_ORIGINS"))
        return other, [said], []
    if not is_known(value):
        return settings, [], []
    note = f"CSRF_TRUSTED_ORIGINS does not have https://{host}."
    advice = f'If forms answer 403, add "https://{host}" to it.'
    return settings, [], [settings.problem("app", note, advice, "CSRF_TRUSTED_ORIGINS")]


ABOUT_ORIGINS = re.compile(r"CSRF|ORIGIN|TRUST|HOST|DOMAIN|URL", re.IGNORECASE)


def _trusts(settings: Settings, host: str) -> bool:
    for each in listed(settings.value("CSRF_TRUSTED_ORIGINS", default=[])):
        if not isinstance(each, str) or not each.startswith(("https://", "*")):
            continue
        pattern = each.removeprefix("https://").lower()
        pattern = pattern[1:] if pattern.startswith("*.") else pattern
        if _has([pattern], host):
            return True
    return False


def redirects(settings: Settings) -> tuple[list[Finding], list[Problem]]:
    """What the redirects to https need."""
    values: list[Finding] = []
    notes: list[Problem] = []
    redirects_all = settings.value("SECURE_SSL_REDIRECT", default=False) is True
    secure = [name for name in SECURE if settings.value(name, default=False) is True]
    if secure:
        values.append(Finding("force-https", "true", settings.place(secure[0]), "likely"))
    if redirects_all and not settings.value("SECURE_PROXY_SSL_HEADER"):
        said = "SECURE_SSL_REDIRECT is on without SECURE_PROXY_SSL_HEADER: pages may redirect to "
        said += "themselves for ever."
        advice = 'Add `SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")`.'
        notes.append(settings.problem("app", said, advice, "SECURE_SSL_REDIRECT"))
    if settings.value("PREPEND_WWW", default=False) is True:
        said = "PREPEND_WWW is on: visitors are sent to www., which this domain does not have."
        notes.append(settings.problem("app", said, "Set `PREPEND_WWW = False`.", "PREPEND_WWW"))
    return values, notes


SECURE = ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")
