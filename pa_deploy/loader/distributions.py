"""Packages as they were sent: each in a folder of its own, named by the digest of what is in it.

Nothing runs from there. An environment has the same files, by hard links: see `composing.py`.
"""

from __future__ import annotations

import os
from typing import Any, Dict, Iterable, List, Mapping

from .environment import files_in
from .files import Home, discard
from .inventory import digest_of
from .unpack import manifest_digest, unpack

PLACE = "distributions"


def lacking(home: Home, digests: Iterable[str]) -> List[str]:
    """Those that are not there, or are not as they were sent."""
    return [each for each in digests if not _is_well(home.at(PLACE, each), each)]


def place(home: Home, archive: Mapping[str, Any], digests: Iterable[str]) -> None:
    """Unpack those of them that the archive has; there each has a folder named by its digest."""
    whole = home.at("unpacking", PLACE)
    parts: Dict[str, Dict[str, Any]] = {}
    for path, row in unpack(home, archive, "packages", whole).items():
        digest, _, below = path.partition("/")
        parts.setdefault(digest, {})[below] = row
    for digest in [each for each in digests if each in parts]:
        if manifest_digest(parts[digest]) != digest:
            raise RuntimeError("a package differs from what was sent")
        discard(home.at(PLACE, digest))
        os.replace(os.path.join(whole, digest), home.at(PLACE, digest))
    os.sync()
    discard(whole)
    for part in archive["parts"]:  # the disk is small, and the release still to come
        discard(home.at(part))


def remove(home: Home, digests: Iterable[str]) -> None:
    """So that pa-deploy sees what is to be sent again. An environment of them goes on as it is."""
    for each in digests:
        discard(home.at(PLACE, each))


def _is_well(folder: str, digest: str) -> bool:
    try:
        rows = {each: _row(os.path.join(folder, each)) for each in files_in(folder)}
        return manifest_digest(rows) == digest
    except OSError:
        return False


def _row(path: str) -> List[Any]:
    """What a manifest says of a file."""
    if os.path.islink(path):
        return ["link", 0, os.readlink(path)]
    info = os.stat(path)
    return ["exec" if info.st_mode & 0o100 else "file", info.st_size, digest_of(path)]
