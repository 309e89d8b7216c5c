"""What a lock file has, and which of it is reached from the project's own dependencies."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from pa_deploy.dependencies import grammar
from pa_deploy.dependencies.formats.document import Node
from pa_deploy.dependencies.formats.listing import Line, Misread
from pa_deploy.dependencies.formats.sources import repository
from pa_deploy.dependencies.formats.target import Target

MOST_VERSIONS = 100
MOST_WALKS = 10
OUTDATED = "The lock file is damaged or out of date. Make it again with its own tool."


@dataclass(frozen=True, slots=True)
class Edge:
    """A dependency on a package. `accepts` tells which of several with its name.

    `active` are names for which `extra == …` in the marker is true.
    """

    node: Node
    name: str
    extras: tuple[str, ...] = ()
    marker: str = ""
    active: tuple[str, ...] = ()
    accepts: Callable[[Locked], bool] = lambda _: True


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
    """The packages that the roots need on the target, in the order of the file. Raises Misread.

    Which of several versions is taken depends on all that ask for it. So what one walk finds out is
    what the next one goes by.
    """
    packages = tuple(packages)
    by_name: dict[str, list[Locked]] = {}
    for package in packages:
        by_name.setdefault(package.name, []).append(package)
    roots = tuple(roots)
    found: set[int] = set()
    asking: dict[str, list[Edge]] = {}
    for _ in range(MOST_WALKS):
        before = found
        found, asking = _walk(roots, by_name, asking, target)
        if not asking or found == before:
            break
    return [package for package in packages if id(package) in found]


def _walk(
    roots: Iterable[Edge],
    by_name: Mapping[str, list[Locked]],
    known: Mapping[str, list[Edge]],
    target: Target,
) -> tuple[set[int], dict[str, list[Edge]]]:
    """The ids of what is reached, and who asks for each package with several versions.

    `known` is what asked for those before.
    """
    waiting = deque(roots)
    seen: set[tuple[int, str]] = set()
    asking: dict[str, list[Edge]] = {}
    while waiting:
        edge = waiting.popleft()
        if edge.marker and not is_true(edge, target):
            continue
        package = _picked(edge, by_name.get(edge.name, []), known.get(edge.name, []))
        if len(by_name[edge.name]) > 1:
            asking.setdefault(edge.name, []).append(edge)
        for extra in ("", *map(canonicalize_name, edge.extras)):
            if (id(package), extra) not in seen:
                seen.add((id(package), extra))
                waiting += package.edges(extra)
    return {number for number, _ in seen}, asking


def is_true(edge: Edge, target: Target) -> bool:
    """Whether the marker of the edge holds; raises Misread."""
    try:
        return target.holds(edge.marker, edge.active)
    except ValueError:
        raise edge.node.misread(f"the marker of {edge.node.name} is not valid.") from None


def _picked(edge: Edge, there: Sequence[Locked], others: Iterable[Edge]) -> Locked:
    """The newest that fits the edge and the Python, and if possible the `others` too."""
    if len(there) == 1:
        return there[0]
    if len(there) > MOST_VERSIONS:
        why = f"the file has more than {MOST_VERSIONS} versions of one package."
        raise Misread(edge.node.line, why, OUTDATED)
    fitting = [package for package in there if edge.accepts(package)]
    if fitting:
        return max(fitting, key=lambda package: _rank(package, others))
    shown = f"`{edge.name}`" if re.fullmatch(grammar.NAME, edge.name) else "a package"
    why = f"{shown} is needed, but the file does not have it."
    raise Misread(edge.node.line, why, OUTDATED)


def _rank(package: Locked, asking: Iterable[Edge]) -> tuple[bool, bool, Version]:
    suits_all = all(edge.accepts(package) for edge in asking)
    try:
        return package.is_usable, suits_all, Version(package.version)
    except InvalidVersion:
        return package.is_usable, suits_all, Version("0")


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
