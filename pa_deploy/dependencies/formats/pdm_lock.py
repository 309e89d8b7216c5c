"""pdm.lock: the packages of the default group and the chosen ones, with versions and hashes.

PDM writes the group and the marker of each package down if its strategy is `inherit_metadata`, as
it is since 2.13. Otherwise the dependencies tell, from those of pyproject.toml on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from pa_deploy.dependencies.formats import chosen, made_for, pyproject, stale
from pa_deploy.dependencies.formats.document import Node, toml
from pa_deploy.dependencies.formats.listing import Asked, Line, Listing, PythonLimit
from pa_deploy.dependencies.formats.packages import (
    Edge,
    Locked,
    from_commit,
    is_true,
    pinned,
    reached,
)
from pa_deploy.dependencies.formats.sources import as_path, in_folder
from pa_deploy.dependencies.formats.versions import NoConstraint, specifiers

DEFAULT = "default"
LINUX = re.compile(r"(?:linux|manylinux[0-9_]*)(?:_x86_64)?")
ADVICE = "Run `pdm lock --platform linux --append`, and commit the file."


def read(text: str, asked: Asked) -> Listing:
    """Raises Misread."""
    file = toml(text)
    version = file.at("metadata", "lock_version")
    made_for.check_version(version, ("3", "4"), "make the file again with `pdm lock`")
    rows = tuple(file["package"].rows())
    packages = _merged(rows, asked)
    if "inherit_metadata" in file.at("metadata", "strategy").texts():
        found = [each for each in packages if _is_chosen(each, asked)]
        _check(file, asked)
    else:
        found = reached(packages, _roots(file, packages, asked), asked.target)
    return Listing(
        lines=tuple(line for package in found for line in _lines(package)),
        python=tuple(_python(file, asked)),
        notes=tuple(stale.notes((each.name for each in packages), asked, "pdm lock")),
        is_locked=True,
    )


def _check(file: Node, asked: Asked) -> None:
    """PDM's groups are groups and extras alike."""
    names = [name for name in file.at("metadata", "groups").texts() if name != DEFAULT]
    chosen.check(asked.chosen, extras=names, groups=names)


def _is_chosen(package: Locked, asked: Asked) -> bool:
    wanted = {DEFAULT, *asked.chosen.groups, *asked.chosen.extras}
    names = {str(canonicalize_name(name)) for name in package.node["groups"].texts()}
    node = package.node["marker"]
    edge = Edge(node, package.name, (), node.text())
    return bool(names & wanted) and (not node or is_true(edge, asked.target))


def _merged(rows: Sequence[Node], asked: Asked) -> list[Locked]:
    """The packages; PDM has another row for one with extras."""
    by_key: dict[tuple[str, str], dict[str, tuple[Edge, ...]]] = {}
    for row in rows:
        edges = by_key.setdefault(_key(row), {})
        for extra in row["extras"].texts():
            edges[str(canonicalize_name(extra))] = tuple(_edges(row))
    found = []
    for row in rows:
        if row["extras"].texts():
            continue
        name, version = _key(row)
        is_usable = _is_usable(row["requires_python"], asked)
        tell = partial(_edges_of, row, by_key[name, version])
        found.append(Locked(row, name, version, tell, is_usable))
    return found


def _key(row: Node) -> tuple[str, str]:
    """Name and version."""
    return str(canonicalize_name(row["name"].needed())), row["version"].text()


def _is_usable(node: Node, asked: Asked) -> bool:
    try:
        return asked.target.fits(node.text())
    except ValueError:
        raise node.misread(f"{node.name} is not a version.") from None


def _edges_of(row: Node, extras: Mapping[str, tuple[Edge, ...]], extra: str) -> Iterable[Edge]:
    return extras.get(extra, ()) if extra else _edges(row)


def _edges(row: Node) -> Iterator[Edge]:
    for each in row["dependencies"].rows():
        yield _edge(each, each.text())


def _edge(node: Node, text: str) -> Edge:
    try:
        found = Requirement(text)
    except (InvalidRequirement, RecursionError):
        raise node.misread(f"{node.name} is not a requirement.") from None
    return Edge(
        node,
        str(canonicalize_name(found.name)),
        tuple(sorted(found.extras)),
        str(found.marker or ""),
        accepts=partial(_fits, found),
    )


def _fits(wanted: Requirement, package: Locked) -> bool:
    return wanted.specifier.contains(package.version, prereleases=True)


def _roots(file: Node, packages: list[Locked], asked: Asked) -> Iterator[Edge]:
    beside = asked.beside("pyproject.toml")
    if beside is None:
        _check(file, asked)
        for package in packages:
            if package.is_usable:
                yield Edge(package.node, package.name)
        return
    for line in pyproject.read_beside(beside, asked):
        yield _edge(file, line.text)


def _lines(package: Locked) -> Iterator[Line]:
    row, at = package.node, package.node.line
    folder = row["subdirectory"].text()
    if row["git"]:
        commit = row["revision"].text() or row["ref"].text()
        place = from_commit(row, row["git"].text(), commit, folder)
        yield Line(f"{package.name} @ {place}", at)
    elif row["url"] or row["path"]:
        hashes = tuple(each["hash"].text() for each in row["files"].rows())
        place = in_folder(row["url"].text(), folder) or as_path(row["path"].text())
        yield Line(f"{package.name} @ {place}", at, hashes)
    else:
        yield pinned(package, (each["hash"] for each in row["files"].rows()))


def _is_ours(target: Node) -> bool:
    """Whether a set of machines has PythonAnywhere's."""
    platform, implementation = target["platform"], target["implementation"]
    is_linux = not platform or bool(LINUX.fullmatch(platform.text()))
    return is_linux and implementation.text() in ("", "cpython")


def _python(file: Node, asked: Asked) -> Iterator[PythonLimit]:
    """`targets` has one limit for each set of machines: one that fits is enough."""
    targets = file.at("metadata", "targets")
    rows = tuple(targets.rows())
    ours = [row for row in rows if _is_ours(row)]
    if rows and not ours:
        raise made_for.elsewhere(targets, asked, ADVICE)
    limits = [row["requires_python"] for row in ours]
    found = [node for node in (*limits, file.at("metadata", "requires_python")) if node]
    if not found:
        return
    said = " || ".join(node.text() for node in found)
    try:
        yield PythonLimit("requires_python", said, specifiers(said), found[0].line)
    except NoConstraint:
        raise found[0].misread(f"{found[0].name} is not a version.") from None
