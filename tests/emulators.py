"""Emulators for tests, forked from a process that has Django loaded: a start takes 0.1 s."""

from __future__ import annotations

import os
import subprocess
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from pa_emulator.cli import run
from pa_emulator.hosting import spec as specs
from pa_emulator.hosting.options import options as real_options
from tests import forked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pa_emulator.hosting.deployment import Deployment
    from pa_emulator.hosting.options import Options
    from pa_emulator.hosting.place import Place


class ForkedEmulator:
    """The command `pa-emulator` in a fork, with what the handle needs of a `Popen`."""

    def __init__(self, options: Sequence[str], stderr: int = 2) -> None:
        reads_stdin, writes_stdin = os.pipe()
        reads_stdout, writes_stdout = os.pipe()
        self.stdin = os.fdopen(writes_stdin, "wb")
        self.stdout = os.fdopen(reads_stdout, "rb")
        with (
            Connection(reads_stdin, writable=False) as stdin,
            Connection(writes_stdout, readable=False) as stdout,
            Connection(os.dup(stderr), readable=False) as told,
        ):
            self._process = forked.start(
                _run, str(Path.cwd()), dict(os.environ), (stdin, stdout, told), list(options)
            )
        self.pid = self._process.pid or 0

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("pa-emulator", timeout or 0)
        return self._process.exitcode

    def close(self) -> None:
        self.stdin.close()
        self.stdout.close()


def _run(
    directory: str,
    environ: Mapping[str, str],
    streams: tuple[Connection, ...],
    options: Sequence[str],
) -> None:
    os.setsid()
    forked.become(directory, environ)
    for number, stream in enumerate(streams):
        os.dup2(stream.fileno(), number)
        stream.close()
    specs.options = _options_to_end_at_once  # type: ignore[attr-defined]
    run(options)


def _options_to_end_at_once(place: Place, deployment: Deployment, spec: Path) -> Options:
    """Have uWSGI's processes end without removing each of their objects before: it costs 50 ms."""
    return [*real_options(place, deployment, spec), ("skip-atexit-teardown", "")]
