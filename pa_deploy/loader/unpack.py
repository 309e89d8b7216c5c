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

from .files import Home, discard, move, names_in, read_bytes
from .paths import covers
from .releases import Release
from .saving import bring


def unpack(
    home: Home,
    archive: Mapping[str, Any],
    name: str,
    into: str,
    below: str = "",
    taken: Sequence[str] = (),
) -> Dict[str, Any]:
    """Make the folder `into` from an archive and its base. Returns the manifest.

    It is built in `unpacking/`, because a mapping onto a release also serves what is beside it with
    a name that begins alike. The files are put into its folder `below`. `taken` are shared folders
    that the base had as its own: what the archive has beside that is added there.
    """
    if not archive["parts"]:
        raise RuntimeError("the archive is no longer on PythonAnywhere, or is not complete")
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
    kept = [
        each for each in archive["shared"] if os.path.lexists(home.at("shared", each.rstrip("/")))
    ]
    own = {path: files[path] for path in files if not covers(kept, path)}
    brought = {path: row for path, row in same.items() if path in own and row[0] != "link"}
    for path in brought:
        _inside(new, path)  # its folder
    bring(base, brought, new, archive["copied"])
    for each in taken:
        _add(os.path.join(new, each.rstrip("/")), home.at("shared", each.rstrip("/")))
    _complete(home, new, own, archive["shared"])
    os.sync()
    discard(into)
    move(aside, into)
    return files


def manifest_digest(manifest: Mapping[str, Any]) -> str:
    """The SHA-256 (hex) of a manifest, as pa-deploy computes it."""
    canonical = json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()
    return hashlib.sha256(canonical).hexdigest()


def manifest_of(home: Home, archive: Mapping[str, Any]) -> Dict[str, Any]:
    """The manifest that a release will have; empty if its archive cannot be read."""
    parts = _Parts(home, archive["parts"])
    try:
        head = _head(_opened(parts))
        return _joined(Release(home, archive["base"]), head)[0]
    except Exception:  # what is wrong with it, `unpack` tells
        return {}
    finally:
        parts.close()


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
    tar = _opened(parts)
    head = _head(tar)
    files, same = _joined(base, head)
    if manifest_digest(files) != archive["digest"]:
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


def _opened(parts: _Parts) -> Any:
    return tarfile.open(fileobj=parts, mode="r|gz")  # type: ignore[call-overload]


def _head(tar: Any) -> Dict[str, Any]:
    return dict(json.loads(tar.extractfile(tar.next()).read()))


def _joined(base: Release, head: Mapping[str, Any]) -> Tuple[Dict[str, Any], Dict[str, Any]]:
    """The manifest, and the part that is from the base."""
    known = base.record["files"] if base.id else {}
    same = {path: known[path] for path in set(known) - {*head["deleted"], *head["files"]}}
    return {**same, **head["files"]}, same


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


def _add(here: str, kept: str) -> None:
    """Move what is in one folder and not in another one to that."""
    for folder, _, names in os.walk(here):
        beside = os.path.join(kept, os.path.relpath(folder, here))
        os.makedirs(beside, exist_ok=True)
        for name in set(names) - set(names_in(beside)):
            os.rename(os.path.join(folder, name), os.path.join(beside, name))


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
