"""A release as it is on this side: its files, its dependencies, and the id that stands for all."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pa_deploy import bundle, dependencies
from pa_deploy.bundle import Manifest
from pa_deploy.clock import Deadline
from pa_deploy.errors import InputError, Problem
from pa_deploy.model import Secret, WantedRelease
from pa_deploy.settings.config.lines import without_table

FORMAT = 2
"""Of what a release is made of; another format is another release."""
ID_CHARACTERS = 16
PYPROJECT = "pyproject.toml"
OUR_TABLE = ("tool", "pa-deploy")
"""It holds inputs, and those that make another release count by themselves."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A folder on this side and its manifest."""

    folder: Path
    manifest: Manifest

    @property
    def digest(self) -> str:
        return bundle.digest(self.manifest)

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(entry.size for entry in self.manifest.values())

    def largest(self, count: int) -> list[tuple[str, int]]:
        """The largest files, the largest first, with their sizes in bytes."""
        sizes = ((path, entry.size) for path, entry in self.manifest.items())
        return sorted(sizes, key=lambda row: (-row[1], row[0]))[:count]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A release that can be shipped. Equal content, settings and secrets have equal ids."""

    id: str
    wanted: WantedRelease
    code: Bundle
    layers: tuple[Bundle, ...]


def read_code(wanted: WantedRelease) -> Bundle:
    """The files of `source`; raises InputError where there are none or some cannot be shipped."""
    paths = bundle.select(wanted.source, wanted.include, wanted.exclude)
    if not paths:
        said = f'there is nothing to ship in "{wanted.source}".'
        advice = "Was it built? What `.gitignore` ignores is left out; `include` brings it back."
        raise InputError((Problem("source", said, advice=advice),))
    return Bundle(wanted.source, bundle.read_folder(wanted.source, paths))


def make_content(
    wanted: WantedRelease,
    python_version: str,
    token: Secret,
    scratch: Path,
    environ: Mapping[str, str],
    deadline: Deadline,
    announce: Callable[[str], None],
    virtualenv: str = "",
) -> Content:
    """Read the files and resolve the dependencies, which are put into `scratch`.

    Raises InputError with what cannot be shipped, and OutOfTime.
    """
    code = read_code(wanted)
    announce(f"The release has {_count(code)}.")
    layers: tuple[Bundle, ...] = ()
    if wanted.requirements is not None:
        announce(f"Resolving the requirements for Python {python_version}")
        folder = scratch / "layer"
        dependencies.install(wanted.requirements, python_version, folder, environ, deadline)
        layer = Bundle(folder, bundle.read_folder(folder, bundle.every_file(folder)))
        announce(f"The dependencies have {_count(layer)}.")
        layers = (layer,) if layer.manifest else ()
    surroundings = (python_version, virtualenv)
    release = _id(wanted, code, layers, token, surroundings)
    return Content(id=release, wanted=wanted, code=code, layers=layers)


def _count(part: Bundle) -> str:
    number = len(part.manifest)
    return f"{number:,} {'file' if number == 1 else 'files'}, {part.size:,} bytes"


def env_of(wanted: WantedRelease) -> dict[str, str]:
    """The variables in clear; they go to PythonAnywhere and nowhere else."""
    return {name: value.reveal() for name, value in wanted.env}


def _id(
    wanted: WantedRelease,
    code: Bundle,
    layers: tuple[Bundle, ...],
    token: Secret,
    surroundings: tuple[str, str],
) -> str:
    """It is public; so the hash of `env` is a keyed one, by which no value can be guessed.

    `surroundings` are the web app's Python version and virtualenv. Not a part of it are what only
    says how a release comes about: `first-run`, the commit, the run.
    """
    key = token.reveal().encode()
    env = json.dumps(env_of(wanted), sort_keys=True).encode()
    parts = {
        "format": FORMAT,
        "files": _digest_of(code),
        "layers": [layer.digest for layer in layers],
        "app": wanted.app,
        "python_path": wanted.python_path,
        "run": wanted.run,
        "shared": sorted(wanted.shared),
        "surroundings": surroundings,
        "variables": dict(wanted.variables),
        "env": hmac.new(key, env, "sha256").hexdigest() if wanted.env else "",
    }
    canonical = json.dumps(parts, sort_keys=True).encode()
    return hashlib.sha256(canonical).hexdigest()[:ID_CHARACTERS]


def _digest_of(code: Bundle) -> str:
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
