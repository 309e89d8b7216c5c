"""An account's disk quota, counted anew at each upload."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from pa_emulator.paths import under

from .errors import QuotaExceededError

if TYPE_CHECKING:
    from pathlib import Path

    from pa_emulator.accounts.models import Account


def check(account: Account, root: Path, target: Path, size: int) -> None:
    """Raise QuotaExceededError if `size` bytes at `target` would be too many."""
    used = used_bytes(under(root, account.home))
    replaced = target.stat().st_size if target.is_file() else 0
    if used - replaced + size > account.plan.disk_bytes:
        raise QuotaExceededError


def used_bytes(folder: Path) -> int:
    """Add up the sizes of all files below a folder, however deep; links count nothing."""
    total, folders = 0, [str(folder)]
    for place in folders:  # which grows meanwhile
        with contextlib.suppress(OSError), os.scandir(place) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                elif entry.is_file(follow_symlinks=False):
                    total += _size(entry)
    return total


def _size(entry: os.DirEntry[str]) -> int:
    """Return a file's size; 0 if another request has just removed or renamed it."""
    try:
        return entry.stat(follow_symlinks=False).st_size
    except FileNotFoundError:
        return 0
