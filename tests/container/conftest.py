"""Runs the image as GitHub's runner runs a container action."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pa_emulator import Emulator
from tests.runner import read_outputs

IMAGE = os.environ.get("IMAGE", "pa-deploy:test")
DOCKER_RUN = ("docker", "run", "--rm", "--workdir", "/github/workspace", "--network", "host")


@dataclass(frozen=True, kw_only=True)
class Done:
    exit_code: int
    log: str
    outputs: dict[str, str]
    summary: str


class Container:
    """A job: its folders on the host, mounted as the runner mounts them; each `run` is a step.

    Networking is the host's, so that the emulator on the host's loopback address can be reached.
    """

    def __init__(self, directory: Path, emulator: Emulator, image: str) -> None:
        self.image = image
        self.directory = directory
        self.emulator = emulator
        for name in ("workspace", "home", "workflow", "file_commands", "runner_temp"):
            (directory / name).mkdir(parents=True)

    def run(self, *flags: str, **inputs: str) -> Done:
        commands = self.directory / "file_commands"
        for name in ("set_output", "step_summary"):
            (commands / name).write_text("")
        environ = {
            "HOME": "/github/home",
            "GITHUB_ACTIONS": "true",
            "CI": "true",
            "GITHUB_WORKSPACE": "/github/workspace",
            "GITHUB_OUTPUT": "/github/file_commands/set_output",
            "GITHUB_STEP_SUMMARY": "/github/file_commands/step_summary",
            "INPUT_TOKEN": self.emulator.token,
            "INPUT_USERNAME": self.emulator.username,
            "INPUT_HOST": self.emulator.url,
            "INPUT_ALLOW-HOST": self.emulator.url,
        }
        environ |= {
            f"INPUT_{name.upper().replace('_', '-')}": text for name, text in inputs.items()
        }
        by_name = [flag for name in environ for flag in ("-e", name)]
        mounts = [
            flag
            for folder in ("workspace", "home", "workflow", "file_commands", "runner_temp")
            for flag in ("-v", f"{self.directory / folder}:/github/{folder}")
        ]
        done = subprocess.run(
            [*DOCKER_RUN, *by_name, *mounts, *flags, self.image],
            env={"PATH": os.environ["PATH"], **environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return Done(
            exit_code=done.returncode,
            log=done.stdout + done.stderr,
            outputs=read_outputs((commands / "set_output").read_text()),
            summary=(commands / "step_summary").read_text(),
        )


@pytest.fixture(scope="session")
def image() -> str:
    """What `make image` has built; `make test-image` sees to it that it is up to date."""
    return IMAGE


@pytest.fixture
def container(image: str, tmp_path: Path) -> Iterator[Container]:
    with Emulator(username="alice", plan="paid") as emulator:
        yield Container(tmp_path, emulator, image)
