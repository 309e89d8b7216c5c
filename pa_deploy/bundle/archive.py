"""A manifest's files as an archive, in parts that can be uploaded."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pa_deploy.bundle.manifest import Entry, Manifest, to_json
from pa_deploy.errors import ReleaseRefused

PART_BYTES = 32 * 1024 * 1024
"""Well below the 100 MiB that PythonAnywhere takes, so that little is sent again after a break."""

READ_BYTES = 256 * 1024
COMPRESSION = 6
HEAD = "manifest.json"
FILES = "files/"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an archive: its name is the SHA-256 (hex) of its bytes."""

    name: str
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive on this machine, and the parts it travels in. `size` is in bytes."""

    file: Path
    size: int
    parts: tuple[Part, ...]


def write_archive(
    folder: Path,
    changed: Manifest,
    deleted: Sequence[str],
    file: Path,
    part_bytes: int = PART_BYTES,
) -> Archive:
    """Write a tar.gz of the changed files, after a head that also lists what is deleted.

    The same content gives the same bytes: sorted, without times and owners, modes reduced to
    the executable bit. Links are in the head alone. Raises ReleaseRefused if a file is not as it
    was when it was read.
    """
    head = {"files": to_json(changed), "deleted": list(deleted)}
    text = json.dumps(head, sort_keys=True, separators=(",", ":")).encode()
    with (
        file.open("wb") as out,
        # No name and no time in the head of the gzip stream.
        gzip.GzipFile("", "wb", COMPRESSION, out, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        tar.addfile(_member(HEAD, len(text), "file"), io.BytesIO(text))
        for path, entry in sorted(changed.items()):
            if entry.kind != "link":
                _add(tar, folder, path, entry)
    with file.open("rb") as written:
        parts = _parts(written, part_bytes)
    return Archive(file, sum(part.size for part in parts), parts)


def _add(tar: tarfile.TarFile, folder: Path, path: str, entry: Entry) -> None:
    try:
        with (folder / path).open("rb") as stream:
            tar.addfile(_member(FILES + path, entry.size, entry.kind), stream)
    except OSError as error:
        raise ReleaseRefused(
            f"{path!a} changed while it was being packed.",
            cause=f"Another program writes to the folder: {error.strerror or error}.",
            advice="Run again when nothing changes the files of `source`.",
        ) from None


def _member(name: str, size: int, kind: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = size
    member.mode = 0o755 if kind == "exec" else 0o644
    return member


def _parts(file: BinaryIO, part_bytes: int) -> tuple[Part, ...]:
    """Read in small pieces, so that no part need be in memory."""
    parts: list[Part] = []
    offset = 0
    while True:
        digest, size = hashlib.sha256(), 0
        while piece := file.read(min(READ_BYTES, part_bytes - size)):
            digest.update(piece)
            size += len(piece)
        if not size:
            return tuple(parts)
        parts.append(Part(digest.hexdigest(), offset, size))
        offset += size
