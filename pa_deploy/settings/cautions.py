"""Values that can be used and are probably mistakes: said as warnings before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from pa_deploy.errors import Problem
from pa_deploy.inputs import Values, said_lines
from pa_deploy.model import PASSWORD_CHARACTERS, WsgiFile
from pa_deploy.settings.homes import home_cautions
from pa_deploy.settings.shared import shared_cautions
from pa_deploy.settings.sources import Source, located

COMMENT = re.compile(r"(^|\s)#\s")
"""A comment behind a value. A blank must follow: `#fff` and `Suite #5` are values."""
UNFILLED = re.compile(r"\$\{\{.*?\}\}")
WRITTEN_FILES = ("report", "outputs-file", "summary-file")


def find_cautions(
    values: Values, sources: Sequence[Source], workspace: Path, wsgi_file: WsgiFile | None
) -> tuple[Problem, ...]:
    """Each as a Problem, so that it can say where the value stands and what it cites."""
    code = wsgi_file.content if wsgi_file and values.wsgi_file else None
    found = [*_unfilled(values), *_comments(values, sources), *_long_password(values)]
    found += home_cautions(values, code or b"")
    if values.source is not None:
        found += shared_cautions(values.shared or (), workspace / values.source)
    return tuple(located(found, sources))


def _unfilled(values: Values) -> Iterator[Problem]:
    """Variables without a value. No value of `env` is told."""
    for name, secret in values.env or ():
        if not secret.reveal().strip():
            advice = (
                "A secret that does not exist gives an empty text: check its name. If it is to be "
                f"empty, write `{name}=` in `variables`."
            )
            yield Problem("env", f"{name} is empty.", advice=advice, cites=name)
    pairs = [("env", name, secret.reveal()) for name, secret in values.env or ()]
    pairs += [("variables", name, text) for name, text in values.variables or ()]
    for input_name, name, text in pairs:
        if UNFILLED.search(text):
            said = f"the value of {name} has `${{{{ … }}}}` in it, which nothing filled in."
            advice = "Only a workflow of GitHub fills that in. Set the input there."
            yield Problem(input_name, said, advice=advice, cites=name)


def _long_password(values: Values) -> Iterator[Problem]:
    protection = values.password_protection
    if protection and len(protection.password.reveal()) > PASSWORD_CHARACTERS:
        said = f"of the password, PythonAnywhere compares the first {PASSWORD_CHARACTERS} "
        advice = "Choose one whose beginning is hard to guess."
        yield Problem("password-protection", f"{said}characters only.", advice=advice, cites="")


def _comments(values: Values, sources: Sequence[Source]) -> Iterator[Problem]:
    """Comments behind a value, where the value might just be so. Others are refused."""
    own_line = "If it is a comment, give it a line of its own."
    for name in ("env", "variables"):
        for variable in _commented_variables(_text(name, sources)):
            said = f"the value of {variable} has a # in it, which begins no comment here."
            advice = f"{own_line} If it belongs to the value, put the value in quotes."
            yield Problem(name, said, advice=advice, cites=variable)
    for header in values.static_headers or ():
        if COMMENT.search(header.value):
            said = f'the value of {header.name} for "{header.url}" has a # in it, which begins no '
            yield Problem("static-headers", f"{said}comment here.", advice=own_line)
    protection = values.password_protection
    if protection and COMMENT.search(protection.password.reveal()):
        said = "the password has a # in it, which begins no comment here."
        advice = "If it is a comment, remove it: visitors would have to type it."
        yield Problem("password-protection", said, advice=advice, cites="")
    for name in WRITTEN_FILES:
        text = getattr(values, name.replace("-", "_"))
        if text and re.search(r"\s#[^/]*$", text):
            yield Problem(name, f'the file is called "{text}".', advice="A # begins no comment.")


def _text(name: str, sources: Sequence[Source]) -> str:
    return next((text for source in sources if (text := source.text(name))), "")


def _commented_variables(text: str) -> Iterator[str]:
    """Variables of lines `KEY=value # comment`. In quotes and in JSON a # belongs to the value."""
    for _, line in () if text.startswith("{") else said_lines(text):
        name, _, value = (part.strip() for part in line.partition("="))
        if COMMENT.search(value) and not _is_quoted(value):
            yield name


def _is_quoted(value: str) -> bool:
    return len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'"
