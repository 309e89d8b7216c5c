"""`python` and `pip` of consoles, tasks and websites."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from pa_emulator import programs
from pa_emulator.hosting.pythons import own_version
from pa_emulator.processes import base_python
from tests.pa_emulator.waiting import eventually
from tests.soak import first_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pa_emulator.client import Client

OWN = own_version()
ASK = "import sys; print('it is', sys.executable)"
# Says how it was called.
FAKE = '#!/bin/sh\necho "$PIP_USER" "$@"\n'


def _said(folder: Path, *command: str) -> str:
    path = f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin"
    env = {"PATH": path}
    shell = ["/bin/sh", "-c", '"$@"', "sh"]
    done = subprocess.run([*shell, *command], env=env, capture_output=True, check=True)
    return done.stdout.decode()


@pytest.mark.parametrize("name", first_of(["python", "python3", f"python{OWN}"]))
def test_python_is_the_emulators_outside_of_its_virtualenv(tmp_path: Path, name: str) -> None:
    assert _said(programs.write_programs(tmp_path), name, "-c", ASK) == f"it is {base_python()}\n"


@pytest.mark.parametrize("name", ["pip", "pip3", f"pip{OWN}"])
def test_pip_installs_for_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    fake = tmp_path / "it's a python"
    fake.write_text(FAKE)
    fake.chmod(0o755)
    monkeypatch.setattr(programs, "base_python", lambda: str(fake))
    assert _said(programs.write_programs(tmp_path), name, "install", "a b") == (
        "1 -m pip install a b\n"
    )


def test_a_virtualenv_of_that_python_works(tmp_path: Path) -> None:
    folder = programs.write_programs(tmp_path)
    _said(folder, "python", "-m", "venv", "--without-pip", str(tmp_path / "env"))
    python = tmp_path / "env" / "bin" / "python"
    assert _said(folder, str(python), "-c", "import json; print('works')") == "works\n"


def test_the_programs_of_another_python_are_gone_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "own_version", lambda: "3.99")
    folder = programs.write_programs(tmp_path)
    assert (folder / "python3.99").exists()
    monkeypatch.undo()
    assert not (programs.write_programs(tmp_path) / "python3.99").exists()


def test_a_console_has_python(alice: Client) -> None:
    alice.post("consoles/", data={"executable": "bash"})
    alice.pa.open_console(1)
    alice.post("consoles/1/send_input/", data={"input": f'python -c "{ASK}"\n'})

    def look() -> bool:
        answer = alice.get("consoles/1/get_latest_output/").json()
        return f"it is {base_python()}" in answer["output"]

    assert eventually(look)


def test_an_always_on_task_has_python(alice: Client) -> None:
    task = alice.post("always_on/", data={"command": f'python -uc "{ASK}"; sleep 1000'}).json()
    path = alice.pa.path(f"/var/log/alwayson-log-{task['id']}.log")
    assert eventually(lambda: path.exists() and f"it is {base_python()}" in path.read_text())
