"""An account's disk quota, counted anew at each upload."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from pa_emulator.paths import under

from .errors import QuotaExceededError

if TYPE_CHECKING:
    from pa_emulator.accounts.models import Account


def check(account: Account, root: Path, target: Path, size: int) -> None:
    """Raise QuotaExceededError if `size` bytes at `target` would be too many."""
    used = used_bytes(under(root, account.home))
    if used - _size(target) + size > account.plan.disk_bytes:
        raise QuotaExceededError


def used_bytes(folder: Path) -> int:
    """Add up the sizes of all files below a folder, however deep; links count nothing."""
    total, folders = 0, [str(folder)]
    for place in folders:  # which grows meanwhile
        with contextlib.suppress(OSError), os.scandir(place) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    total += _size(Path(entry.path))
    return total


def _size(path: Path) -> int:
    """Return a file's size; 0 for what is none, or has just been removed or renamed."""
    try:
        found = path.lstat()
    except OSError:
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0
