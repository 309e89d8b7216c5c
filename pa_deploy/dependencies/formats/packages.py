"""What a lock file has, and which of it is reached from the project's own dependencies."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from packaging.utils import canonicalize_name

from pa_deploy.dependencies import grammar
from pa_deploy.dependencies.formats.document import Node
from pa_deploy.dependencies.formats.listing import Line, Misread
from pa_deploy.dependencies.formats.sources import repository
from pa_deploy.dependencies.formats.target import Target

MOST_VERSIONS = 100
OUTDATED = "The lock file is damaged or out of date. Make it again with its own tool."


@dataclass(frozen=True, slots=True)
class Edge:
    """A dependency on a package. `accepts` tells which version, if there are several.

    `active` are names for which `extra == …` in the marker is true.
    """

    node: Node
    name: str
    extras: tuple[str, ...] = ()
    marker: str = ""
    active: tuple[str, ...] = ()
    accepts: Callable[[str], bool] = lambda _: True


@dataclass(frozen=True, slots=True)
class Locked:
    """A package of a lock file. `edges` tells its dependencies for an extra, "" for those of all.

    `is_usable`: the lock file says that it is for the Python that is asked for.
    """

    node: Node
    name: str
    version: str
    edges: Callable[[str], Iterable[Edge]] = lambda _: ()
    is_usable: bool = True


def reached(packages: Iterable[Locked], roots: Iterable[Edge], target: Target) -> list[Locked]:
    """The packages that the roots need on the target, in the order of the file. Raises Misread."""
    packages = tuple(packages)
    by_name: dict[str, list[Locked]] = {}
    for package in packages:
        by_name.setdefault(package.name, []).append(package)
    waiting = deque(roots)
    seen: set[tuple[int, str]] = set()
    while waiting:
        edge = waiting.popleft()
        if edge.marker and not is_true(edge, target):
            continue
        package = _picked(edge, by_name)
        for extra in ("", *map(canonicalize_name, edge.extras)):
            if (id(package), extra) not in seen:
                seen.add((id(package), extra))
                waiting += package.edges(extra)
    found = {number for number, _ in seen}
    return [package for package in packages if id(package) in found]


def is_true(edge: Edge, target: Target) -> bool:
    """Whether the marker of the edge holds; raises Misread."""
    try:
        return target.holds(edge.marker, edge.active)
    except ValueError:
        raise edge.node.misread(f"the marker of {edge.node.name} is not valid.") from None


def _picked(edge: Edge, by_name: Mapping[str, list[Locked]]) -> Locked:
    there = by_name.get(edge.name, [])
    if len(there) == 1:
        return there[0]
    if len(there) > MOST_VERSIONS:
        why = f"the file has more than {MOST_VERSIONS} versions of one package."
        raise Misread(edge.node.line, why, OUTDATED)
    fitting = [package for package in there if edge.accepts(package.version)]
    if fitting:
        return next((package for package in fitting if package.is_usable), fitting[0])
    shown = f"`{edge.name}`" if re.fullmatch(grammar.NAME, edge.name) else "a package"
    why = f"{shown} is needed, but the file does not have it."
    raise Misread(edge.node.line, why, OUTDATED)


def from_commit(package: Node, url: str, commit: str, folder: str, system: str = "git") -> str:
    """The place of a package in a repository, at the commit that is locked. Raises Misread."""
    if not commit:
        raise package.misread("the file names no commit of this repository.", OUTDATED)
    return repository(url, commit, folder, system)


def pinned(package: Locked, hashes: Iterable[Node]) -> Line:
    """The line of a package of an index. Hashes of a kind that no installer trusts are left out."""
    digests = dict.fromkeys(node.text().lower() for node in hashes)
    text = f"{package.name}=={package.version}"
    return Line(text, package.node.line, tuple(filter(grammar.HASH.fullmatch, digests)))
