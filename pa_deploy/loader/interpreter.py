"""The Python of the web app, as a program."""

from __future__ import annotations

import os
import re
import shutil
import sys
from contextlib import suppress

from .files import Home, names_in

VERSIONED = re.compile(r"python3\.[0-9]+")


def own_python() -> str:
    """The Python of this process as a program; `sys.executable` may be uWSGI."""
    name = "python%d.%d" % sys.version_info[:2]
    if os.path.basename(sys.executable or "") == name:
        return sys.executable
    places = [sys.prefix, sys.base_prefix, "/usr", "/usr/local"]
    return next(filter(os.path.exists, (os.path.join(each, "bin", name) for each in places)))


def python_of(home: Home, version: str, virtualenv: str) -> str:
    """The Python that the web app will have, which may be another one than it has now.

    `virtualenv` is below the account's home directory, `/home/USER`.

    If it is not found, that of this process, whose web app was reloaded with it.
    """
    if virtualenv:
        folder = os.path.join(home.account, *virtualenv.split("/")[3:], "bin")
        names = [name for name in names_in(folder) if VERSIONED.fullmatch(name)]
        found = [os.path.join(folder, name) for name in names]
    else:
        own, places = own_python(), os.environ.get("PATH", os.defpath)
        is_own = os.path.basename(own) == "python" + version and sys.prefix == sys.base_prefix
        other = None if is_own or not version else shutil.which("python" + version, path=places)
        found = [other or own]
    return next((each for each in found if os.access(each, os.X_OK)), own_python())


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
