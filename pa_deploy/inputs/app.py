"""From text to the WSGI application, `module:name`. Raises BadValue if it cannot be used."""

from __future__ import annotations

import re

from pa_deploy.inputs.parse import BadValue

NAME = r"[A-Za-z_][A-Za-z0-9_]*"
DOTTED = rf"{NAME}(?:\.{NAME})*"
APP = rf"{DOTTED}:{DOTTED}"
CALL = rf"({DOTTED})[.:]({NAME})(\(.*\))"
USUAL_NAMES = ("application", "app")
"""What the application is called in nearly every project."""


def app(value: str) -> str:
    if re.fullmatch(APP, value):
        return value
    tidy = re.sub(r"\s*:+\s*", ":", value.strip("\"'` "))
    call = re.fullmatch(CALL, tidy)
    if call:
        raise _factory(value, *call.groups())
    offer = _meant(tidy)
    raise BadValue.because(
        f'"{value}" is not a module and the name of an app in it.',
        f"Write module:name. Did you mean `{offer}`?"
        if offer
        else "Write module:name, for example `mysite.wsgi:application`.",
    )


def _factory(value: str, module: str, factory: str, call: str) -> BadValue:
    return BadValue.because(
        f'"{value}" calls a factory, which pa-deploy cannot do yet.',
        f"Add a file wsgi.py to `source` with two lines, `from {module} import {factory}` and "
        f"`application = {factory}{call}`. Then set `app: wsgi:application`.",
    )


def _meant(value: str) -> str:
    """The application that was probably meant, or ""."""
    of_server = [word for word in value.split() if re.fullmatch(APP, word)]
    if of_server:  # `gunicorn mysite.wsgi:application`
        return of_server[-1]
    place, _, name = value.partition(":")
    path = place.replace("\\", "/").removeprefix("./")
    module = path.removesuffix(".py").strip("/").replace("/", ".")
    is_file = path != module
    before, _, last = module.rpartition(".")
    if not name and not is_file and before and last in USUAL_NAMES:
        module, name = before, last
    meant = f"{module}:{name or _usual_name(module)}"
    return meant if re.fullmatch(APP, meant) else ""


def _usual_name(module: str) -> str:
    return "application" if module.rpartition(".")[2] in ("wsgi", "application") else "app"
