"""A release as it is on this side: its files, its dependencies, and the id that stands for all."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pa_deploy import bundle, dependencies
from pa_deploy.bundle import Manifest
from pa_deploy.clock import Deadline
from pa_deploy.errors import InputError, Problem
from pa_deploy.model import Secret, WantedRelease

FORMAT = 1
"""Of what a release is made of; another format is another release."""
ID_CHARACTERS = 16


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
        dependencies.install(
            wanted.requirements,
            python_version,
            folder,
            dependencies.Surroundings(
                workspace=wanted.workspace or wanted.requirements.parent,
                scratch=scratch,
                environ=environ,
                secrets=(token.reveal(),),
                source=wanted.source,
            ),
            deadline,
            announce,
        )
        layer = Bundle(folder, bundle.read_folder(folder, bundle.every_file(folder)))
        announce(f"The dependencies have {_count(layer)}.")
        layers = (layer,) if layer.manifest else ()
    return Content(id=_id(wanted, code, layers, token), wanted=wanted, code=code, layers=layers)


def _count(part: Bundle) -> str:
    number = len(part.manifest)
    return f"{number:,} {'file' if number == 1 else 'files'}, {part.size:,} bytes"


def env_of(wanted: WantedRelease) -> dict[str, str]:
    """The variables in clear; they go to PythonAnywhere and nowhere else."""
    return {name: value.reveal() for name, value in wanted.env}


def _id(wanted: WantedRelease, code: Bundle, layers: tuple[Bundle, ...], token: Secret) -> str:
    """It is public; so the hash of `env` is a keyed one, by which no value can be guessed."""
    key = token.reveal().encode()
    parts = {
        "format": FORMAT,
        "files": code.digest,
        "layers": [layer.digest for layer in layers],
        "app": wanted.app,
        "run": wanted.run,
        "shared": wanted.shared,
        "env": hmac.new(key, json.dumps(env_of(wanted)).encode(), "sha256").hexdigest()
        if wanted.env
        else "",
    }
    canonical = json.dumps(parts, sort_keys=True).encode()
    return hashlib.sha256(canonical).hexdigest()[:ID_CHARACTERS]
