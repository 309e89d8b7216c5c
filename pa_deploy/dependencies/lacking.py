"""Packages that cannot be shipped: what uv says of each, and the way out in our words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from packaging.utils import canonicalize_name

from pa_deploy.dependencies.formats.target import Target
from pa_deploy.dependencies.model import NeedsBuilding, Place, Requirements
from pa_deploy.dependencies.names import MODULES, POPULAR, advice_on, of_system, platform_of
from pa_deploy.errors import InputError, Problem

INPUT = "requirements"
OFFERED = tuple(f"3.{minor}" for minor in range(8, 15))
"""Those that PythonAnywhere may offer."""
Kind = Literal["wheel", "python", "version", "unknown"]
"""It has no wheel, it is for other Pythons, there is no such version, or no index knows it."""

PACKAGE = r"(?<![A-Za-z0-9._-])`?([A-Za-z0-9][A-Za-z0-9._-]*+)"
VERSION = r"(?:(==|[=<>!~]+)([^\s,;`]+)(?:,\S+)?)?"
NO_WHEEL = re.compile(
    rf"{PACKAGE}{VERSION} ha(?:s|ve) no (?:usable |\S+-compatible )?wheels"
    rf"|is disabled, but attempted to build {PACKAGE}"
    rf"|Building source distributions for {PACKAGE}"
)
PLATFORMS = re.compile(r"Wheels are available for `([^`]+)`[^:]*on the following platforms?: (.*)")
PYTHONS = re.compile(r"wheels for `([^`]+)`[^:]*following Python \w+ tags?: (.*)")
TAG = re.compile(r"`([^`]+)`")
GLIBC = re.compile(r"manylinux_(\d+)_(\d+)_x86_64")
OUR_GLIBC = (2, 31)
CPYTHON = re.compile(r"`cp(\d)(\d+)`")
NEWER_PYTHON = re.compile(
    rf"{PACKAGE}{VERSION} (?:depends? on|requires?) Python\s*((?:[<>=!~][^\s]*)+)"
)
NO_VERSION = re.compile(rf"there (?:is|are) no versions? of {PACKAGE}{VERSION}")
ONLY = re.compile(
    rf"only {PACKAGE}{VERSION} (?:is|are) available"
    rf"|only the following versions of {PACKAGE} are available"
)
NOT_FOUND = re.compile(
    rf"{PACKAGE} was not found in the (?:package registry|provided package|cache)"
)


@dataclass(frozen=True, slots=True)
class Lack:
    """A package that cannot be shipped. `version` is "" if more than one is meant.

    `pythons` are those that it has wheels for, `platforms` tags of its wheels, both only as far as
    uv tells. `has_source`: it can be built, and its name is not one that people list by mistake,
    such as `sklearn`. `needs` is the limit of Pythons. `other` is the version that can be shipped.
    """

    name: str
    version: str
    kind: Kind
    pythons: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    has_source: bool = False
    needs: str = ""
    other: str = ""

    @property
    def system(self) -> str:
        """The only system that it is for, as `sys_platform` names it; "" if it is for others."""
        known = platform_of(self.name)
        if known or not self.platforms:
            return known
        if all(tag.startswith("win") for tag in self.platforms):
            return "win32"
        return "darwin" if all(tag.startswith("macosx") for tag in self.platforms) else ""


def lacks(said: str) -> Iterator[Lack]:
    """What uv says of packages that it cannot take, each package once."""
    flat = " ".join(said.split())
    platforms = {name: tuple(TAG.findall(tags)) for name, tags in _hinted(PLATFORMS, said)}
    pythons = {name: _pythons(tags) for name, tags in _hinted(PYTHONS, said)}
    found: dict[str, Lack] = {}
    for row in NO_WHEEL.finditer(flat):
        name = str(canonicalize_name(row[1] or row[4] or row[5]))
        version = row[3] if row[2] == "==" else ""
        lack = Lack(
            name,
            version,
            "wheel",
            pythons.get(name, ()),
            platforms.get(name, ()),
            has_source=("no usable wheels" in row[0] or bool(row[4] or row[5]))
            and name not in MODULES,
        )
        found.setdefault(name, lack)
    for row in NEWER_PYTHON.finditer(flat):
        name = str(canonicalize_name(row[1]))
        version = row[3] if row[2] == "==" else ""
        found.setdefault(name, Lack(name, version, "python", needs=row[4].rstrip(",.")))
    for row in NO_VERSION.finditer(flat):
        name = str(canonicalize_name(row[1]))
        found.setdefault(name, Lack(name, row[3] if row[2] == "==" else "", "version"))
    for row in ONLY.finditer(flat):
        name = str(canonicalize_name(row[1] or row[4]))
        found.setdefault(name, Lack(name, "", "version"))
    for name in NOT_FOUND.findall(flat):
        canonical = str(canonicalize_name(name))
        found.setdefault(canonical, Lack(canonical, "", "unknown"))
    yield from found.values()


def _hinted(pattern: re.Pattern[str], said: str) -> Iterator[tuple[str, str]]:
    """The package and the tags of each hint. A hint goes on over lines up to the next one."""
    for hint in re.split(r"hint:", said)[1:]:
        row = pattern.search(" ".join(hint.split()))
        if row:
            yield str(canonicalize_name(row[1])), row[2]


def _pythons(tags: str) -> tuple[str, ...]:
    found = {(int(major), int(minor)) for major, minor in CPYTHON.findall(tags)}
    return tuple(f"{major}.{minor}" for major, minor in sorted(found))


def refuse(
    found: Mapping[str, Lack], others: tuple[Problem, ...], wanted: Requirements, python: str
) -> InputError:
    """One failure with all of them, sorted by name; `others` are problems besides."""
    rows = [found[name] for name in sorted(found)]
    problems = tuple(_problem(lack, wanted, python) for lack in rows)
    if not others and all(row.has_source and not row.system for row in rows):
        return NeedsBuilding(problems, tuple(_shown(row, wanted) for row in rows))
    return InputError((*problems, *others))


def _problem(lack: Lack, wanted: Requirements, python: str) -> Problem:
    place = wanted.place_of(lack.name)
    said, advice = _told(lack, wanted, place, python)
    if place is None:
        said += " Another package needs it."
    return Problem(INPUT, said, advice=advice)


def _told(lack: Lack, wanted: Requirements, place: Place | None, python: str) -> tuple[str, str]:
    """Message and advice."""
    shown = _shown(lack, wanted)
    if lack.kind == "unknown":
        said = f"{shown} was not found on the package index."
        other = (
            "If another index has it, add that index with `--extra-index-url` in "
            f"{wanted.file} or by the variable UV_INDEX."
        )
        wrong = "" if lack.name in POPULAR else "Correct the name. "
        return said, advice_on(lack.name) or f"{wrong}{other}"
    if lack.kind == "version":
        said = f"the package index has no version that fits {shown}."
        other = of_system(lack.name) or _instead(lack, wanted, place, python)
        return said, other or f"Correct the version in {wanted.file}."
    if lack.kind == "python":
        said = f"{shown} needs Python {lack.needs}, and `python-version` is {python}."
        return said, _instead(lack, wanted, place, python) or "Set another `python-version`."
    if lack.system:
        system = "Windows" if lack.system == "win32" else "macOS"
        marker = f'; sys_platform == "{lack.system}"'
        return f"{shown} is for {system} only.", f"Remove it, or write `{marker}` after it."
    said = f"there is no wheel of {shown} for Python {python} on Linux (x86_64)."
    if lack.pythons:
        said += f" It has wheels for Python {_joined(lack.pythons)}."
    newer = _newer_linux(lack)
    if newer:
        said += f" Its wheels need a newer Linux (glibc {newer})."
    other = _instead(lack, wanted, place, python)
    if lack.has_source:
        build = "set `dependencies: install`, so that PythonAnywhere builds it."
        return said, f"{other} Or {build}" if other else f"{build[:1].upper()}{build[1:]}"
    if lack.name in MODULES:
        return said, advice_on(lack.name)
    return said, other or f"List another package instead of `{lack.name}`."


def _newer_linux(lack: Lack) -> str:
    """The oldest glibc for which there is a wheel, if that is what keeps it from PythonAnywhere."""
    found = (GLIBC.fullmatch(tag) for tag in lack.platforms)
    versions = sorted((int(each[1]), int(each[2])) for each in found if each)
    return ".".join(map(str, versions[0])) if versions and versions[0] > OUR_GLIBC else ""


def _shown(lack: Lack, wanted: Requirements) -> str:
    """The package as it is asked for, with the line that does."""
    entry = next((entry for entry in wanted.entries if entry.name == lack.name), None)
    if entry and lack.kind == "version":
        return f"{entry.text.partition(' ; ')[0]} ({entry.place})"
    version = entry.pin if entry else lack.version
    pin = f"{lack.name}=={version}" if version else lack.name
    return f"{pin} ({entry.place})" if entry else pin


def _instead(lack: Lack, wanted: Requirements, place: Place | None, python: str) -> str:
    """Another version, or another Python, for which there is a wheel; "" if none is known."""
    ways = []
    if lack.other:
        line = f"`{lack.name}=={lack.other}`"
        if wanted.is_locked:
            ways.append(f"lock {line}")
        else:
            ways.append(f"write {line}" if place else f"add the line {line}")
    fitting = _fitting(lack)
    if fitting:
        own = _minor(python)
        nearest = min(fitting, key=lambda each: abs(_minor(each) - own))
        ways.append(f'set `python-version: "{nearest}"`')
    said = ", or ".join(ways)
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def _fitting(lack: Lack) -> list[str]:
    """The Pythons of PythonAnywhere that have a wheel, or that it is for."""
    if lack.kind != "python":
        return [each for each in lack.pythons if each in OFFERED]
    try:
        return [each for each in OFFERED if Target(each).fits(lack.needs)]
    except ValueError:
        return []


def _minor(python: str) -> int:
    return int(python.partition(".")[2])


def _joined(pythons: tuple[str, ...]) -> str:
    return pythons[0] if len(pythons) == 1 else f"{', '.join(pythons[:-1])} and {pythons[-1]}"
