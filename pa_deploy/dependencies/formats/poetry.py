"""The tables of Poetry in pyproject.toml, `[tool.poetry…]`, as requirements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from pa_deploy.dependencies.formats.document import Node
from pa_deploy.dependencies.formats.listing import Asked, Line, Misread, OptionLine, PythonLimit
from pa_deploy.dependencies.formats.sources import (
    LOCK_ADVICE,
    as_path,
    in_folder,
    index,
    repository,
)
from pa_deploy.dependencies.formats.versions import NoConstraint, alternatives, specifiers

LOCK = LOCK_ADVICE.format(command="poetry lock", file="poetry.lock")
VERSION_ADVICE = "Correct it, for example `^4.2` or `>=4.2,<5`."
PLATFORM = re.compile(r"(==|!=)?\s*+([A-Za-z0-9_-]++)")


def has_dependencies(poetry: Node) -> bool:
    return bool(poetry["dependencies"] or poetry["group"] or poetry["dev-dependencies"])


def groups(poetry: Node) -> Iterator[str]:
    """The names of its groups."""
    yield from poetry["group"].names()
    if poetry["dev-dependencies"]:
        yield "dev"


class Reader:
    """Reads the tables for one Python; `misread` has what cannot be used."""

    def __init__(self, poetry: Node, asked: Asked) -> None:
        self._poetry = poetry
        self._asked = asked
        self._explicit = frozenset(
            source["name"].text()
            for source in poetry["source"].rows()
            if source["priority"].text() == "explicit" and not asked.is_beside
        )
        self.misread: list[Misread] = []

    def lines(self, *, with_main: bool) -> Iterator[Line]:
        """The main dependencies, the optional ones of the chosen extras, and the chosen groups."""
        wanted = {name for key in self._asked.chosen.extras for name in self._of_extra(key)}
        if with_main:
            for name, node in self._poetry["dependencies"].items():
                if name != "python":
                    yield from self._read(name, node, with_optional=canonical(name) in wanted)
        seen: set[str] = set()
        for group in self._asked.chosen.groups:
            yield from self._group(group, seen)

    def enriched(self, lines: Iterable[Line]) -> Iterator[Line]:
        """The lines of `project.dependencies`, from where `tool.poetry.dependencies` has them."""
        tables = {canonical(key): node for key, node in self._poetry["dependencies"].items()}
        for line in lines:
            try:
                found = Requirement(line.text)
            except (InvalidRequirement, RecursionError):
                yield line
                continue
            node = tables.get(canonical(found.name))
            if node is None or not node.is_table or not self._is_elsewhere(node):
                yield line
            else:
                yield from self._read(found.name, node, with_optional=True)

    def options(self) -> Iterator[OptionLine]:
        for source in self._poetry["source"].rows():
            if source["priority"].text() != "explicit":
                is_default = source["priority"].text() == "default"
                replaces = is_default or source["default"].value is True
                yield from index(source, source["url"].text(), replaces=replaces)

    def python(self) -> Iterator[PythonLimit]:
        node = self._poetry.at("dependencies", "python")
        if node:
            yield PythonLimit("python", node.text(), _specifiers(node), node.line)

    def _of_extra(self, name: str) -> Iterator[str]:
        for key, node in self._poetry["extras"].items():
            if canonical(key) == name:
                yield from map(canonical, node.texts())

    def _group(self, name: str, seen: set[str]) -> Iterator[Line]:
        """The dependencies of a group, unless it was `seen` before."""
        if canonical(name) in seen:
            return
        seen.add(canonical(name))
        if canonical(name) == "dev":
            yield from self._all(self._poetry["dev-dependencies"])
        for key, node in self._poetry["group"].items():
            if canonical(key) == canonical(name):
                yield from self._all(node["dependencies"])
                for row in node["include-groups"].rows():
                    yield from self._group(row.text(), seen)

    def _all(self, table: Node) -> Iterator[Line]:
        for name, node in table.items():
            yield from self._read(name, node, with_optional=True)

    def _read(self, name: str, node: Node, *, with_optional: bool) -> Iterator[Line]:
        """The lines of one dependency, which may have several constraints."""
        try:
            rows = list(node.rows()) if isinstance(node.value, list) else [node]
            for row in rows:
                yield from self._row(name, row, with_optional=with_optional)
        except Misread as error:
            self.misread.append(error)

    def _row(self, name: str, row: Node, *, with_optional: bool) -> Iterator[Line]:
        if not row.is_table:
            yield Line(f"{name}{_specifiers(row)}", row.line)
            return
        if row["optional"].value is True and not with_optional:
            return
        if not self._is_for_python(row["python"]) or not _is_for_linux(row["platform"]):
            return
        if row["source"].text() in self._explicit:
            raise row.misread(f"`{canonical(name)}` comes from an index of its own.", LOCK)
        extras = f"[{','.join(row['extras'].texts())}]" if row["extras"] else ""
        marker = f" ; {row['markers'].text()}" if row["markers"] else ""
        place = _place(row)
        if place:
            yield Line(f"{name}{extras} @ {place}{marker}", row.line)
            return
        versions = _specifiers(row["version"]) if row["version"] else ""
        if row["allow-prereleases"].value is True:
            versions = f"{versions},>=0.dev0".removeprefix(",")
        yield Line(f"{name}{extras}{versions}{marker}", row.line)

    def _is_elsewhere(self, node: Node) -> bool:
        return bool(_place(node)) or node["source"].text() in self._explicit

    def _is_for_python(self, node: Node) -> bool:
        if not node:
            return True
        try:
            return any(self._asked.target.fits(each) for each in alternatives(node.text()))
        except ValueError:
            raise node.misread(f"{node.name} is not a version.", VERSION_ADVICE) from None


def canonical(name: str) -> str:
    return str(canonicalize_name(name))


def _specifiers(node: Node) -> str:
    try:
        return specifiers(node.text())
    except NoConstraint:
        raise node.misread(f"{node.name} is not a version.", VERSION_ADVICE) from None


def _is_for_linux(node: Node) -> bool:
    """Whether the constraint of a platform holds; several are parted by `||` and `,`."""
    if not node:
        return True
    return any(
        all(_is_linux(node, part) for part in alternative.split(","))
        for alternative in node.text().split("||")
    )


def _is_linux(node: Node, text: str) -> bool:
    found = PLATFORM.fullmatch(text.strip())
    if not found:
        raise node.misread(f"{node.name} is not a platform.", "Correct it, for example `linux`.")
    return (found[2] == "linux") == (found[1] != "!=")


def _place(row: Node) -> str:
    """What stands behind the `@` of a requirement for it; "" for none."""
    folder = row["subdirectory"].text()
    if row["git"]:
        ref = next((row[key].text() for key in ("tag", "rev", "branch") if row[key]), "")
        return repository(row["git"].text(), ref, folder)
    path = row["path"].text() or row["file"].text()
    return as_path(path) or in_folder(row["url"].text(), folder)
