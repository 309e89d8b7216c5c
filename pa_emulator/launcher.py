"""Runs a command that dies with the emulator and sees its folders where PythonAnywhere has them.

Run as `python -I -S launcher.py PARENT ROOT USERNAME COMMAND…`, standard library only. ROOT is
empty if the machine does not allow mount namespaces. The exit code is 125 if making one fails. A
terminal at standard input becomes the command's controlling terminal.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import sys
import termios
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PR_SET_PDEATHSIG = 1
CLONE_NEWNS = 0x00020000
CLONE_NEWUSER = 0x10000000
MS_BIND_ALL = 0x1000 | 0x4000
MS_PRIVATE_ALL = 0x40000 | 0x4000
NO_NAMESPACE = 125

LIBC = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    parent, root, username, *command = sys.argv[1:]
    with contextlib.suppress(OSError, AttributeError):  # Linux only
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(parent):
        sys.exit(1)
    if os.isatty(0):
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    if root:
        try:
            enter(root, username)
        except (OSError, AttributeError):
            sys.exit(NO_NAMESPACE)
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


def enter(root: str, username: str) -> None:
    """See `/home/USERNAME`, `/var/www`, `/var/log` and `/var/sockets` as they are under root.

    Only this process and its children see them. Other content of `/home` and `/var` stays visible.
    The current folder must be under root, and stays the same folder. Raises OSError.
    """
    here = Path.cwd().relative_to(Path(root).resolve())
    become_mounter()
    call(LIBC.mount, b"none", b"/", None, MS_PRIVATE_ALL, None)
    for top, names in (("home", [username]), ("var", ["www", "log", "sockets"])):
        cover(Path("/", top), {name: opened(Path(root, top, name)) for name in names})
    os.chdir(Path("/", here))


def become_mounter() -> None:
    """Enter a mount namespace; if mounting needs it, also a user namespace."""
    uid, gid = os.getuid(), os.getgid()
    if uid == 0:
        call(LIBC.unshare, CLONE_NEWNS)
        return
    call(LIBC.unshare, CLONE_NEWNS | CLONE_NEWUSER)
    maps = {"setgroups": "deny", "uid_map": f"{uid} {uid} 1", "gid_map": f"{gid} {gid} 1"}
    for name, text in maps.items():
        Path(f"/proc/self/{name}").write_text(text)


def cover(top: Path, own: dict[str, int]) -> None:
    """Mount an empty folder over one; mount its old content and our own folders into it."""
    others = [path for path in top.iterdir() if path.name not in own]
    links = {path: path.readlink() for path in others if path.is_symlink()}
    folders = {path: opened(path) for path in others if path not in links and path.is_dir()}
    folders |= {top / name: folder for name, folder in own.items()}
    call(LIBC.mount, b"none", bytes(top), b"tmpfs", 0, b"mode=755")
    for path, target in links.items():
        path.symlink_to(target)
    for path, folder in folders.items():
        path.mkdir()
        source = f"/proc/self/fd/{folder}".encode()
        call(LIBC.mount, source, bytes(path), None, MS_BIND_ALL, None)
        os.close(folder)


def opened(path: Path) -> int:
    """Hold a folder open: once it is covered, it has no path."""
    return os.open(path, os.O_PATH | os.O_DIRECTORY)


def call(function: Callable[..., int], *arguments: object) -> None:
    """Call a function of the C library. Raises OSError if it fails."""
    if function(*arguments):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


main()
