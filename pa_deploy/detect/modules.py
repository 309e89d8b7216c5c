"""Which file a module is, as Python would find it, and where else it might be."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pa_deploy.detect.ranking import likely
from pa_deploy.detect.tree import Tree, nodes_of

DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")


@dataclass(frozen=True, slots=True)
class Found:
    """Where a module is, as far as known. `path` is its file, if it has one.

    `here`: it is in the release. `missing`: only the first part of its name is there. `elsewhere`:
    no part is there, so an installed package may have it. `unknown`: a link or compiled code hides
    it.
    """

    state: Literal["here", "missing", "elsewhere", "unknown"]
    path: str = ""


def find_module(tree: Tree, module: str, roots: Sequence[str] = ("",)) -> Found:
    """Look for it below `roots`, the folders that Python searches, "" being the release itself."""
    folders: Sequence[str] = roots
    *above, last = module.split(".")
    for depth, part in enumerate(above):
        step = _find_part(tree, part, folders)
        if step.path and not step.is_package:
            return Found("missing")
        if not step.folders:
            return Found("unknown" if step.is_hidden else "missing" if depth else "elsewhere")
        if step.path and _has_odd_path(tree, step.path):
            return Found("unknown")
        folders = step.folders
    step = _find_part(tree, last, folders)
    if step.path or step.folders:
        return Found("here", step.path)
    return Found("unknown" if step.is_hidden else "missing" if above else "elsewhere")


@dataclass(frozen=True, slots=True)
class _Step:
    """One part of a module's name: its file, and the folders in which the next part may be."""

    path: str = ""
    folders: tuple[str, ...] = ()
    is_hidden: bool = False

    @property
    def is_package(self) -> bool:
        return bool(self.folders)


def _find_part(tree: Tree, part: str, folders: Sequence[str]) -> _Step:
    """A package is found before a file of the same name, and both before mere folders."""
    places = [posixpath.join(folder, part) for folder in folders]
    for place in places:
        if f"{place}/__init__.py" in tree.paths:
            return _Step(f"{place}/__init__.py", (place,))
        if f"{place}.py" in tree.paths:
            return _Step(f"{place}.py")
    hidden = any(tree.is_hidden(place) or place in tree.compiled for place in places)
    return _Step("", tuple(place for place in places if place in tree.folders), hidden)


def _has_odd_path(tree: Tree, init: str) -> bool:
    """Whether a package may find modules outside its folder."""
    data = tree.read(init) or b""
    return b"__path__" in data or b"sys.modules" in data


def find_elsewhere(tree: Tree, module: str) -> tuple[str, ...]:
    """Files that would be the module if Python searched their folder; the most likely first.

    If no file has the name, files whose name differs only in capitals.
    """
    place = module.replace(".", "/")
    ends = (f"/{place}.py", f"/{place}/__init__.py")
    exact = [path for path in tree.paths if f"/{path}".endswith(ends)]
    low = tuple(end.lower() for end in ends)
    return likely(exact or (path for path in tree.paths if f"/{path}".lower().endswith(low)))


def searched_for(path: str, module: str) -> str:
    """The folder that Python must search to find the file `path` as the module."""
    bare = path.removesuffix(".py").removesuffix("/__init__")
    return bare[: -len(module)].rstrip("/")


def module_of(tree: Tree, path: str) -> tuple[str, str]:
    """The folder that Python has to search to find a file, and the module that it is then.

    The folder is "" if the file is in no package and needs nothing that is only beside it: folders
    without `__init__.py` are packages too.
    """
    own = folder = posixpath.dirname(path)
    while folder and f"{folder}/__init__.py" in tree.paths:
        folder = posixpath.dirname(folder)
    is_plain = folder == own and all(part.isidentifier() for part in folder.split("/"))
    if is_plain and not _needs(tree, path, folder):
        folder = ""
    name = path.removeprefix(f"{folder}/").removesuffix(".py").removesuffix("/__init__")
    return folder, name.replace("/", ".")


def _needs(tree: Tree, path: str, folder: str) -> bool:
    """Whether a file names modules that are found in the folder, and not in the release itself."""
    code = tree.parse(path)
    return code is None or any(
        find_module(tree, module, (folder,)).state == "here"
        and find_module(tree, module).state != "here"
        for module in _named_modules(code)
    )


def _named_modules(code: ast.Module) -> Iterator[str]:
    """The modules that are imported, or named in a text as Django's settings are."""
    for node in nodes_of(code):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
        elif isinstance(node, ast.Constant) and DOTTED.fullmatch(str(node.value)):
            yield str(node.value)


def find_manage_py(paths: Iterable[str]) -> tuple[str, ...]:
    """The `manage.py` files; the likely one first."""
    return likely(path for path in paths if posixpath.basename(path) == "manage.py")
