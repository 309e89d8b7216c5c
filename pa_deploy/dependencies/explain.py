"""Turn the messages of uv into ours: what happened, the likely cause, the next step."""

from __future__ import annotations

import re
from collections.abc import Iterable

from packaging.utils import canonicalize_name

from pa_deploy.dependencies.lacking import Lack, lacks, refuse
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

NO_VERSION = re.compile(r"there (?:is|are) no versions? of `?([^\s`]+)")
BY_URL = re.compile(r"Package `([^`]+)` was included as a URL dependency")
GIT = re.compile(r"Failed to download and build `([^\s`]+)")
MISMATCH = re.compile(r"Hash mismatch for `([^`]+)`")
NO_HASH = re.compile(
    r"(?:none were provided for: |no trusted hash was provided for: `?"
    r"|pinned with `==`, but found: )([^\s`;]+)"
)
DEPENDS = re.compile(r"\bdepends? on\b")
WORD = re.compile(r"[a-z0-9][a-z0-9-]*")
SHORTER = (
    (r"\{[^{}]*\}", ""),
    (r", we can conclude that your requirements are unsatisfiable", ", nothing fits"),
    (r", we can conclude that", ","),
)
MOST_SHORT = 1_500
MOST_NAMED = 10
UNREADABLE = "Couldn't parse requirement"
UNSATISFIABLE = "requirements are unsatisfiable"
OFFLINE = "network was disabled"
OWN_FOLDERS = re.compile(r"(?<![\w:/.])/(?:[^\s`/]++/)+")
"""The folders of a file, most of which are uv's own, and gone by now. URLs have none of them."""
VARIABLE = re.compile(r"environment variable `([A-Z0-9_]+)`")


def explain(
    said: str,
    exit_code: int,
    wanted: Requirements,
    python_version: str,
    *,
    is_conflict: bool = False,
) -> DeployError:
    """The failure for what uv printed and its exit code.

    `is_conflict`: each package that uv names can be had alone, but not with the others.
    """
    found = {} if is_conflict else {lack.name: lack for lack in named(said, exit_code, wanted)}
    if found:
        return refuse(found, (), wanted, python_version)
    text = readable(said, wanted)
    message, advice = _told(text, wanted) or _conflict(text, wanted)
    return _besides(said, exit_code, wanted) or InputError(
        (Problem(INPUT, message, advice=advice),)
    )


def named(said: str, exit_code: int, wanted: Requirements) -> tuple[Lack, ...]:
    """The packages that uv cannot take; none if it has failed for another reason."""
    text = readable(said, wanted)
    is_other = _besides(said, exit_code, wanted) or _told(text, wanted)
    return () if is_other else tuple(lacks(text))


def _besides(said: str, exit_code: int, wanted: Requirements) -> DeployError | None:
    """The failure if it is not one of packages."""
    if exit_code not in (1, 2) or "panicked at" in said:
        return _crashed(exit_code)
    return network_fault(readable(said, wanted), wanted.file)


def _crashed(exit_code: int) -> InputError:
    ended = f"was killed by signal {-exit_code}" if exit_code < 0 else f"crashed ({exit_code})"
    said = f"uv, which resolves and fetches packages, {ended}."
    advice = (
        "This machine may be short of memory or disk space. Run again. If it fails again, install "
    )
    return InputError((Problem(INPUT, said, advice=f"{advice}another version of uv."),))


def _told(text: str, wanted: Requirements) -> tuple[str, str] | None:
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
    ):
        names = pattern.findall(text)
        if names:
            return tell(_listed(names, wanted), wanted.file)
    return None


def _conflict(text: str, wanted: Requirements) -> tuple[str, str]:
    """Message and advice if versions do not fit, or if nothing is known."""
    names = NO_VERSION.findall(text)
    if names and not DEPENDS.search(text):
        said = f"the package index has no version that fits {_listed(names, wanted)}."
        return said, f"Correct the version in {wanted.file}."
    if UNSATISFIABLE in text:
        said = f"versions do not fit together: {_asking(text, wanted)}.\n{_short(text)}"
        return said, "Change one of these versions, or remove its limit."
    if UNREADABLE in text:
        entry = next((each for each in wanted.entries if each.text in text), None)
        said = f"uv cannot read the line of `{entry.name}`." if entry else "uv cannot read a line."
        return (f"{entry.place}: {said}" if entry else said), "Correct it."
    said = OWN_FOLDERS.sub("", text)
    return f"the packages could not be fetched.\n{said}", f"Correct {wanted.file}."


def _asking(text: str, wanted: Requirements) -> str:
    """The listed packages of which uv speaks, with their lines."""
    words = set(WORD.findall(text.lower()))
    rows = [each for each in wanted.entries if each.name in words]
    found = [f"{each.text.partition(' ; ')[0]} ({each.place})" for each in rows[:MOST_NAMED]]
    return ", ".join(found) or f"those that {wanted.file} lists"


def _short(text: str) -> str:
    """What uv concludes, in fewer words, without its hints."""
    said = " ".join(text.partition("hint:")[0].split())
    for pattern, instead in SHORTER:
        said = re.sub(pattern, instead, said)
    lines = said.replace(" And because ", "\nAnd because ")
    return lines if len(lines) <= MOST_SHORT else f"{lines[:MOST_SHORT]}…"


def mismatch(listed: str, file: str) -> tuple[str, str]:
    said = f"the file of {listed} on the index does not have the hash that {file} gives."
    return said, "Find out why before you change the hash: the file may have been tampered with."


def no_hash(listed: str, file: str) -> tuple[str, str]:
    said = f"{listed} has no hash. Because {file} has hashes, each package needs one"
    advice = "Make the file again with `uv pip compile --generate-hashes`, or remove all hashes."
    return f"{said}, and a version (`==`).", advice


def _by_url(listed: str, file: str) -> tuple[str, str]:
    said = f"a package in {file} needs {listed} from a URL. pa-deploy does not follow such URLs."
    return said, f"List that package in {file} with a version that the index has."


def _listed(names: Iterable[str], wanted: Requirements) -> str:
    """The names with the lines that ask for them, each once, sorted."""
    rows = []
    for name in sorted({name.rstrip(".,;:") for name in names}):
        place = wanted.place_of(canonicalize_name(re.split(r"[=<>!~\[@ ]", name)[0]))
        rows.append(f"{name} ({place})" if place else name)
    return ", ".join(rows)


def readable(said: str, wanted: Requirements) -> str:
    """What uv said, in lines, without what must not be shown."""
    text = without_values(without_credentials(said), wanted.variables)
    short = LONG_WORD.sub("…", text)
    if len(short) > MOST_SAID:  # a part of a line could end in a part of a secret
        short = short[:MOST_SAID].rpartition("\n")[0]
    lines = (PREFIX.sub("", line.strip()) for line in short.splitlines())
    return "\n".join(line for line in lines if line and line != NO_SOLUTION)
