"""Which file holds the config of a run, and its TOML."""

from __future__ import annotations

import errno
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pa_deploy.errors import InputError, Problem
from pa_deploy.inputs import nearest
from pa_deploy.settings.config.lines import Path as Keys
from pa_deploy.settings.local_files import is_file, unreadable
from pa_deploy.settings.workspace import leads_out, lies_in

OWN_FILE = "pa-deploy.toml"
SHARED_FILE = "pyproject.toml"
SHARED_TABLE = ("tool", "pa-deploy")
ALIKE = 0.85
"""Tables of other tools are less like ours."""
LARGEST_BYTES = 1024 * 1024
MOST_VALUES = 2000
DEEPEST = 10
TOO_LARGE = 10**18
FLATTER = "Keys are the names of inputs: docs/config.md has a list."


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A config file: the table with our keys, and the keys that lead to it."""

    name: str
    text: str
    table: Mapping[str, Any]
    root: Keys = ()


def find_file(named: str | None, folder: Path, workspace: Path) -> File | None:
    """The file that is named, else the one that is in `folder`; raises InputError.

    A file of the name pyproject.toml has our keys in a table, any other is ours alone. One that
    nobody named must lie in the workspace, with its links followed.
    """
    if named is not None:
        if leads_out(folder / named, workspace):
            said = f'"{named}" is, or is below, a link that leads out of the workspace.'
            advice = f"The workspace is {workspace}. Replace the link with the file."
            raise _problem(said, advice)
        return _named(named, folder)
    for name, open_it in ((OWN_FILE, _own), (SHARED_FILE, _shared)):
        if os.path.lexists(folder / name) and not lies_in(folder / name, workspace):
            said = f"{name} is a link that leads out of the workspace, {workspace}."
            raise _problem(said, f"Replace the link with a file, or pass --config {name}.")
        file = open_it(folder)
        if file is not None:
            return file
    return None


def _own(folder: Path) -> File | None:
    if not os.path.lexists(folder / OWN_FILE):
        return None
    file = _open(OWN_FILE, folder)
    _insist_on_sense(file.table, OWN_FILE)
    return file


def also_there(file: File, workspace: Path) -> bool:
    """Whether pyproject.toml has a table for us that does not count."""
    try:
        return file.name == OWN_FILE and _shared(workspace) is not None
    except InputError:
        return False


def misspelt(workspace: Path) -> str:
    """The name of a table of pyproject.toml that is nearly that of ours, or ""."""
    try:
        text = _read(workspace / SHARED_FILE).decode("utf-8-sig")
        tools = tomllib.loads(text).get(SHARED_TABLE[0])
    except (OSError, ValueError, RecursionError):
        return ""
    others = tuple(tools) if isinstance(tools, dict) else ()
    return nearest(SHARED_TABLE[1], others, ALIKE)


def _named(name: str, workspace: Path) -> File:
    file = _open(name, workspace)
    if Path(name).name != SHARED_FILE:
        _insist_on_sense(file.table, name)
        return file
    found = _with_table(file)
    if found is None:
        advice = "Add the table, or name another file."
        raise _problem(f'"{name}" has no table [{".".join(SHARED_TABLE)}].', advice)
    return found


def _shared(workspace: Path) -> File | None:
    """Our table of pyproject.toml. One that is not valid, and does not speak of us, is not ours."""
    path = workspace / SHARED_FILE
    try:
        if not is_file(path) or SHARED_TABLE[1].encode() not in _read(path):
            return None
    except OSError as error:
        raise InputError((unreadable("config", SHARED_FILE, error, workspace),)) from None
    return _with_table(_open(SHARED_FILE, workspace))


def _with_table(file: File) -> File | None:
    table: Any = file.table
    for key in SHARED_TABLE:
        table = table.get(key) if isinstance(table, dict) else None
    if table is None:
        return None
    if not isinstance(table, dict):
        raise _problem(f"[{'.'.join(SHARED_TABLE)}] of {file.name} is not a table.", "Make it one.")
    _insist_on_sense(table, file.name)
    return File(name=file.name, text=file.text, table=table, root=SHARED_TABLE)


def _open(name: str, workspace: Path) -> File:
    try:
        text = _read(workspace / name).decode("utf-8-sig")
        return File(name=name, text=text, table=tomllib.loads(text))
    except OSError as error:
        raise InputError((unreadable("config", name, error, workspace),)) from None
    except UnicodeDecodeError:
        raise _problem(f'"{name}" is not UTF-8.', "Save it as UTF-8.") from None
    except (ValueError, RecursionError) as error:
        advice = "Write texts in quotes, and begin a table with its [header]."
        raise _problem(f'"{name}" is not valid TOML: {error}.', advice) from None


def _read(path: Path) -> bytes:
    """The content, which may come from a pipe. OSError if it has no end, or a strange one."""
    with path.open("rb") as stream:
        content = stream.read(LARGEST_BYTES + 1)
    if len(content) > LARGEST_BYTES:
        raise OSError(errno.EFBIG, "It is larger than 1 MiB")
    return content


def _insist_on_sense(table: Mapping[str, Any], name: str) -> None:
    """Raise InputError for a table that nobody writes, before each value of it is looked at."""
    rest: list[tuple[object, int]] = [(table, 0)]
    count = 0
    while rest:
        value, depth = rest.pop()
        count += 1
        if count > MOST_VALUES:
            said = f'"{name}" has more than {MOST_VALUES:,} values.'
            raise _problem(said, "Is it the right file?")
        if depth > DEEPEST:
            raise _problem(f'"{name}" has a value more than {DEEPEST} keys deep.', FLATTER)
        if isinstance(value, int) and abs(value) >= TOO_LARGE:
            raise _problem(f'"{name}" has a number with more than 18 digits.', "Correct it.")
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list):
            rest += [(each, depth + 1) for each in value]


def _problem(message: str, advice: str) -> InputError:
    return InputError((Problem("config", message, advice=advice),))
