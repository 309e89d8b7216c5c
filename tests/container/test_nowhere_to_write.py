"""A container that can write nowhere: a read-only root, no home, a workspace that is closed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pa_emulator import Emulator
from tests import hosted
from tests.actions_runner import ENGINE
from tests.pa_deploy.dependencies import wheels

APP = """import greeting


def app(environ, start_response):
    start_response("200 OK", [])
    return [greeting.WORD.encode()]
"""
PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """With an app that needs a package, which is beside it."""
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    wheels.make(workspace / "wheels", "greeting", "1.0", {"greeting.py": "WORD = 'shipped'\n"})
    (workspace / "app.py").write_text(APP)
    (workspace / "requirements.txt").write_text("--no-index\n--find-links wheels\ngreeting\n")
    return workspace


def run(
    image: str, pa: Emulator, workspace: Path, *flags: str, **inputs: str
) -> subprocess.CompletedProcess[str]:
    given = {"token": pa.token, "username": pa.username, "host": pa.url, "allow_host": pa.url}
    given |= {"python_version": PYTHON, **inputs}
    environ = {"HOME": "/nowhere", **{f"PA_{name.upper()}": text for name, text in given.items()}}
    command = [
        *(ENGINE, "run", "--rm", "--network", "host", "--read-only", "--user", "12345:12345"),
        *("--volume", f"{workspace}:/workspace:ro", "--workdir", "/workspace", *flags),
        *(word for name, text in environ.items() for word in ("--env", f"{name}={text}")),
        image,
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_configuration_needs_no_place(image: str, pa: Emulator, workspace: Path) -> None:
    done = run(image, pa, workspace)

    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_code_needs_one_and_it_is_said_how_to_give_it(
    image: str, pa: Emulator, workspace: Path
) -> None:
    done = run(image, pa, workspace, source=".", app="app:app")

    assert done.returncode == 2
    assert "source: there is no writable folder for temporary files" in done.stderr
    assert "--tmpfs /tmp" in done.stderr


def test_code_and_its_packages_are_shipped_from_a_temporary_folder(
    image: str, pa: Emulator, workspace: Path
) -> None:
    inputs = {"source": ".", "app": "app:app", "requirements": "requirements.txt"}

    done = run(image, pa, workspace, "--tmpfs", "/tmp:mode=1777", **inputs)

    # The base image may have settings of pip, which are warned of.
    said = [line for line in done.stderr.splitlines() if "pa-deploy ignores " not in line]
    assert (done.returncode, said) == (0, []), done.stdout
    assert hosted.visit(pa).text == "shipped"
