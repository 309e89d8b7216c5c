"""What is in a folder: for each path its kind, its size and its hash. Pure.

As JSON a manifest is `{path: [kind, size, digest]}`; the loader computes the same digest from it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

Kind = Literal["file", "exec", "link"]
HAS_MODES = os.name != "nt"
"""Whether the disk tells programs from other files. Windows goes by their names."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file or link. `size` is in bytes; `digest` is SHA-256 (hex), of a link its target."""

    kind: Kind
    size: int
    digest: str


Manifest = Mapping[str, Entry]
"""By path relative to the folder, with slashes."""


def to_json(manifest: Manifest) -> dict[str, list[str | int]]:
    return {path: [each.kind, each.size, each.digest] for path, each in manifest.items()}


def from_json(value: Mapping[str, Any]) -> Manifest:
    """The manifest of what `to_json` made; ValueError or TypeError for anything else."""
    return {
        str(path): Entry(cast("Kind", str(kind)), int(size), str(digest))
        for path, (kind, size, digest) in value.items()
    }


def digest(manifest: Manifest) -> str:
    """SHA-256 (hex) of the manifest: folders with equal content have equal digests."""
    canonical = json.dumps(to_json(manifest), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def difference(old: Manifest, new: Manifest) -> tuple[Manifest, tuple[str, ...]]:
    """The entries of `new` that `old` does not have so, and the paths that are gone."""
    changed = {path: entry for path, entry in new.items() if old.get(path) != entry}
    return changed, tuple(sorted(set(old) - set(new)))
