"""What is in the image, and what is not."""

from __future__ import annotations

import json
import subprocess

import pytest

from pa_emulator import Emulator
from tests.actions_runner import ENGINE


@pytest.fixture(scope="module")
def files(image: str) -> list[str]:
    find = [ENGINE, "run", "--rm", "--entrypoint", "find", image, "/opt/pa-deploy", "-type", "f"]
    return subprocess.run(find, capture_output=True, text=True, check=True).stdout.splitlines()


@pytest.mark.parametrize("part", ["/pa_deploy/cli/", "/LICENSE", "/requests-"])
def test_it_has_the_package_and_what_it_needs(files: list[str], part: str) -> None:
    assert [file for file in files if part in file]


@pytest.mark.parametrize("part", ["/pa_emulator/", "/tests/", "/pip/", "/pygments/", "/docs/"])
def test_it_has_nothing_else(files: list[str], part: str) -> None:
    assert not [file for file in files if part in file]


def test_beside_the_modules_it_has_what_is_run_or_read(files: list[str]) -> None:
    own = {file.removeprefix("/opt/pa-deploy/") for file in files}

    assert {name for name in own if not name.startswith("lib/")} == {
        "LICENSE",
        "bin/pa-deploy",
        "bin/uv",
        "pyvenv.cfg",
    }


def test_every_module_is_compiled(files: list[str]) -> None:
    sources = [file for file in files if file.endswith(".py")]
    compiled = [file for file in files if file.endswith(".pyc")]

    assert len(compiled) == len(sources) > 100


def test_it_says_what_it_is(image: str) -> None:
    inspect = [ENGINE, "image", "inspect", image]
    (found,) = json.loads(subprocess.run(inspect, capture_output=True, check=True).stdout)

    assert found["Config"]["Labels"]["org.opencontainers.image.licenses"] == "MIT"
    assert found["Config"]["Entrypoint"][:3] == ["/opt/pa-deploy/bin/python", "-I", "-u"]


def test_a_person_at_a_terminal_gets_a_table(image: str, pa: Emulator) -> None:
    """For which rich must work without what the image leaves out of it."""
    given = {"PA_TOKEN": pa.token, "PA_USERNAME": pa.username}
    given |= {"PA_HOST": pa.url, "PA_ALLOW_HOST": pa.url}
    flags = [word for name, text in given.items() for word in ("-e", f"{name}={text}")]
    create = [ENGINE, "run", "--rm", "--network", "host", *flags, image]
    subprocess.run([*create, "--python-version", "3.13"], check=True, capture_output=True)

    listing = [*create[:2], "--tty", *create[2:], "webapps", "list"]
    done = subprocess.run(listing, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "─" in done.stdout
