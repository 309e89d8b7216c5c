"""Whether a path of `shared` is a file or a folder, by its slash and by the source."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from pa_deploy.errors import Problem
from pa_deploy.settings.local_files import is_directory, is_file

OF_A_FILE = re.compile(r"\.(db3?|sqlite3?|json|csv|txt|log|pkl|ini|toml|ya?ml)/$", re.IGNORECASE)
"""Endings that folders hardly have."""


def as_in_source(paths: Iterable[str], source: Path) -> tuple[str, ...]:
    """The paths, with a slash behind each folder of `source` and behind none of its files."""
    return tuple(_as_in_source(path, source) for path in paths)


def _as_in_source(path: str, source: Path) -> str:
    bare = path.rstrip("/")
    if is_directory(source / bare):
        return f"{bare}/"
    return bare if is_file(source / bare) else path


def shared_cautions(given: Iterable[str], source: Path) -> Iterator[Problem]:
    """Paths whose slash, or its lack, may be a mistake."""
    for path in given:
        bare = path.rstrip("/")
        used = _as_in_source(path, source)
        if used != path and used == bare:
            said = f'"{path}" ends in a slash, but "{bare}" is a file in the source.'
            yield Problem("shared", said, advice=f'It is shared as a file. Write "{bare}".')
        elif used != path or is_directory(source / bare) or is_file(source / bare):
            continue
        elif OF_A_FILE.search(path):
            said = f'"{path}" ends in a slash, so it is shared as a folder.'
            yield Problem("shared", said, advice=f'If it is a file, write "{bare}".')
        elif not path.endswith("/") and "." not in posixpath.basename(path):
            said = (
                f'"{path}" has no slash at its end, so it counts as a file, unless PythonAnywhere '
            )
            said += "has a folder there."
            yield Problem("shared", said, advice=f'If it is a folder, write "{path}/".')
        elif "\\" in path:
            said = f'"{path}" has a backslash, which is a part of the name on PythonAnywhere.'
            advice = f'If it separates folders, write "{path.replace(chr(92), "/")}".'
            yield Problem("shared", said, advice=advice)
