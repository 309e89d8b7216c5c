"""The Python that a project is for, and the nearest one that PythonAnywhere offers."""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from pa_deploy.detect.findings import Finding
from pa_deploy.detect.ranking import ranked
from pa_deploy.detect.tree import Tree

OFFERED = ("3.9", "3.10", "3.11", "3.12", "3.13")
"""Those of the newest system image."""
NEWEST = OFFERED[-1]
VERSION = r"(3\.\d{1,2})(?:\.\d+)?"
FILES = (
    (".python-version", re.compile(rf"^[ \t]*(?:cpython-|python-?)?{VERSION}\s*$", re.MULTILINE)),
    ("runtime.txt", re.compile(rf"^[ \t]*python-?{VERSION}", re.MULTILINE)),
    (".tool-versions", re.compile(rf"^[ \t]*python\s+{VERSION}", re.MULTILINE)),
    ("mise.toml", re.compile(rf'^[ \t]*python\s*=\s*"{VERSION}"', re.MULTILINE)),
    (".mise.toml", re.compile(rf'^[ \t]*python\s*=\s*"{VERSION}"', re.MULTILINE)),
    ("Pipfile", re.compile(rf'^[ \t]*python(?:_full)?_version\s*=\s*"{VERSION}"', re.MULTILINE)),
    ("Dockerfile", re.compile(rf"^[ \t]*FROM\s+\S*python:{VERSION}", re.MULTILINE | re.IGNORECASE)),
)
WORKFLOW = re.compile(rf"""python-version:\s*\[?\s*["']?{VERSION}""")


@dataclass(frozen=True, slots=True)
class Said:
    """A version or a range that a file names."""

    text: str
    place: str
    is_range: bool = False


def find_python(tree: Tree, root: str, pins: str, pins_place: str) -> Finding:
    """`pins` is the text of the dependency file, which may hold an old version of a framework."""
    for said in _said(tree, root):
        found = _fitting(said)
        if found:
            return found
    newest = _newest_for(pins)
    if newest != NEWEST:
        place = f"the newest that fits the versions in {pins_place}"
        return Finding("python-version", newest, place, "likely")
    return Finding("python-version", NEWEST, "the newest that PythonAnywhere offers")


def _said(tree: Tree, root: str) -> Iterator[Said]:
    for folder in dict.fromkeys((root, "")):
        for name, pattern in FILES:
            path = posixpath.join(folder, name)
            if name == "Dockerfile":
                yield from _ranges(tree, posixpath.join(folder, "pyproject.toml"))
            text = tree.text(path)
            found = pattern.search(text)
            if found:
                line = text.count("\n", 0, found.start(1)) + 1
                yield Said(found[1], f"{path}:{line}")
    inside = (path for path in tree.paths if path.startswith(".github/workflows/"))
    for path in ranked(inside):
        text = tree.text(path)
        found = WORKFLOW.search(text)
        if found:
            yield Said(found[1], f"{path}:{text.count(chr(10), 0, found.start()) + 1}")


def _ranges(tree: Tree, path: str) -> Iterator[Said]:
    """What pyproject.toml requires; a caret of Poetry as PEP 440 writes it."""
    text = tree.text(path)
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError):
        return
    project = data.get("project")
    tool = data.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    packages = poetry.get("dependencies") if isinstance(poetry, dict) else None
    for table, key in ((project, "requires-python"), (packages, "python")):
        said = table.get(key) if isinstance(table, dict) else None
        if isinstance(said, str):
            lines = text.splitlines()
            at = next((n for n, line in enumerate(lines, 1) if line.strip().startswith(key)), 1)
            yield Said(_as_range(said), f"{path}:{at}", is_range=True)


def _as_range(said: str) -> str:
    caret = re.fullmatch(r"\^\s*(3(?:\.\d+)*)", said.strip())
    if caret:
        return f">={caret[1]},<4"
    tilde = re.fullmatch(r"~\s*(3\.\d+)(\.\d+)?", said.strip())
    if tilde:
        return f"=={tilde[1]}.*"
    return f"=={said}" if re.fullmatch(r"3\.\d+\.\*", said.strip()) else said


def _fitting(said: Said) -> Finding | None:
    if said.is_range:
        try:
            wanted = SpecifierSet(said.text)
        except InvalidSpecifier:
            return None
        fitting = [each for each in OFFERED if wanted.contains(f"{each}.20")]
        fitting = fitting or [each for each in OFFERED if wanted.contains(f"{each}.0")]
        if not fitting:
            return None
        return Finding("python-version", fitting[-1], said.place)
    if said.text in OFFERED:
        return Finding("python-version", said.text, said.place)
    minor = int(said.text.partition(".")[2])
    nearest = min(OFFERED, key=lambda each: abs(int(each.partition(".")[2]) - minor))
    return Finding(
        "python-version", nearest, f"{said.place} wants {said.text}, which is not offered", "likely"
    )


WHEELS = {
    "numpy": ("1.19.3", "1.21.2", "1.23.2", "1.26.0", "2.1.0"),
    "pandas": ("1.1.3", "1.3.3", "1.5.1", "2.1.1", "2.2.3"),
    "pillow": ("8.0.0", "8.4.0", "9.3.0", "10.1.0", "11.0.0"),
    "scipy": ("1.5.4", "1.7.2", "1.9.2", "1.11.2", "1.14.1"),
    "scikit-learn": ("0.24.0", "1.0.2", "1.2.0", "1.3.2", "1.5.2"),
    "matplotlib": ("3.3.3", "3.5.0", "3.6.2", "3.8.0", "3.9.2"),
    "lxml": ("4.6.1", "4.6.4", "4.9.2", "5.0.0", "5.3.0"),
    "greenlet": ("0.4.17", "1.1.2", "2.0.0", "3.0.0", "3.1.0"),
    "psycopg2-binary": ("2.8.6", "2.9.2", "2.9.5", "2.9.9", "2.9.10"),
    "aiohttp": ("3.7.0", "3.8.0", "3.8.3", "3.9.0", "3.10.6"),
    "tensorflow": ("2.5.0", "2.8.0", "2.12.0", "2.16.0", "2.20.0"),
    "pyyaml": ("5.4", "6.0", "6.0", "6.0.1", "6.0.2"),
    "gevent": ("20.9.0", "21.8.0", "22.10.0", "23.9.0", "24.10.1"),
    "cffi": ("1.14.3", "1.15.0", "1.15.1", "1.16.0", "1.17.0"),
    "django": ("0", "3.2", "3.2", "4.2", "5.1"),
    "flask": ("0", "2.0", "2.0", "2.0", "2.0"),
    "pydantic-core": ("0", "0", "0", "2.4.0", "2.20.0"),
}
"""For each of OFFERED, the first version of a package that has wheels for it or works with it."""
PIN = re.compile(
    r"""^[ \t]*"?([A-Za-z0-9][\w.-]*)(?:\[[^\]\n]*\])?\s*(?:>=?[^,\n]*,\s*)?"""
    r"(==|~=|<=|<)\s*(\d+(?:\.\d+)*)",
    re.MULTILINE,
)


def _newest_for(pins: str) -> str:
    """The newest Python that all pinned versions are for, as far as the table tells."""
    newest = len(OFFERED) - 1
    for name, sign, version in PIN.findall(pins):
        firsts = WHEELS.get(name.lower().replace("_", "-"), ())
        limit = _parts(version)
        is_below = sign == "<"
        fitting = [
            at
            for at, first in enumerate(firsts)
            if limit > _parts(first) or (limit == _parts(first) and not is_below)
        ]
        newest = min(newest, max(fitting, default=0 if firsts else newest))
    return OFFERED[newest]


def _parts(version: str) -> tuple[int, ...]:
    """Without zeros at the end, so that 2.0 is 2."""
    numbers = [int(part) for part in version.split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
