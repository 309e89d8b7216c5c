"""Paths: `os.path`, `pathlib`, and whether a file is there, by the files of the tree alone."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from pathlib import PurePosixPath

from pa_deploy.detect.evaluate.call import Call
from pa_deploy.detect.evaluate.run import LONGEST_PATH, Run
from pa_deploy.detect.evaluate.values import Absent, Method, Unknown, Value, first_unknown

NO_PATH = Unknown("the path is not known")
PATH_CLASSES = ("Path", "PurePath", "PosixPath", "PurePosixPath")
PARTS = ("name", "stem", "suffix")
DEEPEST = 100
"""Parts of a path. For each of its parents there is a path."""


def is_path(value: Value) -> bool:
    return isinstance(value, str | PurePosixPath) and len(str(value)) <= LONGEST_PATH


def real(run: Run, path: str | PurePosixPath) -> str:
    """An absolute path without `..`; the working directory is the root of the source."""
    text = posixpath.join(run.absolute(run.root), str(path))
    return posixpath.normpath(text)


def _over_texts(function: Callable[..., Value]) -> Callable[[Call], Value]:
    """A function of `os.path` that takes paths and nothing else."""

    def call(given: Call) -> Value:
        values = (*given.args, *given.named.values())
        unknown = first_unknown(values)
        if unknown:
            return unknown
        absent = next((each for each in values if isinstance(each, Absent)), None)
        if absent:
            given.run.require(frozenset({absent.variable}))
            return Unknown(f"{absent.variable} is not set", absent.variable)
        if not given.args or not all(is_path(each) for each in values):
            return NO_PATH
        given.run.spend(1 + sum(len(str(each)) for each in values) // 64)
        try:
            return function(*(str(each) for each in values))
        except (TypeError, ValueError):
            return NO_PATH

    return call


def _real(given: Call) -> Value:
    return _over_texts(lambda path: real(given.run, path))(given)


def _expanded(given: Call) -> Value:
    return _over_texts(lambda path: expanded(given.run, path))(given)


def expanded(run: Run, path: str) -> str:
    home = f"/home/{run.user}"
    return home + path[1:] if path == "~" or path.startswith("~/") else path


def _there(given: Call) -> Value:
    return _over_texts(lambda path: exists(given.run, path))(given)


def _file(given: Call) -> Value:
    return _over_texts(lambda path: exists(given.run, path, "file"))(given)


def _folder(given: Call) -> Value:
    return _over_texts(lambda path: exists(given.run, path, "folder"))(given)


def exists(run: Run, path: str, what: str = "") -> bool | Unknown:
    """Whether the release has it. What is outside of the repository is not known."""
    place = run.relative(path)
    if place is None:
        return Unknown(f"{path} is not in the repository")
    is_file = what != "folder" and place in run.tree.paths
    is_folder = what != "file" and (not place or place in run.tree.folders)
    return is_file or is_folder


def _joined(*parts: str) -> str:
    return posixpath.join(*parts)


OS_PATH: dict[str, Callable[[Call], Value]] = {
    "join": _over_texts(_joined),
    "dirname": _over_texts(posixpath.dirname),
    "basename": _over_texts(posixpath.basename),
    "normpath": _over_texts(posixpath.normpath),
    "normcase": _over_texts(posixpath.normcase),
    "split": _over_texts(posixpath.split),
    "splitext": _over_texts(posixpath.splitext),
    "isabs": _over_texts(posixpath.isabs),
    "abspath": _real,
    "realpath": _real,
    "expanduser": _expanded,
    "expandvars": _over_texts(str),
    "exists": _there,
    "isfile": _file,
    "isdir": _folder,
}


def make_path(given: Call) -> Value:
    """`Path(…)`."""
    if not given.args:
        return PurePosixPath()
    return _over_texts(PurePosixPath)(given)


def path_attribute(path: PurePosixPath, name: str) -> Value:
    if name == "parent":
        return path.parent
    if name in ("parents", "parts"):
        if not is_path(path) or len(path.parts) > DEEPEST:
            return NO_PATH
        return path.parts if name == "parts" else list(path.parents)
    return getattr(path, name) if name in PARTS else Method(path, name)


def path_method(path: PurePosixPath, name: str, given: Call) -> Value:
    run = given.run
    match name:
        case "resolve" | "absolute":
            return PurePosixPath(real(run, path))
        case "expanduser":
            return PurePosixPath(expanded(run, str(path)))
        case "exists" | "is_file" | "is_dir":
            what = {"is_file": "file", "is_dir": "folder"}.get(name, "")
            return exists(run, str(path), what)
        case "as_posix" | "__str__" | "__fspath__":
            return str(path)
        case "mkdir" | "touch":
            return None
        case "joinpath" | "with_name" | "with_suffix" | "relative_to" | "is_absolute":
            return _pure(path, name, given)
        case _:
            return NO_PATH


def _pure(path: PurePosixPath, name: str, given: Call) -> Value:
    unknown = first_unknown(given.args)
    if unknown:
        return unknown
    if not all(is_path(each) for each in (path, *given.args)):
        return NO_PATH
    try:
        return getattr(path, name)(*given.args)
    except (TypeError, ValueError):
        return NO_PATH
