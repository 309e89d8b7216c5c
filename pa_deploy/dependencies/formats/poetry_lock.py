"""poetry.lock of all versions of Poetry, with versions and hashes.

Poetry 2 writes down which package belongs to which group. Before it, the project's own
dependencies tell, so pyproject.toml in the same folder is read too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from pa_deploy.dependencies.formats import chosen, made_for, pyproject, stale
from pa_deploy.dependencies.formats.document import Node, toml
from pa_deploy.dependencies.formats.listing import (
    Asked,
    Line,
    Listing,
    Misread,
    OptionLine,
    PythonLimit,
)
from pa_deploy.dependencies.formats.packages import (
    Edge,
    Locked,
    from_commit,
    is_true,
    pinned,
    reached,
)
from pa_deploy.dependencies.formats.sources import as_path, in_folder, index
from pa_deploy.dependencies.formats.versions import (
    NoConstraint,
    allows,
    alternatives,
    specifiers,
)

MAIN = "main"


def read(text: str, asked: Asked) -> Listing:
    """Raises Misread."""
    file = toml(text)
    version = file.at("metadata", "lock-version")
    made_for.check_version(version, ("1", "2"), "make the file again with `poetry lock`")
    rows = tuple(file["package"].rows())
    packages = [_locked(row, asked) for row in rows]
    if any(row["groups"] for row in rows):
        _check(file, rows, asked)
        found = [each for each in packages if _is_chosen(each, asked)]
    else:
        found = reached(packages, _roots(file, packages, asked), asked.target)
    files = file.at("metadata", "files")
    older = {str(canonicalize_name(key)): node for key, node in files.items()}
    return Listing(
        lines=tuple(_line(package, older) for package in found),
        options=tuple(dict.fromkeys(_options(found))),
        python=tuple(_python(file)),
        notes=tuple(stale.notes((each.name for each in packages), asked, "poetry lock")),
        is_locked=True,
    )


def _check(file: Node, rows: Iterable[Node], asked: Asked) -> None:
    extras = (name for name, _ in file["extras"].items())
    groups = (name for row in rows for name in row["groups"].texts() if name != MAIN)
    chosen.check(asked.chosen, extras=extras, groups=groups)


def _is_chosen(package: Locked, asked: Asked) -> bool:
    """Whether a chosen group has the package on the target, as Poetry 2 wrote it down."""
    wanted = (MAIN, *asked.chosen.groups)
    markers = package.node["markers"]
    for group in package.node["groups"].texts():
        if canonicalize_name(group) not in wanted:
            continue
        node = markers[group] if markers.is_table else markers
        edge = Edge(node, package.name, (), node.text(), asked.chosen.extras)
        if not node or is_true(edge, asked.target):
            return True
    return False


def _locked(row: Node, asked: Asked) -> Locked:
    name = str(canonicalize_name(row["name"].needed()))
    return Locked(
        row,
        name,
        row["version"].text(),
        partial(_edges_of, row),
        _is_usable(row["python-versions"], asked),
    )


def _is_usable(node: Node, asked: Asked) -> bool:
    try:
        return any(asked.target.fits(each) for each in alternatives(node.text()))
    except ValueError:
        raise node.misread(f"{node.name} is not a version.") from None


def _first_name(text: str) -> str:
    """The name of `name (>=1.0) ; marker`."""
    try:
        return canonicalize_name(Requirement(text).name)
    except (InvalidRequirement, RecursionError):
        return canonicalize_name(text.split(" ", maxsplit=1)[0].partition("[")[0])


def _edges_of(row: Node, extra: str) -> Iterator[Edge]:
    if not extra:
        yield from _edges(row, "", None)
        return
    for key, node in row["extras"].items():
        if canonicalize_name(key) == extra:
            yield from _edges(row, key, {_first_name(text) for text in node.texts()})


def _edges(row: Node, extra: str, names: set[str] | None) -> Iterator[Edge]:
    """The dependencies of a package; with `names` those that an extra adds."""
    for key, node in row["dependencies"].items():
        name = str(canonicalize_name(key))
        each = list(node.rows()) if isinstance(node.value, list) else [node]
        for one in each:
            is_optional = one.is_table and one["optional"].value is True
            if (names is None and is_optional) or (names is not None and name not in names):
                continue
            yield _edge(name, one, extra)


def _edge(name: str, node: Node, extra: str) -> Edge:
    active = (extra,) if extra else ()
    if not node.is_table:
        return Edge(node, name, accepts=partial(_accepts, node))
    return Edge(
        node,
        name,
        node["extras"].texts(),
        node["markers"].text(),
        active,
        partial(_accepts, node["version"]),
    )


def _accepts(node: Node, package: Locked) -> bool:
    try:
        return allows(node.text() or "*", package.version)
    except NoConstraint:
        raise node.misread(f"{node.name} is not a version.") from None


def _roots(file: Node, packages: list[Locked], asked: Asked) -> Iterator[Edge]:
    """The project's own dependencies; without pyproject.toml all packages of the main category."""
    beside = asked.beside("pyproject.toml")
    if beside is None:
        if asked.chosen.groups or asked.chosen.extras:
            why = "its extras and groups are in pyproject.toml, which is not in its folder."
            raise Misread(0, why, "Commit pyproject.toml beside it.")
        for package in packages:
            is_main = package.node["category"].text() in ("", MAIN)
            if is_main and package.is_usable and package.node["optional"].value is not True:
                yield Edge(package.node, package.name)
        return
    for line in pyproject.read_beside(beside, asked):
        try:
            found = Requirement(line.text)
        except (InvalidRequirement, RecursionError):
            why = "pyproject.toml beside it has a dependency that cannot be read."
            advice = "Set `requirements: pyproject.toml` to see which."
            raise Misread(0, why, advice) from None
        yield Edge(
            file,
            str(canonicalize_name(found.name)),
            tuple(sorted(found.extras)),
            str(found.marker or ""),
            asked.chosen.extras,
            partial(_fits, found),
        )


def _fits(wanted: Requirement, package: Locked) -> bool:
    return wanted.specifier.contains(package.version, prereleases=True)


def _line(package: Locked, older: Mapping[str, Node]) -> Line:
    source = package.node["source"]
    kind, url = source["type"].text(), source["url"].text()
    at, folder = package.node.line, source["subdirectory"].text()
    if kind == "git":
        commit = source["resolved_reference"].text() or source["reference"].text()
        return Line(f"{package.name} @ {from_commit(source, url, commit, folder)}", at)
    files = (*package.node["files"].rows(), *_rows(older.get(package.name)))
    if kind in ("directory", "file", "url"):
        hashes = tuple(each["hash"].text() for each in files)
        place = in_folder(url, folder) if kind == "url" else as_path(url)
        return Line(f"{package.name} @ {place}", at, hashes)
    return pinned(package, (each["hash"] for each in files))


def _rows(files: Node | None) -> Iterator[Node]:
    """The files of a package as Poetry 1.2 and older wrote them, at the end of the lock file."""
    return files.rows() if files else iter(())


def _options(packages: list[Locked]) -> Iterator[OptionLine]:
    seen = set()
    for package in packages:
        source = package.node["source"]
        url = source["url"].text()
        if source["type"].text() == "legacy" and url not in seen:
            seen.add(url)
            yield from index(source, url)


def _python(file: Node) -> Iterator[PythonLimit]:
    node = file.at("metadata", "python-versions")
    if not node:
        return
    try:
        yield PythonLimit("python-versions", node.text(), specifiers(node.text()), node.line)
    except NoConstraint:
        raise node.misread(f"{node.name} is not a version.") from None
