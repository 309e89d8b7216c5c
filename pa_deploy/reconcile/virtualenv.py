"""Whether there is a virtualenv at a path on PythonAnywhere, and of which Python."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from pa_deploy.api import Api
from pa_deploy.errors import DeployError
from pa_deploy.loader.layout import UNFINISHED

MARK = "pyvenv.cfg"
"""Every virtualenv has this file, but for those of virtualenv before 20, which have `bin`."""
VERSION = re.compile(r"^\s*version(?:_info)?\s*=\s*(\d+\.\d+)", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Virtualenv:
    """`python` is like "3.13"; "" if it is not known. `is_taken`: something else is at its path."""

    is_there: bool
    python: str = ""
    is_taken: bool = False


UNKNOWN = Virtualenv(is_there=True)


def find_virtualenv(api: Api, path: str) -> Virtualenv:
    """Look for it: one request if it is there, two if not. UNKNOWN if that cannot be told.

    PythonAnywhere's API does not reach paths outside the account's home, and a look-up that fails
    must not make a run fail.
    """
    folder = posixpath.normpath(path)
    if not folder.startswith(f"/home/{api.username}/"):
        return UNKNOWN
    try:
        config = api.files.read(f"{folder}/{MARK}")
        if config is not None:
            return Virtualenv(is_there=True, python=_python_in(config))
        found = api.files.entries(folder) or {}
        return Virtualenv(is_there="bin" in found, is_taken=bool(found) and UNFINISHED not in found)
    except DeployError:
        return UNKNOWN


def _python_in(config: bytes) -> str:
    found = VERSION.search(config.decode("utf-8", "replace"))
    return found[1] if found else ""
