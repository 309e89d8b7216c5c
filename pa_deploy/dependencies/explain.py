"""Turn the messages of uv into ours: what happened, the likely cause, the next step."""

from __future__ import annotations

import re
from collections.abc import Iterable

from packaging.utils import canonicalize_name

from pa_deploy.dependencies.model import Requirements
from pa_deploy.dependencies.network import network_fault
from pa_deploy.dependencies.shown import without_values
from pa_deploy.errors import DeployError, InputError, Problem
from pa_deploy.urls import without_credentials

INPUT = "requirements"
MOST_SAID = 20_000
LONG_WORD = re.compile(r"\S{501,}+")
"""Packages and indexes choose words that uv repeats; searching a long word takes too long."""
NO_SOLUTION = "No solution found when resolving dependencies"
PREFIX = re.compile(r"^(?:error|cause|warning|Caused by):\s*|^[\s\u00d7\u2500-\u257f\u25b6]+")

PACKAGE = r"(?<![A-Za-z0-9._-])`?([A-Za-z0-9][A-Za-z0-9._-]*+)"
NO_WHEEL = re.compile(
    rf"{PACKAGE}(?:[=<>!~]\S+)? ha(?:s|ve) no (?:usable |\S+-compatible )?wheels"
    rf"|Wheels are (?:required|available) for {PACKAGE}"
    rf"|only found wheels for {PACKAGE}"
    rf"|{PACKAGE}`? \([^)]*\) only has wheels"
    rf"|is disabled, but attempted to build {PACKAGE}"
    rf"|Building source distributions for {PACKAGE}"
)
PLATFORMS = re.compile(r"Wheels are available for `([^`]+)`[^:]*on the following platforms?: (.*)")
PYTHONS = re.compile(r"wheels for `([^`]+)`[^:]*following Python \w+ tags?: (.*)")
CPYTHON = re.compile(r"`cp(\d)(\d+)`")
NEWER_PYTHON = re.compile(
    rf"{PACKAGE}(?:[^\sA-Za-z0-9._-]\S*+)?+ (?:depends? on|requires?) Python\s*([<>=!~][^\s,]*)"
)
NOT_FOUND = re.compile(
    rf"{PACKAGE} was not found in the (?:package registry|provided package|cache)"
)
NO_VERSION = re.compile(r"there (?:is|are) no versions? of `?([^\s`]+)")
BY_URL = re.compile(r"Package `([^`]+)` was included as a URL dependency")
GIT = re.compile(r"Failed to download and build `([^\s`]+)")
MISMATCH = re.compile(r"Hash mismatch for `([^`]+)`")
NO_HASH = re.compile(
    r"(?:none were provided for: |no trusted hash was provided for: `?"
    r"|pinned with `==`, but found: )([^\s`;]+)"
)
DEPENDS = re.compile(r"\bdepends? on\b")
UNSATISFIABLE = "requirements are unsatisfiable"
OFFLINE = "network was disabled"
VARIABLE = re.compile(r"environment variable `([A-Z0-9_]+)`")


def explain(said: str, exit_code: int, wanted: Requirements, python_version: str) -> DeployError:
    """The failure for what uv printed and its exit code."""
    if exit_code not in (1, 2) or "panicked at" in said:
        return _crashed(exit_code)
    text = _readable(said, wanted)
    fault = network_fault(text, wanted.file)
    if fault:
        return fault
    message, advice = _told(text, wanted, python_version)
    return InputError((Problem(INPUT, message, advice=advice),))


def _crashed(exit_code: int) -> InputError:
    ended = f"was killed by signal {-exit_code}" if exit_code < 0 else f"crashed ({exit_code})"
    said = f"uv, which resolves and fetches packages, {ended}."
    advice = (
        "This machine may be short of memory or disk space. Run again. If it fails again, install "
    )
    return InputError((Problem(INPUT, said, advice=f"{advice}another version of uv."),))


def _told(text: str, wanted: Requirements, python_version: str) -> tuple[str, str]:
    """Message and advice. The more exact a pattern, the earlier it is tried."""
    variable = VARIABLE.search(text)
    if variable and "Failed to parse" in text:
        return f"uv cannot use the environment variable {variable[1]}.", "Correct or remove it."
    if OFFLINE in text:
        return "UV_OFFLINE is set, and a package is not in uv's cache.", "Remove UV_OFFLINE."
    for pattern, tell in (
        (MISMATCH, mismatch),
        (NO_HASH, no_hash),
        (BY_URL, _by_url),
        (GIT, _by_url),
        (NOT_FOUND, _not_found),
    ):
        names = pattern.findall(text)
        if names:
            return tell(_listed(names, wanted), wanted.file)
    if NO_WHEEL.search(text):
        return _no_wheel(text, wanted, python_version)
    newer = NEWER_PYTHON.search(text)
    if newer and "Python version" in text:
        said = f"`{newer[1]}` needs Python {newer[2]}, and `python-version` is {python_version}."
        return said, f"Set another `python-version`, or list another version of `{newer[1]}`."
    names = NO_VERSION.findall(text)
    if names and not DEPENDS.search(text):
        said = f"the package index has no version that fits {_listed(names, wanted)}."
        return said, f"Correct the version in {wanted.file}."
    if UNSATISFIABLE in text:
        said = f"the versions that {wanted.file} asks for do not fit together.\n{text}"
        return said, "Change one of these versions, or remove its limit."
    return f"the packages could not be fetched.\n{text}", f"Correct {wanted.file}."


def mismatch(listed: str, file: str) -> tuple[str, str]:
    said = f"the file of {listed} on the index does not have the hash that {file} gives."
    return said, "Find out why before you change the hash: the file may have been tampered with."


def _not_found(listed: str, file: str) -> tuple[str, str]:
    other = f"add that index by `--extra-index-url` in {file} or by the variable UV_INDEX."
    said = f"{listed} was not found on the package index."
    return said, f"Correct the name. If another index has it, {other}"


def no_hash(listed: str, file: str) -> tuple[str, str]:
    said = f"{listed} has no hash. Because {file} has hashes, each package needs one"
    advice = "Make the file again with `uv pip compile --generate-hashes`, or remove all hashes."
    return f"{said}, and a version (`==`).", advice


def _by_url(listed: str, file: str) -> tuple[str, str]:
    said = f"a package in {file} needs {listed} from a URL. pa-deploy does not follow it."
    return said, f"List that package in {file} with a version that the index has."


def _no_wheel(text: str, wanted: Requirements, python_version: str) -> tuple[str, str]:
    names = [name for groups in NO_WHEEL.findall(text) for name in groups if name]
    platforms = dict(PLATFORMS.findall(text))
    windows = [
        name
        for name, found in platforms.items()
        if re.search(r"win", found) and "linux" not in found
    ]
    listed = _listed(names, wanted)
    message = f"there is no wheel of {listed} for Python {python_version} on Linux (x86_64)."
    for name, tags in PYTHONS.findall(text):
        pythons = sorted(
            {f"{major}.{minor}" for major, minor in CPYTHON.findall(tags)}, key=_number
        )
        if pythons:
            message += f" `{name}` has wheels for Python {', '.join(pythons)}."
    if windows:
        name = windows[0]
        marker = '; sys_platform == "win32"'
        return f"{message} `{name}` is for Windows.", f"Remove it, or write `{marker}` after it."
    return message, (
        "Another version may have a wheel. Otherwise, build it on PythonAnywhere: remove "
        f"`requirements`, set `virtualenv`, and set `run: pip install -r {wanted.file}`."
    )


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _listed(names: Iterable[str], wanted: Requirements) -> str:
    """The names with the lines that ask for them, each once, sorted."""
    rows = []
    for name in sorted({name.rstrip(".,;:") for name in names}):
        place = wanted.place_of(canonicalize_name(re.split(r"[=<>!~\[@ ]", name)[0]))
        rows.append(f"{name} ({place})" if place else name)
    return ", ".join(rows)


def _readable(said: str, wanted: Requirements) -> str:
    """What uv said, in lines, without what must not be shown."""
    text = without_values(without_credentials(said), wanted.variables)
    short = LONG_WORD.sub("…", text)
    if len(short) > MOST_SAID:  # a part of a line could end in a part of a secret
        short = short[:MOST_SAID].rpartition("\n")[0]
    lines = (PREFIX.sub("", line.strip()) for line in short.splitlines())
    return "\n".join(line for line in lines if line and line != NO_SOLUTION)
