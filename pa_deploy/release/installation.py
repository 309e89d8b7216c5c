"""Why pip could not install the packages on PythonAnywhere, found in what it has printed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pa_deploy.api.files import is_full_disk
from pa_deploy.release.explained import MOST_CHARACTERS, Explained
from pa_deploy.release.pip_build import building, explain_build
from pa_deploy.release.pip_network import explain_network, explain_repository
from pa_deploy.release.protocol import TIMED_OUT

INSTALL = "install"
"""The loader's step."""
MOST_LINES = 3


def explain_install(output: str, error: str) -> Explained:
    """The failure of pip, by its output and the loader's `error`."""
    lines = _lines_of_last(output)
    text = "\n".join(lines)
    looks = (
        *(_full_disk, _timed_out, explain_network, _killed, explain_repository),
        *(explain_build, _hashes, _conflict, _not_found),
    )
    for look in looks:
        found = look(f"{text}\n{error}")
        if found:
            return found
    said = " ".join(_errors(lines)[-MOST_LINES:]) or "It printed nothing that tells why."
    return Explained("the packages could not be installed", said, "See the log above.")


def _lines_of_last(output: str) -> list[str]:
    """The lines of the last installation."""
    _, _, last = output.rpartition(f"$ {INSTALL}: ")
    return [line.rstrip() for line in last.splitlines()]


def _errors(lines: Sequence[str]) -> list[str]:
    """What pip calls errors."""
    found = (re.sub(r"^\s*ERROR: ", "", line) for line in lines if re.match(r"\s*ERROR: ", line))
    return [line.strip()[:MOST_CHARACTERS] for line in found]


# --- the disk and the memory


def _full_disk(text: str) -> Explained | None:
    if not is_full_disk(text):
        return None
    return Explained(
        "the account's disk is full",
        "Packages and what pip needs to build them did not fit.",
        "Run `pa-deploy releases prune`, delete files on the Files page, or remove packages that "
        "you do not need. Then deploy again.",
    )


def _timed_out(text: str) -> Explained | None:
    if TIMED_OUT not in text:
        return None
    return Explained(
        f"the installation{_of(building(text))} took longer than `timeout` allows",
        "Compiling a package may take minutes.",
        "Set `timeout` to more seconds, or list versions that have a wheel.",
    )


def _killed(text: str) -> Explained | None:
    if not re.search(
        r"exit code -9|was killed \d+ times|\bKilled\b|MemoryError|[Cc]annot allocate memory", text
    ):
        return None
    return Explained(
        f"the installation{_of(building(text))} was killed",
        "It may need too much memory.",
        "List a version that has a wheel for your `python-version`, so that nothing is compiled.",
    )


def _of(name: str) -> str:
    return f" of `{name}`" if name else ""


# --- what the requirements ask for


def _hashes(text: str) -> Explained | None:
    if "DO NOT MATCH THE HASHES" in text:
        return Explained(
            "a file on the index does not have the hash that the requirements give",
            "The file was changed, or the hash is of another file of that version.",
            "Find out why before you change the hash: the file may have been tampered with.",
        )
    found = re.search(r"Can't verify hashes[^\n]*|Hashes are required[^\n]*", text)
    if not found:
        return None
    return Explained(
        "a package has no hash, or cannot have one",
        "If one requirement has a hash, all must have one, and a repository cannot have one.",
        "Add the hashes that are missing, or remove all hashes.",
    )


def _conflict(text: str) -> Explained | None:
    found = re.search(r"Cannot install ([^\n]+?) because", text)
    if not found:
        return None
    told = re.findall(r"^ {4}(\S[^\n]*(?:depends on|requested)[^\n]*)$", text, re.MULTILINE)
    lines = " / ".join(dict.fromkeys(line[:MOST_CHARACTERS] for line in told[:MOST_LINES]))
    return Explained(
        f"{found[1]} do not fit together",
        lines or "They ask for different versions of the same package.",
        "Change one of these versions, or remove its limit.",
    )


def _not_found(text: str) -> Explained | None:
    python = re.search(
        r"Package '([^']+)' requires a different Python: (\S+) not in '([^']+)'", text
    )
    if python:
        return Explained(
            f"`{python[1]}` needs Python {python[3]}",
            f"The web app has Python {python[2]}.",
            f"Set another `python-version`, or list another version of `{python[1]}`.",
        )
    found = re.search(r"No matching distribution found for ([^\n]+)", text)
    if not found:
        return None
    versions = re.search(r"\(from versions: ([^)]+)\)", text)
    has = versions[1] if versions and versions[1] != "none" else ""
    name = found[1].strip()
    package, limit = name.partition("==")[0], _limit_of(name, text)
    if limit:
        return Explained(
            f"`{name}` needs Python {limit}",
            "The web app has another one.",
            f"Set another `python-version`, or list another version of `{package}`.",
        )
    return Explained(
        f"the package index has nothing that fits `{name}`",
        f"It has these versions: {has[-MOST_CHARACTERS:]}."
        if has
        else "It may be misspelt, or have no file for this version of Python.",
        "Correct the name or the version in the requirements.",
    )


def _limit_of(name: str, text: str) -> str:
    """The Pythons that a pinned version is for, if pip has left it out for them; or ""."""
    _, pin, version = name.partition("==")
    ignored = re.search(r"require a different python version: ([^\n]+)", text)
    if not pin or not ignored:
        return ""
    limits = (each.strip().partition(" Requires-Python ") for each in ignored[1].split(";"))
    return next((limit for each, _, limit in limits if each == version), "")
