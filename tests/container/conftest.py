"""The image, built once as the runner builds it, and jobs that run it.

Networking is the host's, so that the emulator on the host's loopback address can be reached.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pa_emulator import Emulator
from tests.actions_runner import ENGINE, Job, Running, Step, build_command, read_action
from tests.places import ROOT

SITE = {
    "python-version": "3.13",
    "static-files": "/static/ = ~/static\r\n/media/ = ~/media\r\n",
}


@pytest.fixture(scope="session")
def image() -> Iterator[str]:
    """Built here, unless `IMAGE` names one that is to be tried."""
    if given := os.environ.get("IMAGE"):
        yield given
        return
    command = build_command("pa-deploy-test", ROOT / "Dockerfile")
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    if built.returncode:
        pytest.fail(f"The image was not built; is a Docker Engine running?\n{built.stderr}")
    tag = command[3]
    yield tag
    subprocess.run([ENGINE, "rmi", "--no-prune", tag], capture_output=True, check=True)


class Deploy:
    """A job whose steps use the action on the emulator's account."""

    def __init__(self, directory: Path, pa: Emulator, image: str) -> None:
        self.job = Job(directory, read_action(ROOT / "action.yml"), image, pa.token)
        self.workspace = self.job.workspace
        self._pa = pa
        self._tokens = {pa.token}

    def start(
        self,
        inputs: dict[str, str],
        *,
        env: dict[str, str] | None = None,
        flags: tuple[str, ...] = (),
    ) -> Running:
        self._tokens |= {inputs.get("token", self._pa.token)}
        account = {
            "token": self._pa.token,
            "username": self._pa.username,
            "host": self._pa.url,
            "allow-host": self._pa.url,
        }
        return self.job.start({**account, **inputs}, env=env or {}, flags=flags, network="host")

    def run(
        self,
        inputs: dict[str, str],
        *,
        env: dict[str, str] | None = None,
        flags: tuple[str, ...] = (),
    ) -> Step:
        step = self.start(inputs, env=env, flags=flags).finish()
        self.insist(step)
        return step

    def insist(self, step: Step) -> None:
        """What holds for every step: no container is left, and no token is anywhere."""
        assert self.job.containers() == []
        shown = [line for line in step.raw.splitlines() if not line.startswith("::add-mask")]
        for token in self._tokens:
            assert token not in "\n".join([*shown, step.summary, *step.outputs.values()])
        assert step.job_outputs == step.outputs
        assert (step.state, step.environment) == ({}, {})


@pytest.fixture
def deploy(image: str, pa: Emulator, tmp_path: Path) -> Deploy:
    return Deploy(tmp_path / "job", pa, image)
