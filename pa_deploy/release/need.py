"""How much of the account's disk a release needs, beside what is there."""

from __future__ import annotations

import posixpath
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pa_deploy.bundle import Manifest, difference
from pa_deploy.dependencies import Distribution
from pa_deploy.loader.layout import FOLDER_BYTES, MOST_COPIED_BYTES, may_be_data
from pa_deploy.release.content import Bundle
from pa_deploy.release.shipping import Shipment, is_known, without_shared

SAMPLES = 64
SAMPLE_BYTES = 64 * 1024
SMALL_BYTES = 1024 * 1024
"""An archive of less is counted as large as its files."""
FEW = 3
"""How many of the largest parts a message names."""
CODE = "your code"


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes that a release needs: at most (`peak`) while it is prepared, and once it `stays`.

    `largest` are the sizes of its largest parts by their names.
    """

    peak: int = 0
    stays: int = 0
    largest: tuple[tuple[str, int], ...] = ()


def need_alone(bundle: Bundle) -> Need:
    """What it needs if nothing of it is there."""
    return _need(bundle, bundle.code.manifest, bundle.code.size, bundle.environment.distributions)


def need_of(shipment: Shipment) -> Need:
    """What it needs beside what is there; nothing if it is there already."""
    if is_known(shipment):
        return Need()
    bundle, record = shipment.bundle, shipment.record
    code = without_shared(bundle, record)
    changed, _ = difference(record.files if record else {}, code)
    copied = _size(code)
    if record and not (bundle.wanted.run or bundle.wanted.first_run):
        same = {path: each for path, each in code.items() if path not in changed}
        copied = _size(changed) + _copied(same)
    return _need(bundle, changed, copied, shipment.missing)


def _copied(same: Manifest) -> int:
    """Of the files that have not changed, how many bytes are copied even on a full disk. The others
    become one file with the live one's: see `loader/saving.py`.
    """
    left, copied = MOST_COPIED_BYTES, 0
    for path, each in sorted(same.items(), key=lambda item: item[1].size):
        left -= each.size
        if left >= 0 or may_be_data(path, each.size):
            copied += each.size
    return copied


def _need(bundle: Bundle, sent: Manifest, copied: int, new: tuple[Distribution, ...]) -> Need:
    """`sent` are files of the code that travel, of which `copied` bytes are unpacked."""
    code_archive = _packed((bundle.code.folder / path, each.size) for path, each in sent.items())
    rows = [(each.folder / path, row.size) for each in new for path, row in each.manifest.items()]
    unpacked = sum(each.size + _folders(each.manifest) for each in new)
    environment = _folders(
        path for each in bundle.environment.distributions for path in each.manifest
    )
    code = copied + _folders(bundle.code.manifest)
    # The archive of packages goes as soon as they are unpacked, that of the code at the end.
    stays = code + unpacked + environment
    peak = code_archive + max(unpacked + _packed(rows), stays)
    return Need(peak, stays, tuple(_largest(bundle)))


def _largest(bundle: Bundle) -> Iterator[tuple[str, int]]:
    parts = [(each.name, each.size) for each in bundle.environment.distributions]
    yield from sorted([*parts, (CODE, bundle.code.size)], key=lambda part: -part[1])[:FEW]


def _size(manifest: Manifest) -> int:
    return sum(each.size for each in manifest.values())


def _folders(paths: Iterable[str]) -> int:
    """The bytes of the folders of these files."""
    found = {""}
    for path in paths:
        folder = posixpath.dirname(path)
        while folder not in found:
            found.add(folder)
            folder = posixpath.dirname(folder)
    return FOLDER_BYTES * len(found)


def _packed(files: Iterable[tuple[Path, int]]) -> int:
    """How large an archive of files is, about: samples are compressed."""
    rows = [(path, size) for path, size in files if size]
    total = sum(size for _, size in rows)
    if total < SMALL_BYTES:
        return total
    step, next_at, at, seen, packed = total // SAMPLES, 0, 0, 0, 0
    for path, size in rows:
        while next_at < at + size:
            piece = _piece(path, next_at - at)
            seen, packed = seen + len(piece), packed + len(zlib.compress(piece))
            next_at += step
        at += size
    return total * packed // max(1, seen)


def _piece(path: Path, at: int) -> bytes:
    if path.is_symlink():
        return b""
    with path.open("rb") as file:
        file.seek(at)
        return file.read(SAMPLE_BYTES)
