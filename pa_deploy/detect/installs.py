"""Commands of `run` that install packages into what all releases share."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from pa_deploy.detect.shell import Command, commands_of
from pa_deploy.errors import Problem
from pa_deploy.model import WantedRelease

PIP = re.compile(r"pip(3(\.\d+)?)?")
PYTHON = re.compile(r"python(3(\.\d+)?)?")
CHANGES = {"install", "uninstall", "sync"}
OTHERS = {
    "poetry": {"install", "add", "update", "sync"},
    "pipenv": {"install", "sync", "update"},
    "pdm": {"install", "add", "sync", "update"},
    "uv": {"sync", "add"},
    "conda": {"install", "update"},
}
ELSEWHERE = ("--target", "-t", "--prefix", "--root", "--dry-run", "--help", "-h")
"""Options of pip with which it leaves the packages of the web app alone."""


def install_cautions(wanted: WantedRelease, place: str) -> Iterator[Problem]:
    """A warning for each input with such a command. `place`, for people, is where it installs."""
    for name, lines in (("run", wanted.run), ("first-run", wanted.first_run)):
        found = next((line for line in lines if _installs(line)), None)
        if found:
            yield _caution(name, found, place)


def _caution(name: str, line: str, place: str) -> Problem:
    return Problem(
        name,
        f"`{line}` installs into {place}, which all releases share. The live site gets "
        "the packages at once, even if the release is refused, and a rollback does not bring the "
        "former ones back.",
        advice="Remove the command, and name the file that lists the packages in `requirements`: "
        "then each set of packages has an environment of its own.",
    )


def _installs(line: str) -> bool:
    return any(_changes_packages(command) for command in commands_of(line))


def _changes_packages(command: Command) -> bool:
    words = command.program
    if len(words) > 2 and PYTHON.fullmatch(_program(words)) and words[1] == "-m":
        words = words[2:]
    name = _program(words)
    if PIP.fullmatch(name):
        return _is_told(words[1:], CHANGES) and not _goes_elsewhere(words)
    if PYTHON.fullmatch(name) and posixpath.basename(words[1] if words[1:] else "") == "setup.py":
        return _is_told(words[2:], {"install", "develop"})
    if name == "pip-sync":
        return True
    return name in OTHERS and _is_told(words[1:], OTHERS[name])


def _program(words: Sequence[str]) -> str:
    return posixpath.basename(words[0]) if words else ""


def _is_told(words: Sequence[str], what: set[str]) -> bool:
    """Whether the first word that is not an option is one of these."""
    first = next((word for word in words if not word.startswith("-")), "")
    return first in what


def _goes_elsewhere(words: Sequence[str]) -> bool:
    return any(word.partition("=")[0] in ELSEWHERE for word in words)
