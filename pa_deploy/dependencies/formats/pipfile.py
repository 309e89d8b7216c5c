"""Pipfile and Pipfile.lock: the packages, and those of the chosen categories.

`dev-packages` is the group `dev`. Other tables of packages are groups with the table's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from packaging.utils import canonicalize_name

from pa_deploy.dependencies import grammar
from pa_deploy.dependencies.formats import chosen, made_for
from pa_deploy.dependencies.formats.document import Node, json_object, toml
from pa_deploy.dependencies.formats.listing import Asked, Line, Listing, OptionLine
from pa_deploy.dependencies.formats.sources import as_path, in_folder, index, repository
from pa_deploy.dependencies.formats.versions import NoConstraint, specifiers

NOT_PACKAGES = ("source", "requires", "pipenv", "scripts", "pipfile", "_meta")
MARKERS = (
    *("os_name", "sys_platform", "platform_machine", "platform_python_implementation"),
    *("platform_release", "platform_system", "platform_version", "python_version"),
    *("python_full_version", "implementation_name", "implementation_version"),
)
VERSION = re.compile(r"\d+\.\d+")


def read(text: str, asked: Asked) -> Listing:
    """Raises Misread."""
    file = toml(text)
    groups = {"": "packages", "dev": "dev-packages", **_others(file, ("packages", "dev-packages"))}
    return _listing(file, asked, groups, is_locked=False)


def read_lock(text: str, asked: Asked) -> Listing:
    """Raises Misread."""
    file = json_object(text)
    version = file.at("_meta", "pipfile-spec")
    made_for.check_version(version, ("6",), "make the file again with `pipenv lock`")
    groups = {"": "default", "dev": "develop", **_others(file, ("default", "develop"))}
    return _listing(file, asked, groups, is_locked=True)


def _others(file: Node, known: tuple[str, ...]) -> dict[str, str]:
    """Tables of packages with names of their own, by the name of the group."""
    return {
        str(canonicalize_name(key)): key
        for key, node in file.items()
        if key not in (*NOT_PACKAGES, *known) and node.is_table
    }


def _listing(file: Node, asked: Asked, groups: dict[str, str], *, is_locked: bool) -> Listing:
    there = [name for name, key in groups.items() if name and file[key]]
    chosen.check(asked.chosen, extras=(), groups=there)
    lines = tuple(
        line
        for name in ("", *asked.chosen.groups)
        for key, node in file[groups[name]].items()
        for line in _lines(key, node)
    )
    meta = file["_meta"] if is_locked else file
    sources = meta["sources"] if is_locked else meta["source"]
    return Listing(
        lines=lines,
        options=tuple(_options(file, sources)),
        notes=tuple(_notes(meta["requires"], asked)),
        is_locked=is_locked,
    )


def _lines(name: str, node: Node) -> Iterator[Line]:
    if not node.is_table:
        yield Line(f"{name}{_specifiers(node)}", node.line)
        return
    extras = f"[{','.join(node['extras'].texts())}]" if node["extras"] else ""
    marker = " and ".join(f"({each})" for each in _markers(node))
    marked = f" ; {marker}" if marker else ""
    place = _place(node)
    is_editable = node["editable"].value is True and bool(node["path"])
    if is_editable:
        yield Line(place, node.line, is_editable=True)
        return
    hashes = tuple(filter(grammar.HASH.fullmatch, map(str.lower, node["hashes"].texts())))
    where = f" @ {place}" if place else _specifiers(node["version"])
    yield Line(f"{name}{extras}{where}{marked}", node.line, hashes)


def _markers(node: Node) -> Iterator[str]:
    """The marker, and those that stand as `sys_platform = "== 'linux'"`."""
    if node["markers"]:
        yield node["markers"].text()
    for key in MARKERS:
        if node[key]:
            yield f"{key} {node[key].text()}"


def _specifiers(node: Node) -> str:
    try:
        return specifiers(node.text())
    except NoConstraint:
        advice = "Correct it, for example `>=4.2,<5` or `*`."
        raise node.misread(f"{node.name} is not a version.", advice) from None


def _place(node: Node) -> str:
    """What stands behind the `@` of a requirement for it; "" for none."""
    folder = node["subdirectory"].text()
    for kind in ("git", "hg", "svn", "bzr"):
        if node[kind]:
            return repository(node[kind].text(), node["ref"].text(), folder, kind)
    url = node["file"].text() or node["url"].text()
    return as_path(node["path"].text()) or in_folder(url, folder)


def _options(file: Node, sources: Node) -> Iterator[OptionLine]:
    """The first source stands in place of PyPI, as Pipenv has it."""
    for number, row in enumerate(sources.rows()):
        yield from index(row, row["url"].needed(), replaces=number == 0)
        if row["verify_ssl"].value is False:
            host = re.sub(r"^https?://(?:[^/@]*@)?([^/]+).*$", r"\1", row["url"].text())
            yield OptionLine("--trusted-host", host, row.line)
    prereleases = file.at("pipenv", "allow_prereleases")
    if prereleases.value is True:
        yield OptionLine("--pre", "", prereleases.line)


def _notes(requires: Node, asked: Asked) -> Iterator[tuple[int, str]]:
    """Pipenv warns only, too: a Pipfile names one version, and apps run with others."""
    node = requires["python_version"] or requires["python_full_version"]
    found = VERSION.match(node.text()) if node else None
    if found and found[0] != asked.target.version:
        yield (
            node.line,
            f"it is for Python {found[0]}, and `python-version` is {asked.target.version}.",
        )
