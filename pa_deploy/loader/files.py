"""The folder of one web app's releases, and files that are written whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import shutil
from contextlib import suppress
from typing import IO, Any, Dict, List

LOADER_ZIP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
"""The zip that this module is in. It can be run as a program."""
FULL_DISK = (errno.ENOSPC, errno.EDQUOT)
PLACES = (
    *("releases", "records", "files", "secrets", "layers", "shared", "incoming", "unpacking"),
    *("first", "lock", "before", "bin", "loader", "backups", "environments", "distributions"),
)
"""The folders of a web app; nobody but the account may look into them."""
REQUEST_KEY = "request-key"
OUTPUT = "output.log"
"""What the commands and the app in the try have printed."""
UPLOADED = ("pointer.json", "lease", REQUEST_KEY)
"""Files that pa-deploy writes; the API cannot say who may read them."""
TEMPORARY = ("incoming", "unpacking")
MADE_HERE = (
    *("releases", "records", "files", "secrets", "shared", "unpacking", "first", "bin"),
    *("backups", "environments", "distributions"),
)


def link_or_copy(source: str, target: str) -> bool:
    """Have a file there too, by a hard link, or as a copy if the disk has none: whether it is one.

    A full disk has no room for a copy either.
    """
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno in FULL_DISK:
            raise
        shutil.copy2(source, target, follow_symlinks=False)
        return True
    return False


class Home:
    """The folder `base` with all that pa-deploy keeps of one web app. Names are relative to it."""

    def __init__(self, base: str) -> None:
        self.base = base

    @property
    def account(self) -> str:
        """The account's home directory."""
        return os.path.dirname(os.path.dirname(self.base))

    @property
    def is_account_s(self) -> bool:
        """Whether it is where an account has it, so that `account` is its home directory."""
        return os.path.basename(os.path.dirname(self.base)) == ".pa-deploy"

    def at(self, *names: str) -> str:
        return os.path.join(self.base, *names)

    def names_in(self, folder: str) -> List[str]:
        return names_in(self.at(folder))

    def read(self, name: str) -> Dict[str, Any]:
        """A JSON object; an empty one if there is none that can be read."""
        try:
            with open(self.at(name), encoding="utf-8") as file:
                return dict(json.load(file))
        except (OSError, ValueError, TypeError, RecursionError):
            return {}

    def write(self, name: str, value: object) -> None:
        self.write_bytes(name, json.dumps(value).encode())

    def write_bytes(self, name: str, content: bytes) -> None:
        """Replace a file whole, power cut or not; only the account can read it.

        On a full disk there is no room for a second file. Then the first one stays.
        """
        path = self.at(name)
        try:
            _write_aside(path, content)
        except OSError as error:
            if error.errno in FULL_DISK:
                discard(path + ".new")
            raise

    def write_over(self, name: str, value: object, size: int = 0) -> None:
        """The same, for what is to be told on a full disk too: there it is written over in its
        place, which a power cut could leave half done. Blanks fill it up to `size` bytes.
        """
        content = json.dumps(value).encode().ljust(size)
        try:
            self.write_bytes(name, content)
        except OSError as error:
            if error.errno not in FULL_DISK or not os.path.exists(self.at(name)):
                raise
            _write_over(self.at(name), content)

    def say(self, text: str) -> None:
        """A line for the people who see the output of the commands."""
        with open(self.at(OUTPUT), "ab", opener=private) as log:
            log.write(("pa-deploy: %s\n" % text).encode("utf-8", "surrogateescape"))

    def close(self) -> None:
        """Let nobody else look into it. Once status.json has a layout number, this was done."""
        os.makedirs(self.base, mode=0o700, exist_ok=True)
        if self.is_account_s:
            os.chmod(os.path.dirname(self.base), 0o700)
        os.chmod(self.base, 0o700)
        for name in MADE_HERE:
            os.makedirs(self.at(name), exist_ok=True)
        for name in PLACES:
            if os.path.isdir(self.at(name)):
                os.chmod(self.at(name), 0o700)
        for name in self.names_in("secrets"):
            os.chmod(self.at("secrets", name), 0o600)
        for name in UPLOADED:
            if os.path.exists(self.at(name)):
                os.chmod(self.at(name), 0o600)


def _write_aside(path: str, content: bytes) -> None:
    new = path + ".new"
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    move(new, path)


def _write_over(path: str, content: bytes) -> None:
    """If there is no room, what was there is there again. A kill in between leaves blanks."""
    with open(path, "r+b", buffering=0) as file:
        old = file.read()
        try:
            _write_from_start(
                file, content.ljust(len(old))
            )  # whoever is killed now leaves it whole
        except OSError:
            _write_from_start(file, old)
            file.truncate(len(old))
            raise
        file.truncate(len(content))


def _write_from_start(file: IO[bytes], content: bytes) -> None:
    file.seek(0)
    while content:
        content = content[file.write(content) :]


def move(old: str, new: str) -> None:
    """Rename, so that a power cut does not undo it."""
    os.replace(old, new)
    folder = os.open(os.path.dirname(new), os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def discard(path: str) -> None:
    """Remove whatever is there; a link is removed, not what it leads to."""
    shutil.rmtree(path, ignore_errors=True)  # leaves files and links alone
    with suppress(OSError):
        os.unlink(path)


def names_in(folder: str) -> List[str]:
    with suppress(OSError):
        return sorted(os.listdir(folder))
    return []


def read_bytes(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def private(path: str, flags: int) -> int:
    """An `opener` for a file that only the account can read."""
    return os.open(path, flags, 0o600)
