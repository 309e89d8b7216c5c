"""pyproject.toml: the dependencies of PEP 621 and PEP 735, and what uv, PDM and Poetry add."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from pa_deploy.dependencies.formats import chosen, poetry, uv_settings
from pa_deploy.dependencies.formats.document import Node, toml
from pa_deploy.dependencies.formats.listing import (
    Asked,
    Line,
    Listing,
    Misread,
    OptionLine,
    PythonLimit,
)
from pa_deploy.dependencies.formats.sources import index
from pa_deploy.model import Chosen

NONE_LISTED = "Name the file that lists your dependencies. Or list them in `project.dependencies`."


def read(text: str, asked: Asked) -> Listing:
    """Raises Misread."""
    file = toml(text)
    parts = Parts(file)
    if not parts.has_any:
        raise Misread(0, "it lists no dependencies.", NONE_LISTED)
    chosen.check(asked.chosen, extras=parts.extras(), groups=parts.groups())
    return parts.listing(asked)


def read_beside(text: str, asked: Asked) -> tuple[Line, ...]:
    """The dependencies of the project whose lock file is read; messages name this file too."""
    try:
        found = read(text, replace(asked, is_beside=True))
        for error in found.misread:
            raise error
    except Misread as error:
        where = f"pyproject.toml beside it{f', line {error.line}' if error.line else ''}"
        raise Misread(0, f"{where}: {error}", error.advice) from None
    return found.lines


@dataclass(frozen=True, slots=True)
class Parts:
    """The tables of the file that speak of dependencies."""

    file: Node

    @property
    def project(self) -> Node:
        return self.file["project"]

    @property
    def poetry(self) -> Node:
        return self.file.at("tool", "poetry")

    @property
    def has_any(self) -> bool:
        return bool(
            self.project or self.file["dependency-groups"] or poetry.has_dependencies(self.poetry)
        )

    def extras(self) -> Iterator[str]:
        yield from self.project["optional-dependencies"].names()
        yield from self._dynamic_files("optional-dependencies").names()
        yield from self.poetry["extras"].names()

    def groups(self) -> Iterator[str]:
        for tables in self._group_tables():
            yield from tables.names()
        yield from poetry.groups(self.poetry)
        if self.file.at("tool", "uv", "dev-dependencies"):
            yield "dev"

    def listing(self, asked: Asked) -> Listing:
        own = [*self._main(), *self._extras(asked), *self._groups(asked)]
        reader = poetry.Reader(self.poetry, asked)
        is_of_poetry = self._is_dynamic("dependencies") or not self.project["dependencies"]
        lines = [*reader.enriched(own), *reader.lines(with_main=is_of_poetry)]
        settings = uv_settings.read(self.file.at("tool", "uv"))
        return Listing(
            lines=tuple(lines if asked.is_beside else settings.located(lines, asked.target)),
            constraints=settings.constraints,
            overrides=settings.overrides,
            options=(*settings.options, *reader.options(), *self._pdm_sources()),
            includes=tuple(self._includes(asked)),
            python=(*self._python(), *reader.python()),
            misread=(*reader.misread, *settings.misread),
            notes=tuple(self._notes(lines, asked)),
        )

    def _notes(self, lines: list[Line], asked: Asked) -> Iterator[tuple[int, str]]:
        """A warning if all dependencies are in groups, and none is chosen."""
        group = next(iter(self.groups()), "")
        is_dynamic = self._is_dynamic("dependencies")
        if not lines and group and not is_dynamic and asked.chosen == Chosen():
            choice = f"pyproject.toml[group:{canonicalize_name(group)}]"
            why = "it lists no main dependencies, so nothing is installed. To install a group, "
            yield 1, f"{why}name it: `requirements: {choice}`."

    def _main(self) -> Iterator[Line]:
        if self._is_dynamic("dependencies"):
            self._refuse_unknown()
            return
        for row in self.project["dependencies"].rows():
            yield from self._expanded(row, set())

    def _extras(self, asked: Asked) -> Iterator[Line]:
        seen: set[str] = set()
        for name in asked.chosen.extras:
            yield from self._extra(name, seen)

    def _extra(self, name: str, seen: set[str]) -> Iterator[Line]:
        """The dependencies of an extra, unless it was `seen` before."""
        if canonicalize_name(name) in seen:
            return
        seen.add(canonicalize_name(name))
        for key, table in self.project["optional-dependencies"].items():
            if canonicalize_name(key) == canonicalize_name(name):
                for row in table.rows():
                    for line in self._expanded(row, seen):
                        yield _in_part(line, f"extra:{canonicalize_name(name)}")

    def _expanded(self, row: Node, seen: set[str]) -> Iterator[Line]:
        """The line; what it means if it is the project itself with extras: `all = ["app[web]"]`."""
        text = row.text()
        own = canonicalize_name(self.project["name"].text())
        try:
            found = Requirement(text)
        except (InvalidRequirement, RecursionError):
            yield Line(text, row.line)
            return
        if not own or canonicalize_name(found.name) != own:
            yield Line(text, row.line)
            return
        for name in sorted(found.extras):
            yield from self._extra(name, seen)

    def _group_tables(self) -> tuple[Node, ...]:
        return (
            self.file["dependency-groups"],
            self.file.at("tool", "pdm", "dev-dependencies"),
        )

    def _groups(self, asked: Asked) -> Iterator[Line]:
        seen: set[str] = set()
        for name in asked.chosen.groups:
            yield from self._group(name, seen)
            if canonicalize_name(name) == "dev":
                for row in self.file.at("tool", "uv", "dev-dependencies").rows():
                    yield Line(row.text(), row.line, part="group:dev")

    def _group(self, name: str, seen: set[str]) -> Iterator[Line]:
        """The dependencies of a group, unless it was `seen` before."""
        if canonicalize_name(name) in seen:
            return
        seen.add(canonicalize_name(name))
        for tables in self._group_tables():
            for key, table in tables.items():
                if canonicalize_name(key) == canonicalize_name(name):
                    for row in table.rows():
                        for line in self._of_group(row, seen):
                            yield _in_part(line, f"group:{canonicalize_name(name)}")

    def _of_group(self, row: Node, seen: set[str]) -> Iterator[Line]:
        if not row.is_table:
            text = row.text()
            if text.startswith("-e "):  # older versions of PDM write it
                yield Line(text.removeprefix("-e "), row.line, is_editable=True)
            else:
                yield from self._expanded(row, set())
            return
        other = row["include-group"].needed()
        if canonicalize_name(other) not in map(canonicalize_name, self.groups()):
            raise row.misread(f"{row.name} includes a group that the file does not have.")
        yield from self._group(other, seen)

    def _is_dynamic(self, key: str) -> bool:
        return key in self.project["dynamic"].texts()

    def _dynamic_files(self, key: str) -> Node:
        return self.file.at("tool", "setuptools", "dynamic", key)

    def _named_files(self) -> Node:
        """The requirements files that the build backend reads the dependencies from."""
        own = self._dynamic_files("dependencies")["file"]
        hatch = self.file.at("tool", "hatch", "metadata", "hooks", "requirements_txt")
        return own or hatch["files"] or hatch["filename"]

    def _refuse_unknown(self) -> None:
        if self._named_files() or poetry.has_dependencies(self.poetry):
            return
        node = self.project["dynamic"]
        why = (
            "`project.dynamic` names `dependencies`, so a build of the project makes their list. "
            "pa-deploy does not build it."
        )
        raise node.misread(why, "List them in `project.dependencies`, or name a lock file.")

    def _includes(self, asked: Asked) -> Iterator[Line]:
        if self._is_dynamic("dependencies"):
            yield from _files(self._named_files())
        for name in asked.chosen.extras:
            for key, table in self._dynamic_files("optional-dependencies").items():
                if canonicalize_name(key) == name:
                    yield from _files(table["file"])

    def _python(self) -> Iterator[PythonLimit]:
        node = self.project["requires-python"]
        if node:
            text = node.text()
            yield PythonLimit("requires-python", text, text, node.line)

    def _pdm_sources(self) -> Iterator[OptionLine]:
        for source in self.file.at("tool", "pdm", "source").rows():
            is_pypi = source["name"].text().lower() == "pypi"
            yield from index(source, source["url"].text(), replaces=is_pypi)


def _in_part(line: Line, part: str) -> Line:
    """The line, unless a part within that one has it."""
    return line if line.part else replace(line, part=part)


def _files(node: Node) -> Iterator[Line]:
    if node.is_text:
        yield Line(node.text(), node.line)
        return
    for row in node.rows():
        yield Line(row.text(), row.line)
