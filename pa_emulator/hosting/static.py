"""Keeps static mappings within the account's folders.

uWSGI compares only the beginnings of paths, so `/home/al` would include `/home/alice`. It follows a
link `index.html` anywhere.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pa_emulator.paths import under

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pa_emulator.hosting.deployment import Deployment


def leads_out(
    path: str, deployment: Deployment, root: Path, servable: Callable[[str, Path], Path | None]
) -> bool:
    """Whether a mapping, checked at the reload, by now leads to files of others."""
    for row in deployment.mappings:
        if not path.startswith(row.url):
            continue
        folder = under(root, row.path)
        target = _below(folder, path[len(row.url) :])
        if target is None or not os.path.lexists(target):
            continue
        ends = (target, target / "index.html") if target.is_dir() else (target,)
        if any(servable(deployment.username, end) is None for end in ends):
            return True
    return False


def _below(folder: Path, rest: str) -> Path | None:
    """Return the file of a mapping; None if no file can have this name."""
    name = os.fsdecode(rest.encode("latin-1", "replace"))
    return None if "\0" in name else folder / name.lstrip("/")
