"""From text to the app, `module:name` or `module:factory()`. Raises BadValue if it is neither."""

from __future__ import annotations

import re

from pa_deploy.inputs.parse import BadValue

NAME = r"[A-Za-z_][A-Za-z0-9_]*"
DOTTED = rf"{NAME}(?:\.{NAME})*"
APP = rf"{DOTTED}:{DOTTED}(?:\(\))?"
CALL_WITH_ARGUMENTS = rf"({DOTTED})[.:]({NAME})(\(.+\))"
CALL = "()"
USUAL_NAMES = ("application", "app")
"""What the application is called in nearly every project."""
CALLS_FACTORY = ("--factory", "--call")
"""By these options uvicorn and waitress call what they are given."""


def app(value: str) -> str:
    if re.fullmatch(APP, value):
        return value
    tidy = re.sub(r"\s*:+\s*", ":", value.strip("\"'` "))
    tidy = re.sub(r"\(\s*\)$", CALL, tidy)
    call = re.fullmatch(CALL_WITH_ARGUMENTS, tidy)
    if call:
        raise _with_arguments(value, *call.groups())
    offer = _meant(tidy)
    is_module = re.fullmatch(DOTTED, value) is not None
    said = "has no name after the module." if is_module else "is not a module and an app in it."
    raise BadValue.because(
        f'"{value}" {said}',
        f"Write module:name. Did you mean `{offer}`?{_or_factory(value, offer)}"
        if offer
        else "Write module:name, for example `mysite.wsgi:application`, or module:factory() if a "
        "function makes the app.",
    )


def _with_arguments(value: str, module: str, factory: str, call: str) -> BadValue:
    return BadValue.because(
        f'"{value}" calls a factory with arguments, which `app` cannot do.',
        f"Add a file wsgi.py to `source` with two lines, `from {module} import {factory}` and "
        f"`application = {factory}{call}`. Then set `app: wsgi:application`.",
    )


def _meant(value: str) -> str:
    """The application that was probably meant, or ""."""
    words = [word.strip("\"'") for word in value.split()]
    of_server = [word for word in words if re.fullmatch(APP, word)]
    if of_server:  # `gunicorn mysite.wsgi:application`
        is_called = not of_server[-1].endswith(CALL) and set(CALLS_FACTORY) & set(words)
        return of_server[-1] + (CALL if is_called else "")
    call = CALL if value.endswith(CALL) else ""
    place, _, name = value.removesuffix(CALL).partition(":")
    path = place.replace("\\", "/").removeprefix("./")
    module = path.removesuffix(".py").strip("/").replace("/", ".")
    is_file = path != module
    before, _, last = module.rpartition(".")
    if not name and not is_file and before and (call or last in USUAL_NAMES):
        module, name = before, last
    if call and not name:
        return ""
    meant = f"{module}:{name or _usual_name(module)}{call}"
    return meant if re.fullmatch(APP, meant) else ""


def _or_factory(value: str, offer: str) -> str:
    """What to write if a function makes the app: nobody has said how it is called."""
    module, _, name = offer.partition(":")
    is_guessed = name == "app" and name not in re.split(r"\W+", value.removeprefix(module))
    return f" If a function makes the app: `{module}:create_app{CALL}`." if is_guessed else ""


def _usual_name(module: str) -> str:
    return "application" if module.rpartition(".")[2] in ("wsgi", "application") else "app"
