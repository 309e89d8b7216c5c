"""A release as it is on this side: its files, its dependencies, and the id that stands for all."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pa_deploy import bundle, dependencies
from pa_deploy.bundle import LeftOut, Manifest
from pa_deploy.clock import Deadline
from pa_deploy.errors import InputError, Problem
from pa_deploy.model import Secret, WantedRelease

FORMAT = 1
"""Of what a release is made of; another format is another release."""
ID_CHARACTERS = 16
MOST_REASONS = 5


@dataclass(frozen=True, slots=True)
class Bundle:
    """A folder on this side and its manifest; what is not in it, and what to warn of."""

    folder: Path
    manifest: Manifest
    left_out: tuple[LeftOut, ...] = ()
    warnings: tuple[str, ...] = ()

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


def read_code(wanted: WantedRelease, token: Secret | None = None) -> Bundle:
    """The files of `source`, without those that have the token in them.

    Raises InputError if there are none, or if some cannot be shipped.
    """
    secrets = (token.reveal(),) if token else ()
    found = bundle.select(wanted.source, wanted.include, wanted.exclude, wanted.own_files, secrets)
    if not found.manifest:
        raise InputError((_nothing(wanted.source, found.left_out),))
    return Bundle(wanted.source, found.manifest, found.left_out, found.warnings)


def _nothing(source: Path, left_out: tuple[LeftOut, ...]) -> Problem:
    if not left_out:
        said = f'the folder "{source}" has no files.'
        return Problem("source", said, advice="Was it built? Was the code checked out?")
    rows = [f"{row.path!a} ({row.reason})" for row in left_out[:MOST_REASONS]]
    more = len(left_out) - len(rows)
    named = ", ".join(rows) + (f", and {more:,} more" if more else "")
    said = f'there is nothing to ship in "{source}". Left out: {named}.'
    advice = "`include` brings back what is ignored."
    cites = " ".join((str(source), *(row.path for row in left_out)))
    return Problem("source", said, advice=advice, cites=cites)


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
    code = read_code(wanted, token)
    announce(f"The release has {_count(code)}.")
    if code.left_out:
        announce(f"Left out: {len(code.left_out):,}. `pa-deploy release files` says what, and why.")
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
