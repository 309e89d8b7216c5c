"""What `[tool.uv]` adds to the dependencies: indexes, limits, and where packages come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from pa_deploy.dependencies.formats.document import Node
from pa_deploy.dependencies.formats.listing import Line, Misread, OptionLine
from pa_deploy.dependencies.formats.sources import (
    LOCK_ADVICE,
    as_path,
    in_folder,
    index,
    repository,
)
from pa_deploy.dependencies.formats.target import Target

PARTS = ("extra", "group")
LOCK = LOCK_ADVICE.format(command="uv lock", file="uv.lock")


@dataclass(frozen=True, slots=True)
class Settings:
    """`places` are the tables of `tool.uv.sources`, by package."""

    options: tuple[OptionLine, ...]
    constraints: tuple[Line, ...]
    overrides: tuple[Line, ...]
    places: Mapping[str, Node]
    explicit: frozenset[str]
    misread: list[Misread]

    def located(self, lines: Iterable[Line], target: Target) -> Iterator[Line]:
        """The lines, each with the place that the settings name for its package."""
        for line in lines:
            name = _name_of(line.text)
            node = self.places.get(name)
            try:
                yield self._from(node, line, target) if node else line
            except Misread as error:
                self.misread.append(error)

    def _from(self, node: Node, line: Line, target: Target) -> Line:
        """The line from the first of the places that counts for it."""
        rows = list(node.rows()) if isinstance(node.value, list) else [node]
        row = next((each for each in rows if _counts(each, line, target)), None)
        if row is None:
            return line
        name = _name_of(line.text)
        if row["workspace"].value is True:
            why = f"`{name}` is another project of the workspace."
            raise row.misread(why, _workspace_advice(name))
        if row["index"] and row["index"].text() in self.explicit:
            raise row.misread(f"`{name}` comes from an index of its own.", LOCK)
        place = _place(row)
        return replace(line, text=_moved(line.text, place), line=row.line) if place else line


def read(settings: Node) -> Settings:
    """Raises Misread."""
    rows = list(settings["index"].rows())
    is_explicit = [row["explicit"].value is True for row in rows]
    shared = [row for row, explicit in zip(rows, is_explicit, strict=True) if not explicit]
    own = [row for row, explicit in zip(rows, is_explicit, strict=True) if explicit]
    return Settings(
        options=(*_indexes(shared), *_older_indexes(settings)),
        constraints=tuple(_lines(settings["constraint-dependencies"])),
        overrides=tuple(_lines(settings["override-dependencies"])),
        places={canonicalize_name(key): node for key, node in settings["sources"].items()},
        explicit=frozenset(row["name"].text() for row in own),
        misread=[],
    )


def _indexes(rows: Iterable[Node]) -> Iterator[OptionLine]:
    for row in rows:
        is_default = row["default"].value is True
        yield from index(row, row["url"].needed(), replaces=is_default)


def _older_indexes(settings: Node) -> Iterator[OptionLine]:
    for table in (settings, settings["pip"]):
        yield from index(table["index-url"], table["index-url"].text(), replaces=True)
        for row in table["extra-index-url"].rows():
            yield from index(row, row.text())
        for row in table["find-links"].rows():
            yield OptionLine("--find-links", row.text(), row.line)


def _lines(node: Node) -> Iterator[Line]:
    for row in node.rows():
        yield Line(row.text(), row.line)


def _name_of(text: str) -> str:
    try:
        return canonicalize_name(Requirement(text).name)
    except (InvalidRequirement, RecursionError):
        return ""


def _counts(row: Node, line: Line, target: Target) -> bool:
    """Whether the place is for the part of the file that has the line, and for the target."""
    parts = [f"{kind}:{canonicalize_name(row[kind].text())}" for kind in PARTS if row[kind]]
    marker = row["marker"]
    try:
        return parts in ([], [line.part]) and (not marker or target.holds(marker.text()))
    except ValueError:
        raise marker.misread(f"{marker.name} is not a marker.") from None


def _place(row: Node) -> str:
    """What stands behind the `@` of a requirement for it; "" for none."""
    folder = row["subdirectory"].text()
    if row["git"]:
        ref = next((row[key].text() for key in ("tag", "rev", "branch") if row[key]), "")
        return repository(row["git"].text(), ref, folder)
    return in_folder(row["url"].text(), folder) or as_path(row["path"].text())


def _moved(text: str, place: str) -> str:
    """The requirement without its version, from that place."""
    found = Requirement(text)
    extras = f"[{','.join(sorted(found.extras))}]" if found.extras else ""
    marker = f" ; {found.marker}" if found.marker else ""
    return f"{found.name}{extras} @ {place}{marker}"


def _workspace_advice(name: str) -> str:
    return (
        f"If its folder is in `source`, its files are shipped: remove `{name}` from the list, list "
        "its own dependencies, and set `python-path` to the folder with its module."
    )
