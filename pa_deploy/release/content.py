"""A release as it is on this side: its files, its dependencies, and the id that stands for all."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pa_deploy import bundle, dependencies
from pa_deploy.bundle import Check, LeftOut, Manifest, never
from pa_deploy.clock import Deadline
from pa_deploy.dependencies import Distribution, Surroundings
from pa_deploy.errors import InputError, Problem
from pa_deploy.model import Exact, Secret, WantedRelease
from pa_deploy.release.protocol import ID_CHARACTERS
from pa_deploy.settings.config.lines import without_table
from pa_deploy.sizes import shown_size

FORMAT = 3
"""Of what a release is made of; another format is another release."""
MOST_REASONS = 5
PYPROJECT = "pyproject.toml"
OUR_TABLE = ("tool", "pa-deploy")
"""It holds inputs, and those that make another release count by themselves."""


@dataclass(frozen=True, slots=True)
class FileSet:
    """A folder on this side and its manifest; what is not in it, and what to warn of.

    `databases` are files in it that SQLite wrote.
    """

    folder: Path
    manifest: Manifest
    left_out: tuple[LeftOut, ...] = ()
    warnings: tuple[str, ...] = ()
    databases: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        return bundle.digest(self.manifest)

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(entry.size for entry in self.manifest.values())

    @property
    def count(self) -> str:
        """How much it is, for people."""
        number = len(self.manifest)
        return f"{number:,} {'file' if number == 1 else 'files'}, {shown_size(self.size)}"

    @property
    def left_out_count(self) -> str:
        """What is left out of it, for people; folders that are left out whole count as one."""
        folders = sum(row.path.endswith("/") for row in self.left_out)
        files = len(self.left_out) - folders
        parts = ((files, "file"), (folders, "folder"))
        said = " and ".join(
            f"{number:,} {noun}{'' if number == 1 else 's'}" for number, noun in parts if number
        )
        return f"{said} {'is' if files + folders == 1 else 'are'} left out of the release"

    def largest(self, count: int) -> list[tuple[str, int]]:
        """The largest files, the largest first, with their sizes in bytes."""
        sizes = ((path, entry.size) for path, entry in self.manifest.items())
        return sorted(sizes, key=lambda row: (-row[1], row[0]))[:count]


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The packages of a release. Its id is empty if there are none.

    `distributions` are what it is composed of; or pip makes it on PythonAnywhere, by `install`.
    """

    id: str = ""
    distributions: tuple[Distribution, ...] = ()
    install: Mapping[str, Any] | None = None

    @property
    def count(self) -> str:
        """How much it is, for people."""
        number = len(self.distributions)
        files = sum(len(each.manifest) for each in self.distributions)
        size = sum(each.size for each in self.distributions)
        noun = "package" if number == 1 else "packages"
        return f"{number:,} {noun}, {files:,} files, {shown_size(size)}"


NO_PACKAGES = Environment()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A release that can be shipped. Equal content, settings and secrets have equal ids."""

    id: str
    wanted: WantedRelease
    code: FileSet
    environment: Environment = NO_PACKAGES


def read_code(wanted: WantedRelease, token: Secret | None = None, check: Check = never) -> FileSet:
    """The files of `source`, without those that have the token in them. `check` is as in `select`.

    Raises InputError if there are none, or if some cannot be shipped.
    """
    secrets = (token.reveal(),) if token else ()
    found = bundle.select(
        wanted.source, wanted.include, wanted.exclude, wanted.own_files, secrets, check
    )
    if not found.manifest:
        raise InputError((_nothing(wanted.source, found.left_out),))
    return FileSet(wanted.source, found.manifest, found.left_out, found.warnings, found.databases)


def _nothing(source: Path, left_out: tuple[LeftOut, ...]) -> Problem:
    if not left_out:
        said = f'the folder "{source}" has no files.'
        return Problem(
            "source",
            said,
            advice="Check out the code and run its build before this step.",
        )
    rows = [f"{row.path!a} ({row.reason})" for row in left_out[:MOST_REASONS]]
    more = len(left_out) - len(rows)
    named = ", ".join(rows) + (f", and {more:,} more" if more else "")
    said = f'all files in "{source}" are left out: {named}.'
    advice = "If git ignores files that your app needs, add them to `include`."
    return Problem("source", said, advice=advice)


def resolve_environment(
    wanted: WantedRelease,
    webapp: tuple[str, str],
    around: Surroundings,
    deadline: Deadline,
    announce: Callable[[str], None],
    warn: Callable[[str], None],
) -> Environment:
    """The dependencies, put into the scratch folder; none if there are no requirements.

    `webapp` is as in `make_bundle`. Raises InputError, IndexUnreachable and OutOfTime.
    """
    if wanted.requirements is None:
        return NO_PACKAGES
    version = webapp[0]
    announce(f"Resolving the requirements for Python {version}")
    folder = around.scratch / "packages"
    folders = dependencies.install(wanted.requirements, version, folder, around, deadline, warn)
    into = around.scratch / "distributions"
    found = tuple(each for folder in folders for each in dependencies.split(folder, into))
    environment = _compose(found, webapp)
    announce(f"The dependencies have {environment.count}.")
    return environment


def _compose(distributions: Iterable[Distribution], webapp: tuple[str, str]) -> Environment:
    """The environment of these packages. Its programs name the Python that `webapp` has."""
    found = sorted(distributions, key=lambda each: (each.name, each.digest))
    if not found:
        return NO_PACKAGES
    parts = {"distributions": sorted(each.digest for each in found), "webapp": webapp}
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
    return Environment(id=Exact(digest[:ID_CHARACTERS]), distributions=tuple(found))


def make_bundle(
    wanted: WantedRelease,
    code: FileSet,
    environment: Environment,
    token: Secret,
    webapp: tuple[str, str] = ("", ""),
) -> Bundle:
    """The release of these parts. `webapp` are its Python version and virtualenv, "" if unknown."""
    release = _id(wanted, code, environment, token, webapp)
    return Bundle(id=release, wanted=wanted, code=code, environment=environment)


def env_of(wanted: WantedRelease) -> dict[str, str]:
    """The variables in clear; they go to PythonAnywhere and nowhere else."""
    return {name: value.reveal() for name, value in wanted.env}


def _id(
    wanted: WantedRelease,
    code: FileSet,
    environment: Environment,
    token: Secret,
    webapp: tuple[str, str],
) -> str:
    """It is public; so the hash of `env` is a keyed one, by which no value can be guessed.

    What only says how a release comes about is not a part of it: `first-run`, the commit, the run.
    """
    key = token.reveal().encode()
    env = json.dumps(env_of(wanted), sort_keys=True).encode()
    made = {"generate": sorted(wanted.generate)} if wanted.generate else {}
    parts = {
        **made,
        "format": FORMAT,
        "files": _digest_of(code),
        "environment": environment.id,
        "app": wanted.app,
        "python_path": wanted.python_path,
        "run": wanted.run,
        "shared": sorted(wanted.shared),
        "webapp": webapp,
        "variables": dict(wanted.variables),
        "env": hmac.new(key, env, "sha256").hexdigest() if wanted.env else "",
    }
    canonical = json.dumps(parts, sort_keys=True).encode()
    return Exact(hashlib.sha256(canonical).hexdigest()[:ID_CHARACTERS])


def _digest_of(code: FileSet) -> str:
    """That of the files, each pyproject.toml as if our own table were not in it."""
    manifest = dict(code.manifest)
    for path, entry in code.manifest.items():
        if path.rpartition("/")[2] == PYPROJECT and entry.kind != "link":
            digest = _digest_without_our_table(code.folder / path) or entry.digest
            manifest[path] = replace(entry, size=0, digest=digest)
    return bundle.digest(manifest)


def _digest_without_our_table(file: Path) -> str:
    """The SHA-256 (hex) of what else is in it; "" if the file is not valid TOML."""
    try:
        text = without_table(file.read_text(encoding="utf-8"), OUR_TABLE)
    except (OSError, ValueError, RecursionError):
        return ""
    return hashlib.sha256(text.encode()).hexdigest()
