"""The Python of the web app, as a program."""

from __future__ import annotations

import os
import re
import shutil
import sys
from contextlib import suppress
from typing import Iterable, List, NamedTuple

from .files import Home, names_in
from .origin import ENVIRON

VERSIONED = re.compile(r"python3\.[0-9]+")
PREFIX = sys.prefix
"""As it was before an app's own environment was activated in this process."""
PLACES = ("/usr/bin", "/usr/local/bin")
"""Where Pythons are that the PATH of a web app may not name."""


class Found(NamedTuple):
    """A Python as a program. `said` tells why it is not the wanted one, "" if it is."""

    path: str
    said: str = ""


def own_python() -> str:
    """The Python of this process as a program.

    `sys.executable` may be uWSGI, or the Python with which the virtualenv was made. Without `site`
    (-S) only that tells of a virtualenv.
    """
    name = "python%d.%d" % sys.version_info[:2]
    is_named = os.path.basename(sys.executable or "") == name
    if is_named and sys.prefix == sys.base_prefix:
        return sys.executable
    places = [PREFIX, sys.base_prefix, "/usr", "/usr/local"]
    return next(filter(os.path.exists, (os.path.join(each, "bin", name) for each in places)))


def python_of(home: Home, version: str, virtualenv: str) -> Found:
    """The Python that the web app will have, which may be another one than it has now.

    A virtualenv that is not there yet will have the one of its version. If that is not found, the
    one of this process, whose web app was reloaded with it.
    """
    found = programs_in(folder_of_virtualenv(home, virtualenv))
    if found:
        return Found(found[0])
    if virtualenv and not version:
        return _first([], "a Python in " + virtualenv)
    own, name = own_python(), "python" + version
    is_own = os.path.basename(own) == name and sys.base_prefix == PREFIX
    return Found(own) if is_own or not version else _first(_places_of(name), name)


def _places_of(name: str) -> Iterable[str]:
    """Where a Python of that name may be, if the web app's server can have it."""
    folders = ENVIRON.get("PATH", os.defpath).split(os.pathsep)
    real = [each for each in folders if os.path.basename(each) != "shims"]  # they may lead nowhere
    yield shutil.which(name, path=os.pathsep.join(real)) or ""
    yield from (os.path.join(folder, name) for folder in PLACES)


def _first(paths: Iterable[str], wanted: str) -> Found:
    """The first of the paths that is a program; else that of this process."""
    there = next((each for each in paths if each and os.access(each, os.X_OK)), "")
    if there:
        return Found(there)
    version = "%d.%d" % sys.version_info[:2]
    said = "%s was not found, so Python %s prepares this release" % (wanted, version)
    return Found(own_python(), said)


def folder_of_virtualenv(home: Home, virtualenv: str) -> str:
    """Its folder on this machine; "" if it is not below the account's home, `/home/USER`."""
    parts = virtualenv.split("/")
    is_own = parts[1:3] == ["home", os.path.basename(home.account)] and len(parts) > 3
    return os.path.join(home.account, *parts[3:]) if is_own else ""


def has_virtualenv(home: Home, virtualenv: str) -> bool:
    """Whether this process runs in the virtualenv, if one is named."""
    folder = folder_of_virtualenv(home, virtualenv)
    return not folder or os.path.realpath(folder) == os.path.realpath(PREFIX)


def programs_in(virtualenv: str) -> List[str]:
    """The Python of the virtualenv in this folder; none if there is none."""
    folder = os.path.join(virtualenv, "bin")
    names = names_in(folder) if virtualenv else []
    found = [os.path.join(folder, name) for name in names if VERSIONED.fullmatch(name)]
    return [each for each in found if os.access(each, os.X_OK)]


def folder_with_python(home: Home) -> str:
    """A folder for PATH, whose `python` is the web app's."""
    python = own_python()
    folder = os.path.dirname(python)
    if os.path.exists(os.path.join(os.path.dirname(folder), "pyvenv.cfg")):
        return folder  # a virtualenv's, which has it by that name
    folder = home.at("bin", os.path.basename(python))
    os.makedirs(folder, exist_ok=True)
    with suppress(FileExistsError):
        os.symlink(python, os.path.join(folder, "python"))
    return folder
