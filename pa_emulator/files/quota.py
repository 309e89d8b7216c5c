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
    """Add up the sizes of all files below a folder, however deep.

    Symbolic links count nothing, and a file with several hard links counts once, as for `du`.
    """
    total, folders = 0, [str(folder)]
    seen: set[tuple[int, int]] = set()
    for place in folders:  # the list grows meanwhile
        with contextlib.suppress(OSError), os.scandir(place) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    total += _size_once(Path(entry.path), seen)
    return total


def _size_once(path: Path, seen: set[tuple[int, int]]) -> int:
    """Return a file's size, as `_size`; 0 if another link to it was counted before."""
    try:
        found = path.lstat()
    except OSError:
        return 0
    key = (found.st_dev, found.st_ino)
    is_counted = found.st_nlink > 1 and key in seen
    if found.st_nlink > 1:
        seen.add(key)
    return found.st_size if stat.S_ISREG(found.st_mode) and not is_counted else 0


def _size(path: Path) -> int:
    """Return a file's size; 0 if it is not a file, or has just been removed or renamed."""
    try:
        found = path.lstat()
    except OSError:
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0
