"""The input `requirements`: a file, and in brackets what is wanted of it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from packaging.utils import canonicalize_name

from pa_deploy.inputs.parse import BadValue
from pa_deploy.model import Chosen

IN_BRACKETS = re.compile(r"(?P<path>[^\[\]\n]*[^\[\]\s])\s*\[(?P<names>[^\[\]]*)\]\s*")
GROUP = "group:"
NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
HOW = "Write it like this: `pyproject.toml[web,group:prod]`."


@dataclass(frozen=True, slots=True)
class DependencyFile:
    """A file that lists dependencies, relative to the workspace."""

    path: str
    chosen: Chosen = field(default_factory=Chosen)


def path_of(value: str) -> str:
    """The path alone, whatever stands in the brackets."""
    found = IN_BRACKETS.fullmatch(value)
    return found["path"].strip() if found else value


def dependency_file(value: str) -> DependencyFile:
    """Raises BadValue."""
    if len(value.strip().splitlines()) > 1:
        said = "it names several files."
        raise BadValue.because(said, "Name one file, which includes the others by `-r FILE`.")
    found = IN_BRACKETS.fullmatch(value)
    if not found:
        return DependencyFile(value)
    extras: list[str] = []
    groups: list[str] = []
    for each in found["names"].split(","):
        text = each.strip()
        name = text.removeprefix(GROUP).strip()
        if not NAME.fullmatch(name):
            said = "the brackets must have the names of extras and groups."
            raise BadValue.because(said, HOW)
        (groups if text.startswith(GROUP) else extras).append(str(canonicalize_name(name)))
    chosen = Chosen(tuple(dict.fromkeys(extras)), tuple(dict.fromkeys(groups)))
    return DependencyFile(path_of(value), chosen)
