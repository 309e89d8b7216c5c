"""An account's disk quota, counted at each upload. For the account's programs see ledgers.py."""

from __future__ import annotations

import contextlib
import os
import stat
import struct
from pathlib import Path
from typing import TYPE_CHECKING

from pa_emulator.files.errors import QuotaExceeded
from pa_emulator.paths import under

NUMBER = struct.Struct("=q")

if TYPE_CHECKING:
    from pa_emulator.accounts.models import Account


def check(account: Account, root: Path, target: Path, size: int) -> None:
    """Raise QuotaExceeded if `size` bytes more at `target` exceed the quota."""
    used = used_bytes(under(root, account.home))
    left = account.plan.disk_bytes - (used - _size(target) + size)
    if left < 0:
        raise QuotaExceeded
    _tell(ledger_path(root, account.username), left)


def ledger_path(root: Path, username: str) -> Path:
    """Return the file that begins with the bytes that the account's programs may still write."""
    return root / ".emulator" / "quota" / username


def _tell(ledger: Path, left: int) -> None:
    """Write down what is left, if the account has run programs."""
    with contextlib.suppress(FileNotFoundError), ledger.open("r+b") as file:
        file.write(NUMBER.pack(left))


def used_bytes(folder: Path) -> int:
    """Add up the sizes of all files below a folder, however deep; links count nothing."""
    total, folders = 0, [str(folder)]
    for place in folders:  # the list grows meanwhile
        with contextlib.suppress(OSError), os.scandir(place) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    total += _size(Path(entry.path))
    return total


def _size(path: Path) -> int:
    """Return a file's size; 0 if it is not a file, or has just been removed or renamed."""
    try:
        found = path.lstat()
    except OSError:
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0
