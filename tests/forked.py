"""Processes that are forked from one with pa-deploy and the emulator loaded, and no threads.

A start takes milliseconds, and not the moment that Python needs to load 500 modules.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path

from pa_deploy.clock import SystemClock
from pa_deploy.start import main
from tests import compiled_loader
from tests.fake_clock import sleep_less

compiled_loader.compile_once()
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(
    [
        "pa_deploy.cli.deployment",
        # What pa-deploy itself loads late, as not each of its runs needs it.
        "pa_deploy.cli.deploying",
        "pa_deploy.cli.show",
        "pa_deploy.ci.github",
        "pa_deploy.deploy.delivery",
        "pa_deploy.deploy.hidden",
        "pa_deploy.deploy.preparing",
        "tests.forked",
        "tests.faults.child",
        "pa_emulator.server",
        "pa_emulator.settings",
        "pa_emulator.assembly",  # after the settings, which configure Django
    ]
)


def start(work: Callable[..., None], *arguments: object) -> BaseProcess:
    """Start a process that does the work; what it is given is pickled."""
    process = _context.Process(target=work, args=arguments)
    process.start()
    return process


def start_program(directory: Path, environ: Mapping[str, str], log: Path) -> BaseProcess:
    """Start pa-deploy without arguments in a directory; stdout and stderr go to the log."""
    return start(_run_program, str(directory), dict(environ), str(log))


def become(directory: str, environ: Mapping[str, str]) -> None:
    gc.freeze()  # nor does the garbage collector look at all that was loaded
    os.chdir(directory)
    os.environ.clear()
    os.environ.update(environ)


def enter(directory: str, environ: Mapping[str, str], log: str) -> None:
    """Make this process what a new one with that directory, environment and output is."""
    become(directory, environ)
    with open(log, "wb") as file:  # noqa: PTH123
        for number in (1, 2):
            os.dup2(file.fileno(), number)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="surrogateescape", write_through=True)  # type: ignore[union-attr]


def _run_program(directory: str, environ: Mapping[str, str], log: str) -> None:
    enter(directory, environ, log)
    SystemClock.sleep = sleep_less  # type: ignore[method-assign, assignment]
    sys.argv = ["pa-deploy"]
    main()


def leave(code: int) -> None:
    """End this process as pa-deploy ends its own."""
    sys.stdout.flush()
    os._exit(code)
