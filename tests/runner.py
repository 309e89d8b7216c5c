"""Runs pa-deploy as GitHub's runner does, and reads what the run left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest

from pa_emulator import Emulator
from tests import forked
from tests.actions_runner import read_key_values
from tests.places import ROOT
from tests.soak import IS_SOAK

ENTRYPOINT = ROOT / "entrypoint.py"
PROGRAM = Path(sys.executable).with_name("pa-deploy")
"""The same as it is installed."""
FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason=f"this system has no {FULL}")


@dataclass(frozen=True, kw_only=True)
class Done:
    """A finished run. `errors` are its `::error::` annotations, decoded."""

    exit_code: int
    log: str
    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    outputs: dict[str, str]
    summary: str


class Runner:
    """A job on a runner with a workspace; each `run` is a step."""

    def __init__(self, directory: Path, emulator: Emulator) -> None:
        self.workspace = directory / "workspace"
        self.workspace.mkdir(parents=True)
        self.directory = directory
        self.emulator = emulator
        self.secrets = {emulator.token}
        self.environ = {"UV_HTTP_RETRIES": "0"}  # they take ten seconds

    def start(self, *, token: str | None = None, **inputs: str) -> subprocess.Popen[str]:
        """Start a step, which is entrypoint.py; `_` in an input's name stands for `-`."""
        return subprocess.Popen(
            [sys.executable, "-u", ENTRYPOINT],
            cwd=self.workspace,
            env=self._environ(token, inputs),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def _environ(self, token: str | None, inputs: dict[str, str]) -> dict[str, str]:
        defaults = {
            "token": self.emulator.token if token is None else token,
            "username": self.emulator.username,
            "host": self.emulator.url,
            "allow_host": self.emulator.url,
        }
        self.secrets |= {text.partition(":")[2] for text in [inputs.get("password_protection", "")]}
        given = {
            f"INPUT_{name.upper().replace('_', '-')}": text
            for name, text in {**defaults, **inputs}.items()
        }
        for name in ("output", "summary"):
            (self.directory / name).write_text("")
        return {
            "PATH": os.environ["PATH"],
            **self.environ,
            "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(self.directory / "output"),
            "GITHUB_STEP_SUMMARY": str(self.directory / "summary"),
            **given,
        }

    def finish(self, process: subprocess.Popen[str]) -> Done:
        """Wait for the step; no run may ever leave a secret anywhere."""
        log, _ = process.communicate(timeout=120)
        return self._done(process.returncode, log)

    def _done(self, exit_code: int, log: str) -> Done:
        done = Done(
            exit_code=exit_code,
            log=log,
            errors=_annotations(log, "error"),
            warnings=_annotations(log, "warning"),
            outputs=dict(read_key_values((self.directory / "output").read_bytes().decode())),
            summary=(self.directory / "summary").read_text(),
        )
        self._insist_on_secrecy(log)
        return done

    def run(self, *, token: str | None = None, **inputs: str) -> Done:
        """Run a step to its end: in a fork, which starts at once, but for `make soak`."""
        if IS_SOAK:
            return self.finish(self.start(token=token, **inputs))
        log = self.directory.with_name(f"{self.directory.name}.log")
        process = forked.start_program(self.workspace, self._environ(token, inputs), log)
        process.join(120)
        assert process.exitcode is not None, "it did not end"
        return self._done(process.exitcode, log.read_text())

    def _insist_on_secrecy(self, log: str) -> None:
        shown = "\n".join(line for line in log.splitlines() if not line.startswith("::add-mask"))
        for secret in self.secrets - {""}:
            assert secret not in shown
            for path in self.directory.rglob("*"):
                assert not path.is_file() or secret.encode() not in path.read_bytes(), path


def await_line(process: subprocess.Popen[str], *parts: str) -> str:
    """Read what a run says up to the line that has all parts; a run that ends without it fails."""
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if all(part in line for part in parts):
            return line
    raise AssertionError(f"no line has {parts}:\n{''.join(said)}")


def _annotations(log: str, kind: str) -> tuple[str, ...]:
    starts = (f"::{kind} ", f"::{kind}::")
    lines = (line for line in log.splitlines() if line.startswith(starts))
    return tuple(unquote(line.removeprefix(f"::{kind}").strip()) for line in lines)
