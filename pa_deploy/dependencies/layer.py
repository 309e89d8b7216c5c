"""Make the folder of packages the same on each machine and at any time.

uv fills the folders of a virtual environment. Here the modules come to the top of one folder, and
what else there is (programs, data) into `.data/` in it, with paths that no machine has chosen.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

from packaging.utils import canonicalize_name

from pa_deploy.dependencies.distributions import OUTSIDE, UP, overwritten
from pa_deploy.dependencies.from_windows import as_on_linux
from pa_deploy.errors import InputError, Problem

DEEPEST = 100
PACKAGE = "\n[[packages]]\n"
"""Begins a package of a lock file."""
MODULES = "lib*/python*/site-packages"
MARK = b"#!python\n"
"""The first line of a program, until it is known on PythonAnywhere where its Python is."""
PYTHON_LINE = re.compile(rb"\A#!(?:/bin/sh\n'''exec' .*\n' '''|.*python.*)\n")
HEADERS = re.compile(rf"({re.escape(UP)})include/site/python[0-9.]+/")
LEFTOVERS = (f"{OUTSIDE}/.lock", "*.dist-info/uv_cache.json", "*.dist-info/direct_url.json")
"""Notes with a time, or with the path of a package on this machine."""
UNRECORDED = re.compile(r"[^/]*\.dist-info/(uv_cache|direct_url)\.json|.*\.pyc")


def fill(
    into: Path, lock: str, python_version: str, fetch: Callable[[str, Path], None]
) -> tuple[Path, ...]:
    """Fill a folder with the packages of a lock file, by `fetch`, which makes an environment of it.

    If packages would overwrite files of each other, each gets a folder of its own beside it, so
    that it is no matter of chance whose files these are. Returns all folders.
    """
    contested = _fill(into, lock, python_version, fetch)
    if not contested:
        return (into,)
    head, *packages = lock.split(PACKAGE)
    alone = [
        each for each in packages if canonicalize_name(tomllib.loads(each)["name"]) in contested
    ]
    others = [each for each in packages if each not in alone]
    shutil.rmtree(into)
    folders = [into, *(into.with_name(f"{into.name}-{number}") for number in range(len(alone)))]
    for folder, part in zip(folders, [others, *([each] for each in alone)], strict=True):
        folder.mkdir()
        if part:
            _fill(folder, PACKAGE.join((head, *part)), python_version, fetch)
    return tuple(folders)


def _fill(
    into: Path, lock: str, python_version: str, fetch: Callable[[str, Path], None]
) -> frozenset[str]:
    """The names of packages that have overwritten files of each other."""
    environment = into.with_name(f"{into.name}-environment")
    environment.mkdir()
    fetch(lock, environment)
    if sys.platform == "win32":
        as_on_linux(environment)
    for folder in (*environment.glob(MODULES), environment):
        _refuse_deep(folder)
    gather(environment, into)
    shutil.rmtree(environment)
    contested = overwritten(into)
    _make_reproducible(into, python_version)
    return contested


def _refuse_deep(folder: Path) -> None:
    """Raise InputError for a package whose folders are nested too deep to be read."""
    for top in sorted(folder.iterdir()):
        level = [top]
        for _ in range(DEEPEST):
            level = [below for each in level for below in _folders(each)]
        if level:
            said = f"a package has folders more than {DEEPEST} levels deep, in {top.name!a}."
            advice = "Remove that package, or list another version of it."
            raise InputError((Problem("requirements", said, advice=advice),))


def _folders(folder: Path) -> list[Path]:
    if folder.is_symlink() or not folder.is_dir():
        return []
    with os.scandir(folder) as rows:
        return [folder / row.name for row in rows if row.is_dir(follow_symlinks=False)]


def gather(environment: Path, into: Path) -> None:
    """Move what uv has put into the folders of a virtual environment to one folder."""
    for modules in sorted(environment.glob(MODULES)):
        _move(modules, into)
    _move(environment, into / OUTSIDE)


def _move(folder: Path, into: Path) -> None:
    """Move all files of a folder; of two with one name, the first one stays."""
    for here, _, names in os.walk(folder):
        for name in names:
            path = Path(here, name)
            target = into / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            if not os.path.lexists(target):
                path.rename(target)


def _make_reproducible(folder: Path, python_version: str) -> None:
    """Take out the names of this machine's files and the time. A wheel may hold anything."""
    for pattern in LEFTOVERS:
        for path in _files(folder, pattern):
            path.unlink()
    for script in _files(folder, f"{OUTSIDE}/bin/*"):
        text = script.read_bytes()
        # It names the Python of this machine.
        script.write_bytes(PYTHON_LINE.sub(MARK, text))
    for record in _files(folder, "*.dist-info/RECORD"):
        _rewrite(record, python_version)
    headers = folder / OUTSIDE / "include" / "site"
    for versioned in sorted(headers.glob("python*")):
        versioned.rename(headers / f"python{python_version}")
    for cache in sorted(folder.rglob("__pycache__")):
        if cache.is_dir() and not cache.is_symlink():
            shutil.rmtree(cache)


def _rewrite(record: Path, python_version: str) -> None:
    """Programs get another first line, so RECORD has no hash of them."""
    with record.open(encoding="utf-8", errors="surrogateescape", newline="") as lines:
        try:
            rows = list(csv.reader(lines))
        except csv.Error:
            return
    with record.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for row in rows:
            path = HEADERS.sub(rf"\g<1>include/site/python{python_version}/", row[0]) if row else ""
            if path and not UNRECORDED.fullmatch(path):
                writer.writerow(
                    [path, "", ""] if path.startswith(f"{UP}bin/") else [path, *row[1:]]
                )


def _files(folder: Path, pattern: str) -> Iterator[Path]:
    """Regular files; what a link leads to is never read or written."""
    found = sorted(folder.glob(pattern))
    return (path for path in found if path.is_file() and not path.is_symlink())
