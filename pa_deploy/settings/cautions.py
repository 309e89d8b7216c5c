"""Warnings about values that are valid but probably mistakes, before anything is sent."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from pa_deploy.errors import Problem
from pa_deploy.inputs import Values, said_lines
from pa_deploy.model import PASSWORD_CHARACTERS, WsgiFile
from pa_deploy.settings.homes import home_cautions
from pa_deploy.settings.shared import shared_cautions
from pa_deploy.settings.sources import Source, located, strongest
from pa_deploy.settings.workspace import WRITTEN

COMMENT = re.compile(r"(^|\s)#\s")
"""A comment after a value. A space must follow the #: `#fff` and `Suite #5` are values."""
QUOTED = re.compile(r"\"[^\n]*\"|'[^\n]*'")
UNFILLED = re.compile(r"\$\{\{.*?\}\}")


def find_cautions(
    values: Values, sources: Sequence[Source], workspace: Path, wsgi_file: WsgiFile | None
) -> tuple[Problem, ...]:
    """Each is a Problem, which has the place of the value."""
    code = wsgi_file.content if wsgi_file and values.wsgi_file else None
    found = [*_unfilled(values), *_comments(values, sources), *_long_password(values)]
    found += home_cautions(values, code or b"")
    if values.source is not None:
        source = workspace / values.source
        found += shared_cautions(values.shared or (), source)
        found += _shipped_recording(values, workspace, source)
    return tuple(located(found, sources))


def _unfilled(values: Values) -> Iterator[Problem]:
    """Variables without a value. No message shows a value of `env`."""
    for name, secret in values.env or ():
        if not secret.reveal().strip():
            advice = (
                "Check the name of the secret: a secret that does not exist is empty. If the value "
                f"should be empty, write `{name}=` in `variables`."
            )
            yield Problem("env", f"{name} is empty.", advice=advice)
    pairs = [("env", name, secret.reveal()) for name, secret in values.env or ()]
    pairs += [("variables", name, text) for name, text in values.variables or ()]
    for input_name, name, text in pairs:
        if UNFILLED.search(text):
            said = f"the value of {name} still contains `${{{{ … }}}}`."
            advice = f"Only a GitHub workflow replaces that. Set `{input_name}` in the workflow."
            yield Problem(input_name, said, advice=advice)


def _long_password(values: Values) -> Iterator[Problem]:
    protection = values.password_protection
    if protection and len(protection.password.reveal()) > PASSWORD_CHARACTERS:
        counted = f"first {PASSWORD_CHARACTERS} characters"
        said = f"PythonAnywhere compares only the {counted} of the password."
        advice = f"Choose a password whose {counted} are hard to guess."
        yield Problem("password-protection", said, advice=advice)


def _shipped_recording(values: Values, workspace: Path, source: Path) -> Iterator[Problem]:
    if values.record is None:
        return
    record = Path(os.path.realpath(workspace / values.record))
    if record.is_relative_to(os.path.realpath(source)):
        said = f'"{values.record}" is in the folder of `source`. Releases leave it out.'
        advice = "To avoid this warning, name a file outside that folder."
        yield Problem("record", said, advice=advice)


def _comments(values: Values, sources: Sequence[Source]) -> Iterator[Problem]:
    """Comments after a value, if the # may belong to the value. Others are refused."""
    own_line = "If you meant a comment, move it to its own line."
    for name in ("env", "variables"):
        for variable in _commented_variables(strongest(name, sources).text(name)):
            said = f"the # in the value of {variable} is part of the value, not a comment."
            advice = f"{own_line} If not, put the value in quotes."
            yield Problem(name, said, advice=advice)
    for header in values.static_headers or ():
        if COMMENT.search(header.value):
            said = f'the # in the value of {header.name} for "{header.url}" is part of the value, '
            yield Problem("static-headers", f"{said}not a comment.", advice=own_line)
    protection = values.password_protection
    if protection and COMMENT.search(protection.password.reveal()):
        said = "the # in the password is part of the password, not a comment."
        advice = "If you meant a comment, remove it. Otherwise, visitors must type it."
        yield Problem("password-protection", said, advice=advice)
    for name in WRITTEN:
        text = values.of(name)
        if text and re.search(r"\s#[^/]*$", text):
            said = f'the # in the file name "{text}" is part of the name, not a comment.'
            yield Problem(name, said, advice="If you meant a comment, remove it.")


def _commented_variables(text: str) -> Iterator[str]:
    """Variables of lines `KEY=value # comment`. In quotes and in JSON a # belongs to the value."""
    for _, line in () if text.startswith("{") else said_lines(text):
        name, _, value = (part.strip() for part in line.partition("="))
        if COMMENT.search(value) and not QUOTED.fullmatch(value):
            yield name
