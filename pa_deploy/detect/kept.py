"""Warn of paths that should be in `shared` and are not, and of those that should not be."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from pa_deploy.detect.ranking import is_aside, listed
from pa_deploy.detect.tree import Tree
from pa_deploy.errors import Problem
from pa_deploy.loader.paths import covers
from pa_deploy.model import WantedRelease

DATABASE = re.compile(r"(?!.*\bthumbs\.db$).+\.(sqlite3?|db3?)", re.IGNORECASE | re.DOTALL)


def kept_cautions(
    wanted: WantedRelease, tree: Tree, databases: tuple[str, ...]
) -> Iterator[Problem]:
    """`databases` are files that begin as SQLite's do, whatever their names."""
    yield from _kept_code(wanted, tree)
    named = (path for path in tree.paths if DATABASE.fullmatch(path))
    found = sorted(path for path in {*databases, *named} if not is_aside(path))
    lost = [path for path in found if not covers(wanted.shared, path)]
    for path in lost:
        said = f"{path} is in the release, not in `shared`. Each deploy starts with the copy from "
        advice = f"{share(path, wanted)}, unless the app only reads it."
        yield Problem("shared", f"{said}the repository.", advice=advice)


def _kept_code(wanted: WantedRelease, tree: Tree) -> Iterator[Problem]:
    code = sorted(
        path
        for path in tree.paths
        if path.endswith(".py") and posixpath.basename(path) != "__init__.py"
    )
    for each in wanted.shared:
        inside = [path for path in code if covers((each,), path)]
        if inside:
            said = f'"{each}" has code: {listed(inside)}. Deploys do not change shared files, so '
            said += "later versions of that code would never go live."
            advice = f'Remove "{each}", and share only what the app writes.'
            yield Problem("shared", said, advice=advice)


def share(path: str, wanted: WantedRelease) -> str:
    """The advice to keep a path between releases, as the inputs are now."""
    return f"Add {path} to `shared`" if wanted.shared else f"Add `shared: {path}`"
