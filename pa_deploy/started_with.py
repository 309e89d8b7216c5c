"""Hide secrets in what the kernel shows of this process: `/proc/PID/environ` and `cmdline`.

Both files show a block of memory that the kernel filled at the start. Any other process of the same
user can read them for as long as this one lives, even after a variable was removed from
`os.environ`. So the secrets in that block are overwritten (proc(5), fields 48 to 51 of `stat`).
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

STAT = Path("/proc/self/stat")
ADDRESSES = slice(45, 49)
"""Fields of `stat` after the program's name, which ends in the last bracket.

They are the first and last addresses of the arguments, and those of the environment.
"""
COVER = b"*"

Cover = Callable[[bytes], bytes]
"""Returns an argument or a `NAME=value` entry without secrets; its length stays the same."""


def cover_secrets(cover: Cover) -> None:
    """Overwrite the secrets in both blocks. Does nothing on systems that have no `/proc`."""
    if sys.platform != "linux":
        return
    with suppress(OSError, ValueError):
        for start, end in _blocks():
            before = ctypes.string_at(start, end - start)
            after = b"\0".join(_covered(entry, cover) for entry in before.split(b"\0"))
            ctypes.memmove(start, after, len(before))


def stars(entry: bytes, secret: bytes) -> bytes:
    """The entry with a star in the place of each byte of the secret."""
    return entry.replace(secret, COVER * len(secret)) if secret else entry


def _covered(entry: bytes, cover: Cover) -> bytes:
    new = cover(entry)
    if len(new) != len(entry):
        raise AssertionError(len(entry))  # memory of something else would be overwritten
    return new


def _blocks() -> Iterator[tuple[int, int]]:
    """The first address, and the one after the last, of the arguments and of the environment."""
    fields = STAT.read_bytes().rpartition(b")")[2].split()[ADDRESSES]
    first, behind, first_variable, behind_variables = (int(each) for each in fields)
    for start, end in ((first, behind), (first_variable, behind_variables)):
        if 0 < start < end:
            yield start, end
