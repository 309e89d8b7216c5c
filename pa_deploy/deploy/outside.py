"""Find files of a mapped folder that is not of a release, by which a visit tells that it is served.

It costs a request to list the folder, and one for each of the first folders that may hide it.
"""

from __future__ import annotations

import posixpath

from pa_deploy.api import Api
from pa_deploy.errors import DeployError
from pa_deploy.model import StaticFile
from pa_deploy.plan import Rival, rivals

SMALL = (".css", ".js", ".txt", ".html", ".svg", ".ico", ".json", ".xml", ".map", ".webmanifest")
"""Files that are nearly always small."""
IS_FILE = "is not a directory"
"""PythonAnywhere says so if a file's tree is asked for."""
MOST_RIVALS = 2


def find_outside(api: Api, row: StaticFile, before: tuple[StaticFile, ...]) -> tuple[str, ...]:
    """The path of a file of the mapping below its folder, "" if that is a file itself; and of files
    that the first mappings `before` it have too.
    """
    files = _small_files(api, row.path)
    near = [each for each in rivals((*before, row)) if each.row == row] if files else []
    hidden = (_first_of_both(api, files, each) for each in near[:MOST_RIVALS])
    chosen = (*files[:1], *(path for path in hidden if path))
    return tuple(
        path.removeprefix(row.path.rstrip("/")).lstrip("/") for path in dict.fromkeys(chosen)
    )


def _first_of_both(api: Api, files: list[str], rival: Rival) -> str:
    """The first of the files that the other mapping has too; "" if there is none."""
    theirs = _small_files(api, posixpath.dirname(rival.theirs))
    ours = (path for path in files if path.startswith(rival.own))
    return next(
        (each for each in ours if rival.theirs + each.removeprefix(rival.own) in theirs), ""
    )


def _small_files(api: Api, folder: str) -> list[str]:
    """Those that are likely small, or the path itself if it is a file."""
    try:
        tree = api.files.tree(folder)
    except DeployError as error:
        return [folder] if IS_FILE in error.what else []
    files = (path for path in tree if not path.endswith("/"))
    return [path for path in files if path.lower().endswith(SMALL)]
