"""What uv resolved, checked: each package comes from where the requirements or the index may lead.

An index page and the metadata of a wheel can name any file of this machine, or any address, and uv
follows them. So what it found is read here, and it installs nothing else.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from pa_deploy.dependencies.explain import mismatch, no_hash
from pa_deploy.dependencies.model import Entry, Requirements
from pa_deploy.dependencies.shown import without_values
from pa_deploy.errors import InputError, Problem
from pa_deploy.urls import without_credentials

INPUT = "requirements"
PINNED = re.compile(r"[^;]*(?:==| @ )")
PORTS = {"http": 80, "https": 443}
SOURCES = ("archive", "directory", "sdist", "vcs")
LOCAL_INDEXES = ("UV_FIND_LINKS", "UV_INDEX", "UV_DEFAULT_INDEX", "UV_INDEX_URL")
"""Settings of the user that may name a folder of this machine, besides the requirements."""


@dataclass(frozen=True, slots=True)
class _File:
    """A wheel of the resolution: its URL, and its hashes by their algorithm."""

    url: str
    hashes: Mapping[str, str]
    name: str = ""

    def written(self) -> str:
        hashes = ", ".join(f"{name} = {_text(value)}" for name, value in self.hashes.items())
        name = f"name = {_text(self.name)}, " if self.name else ""
        parts = urlsplit(self.url)
        is_path = parts.scheme == "file"
        path = Path(url2pathname(parts.path)).as_posix() if is_path else ""
        place = f"path = {_text(path)}" if is_path else f"url = {_text(self.url)}"
        return f"{{ {name}{place}, hashes = {{ {hashes} }} }}"


def checked(lock: Path, wanted: Requirements, environ: Mapping[str, str]) -> str:
    """The lock file that uv wrote, as one of our own; "" if it has no package: uv reads no such.

    Raises InputError with all problems.
    """
    rows = tomllib.loads(lock.read_text("utf-8")).get("packages", [])
    check = _Check(lock.parent, wanted, environ)
    packages = [check.package(row) for row in rows]
    if check.problems:
        raise InputError(tuple(check.problems))
    if not packages:
        return ""
    return "".join(('lock-version = "1.0"\ncreated-by = "pa-deploy"\n', *packages))


class _Check:
    def __init__(self, folder: Path, wanted: Requirements, environ: Mapping[str, str]) -> None:
        self._folder = folder
        self._wanted = wanted
        self._folders = tuple(_local_folders(wanted, environ))
        listed = (*wanted.entries, *wanted.constraints)
        addresses = (entry.text.partition(" @ ")[2].partition(" ; ")[0] for entry in listed)
        self._listed = {_same(address) for address in addresses if address}
        self._hashes: dict[str, set[str]] = {}
        for entry in listed:
            if PINNED.match(entry.text):
                self._hashes.setdefault(entry.name, set()).update(_hashes_of(entry))
        self.problems: list[Problem] = []

    def package(self, row: Mapping[str, Any]) -> str:
        """The lines of one package."""
        name = str(row.get("name", ""))
        files = [*self._wheels(name, row.get("wheels", []))]
        direct = [key for key in SOURCES if key in row and (key != "sdist" or not files)]
        archives = [*self._archives(name, row, direct)]
        version = str(row.get("version", ""))
        pin = f"{name}=={version}"
        wheels = self._with_hashes(name, pin, files)
        head = f"\n[[packages]]\nname = {_text(name)}\nversion = {_text(version)}\n"
        if archives:
            return f"{head}archive = {self._with_hashes(name, pin, archives)[0].written()}\n"
        return f"{head}wheels = [{', '.join(file.written() for file in wheels)}]\n"

    def _wheels(self, name: str, rows: Iterable[Mapping[str, Any]]) -> Iterator[_File]:
        for row in rows:
            file = self._file(row)
            if urlsplit(file.url).scheme in PORTS or self._is_in_folder(file.url):
                yield file
            else:
                said = "that is a file of this machine, or not a web address"
                self._refuse(name, file.url, said)

    def _archives(self, name: str, row: Mapping[str, Any], keys: Iterable[str]) -> Iterator[_File]:
        for key in keys:
            file = self._file(row[key])
            if key == "archive" and _same(file.url) in self._listed:
                yield file
            else:
                self._refuse(name, file.url, "another package asks for it by that URL or path")

    def _file(self, row: Mapping[str, Any]) -> _File:
        path = str(row.get("path", ""))
        url = str(row.get("url", "")) or Path(os.path.normpath(self._folder / path)).as_uri()
        hashes = {str(key): str(value) for key, value in row.get("hashes", {}).items()}
        return _File(url, hashes, str(row.get("name", "")))

    def _is_in_folder(self, url: str) -> bool:
        parts = urlsplit(url)
        if parts.scheme != "file" or parts.netloc:
            return False
        path = Path(os.path.realpath(url2pathname(parts.path)))
        return any(path.is_relative_to(folder) for folder in self._folders)

    def _with_hashes(self, name: str, pin: str, files: list[_File]) -> list[_File]:
        """Those files that have a hash that is listed, if hashes are asked for."""
        if not self._wanted.index.require_hashes or not files:
            return files
        listed = self._hashes.get(name, set())
        where = self._wanted.place_of(name)
        shown = f"{pin} ({where})" if where else pin
        if not listed:
            self._problem(*no_hash(shown, self._wanted.file))
            return files
        kept = [kept for file in files for kept in _kept(file, listed)]
        if not kept:
            self._problem(*mismatch(shown, self._wanted.file))
        return kept or files

    def _refuse(self, name: str, url: str, why: str) -> None:
        said = f"`{name}` leads to {without_credentials(url)}, so it is not installed: {why}."
        advice = f"List `{name}` itself in {self._wanted.file}, with a version that an index has."
        self._problem(said, f"{advice} Or remove the package that asks for it.")

    def _problem(self, said: str, advice: str) -> None:
        shown = without_values(said, self._wanted.variables)
        self.problems.append(Problem(INPUT, shown, advice=advice))


def _hashes_of(entry: Entry) -> Iterator[str]:
    yield from entry.hashes
    _, has_fragment, digest = entry.text.partition(" ; ")[0].partition("#")
    if has_fragment:
        yield digest.replace("=", ":", 1)


def _kept(file: _File, listed: set[str]) -> Iterator[_File]:
    """The file if one of its hashes is listed. uv looks at SHA-256 alone: if none of that kind is
    listed, and one other, then the file must have that one.
    """
    if any(f"{name}:{digest}" in listed for name, digest in file.hashes.items()):
        yield file
        return
    names = {each.partition(":")[0] for each in listed}
    if len(listed) == 1 and not names & set(file.hashes):
        name, _, digest = next(iter(listed)).partition(":")
        yield _File(file.url, {name: digest}, file.name)


def _local_folders(wanted: Requirements, environ: Mapping[str, str]) -> Iterator[Path]:
    """Folders of this machine that the requirements or the user's own settings name."""
    given = [text for name in LOCAL_INDEXES for text in re.split(r"[\s,]+", environ.get(name, ""))]
    for text in (*wanted.index.find_links, *given):
        _, is_url, path = text.rpartition("file://")
        if is_url or (text and "://" not in text):
            yield Path(os.path.realpath(url2pathname(path) if is_url else text))


def _same(url: str) -> tuple[str, str, int | None, str, str]:
    """What two spellings of one URL have in common; the credentials do not count."""
    parts = urlsplit(url)
    port = parts.port or PORTS.get(parts.scheme)
    return parts.scheme, parts.hostname or "", port, unquote(parts.path), unquote(parts.query)


def _text(value: str) -> str:
    """As TOML has it, whose strings are those of JSON."""
    return json.dumps(value)
