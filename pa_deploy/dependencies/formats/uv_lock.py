"""uv.lock: the packages that the project reaches on PythonAnywhere, with versions and hashes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qs

from packaging.utils import canonicalize_name

from pa_deploy.dependencies.formats import chosen, made_for, stale
from pa_deploy.dependencies.formats.document import Node, toml
from pa_deploy.dependencies.formats.listing import (
    Asked,
    Line,
    Listing,
    Misread,
    OptionLine,
    PythonLimit,
)
from pa_deploy.dependencies.formats.packages import Edge, Locked, from_commit, pinned, reached
from pa_deploy.dependencies.formats.sources import as_path, in_folder, index
from pa_deploy.dependencies.formats.where import Path

FOLDERS = ("editable", "virtual", "directory")
ADVICE = (
    "Add `sys_platform == 'linux'` to `tool.uv.environments` in pyproject.toml, or remove that "
    "setting. Then run `uv lock`, and commit the file."
)


def read(text: str, asked: Asked) -> Listing:
    """Raises Misread."""
    file = toml(text)
    made_for.check_version(file["version"], ("1",), "make the file again with `uv lock`")
    made_for.check_markers(file["supported-markers"], asked, ADVICE)
    own = _Own.of(file)
    chosen.check(asked.chosen, extras=own.extras(), groups=own.groups())
    active = own.active(asked)
    if not own.rows and not own.requirements:
        why = "it does not say which of its packages the project needs."
        raise Misread(0, why, "Make it again with `uv lock`.")
    packages = [_locked(row, active) for row in file["package"].rows()]
    found = reached(packages, own.roots(asked, active), asked.target)
    left_out = own.paths()
    there = [package for package in found if package.node.path not in left_out]
    limit = file["requires-python"]
    return Listing(
        lines=tuple(_line(package) for package in there),
        options=tuple(dict.fromkeys(_options(there))),
        python=(PythonLimit("requires-python", limit.text(), limit.text(), limit.line),)
        if limit
        else (),
        notes=tuple(stale.notes((each.name for each in packages), asked, "uv lock")),
        is_locked=True,
    )


@dataclass(frozen=True, slots=True)
class _Own:
    """The project itself, or all members of a workspace whose top folder is not a project."""

    file: Node
    rows: tuple[Node, ...]

    @classmethod
    def of(cls, file: Node) -> _Own:
        rows = [row for row in file["package"].rows() if _folder(row)]
        members = {str(canonicalize_name(name)) for name in file.at("manifest", "members").texts()}
        top = [row for row in rows if _folder(row) == "."]
        return cls(file, tuple(top or (row for row in rows if _name(row) in members)))

    @property
    def requirements(self) -> Node:
        """Those of a script, or of a workspace whose top folder is not a project."""
        return self.file.at("manifest", "requirements")

    def paths(self) -> frozenset[Path]:
        """Where its packages stand in the file."""
        return frozenset(row.path for row in self.rows)

    def extras(self) -> Iterator[str]:
        for row in self.rows:
            yield from row["optional-dependencies"].names()
            yield from row.at("metadata", "provides-extras").texts()

    def groups(self) -> Iterator[str]:
        empty_too = (row.at("metadata", "requires-dev") for row in self.rows)
        for table in (*self._group_tables(), *empty_too):
            yield from table.names()

    def active(self, asked: Asked) -> tuple[str, ...]:
        """How uv writes the chosen extras and groups in the markers of conflicting ones."""
        names = [_name(row) for row in self.rows]
        kinds = (("extra", asked.chosen.extras), ("group", asked.chosen.groups))
        return tuple(
            f"{kind}-{len(name)}-{name}-{each}"
            for kind, wanted in kinds
            for name in names
            for each in wanted
        )

    def roots(self, asked: Asked, active: tuple[str, ...]) -> Iterator[Edge]:
        yield from _edges(self.requirements, active)
        for row in self.rows:
            yield from _edges(row["dependencies"], active)
            for extra in asked.chosen.extras:
                for key, table in row["optional-dependencies"].items():
                    if canonicalize_name(key) == extra:
                        yield from _edges(table, active)
        for table in self._group_tables():
            for key, rows in table.items():
                if canonicalize_name(key) in asked.chosen.groups:
                    yield from _edges(rows, active)

    def _group_tables(self) -> Iterator[Node]:
        for row in self.rows:
            yield row["dev-dependencies"]
        yield self.file.at("manifest", "dependency-groups")


def _name(row: Node) -> str:
    return str(canonicalize_name(row["name"].needed()))


def _folder(row: Node) -> str:
    """The folder that the package is, or ""."""
    return next((row["source"][key].text() for key in FOLDERS if row["source"][key]), "")


def _locked(row: Node, active: tuple[str, ...]) -> Locked:
    return Locked(row, _name(row), row["version"].text(), partial(_edges_of, row, active))


def _edges_of(row: Node, active: tuple[str, ...], extra: str) -> Iterator[Edge]:
    if not extra:
        yield from _edges(row["dependencies"], active)
        return
    for key, table in row["optional-dependencies"].items():
        if canonicalize_name(key) == extra:
            yield from _edges(table, active)


def _edges(rows: Node, active: tuple[str, ...]) -> Iterator[Edge]:
    for row in rows.rows():
        yield Edge(
            row,
            _name(row),
            (row["extra"] or row["extras"]).texts(),
            row["marker"].text(),
            active,
            partial(_is_meant, row),
        )


def _is_meant(edge: Node, package: Locked) -> bool:
    """Whether an edge, which says what is not the only one, means the package."""
    return all(
        not edge[key] or edge[key].value == package.node[key].value for key in ("version", "source")
    )


def _line(package: Locked) -> Line:
    source = package.node["source"]
    at = package.node.line
    if source["registry"]:
        files = [*package.node["wheels"].rows(), *_one(package.node["sdist"])]
        return pinned(package, (file["hash"] for file in files))
    if source["git"]:
        return Line(f"{package.name} @ {_repository(source['git'])}", at)
    if source["url"]:
        url = in_folder(source["url"].text(), source["subdirectory"].text())
        return Line(f"{package.name} @ {url}", at, _hashes(package.node))
    path = as_path(source["path"].text() or _folder(package.node))
    return Line(f"{package.name} @ {path}", at, _hashes(package.node))


def _repository(node: Node) -> str:
    """`URL?subdirectory=FOLDER&tag=WANTED#COMMIT`, as uv writes it."""
    address, _, commit = node.text().partition("#")
    url, _, query = address.partition("?")
    folder = parse_qs(query).get("subdirectory", [""])[0]
    return from_commit(node, url, commit, folder)


def _hashes(row: Node) -> tuple[str, ...]:
    return tuple(file["hash"].text() for file in row["wheels"].rows() if file["hash"])


def _one(node: Node) -> tuple[Node, ...]:
    return (node,) if node else ()


def _options(packages: list[Locked]) -> Iterator[OptionLine]:
    """An index for each registry; a folder of wheels is one too."""
    seen = {node.text(): node for node in (each.node["source"]["registry"] for each in packages)}
    for url, node in seen.items():
        if url and "://" not in url:
            yield OptionLine("--find-links", url, node.line)
        else:
            yield from index(node, url)
