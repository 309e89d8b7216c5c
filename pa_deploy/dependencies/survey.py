"""Ask the package index, by uv, which versions of single packages have a wheel.

uv chooses the lowest version that is at least the wanted one. If that is another one, the wanted
one has no wheel, and the answer is the way out: so one question asks about all packages at once.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from pa_deploy.dependencies.explain import named
from pa_deploy.dependencies.lacking import Lack
from pa_deploy.dependencies.model import Entry, Place, Requirements
from pa_deploy.dependencies.uv import Uv
from pa_deploy.errors import OutOfTime

MOST_QUESTIONS = 120
MOST_SECONDS = 30.0
"""How long all questions may take together."""
NOWHERE = Place("", 0)
LOWEST = "--resolution=lowest"


class Survey:
    """Asks about packages without what they need. Whatever goes wrong, it knows less."""

    def __init__(self, uv: Uv, wanted: Requirements) -> None:
        self._uv = uv
        self._wanted = replace(wanted, entries=(), constraints=(), overrides=(), is_locked=False)
        self._end = uv.remaining() - MOST_SECONDS
        self._asked = 0

    def versions(self, lines: Mapping[str, str], python: str, *more: str) -> dict[str, str]:
        """The version that uv takes of each package, by its requirement; none for those that it
        cannot take.
        """
        rest = dict(lines)
        while rest:
            answer = self._ask(rest.values(), python, *more)
            if not isinstance(answer, str):
                return answer
            refused = {lack.name for lack in named(answer, 1, self._wanted)} & set(rest)
            if not refused:
                return {}
            for name in refused:
                del rest[name]
        return {}

    def lack(self, name: str, text: str, python: str) -> Lack | None:
        """What uv says of one requirement that it cannot take alone; None if it can."""
        answer = self._ask((text,), python)
        if not isinstance(answer, str):
            return None
        found = (lack for lack in named(answer, 1, self._wanted) if lack.name == name)
        return next(found, None)

    def _ask(self, lines: Iterable[str], python: str, *more: str) -> dict[str, str] | str:
        """The versions by package, or what uv says if it cannot take all of them."""
        self._asked += 1
        if self._asked > MOST_QUESTIONS or self._uv.remaining() < self._end:
            return ""
        entries = tuple(Entry("", line, (), NOWHERE) for line in lines)
        wanted = replace(self._wanted, entries=entries)
        try:
            exit_code, said = self._uv.compile(wanted, python, "--no-deps", *more)
        except OutOfTime:
            return ""
        if exit_code:
            return said
        rows = tomllib.loads(self._uv.found.read_text("utf-8")).get("packages", [])
        return {canonicalize_name(row["name"]): str(row.get("version", "")) for row in rows}


def at_least(name: str, version: str) -> str:
    return f"{name}>={public(version)}"


def at_most(name: str, version: str) -> str:
    return f"{name}<={public(version)}"


def before(name: str, version: str) -> str:
    return f"{name}<{public(version)}"


def public(version: str) -> str:
    """The version without its local part, with which uv compares only for equality; "" if none."""
    try:
        return Version(version).public
    except InvalidVersion:
        return ""
