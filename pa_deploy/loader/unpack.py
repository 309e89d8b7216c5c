"""Make a folder whole from an archive, and from what has not changed of an earlier release."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import shutil
import tarfile
from contextlib import suppress
from typing import Any, Dict, Mapping, Sequence, Tuple

from .files import Home, discard, move, read_bytes
from .releases import Release


def unpack(
    home: Home, archive: Mapping[str, Any], name: str, into: str, below: str = ""
) -> Dict[str, Any]:
    """Make the folder `into` from an archive and its base. Returns the manifest.

    It is built in `unpacking/`, because a mapping onto a release also serves what is beside it with
    a name that begins alike. The files are put into its folder `below`.
    """
    if not archive["parts"]:
        raise RuntimeError("it is no longer on PythonAnywhere, or parts of it are missing")
    aside = home.at("unpacking", name)
    new = os.path.join(aside, below) if below else aside
    discard(aside)
    os.makedirs(new)
    for folder in (aside, new):
        os.chmod(folder, 0o700)
    parts = _Parts(home, archive["parts"])
    base = Release(home, archive["base"])
    try:
        files, same = _extract(parts, archive, base, new)
    finally:
        parts.close()
    for path in [path for path in same if same[path][0] != "link"]:
        copy = shutil.copy2 if path.endswith(tuple(archive["copied"])) else os.link
        copy(os.path.join(base.code, path), _inside(new, path))
    _complete(home, new, files, archive["shared"])
    os.sync()
    discard(into)
    move(aside, into)
    return files


class _Parts:
    """The parts of an archive, read as one."""

    def __init__(self, home: Home, names: Sequence[str]) -> None:
        self.paths = [home.at(name) for name in names]
        self.file: Any = None

    def read(self, size: int) -> bytes:
        while True:
            piece: bytes = self.file.read(size) if self.file else b""
            if piece or not (self.file or self.paths):
                return piece
            if self.file:
                self.file.close()
            self.file = open(self.paths.pop(0), "rb") if self.paths else None  # noqa: SIM115

    def close(self) -> None:
        if self.file:
            self.file.close()


def _extract(
    parts: _Parts, archive: Mapping[str, Any], base: Release, new: str
) -> Tuple[Dict[str, Any], Dict[str, Any]]:
    """Write the files of the archive. Returns the manifest, and the part that is from the base."""
    tar: Any = tarfile.open(fileobj=parts, mode="r|gz")  # type: ignore[call-overload] # noqa: SIM115
    head = json.loads(tar.extractfile(tar.next()).read())
    known = base.record["files"] if base.id else {}
    same = {path: known[path] for path in set(known) - {*head["deleted"], *head["files"]}}
    files = {**same, **head["files"]}
    canonical = json.dumps(files, sort_keys=True, separators=(",", ":")).encode()
    if hashlib.sha256(canonical).hexdigest() != archive["digest"]:
        raise RuntimeError("the manifest differs from the one that was sent")
    while True:
        member = tar.next()
        if not member:
            return files, same
        path = member.name[len("files/") :]
        if not member.isreg() or path not in head["files"]:
            raise RuntimeError("the archive has %s, but its manifest does not" % member.name)
        with open(_inside(new, path), "xb") as file:
            shutil.copyfileobj(tar.extractfile(member), file)
            os.fchmod(file.fileno(), 0o755 if files[path][0] == "exec" else 0o644)


def _complete(home: Home, new: str, files: Mapping[str, Any], shared: Sequence[str]) -> None:
    """Verify all files, and make the links: those of the manifest, and to what is shared."""
    for path, (kind, _, expected) in files.items():
        if kind == "link":
            os.symlink(expected, _inside(new, path))
        elif hashlib.sha256(read_bytes(_inside(new, path))).hexdigest() != expected:
            raise RuntimeError("%s differs from what was sent" % path)
    for path in [path for path in files if files[path][0] == "link"]:
        _folder_in(new, path)  # links may lead out by way of each other
    for name in shared:
        _share(home, new, name)


def _share(home: Home, new: str, name: str) -> None:
    """Have a link in a release to what outlives it; a name that ends in `/` is a folder."""
    here = _inside(new, name.rstrip("/"))
    kept = home.at("shared", name.rstrip("/"))
    os.makedirs(os.path.dirname(kept), exist_ok=True)
    if os.path.lexists(here) and not os.path.lexists(kept):
        _copy_whole(home, here, kept)  # only the first release brings it
    if name.endswith("/"):
        os.makedirs(kept, exist_ok=True)
    discard(here)
    os.symlink(kept, here)


def _copy_whole(home: Home, old: str, new: str) -> None:
    """Have a file or a folder there, whole. The files may be one with those of another release."""
    aside = home.at("unpacking", ".shared")
    discard(aside)
    if os.path.isdir(old) and not os.path.islink(old):
        shutil.copytree(old, aside, symlinks=True)
    else:
        shutil.copy2(old, aside, follow_symlinks=False)
    os.sync()
    move(aside, new)


@functools.lru_cache(maxsize=None)
def _folder_in(base: str, path: str) -> str:
    """A folder in the base, made if need be; refused if a name or a link leads out of it."""
    full = os.path.join(base, path)
    if not (os.path.realpath(full) + "/").startswith(os.path.realpath(base) + "/"):
        raise RuntimeError("%s leads out of the release" % path)
    with suppress(FileExistsError):
        os.makedirs(full)
    return full


def _inside(base: str, path: str) -> str:
    return os.path.join(_folder_in(base, os.path.dirname(path)), os.path.basename(path))
