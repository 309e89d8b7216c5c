"""Arrange the packages that uv has installed on Windows as on Linux, where they will run.

There the folders of an environment have other names, RECORD names them so, and each program that
a package only declares is an executable of Windows instead of a short script.
"""

from __future__ import annotations

import configparser
import csv
import os
import posixpath
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

MODULES = "lib/python/site-packages"
"""Where the modules come to; the version of the Python is not known from the folder."""
MODULES_THERE = "Lib/site-packages"
PROGRAMS = ("console_scripts", "gui_scripts")
DECLARED = re.compile(r"(?P<module>[\w.-]+)\s*:\s*(?P<function>[\w.-]+)\s*(?:\[.*\]\s*)?")
"""What a program calls, as entry_points.txt has it."""
SCRIPT = """#!python
# -*- coding: utf-8 -*-
import sys
from {module} import {name}
if __name__ == "__main__":
    if sys.argv[0].endswith("-script.pyw"):
        sys.argv[0] = sys.argv[0][:-11]
    elif sys.argv[0].endswith(".exe"):
        sys.argv[0] = sys.argv[0][:-4]
    sys.exit({function}())
"""
"""What uv writes elsewhere; a test compares the two."""


def as_on_linux(environment: Path) -> None:
    """Rename the folders of an environment, and write the programs that packages declare."""
    before = environment.with_name(f"{environment.name}-as-it-was")
    environment.rename(before)
    programs = dict(_programs(before))
    for here, _, names in os.walk(before):
        for name in names:
            file = Path(here, name)
            path = file.relative_to(before).as_posix()
            if _launched(path) not in programs:
                _move(file, environment / _on_linux(path))
    for name, text in programs.items():
        script = environment / "bin" / name
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(text, "utf-8", newline="\n")
        script.chmod(0o755)
    for record in (environment / MODULES).glob("*.dist-info/RECORD"):
        _rewrite(record, programs)
    shutil.rmtree(before)


def _move(file: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    file.rename(to)


def _on_linux(path: str) -> str:
    """Where a file of an environment is on Linux. Windows tells no capitals apart."""
    first, _, rest = path.partition("/")
    if first.lower() == "scripts":
        return f"bin/{rest}"
    if first.lower() != "lib":
        return path
    second, _, module = rest.partition("/")
    return f"{MODULES}/{module}" if second.lower() == "site-packages" else f"lib/{rest}"


def _launched(path: str) -> str:
    """The name of the program if the file may be its executable, else ""."""
    place = _on_linux(path)
    is_executable = place.startswith("bin/") and place.endswith(".exe")
    return place.removeprefix("bin/").removesuffix(".exe") if is_executable else ""


def _programs(environment: Path) -> Iterator[tuple[str, str]]:
    """The names of the programs that packages declare, and their scripts."""
    for file in sorted(environment.glob("[Ll]ib/site-packages/*.dist-info/entry_points.txt")):
        declared = configparser.ConfigParser(delimiters=("=",), strict=False, interpolation=None)
        declared.optionxform = str  # type: ignore[method-assign,assignment]
        try:
            declared.read_string(file.read_text("utf-8", errors="surrogateescape"))
        except configparser.Error:
            continue  # uv has installed nothing of it
        for section in filter(declared.has_section, PROGRAMS):
            for name, called in declared.items(section):
                found = DECLARED.fullmatch(called.strip())
                if found:
                    yield name, _script(found["module"], found["function"])


def _script(module: str, function: str) -> str:
    return SCRIPT.format(module=module, name=function.partition(".")[0], function=function)


def _rewrite(record: Path, programs: dict[str, str]) -> None:
    """Have RECORD name the files as they are now, in the order that uv gives it."""
    with record.open(encoding="utf-8", errors="surrogateescape", newline="") as lines:
        try:
            rows = [row for row in csv.reader(lines) if row]
        except csv.Error:
            return
    moved = sorted(_moved(row, programs) for row in rows)
    with record.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(moved)


def _moved(row: list[str], programs: dict[str, str]) -> list[str]:
    """A row of RECORD, whose paths start from the folder of modules."""
    named = row[0].replace("\\", "/")
    if not named.startswith("../"):
        return row
    path = posixpath.normpath(f"{MODULES_THERE}/{named}")
    program = _launched(path)
    if program in programs:
        return [posixpath.relpath(f"bin/{program}", MODULES), "", ""]
    return [posixpath.relpath(_on_linux(path), MODULES), *row[1:]]
