"""The Python of the web app, as a program."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from .files import Home


def own_python() -> str:
    """The Python of this process as a program; `sys.executable` may be uWSGI."""
    name = "python%d.%d" % sys.version_info[:2]
    if os.path.basename(sys.executable or "") == name:
        return sys.executable
    places = [sys.prefix, sys.base_prefix, "/usr", "/usr/local"]
    return next(filter(os.path.exists, (os.path.join(each, "bin", name) for each in places)))


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
