"""On Windows, uv arranges packages otherwise; a release has them as from any other machine.

uv runs on this machine, and what it makes is rearranged as it does that on Windows.
"""

from __future__ import annotations

import csv
import os
import posixpath
import re
import types
from pathlib import Path

import pytest

from pa_deploy.dependencies import layer
from pa_deploy.dependencies.from_windows import SCRIPT, as_on_linux
from tests.pa_deploy.dependencies import wheels
from tests.pa_deploy.dependencies.test_dependencies import digest, install
from tests.portable import only_posix

INFO = "tool-1.0.dist-info"


def declared(*lines: str) -> dict[str, str]:
    return {
        f"{INFO}/entry_points.txt": "\n".join((*lines, "")),
        "tool.py": "def main(): ...\nclass App:\n    run = main\n",
    }


WHEELS = {
    "modules only": {"tool/__init__.py": "", "tool/data.json": "{}"},
    "a program": declared("[console_scripts]", "tool = tool:main"),
    "with extras and blanks": declared("[console_scripts]", "Tool-2 =  tool : main [fast]"),
    "a method, in a window": declared("[gui_scripts]", "tool-gui=tool:App.run"),
    "two, and a plugin": declared(
        "[console_scripts]", "a = tool:main", "b.c = tool:main", "[flask.commands]", "x = tool:App"
    ),
    "a script of its own": {
        "tool-1.0.data/scripts/tool": "#!python\nimport tool\n",
        "tool-1.0.data/scripts/tool.sh": "#!/bin/sh\n",
    },
    "a program and data before it": {
        **declared("[console_scripts]", "tool = tool:main"),
        "tool-1.0.data/data/a/b.txt": "b",
    },
    "data and headers": {
        "tool-1.0.data/data/share/tool/a.txt": "a",
        "tool-1.0.data/data/lib/tool/b.txt": "b",
        "tool-1.0.data/headers/tool.h": "",
    },
}


def as_on_windows(environment: Path) -> None:
    """Rename what uv has installed as its code for Windows names it."""
    (modules,) = environment.glob("lib/python*/site-packages")
    points = (file.read_text() for file in modules.glob("*.dist-info/entry_points.txt"))
    programs = set(re.findall(r"^([\w.-]+)\s*=", "\n".join(points), re.MULTILINE))
    moved = {}
    for file in [Path(here, name) for here, _, names in os.walk(environment) for name in names]:
        path = file.relative_to(environment).as_posix()
        inside = path.removeprefix(modules.relative_to(environment).as_posix())
        if inside != path:
            moved[file] = f"Lib/site-packages{inside}"
        elif path.startswith("bin/"):
            ending = ".exe" if path.removeprefix("bin/") in programs else ""
            moved[file] = f"Scripts/{path.removeprefix('bin/')}{ending}"
        else:
            moved[file] = re.sub("^lib/", "Lib/", path)
    names = {
        os.path.relpath(file, modules): posixpath.relpath(path, "Lib/site-packages")
        for file, path in moved.items()
    }
    for file, path in moved.items():
        (environment / path).parent.mkdir(parents=True, exist_ok=True)
        file.rename(environment / path)
    for program in environment.glob("Scripts/*.exe"):
        program.write_bytes(b"MZ, and the path of a Python")
    for record in environment.glob("Lib/site-packages/*.dist-info/RECORD"):
        rows = list(csv.reader(record.read_text().splitlines()))
        rows = sorted([names.get(row[0], row[0]), *row[1:]] for row in rows)
        record.write_text("".join(f"{','.join(row)}\n" for row in rows))


def contents(folder: Path) -> dict[str, str]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_text() for file in files}


@only_posix
@pytest.mark.parametrize("files", WHEELS.values(), ids=WHEELS)
def test_packages_are_as_from_any_other_machine(
    files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheels.make(tmp_path / "wheels", "tool", "1.0", files)
    expected = install(tmp_path, "tool", name="expected")

    def rearranged(environment: Path) -> None:
        as_on_windows(environment)
        as_on_linux(environment)

    monkeypatch.setattr(layer, "as_on_linux", rearranged)
    monkeypatch.setattr(layer, "sys", types.SimpleNamespace(platform="win32"))
    found = install(tmp_path, "tool", name="found")

    assert contents(found) == contents(expected)
    assert digest(found) == digest(expected)


@pytest.mark.parametrize("text", ["[console_scripts", "[console_scripts]\ntool = tool\n", ""])
def test_what_declares_no_program_has_none(text: str, tmp_path: Path) -> None:
    info = tmp_path / "made" / "Lib" / "site-packages" / INFO
    info.mkdir(parents=True)
    (info / "entry_points.txt").write_text(text)

    as_on_linux(tmp_path / "made")

    assert not (tmp_path / "made" / "bin").exists()
    assert (tmp_path / f"made/lib/python/site-packages/{INFO}/entry_points.txt").is_file()


@pytest.mark.parametrize("name", ["tool", "a.b", "Tool-2"])
def test_a_program_is_a_short_script_from_each_system(name: str, tmp_path: Path) -> None:
    """On Windows, this is what uv really leaves there."""
    files = declared("[console_scripts]", f"{name} = tool:main")
    wheels.make(tmp_path / "wheels", "tool", "1.0", files)

    packages = install(tmp_path, "tool")

    script = packages / ".data" / "bin" / name
    assert (
        script.read_bytes() == SCRIPT.format(module="tool", name="main", function="main").encode()
    )
    assert f"../../../bin/{name},,\n" in (packages / INFO / "RECORD").read_text()
    assert {each.name for each in packages.iterdir()} == {".data", INFO, "tool.py"}
