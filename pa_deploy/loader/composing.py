"""Make an environment of packages that were sent.

Its files are hard links to those of `distributions/`, so they need no room of their own. Its
folders are its own: there Python puts its caches, and commands what they install.
"""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from functools import partial
from typing import Callable, Dict, List, Mapping

from .caches import discard_caches
from .databases import is_database
from .distributions import PLACE, lacking, remove
from .environment import PACKAGES, Environment, files_in, row_of
from .files import discard, link_or_copy, names_in, read_bytes
from .interpreter import own_python

OUTSIDE = ".data"
"""The folder of a distribution with what is not beside its modules: `bin/`, `share/`, …"""
MARK = b"#!python\n"
"""The first line of a program that runs with the environment's Python."""
LONGEST_FIRST_LINE = 127
"""Linux versions before 5.1 cut it off there."""
ASIDE = ".pa-deploy-new"
"""The end of the name of a file that is about to take the place of another."""
CONFIGURATION = "pyvenv.cfg"
"""It makes a virtual environment of a folder."""
OPEN = "include-system-site-packages"
VIRTUALENV = "pa_deploy_virtualenv.pth"
"""Adds the packages of the user's own virtual environment."""
ADDING = "import site, sys; %r in sys.path or site.addsitedir(%r)\n"


class Composing:
    """Makes one environment, or mends it where it is: the live release may be using it.

    What an earlier try has made is not made again. Files that were written to in their place are
    copies from then on, so that no package is damaged by it again. `say` tells people a line.
    """

    def __init__(
        self, environment: Environment, distributions: Mapping[str, str], say: Callable[[str], None]
    ) -> None:
        self._environment = environment
        self._folder = environment.folder
        self._distributions = distributions
        self._say = say
        self._made: Dict[str, None] = {}
        damaged = environment.damaged()
        self._well = set(environment.note.get("files", {})) - set(damaged)
        changed = {path for path in damaged if os.path.isfile(self._at(path))}
        self._written = changed | set(environment.note.get("written", []))
        self._copied: List[int] = []

    def carry_out(self) -> None:
        """It is whole after it, and its note says so."""
        os.makedirs(self._folder, mode=0o700, exist_ok=True)
        for path, source in self._wanted().items():
            if path not in self._well:
                self._put(path, source)
        self._put_python()
        os.sync()
        self._environment.keep(
            {
                "kind": "ship",
                "distributions": dict(self._distributions),
                "python": _version(),
                "copied": sum(self._copied),
                "written": sorted(self._written),
            }
        )
        if self._copied:
            self._say(
                "This disk has no hard links here, so %d files of the packages were copied, "
                "%d bytes" % (len(self._copied), sum(self._copied))
            )

    def mend(self, kept: str = "") -> bool:
        """Put back what is no longer as it was made, from a folder that has `kept` it or from the
        packages. Whether all could be put back.

        A package whose files are lost is removed, so that pa-deploy sends it again.
        """
        note = self._environment.note
        noted: Dict[str, List[int]] = note.get("files", {})
        damaged = [path for path in noted if path not in self._well]
        found = {path: os.path.join(kept, path) for path in files_in(kept)} if kept else {}
        sources = found or self._wanted()
        there = {path: sources[path] for path in damaged if path in sources}
        written = {path for path in there if _is_same(there[path], self._at(path))}
        self._written = written | set(note.get("written", []))
        lost = [path for path in there if not _is_intact(path, there[path], noted[path])]
        digests = {self._digest(there[path]) for path in lost if not kept}
        lacks = lacking(self._environment.home, digests)
        done = [path for path in there if path not in lost]
        if not kept:
            done += [path for path in lost if self._digest(there[path]) not in lacks]
        for path in done:
            self._put(path, there[path])
            discard_caches(self._at(path))
        if self._distributions and not kept:
            done += self._put_python()
        os.sync()
        remove(self._environment.home, lacks)
        left = {path: noted[path] for path in damaged if path not in done}
        self._environment.keep({**note, "written": sorted(self._written)}, left)
        return not left

    def _digest(self, source: str) -> str:
        """The package that has this file."""
        return os.path.relpath(source, self._environment.home.at(PLACE)).split(os.sep)[0]

    def _wanted(self) -> Dict[str, str]:
        """The path of each file in the environment, and where it is now.

        If two packages have the same file, it is the later one's.
        """
        found = {}
        for digest in self._distributions:
            folder = self._environment.home.at(PLACE, digest)
            for path in files_in(folder):
                found[_place_of(path)] = os.path.join(folder, path)
        return found

    def _put(self, path: str, source: str) -> None:
        if os.path.islink(source):
            self._put_link(path, os.readlink(source))
            return
        program = _program(path, source)
        if program:
            self._write(
                path, program.replace(MARK, first_line(self._environment.scripts), 1), 0o755
            )
        elif not _is_same(source, self._at(path)):
            is_written = path in self._written or is_database(source)
            self._replace(path, partial(_copy if is_written else self._link, source))

    def _put_python(self) -> List[str]:
        """What makes a virtual environment of it: its paths. No package can take its place."""
        python = own_python()
        name = "python" + _version()
        links = {"bin/" + name: python, "bin/python": name, "bin/python3": name}
        for path, target in links.items():
            self._put_link(path, target)
        files = files_about(python)
        for path, content in files.items():
            self._write(path, content, 0o644)
        return [*links, *files]

    def _put_link(self, path: str, target: str) -> None:
        if not (os.path.islink(self._at(path)) and os.readlink(self._at(path)) == target):
            self._replace(path, lambda new: os.symlink(target, new))

    def _write(self, path: str, content: bytes, mode: int) -> None:
        def write(new: str) -> None:
            with open(new, "wb") as file:
                file.write(content)
                os.fchmod(file.fileno(), mode)

        whole = self._at(path)
        is_there = os.path.isfile(whole) and not os.path.islink(whole)
        if not (is_there and read_bytes(whole) == content):
            self._replace(path, write)

    def _link(self, source: str, new: str) -> None:
        """A hard link, or a copy if the disk has none."""
        if link_or_copy(source, new):
            self._copied.append(os.path.getsize(new))

    def _replace(self, path: str, make: Callable[[str], None]) -> None:
        """Have a file there by one step, so that nobody finds half of it."""
        whole = self._at(path)
        self._have_folder(os.path.dirname(whole))
        if not os.path.lexists(whole):
            make(whole)
            return
        new = whole + ASIDE
        discard(new)
        make(new)
        if os.path.isdir(whole) and not os.path.islink(whole):
            discard(whole)
        os.replace(new, whole)

    def _have_folder(self, folder: str) -> None:
        """What is no folder must not be in the place of one."""
        if folder in self._made:
            return
        if folder != self._folder:
            self._have_folder(os.path.dirname(folder))
        if not os.path.isdir(folder) or os.path.islink(folder):
            discard(folder)
            os.makedirs(folder)
        self._made[folder] = None

    def _at(self, path: str) -> str:
        return os.path.join(self._folder, path)


def _place_of(path: str) -> str:
    """Where a file of a distribution is in an environment."""
    if path.startswith(OUTSIDE + "/"):
        return path[len(OUTSIDE) + 1 :]
    return os.path.join("lib", "python" + _version(), "site-packages", path)


def _version() -> str:
    return "%d.%d" % sys.version_info[:2]


def _program(path: str, source: str) -> bytes:
    """The text of a program that has no first line yet; nothing of anything else."""
    if os.path.dirname(path) != "bin":
        return b""
    with open(source, "rb") as file:
        return file.read() if file.read(len(MARK)) == MARK and not file.seek(0) else b""


def first_line(scripts: str) -> bytes:
    """How a program begins that runs with the Python in a folder, as pip writes it."""
    python = os.path.join(scripts, "python")
    line = os.fsencode("#!%s\n" % python)
    if len(line) <= LONGEST_FIRST_LINE and " " not in python:
        return line
    return os.fsencode("#!/bin/sh\n'''exec' \"%s\" \"$0\" \"$@\"\n' '''\n" % python)


def _copy(source: str, new: str) -> None:
    shutil.copy2(source, new)


def _is_intact(path: str, source: str, row: List[int]) -> bool:
    """Whether a file is as it was noted, which is one with that in the environment: nobody has
    written to it there. Of programs and links, an environment has its own.
    """
    return os.path.islink(source) or row_of(source) == row or bool(_program(path, source))


def _is_same(one: str, other: str) -> bool:
    with suppress(OSError):
        return os.path.samestat(os.lstat(one), os.lstat(other))
    return False


def files_about(python: str) -> Dict[str, bytes]:
    """What tells a Python in an environment where else it has packages from, as the web app has."""
    given = _virtualenv_of(python)
    found = {CONFIGURATION: _configuration(python, given)}
    if given:
        lines = "".join(ADDING % (each, each) for each in _sites_of(given))
        found[_place_of(VIRTUALENV)] = lines.encode()
    return found


def _virtualenv_of(python: str) -> str:
    """The user's virtual environment that a Python is in, or an empty text."""
    folder = os.path.dirname(os.path.dirname(python))
    return folder if os.path.exists(os.path.join(folder, CONFIGURATION)) else ""


def _sites_of(virtualenv: str) -> List[str]:
    lib = os.path.join(virtualenv, "lib")
    return [os.path.join(lib, name, PACKAGES[0]) for name in names_in(lib)]


def _configuration(python: str, virtualenv: str) -> bytes:
    """A pyvenv.cfg: what the machine's Python has is there too, as the web app finds it."""
    bins = os.path.join(sys.base_prefix, "bin")
    has_python = os.path.exists(os.path.join(bins, "python" + _version()))
    home = bins if has_python else os.path.dirname(python)
    is_open = not virtualenv or _is_open(os.path.join(virtualenv, CONFIGURATION))
    said = "home = %s\ninclude-system-site-packages = %s\nversion = %d.%d.%d\n"
    return os.fsencode(said % (home, "true" if is_open else "false", *sys.version_info[:3]))


def _is_open(configuration: str) -> bool:
    """Whether a virtual environment has the packages of the machine."""
    lines = read_bytes(configuration).decode("utf-8", "replace").lower().splitlines()
    pairs = (line.partition("=") for line in lines)
    return any((key.strip(), value.strip()) == (OPEN, "true") for key, _, value in pairs)
