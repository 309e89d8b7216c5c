"""Split a folder of installed packages by distribution, so that each can be sent and kept alone."""

from __future__ import annotations

import base64
import csv
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name

from pa_deploy import bundle
from pa_deploy.bundle import Entry, Manifest

OUTSIDE = ".data"
"""The folder with what a virtual environment has beside its modules: `bin/`, `share/`, …"""
UP = "../../../"
"""How RECORD leads there from the folder of modules."""
INFO = ".dist-info"
REST = "other files"
"""Named so: what no package has in its RECORD."""
HASH = "sha256="


@dataclass(frozen=True, slots=True)
class Distribution:
    """A package as it is sent. `name` is for people, as `flask==3.0`; `digest` is its content's."""

    name: str
    folder: Path
    manifest: Manifest
    digest: str

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(entry.size for entry in self.manifest.values())


def split(folder: Path, into: Path) -> tuple[Distribution, ...]:
    """Have hard links to the files of each distribution in a folder of `into`, named by its digest.

    If several name a file in their RECORD, those have it whose hash it has. The order is that of
    their names.
    """
    manifest = bundle.read_folder(folder)
    owners = _owners(folder, manifest)
    parts: dict[str, dict[str, Entry]] = {}
    for path in sorted(manifest):
        for owner in owners[path]:
            parts.setdefault(owner, {})[path] = manifest[path]
    into.mkdir(exist_ok=True)
    return tuple(_moved(folder, into, owner, parts[owner]) for owner in sorted(parts, key=_order))


def overwritten(folder: Path) -> frozenset[str]:
    """The names of distributions that have a file of one name with different contents.

    Which of them is on the disk is a matter of chance.
    """
    recorded: dict[str, dict[str, str]] = {}
    for info in _infos(folder):
        for path, digest in _recorded(folder, info):
            recorded.setdefault(path, {})[info] = digest
    contested = [rows for rows in recorded.values() if len(set(rows.values())) > 1]
    infos = {info for rows in contested for info in rows}
    return frozenset(canonicalize_name(_split(info)[0]) for info in infos)


def _owners(folder: Path, manifest: Manifest) -> dict[str, list[str]]:
    """The distributions that each file is of, by the names of their folders `*.dist-info`."""
    found: dict[str, list[str]] = {path: [] for path in manifest}
    for info in _infos(folder):
        for path, digest in _recorded(folder, info):
            entry = manifest.get(path)
            if entry and digest in ("", entry.digest):
                found[path].append(info)
    below = _folders(found)
    for path, owners in found.items():
        if not owners:
            owners.append(_nearest(path, below))
    return found


def _folders(owners: Mapping[str, list[str]]) -> dict[str, set[str]]:
    """Which distributions have files in each folder."""
    found: dict[str, set[str]] = {}
    for path, names in owners.items():
        for folder in _above(path):
            found.setdefault(folder, set()).update(names)
    return found


def _nearest(path: str, below: Mapping[str, set[str]]) -> str:
    """The only distribution that has files in the innermost folder in which any has."""
    for folder in _above(path):
        names = below[folder]
        if names:
            return next(iter(names)) if len(names) == 1 else REST
    return REST


def _above(path: str) -> Iterator[str]:
    """The folders that it is in, the innermost first."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _infos(folder: Path) -> list[str]:
    return sorted(path.parent.name for path in folder.glob(f"*{INFO}/RECORD"))


def _recorded(folder: Path, info: str) -> Iterator[tuple[str, str]]:
    """The files that a distribution has, as paths of the folder, and their SHA-256 (hex) or ""."""
    for path, digest in _rows_in(folder / info / "RECORD"):
        yield (f"{OUTSIDE}/{path.removeprefix(UP)}" if path.startswith(UP) else path), digest


def _rows_in(record: Path) -> Iterator[tuple[str, str]]:
    """The paths of a RECORD and their SHA-256 (hex); of a damaged one, those before the damage."""
    with record.open(encoding="utf-8", errors="surrogateescape", newline="") as lines:
        try:
            for row in csv.reader(lines):
                if row:
                    yield row[0], _hex(row[1]) if len(row) > 1 else ""
        except csv.Error:
            return


def _hex(text: str) -> str:
    if not text.startswith(HASH):
        return ""
    encoded = text.removeprefix(HASH)
    try:
        return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).hex()
    except ValueError:
        return ""


def _order(info: str) -> tuple[bool, str]:
    return info == REST, info.lower()


def _moved(folder: Path, into: Path, owner: str, files: Manifest) -> Distribution:
    digest = bundle.digest(files)
    own = into / digest
    for path in files:
        target = own / path
        target.parent.mkdir(parents=True, exist_ok=True)
        _link(folder / path, target)
    return Distribution(_name(owner), own, files, digest)


def _link(file: Path, target: Path) -> None:
    """Have a hard link, or a copy if the disk has none, as that of a memory stick."""
    try:
        os.link(file, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(file, target, follow_symlinks=False)


def _name(owner: str) -> str:
    name, version = _split(owner)
    return f"{canonicalize_name(name)}=={version}" if name else owner


def _split(info: str) -> tuple[str, str]:
    """The name and version in the name of a folder `*.dist-info`."""
    name, _, version = info.removesuffix(INFO).rpartition("-")
    return name, version
