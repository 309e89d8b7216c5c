"""A start imports what it needs, and no more: that is most of the time that it takes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.runner import ENTRYPOINT, PROGRAM
from tests.soak import diagonal


@cache
def imported(statement: str) -> frozenset[str]:
    """The modules that a Python has after it."""
    code = f"{statement}; import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return frozenset(done.stdout.split())


@pytest.mark.parametrize("module", ["requests", "rich", "pa_deploy.report"])
def test_the_program_alone_does_not_import(module: str) -> None:
    assert module not in imported("import pa_deploy.cli")


@pytest.mark.parametrize("module", ["dulwich", "tarfile", "pa_deploy.release", "rich"])
def test_a_deploy_without_code_does_not_import(module: str) -> None:
    assert module not in imported("import pa_deploy.cli.deployment")


BLOW = """
import os, sys
class Blow:
    def find_spec(self, name, *_):
        if name == "pa_deploy.cli":
            os.kill(os.getpid(), int(os.environ["BLOW"]))
sys.meta_path.insert(0, Blow())
"""
"""Python runs it first: it is struck while it imports what takes long."""
ENTRIES = {
    "installed": [str(PROGRAM)],
    "entrypoint": [sys.executable, str(ENTRYPOINT)],
}


@pytest.mark.parametrize(
    ("number", "entry"), diagonal([signal.SIGINT, signal.SIGTERM], list(ENTRIES))
)
def test_a_signal_while_it_is_imported_ends_it_with_a_word(
    entry: str, number: signal.Signals, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(BLOW)

    done = subprocess.run(
        ENTRIES[entry],
        env={"PATH": os.defpath, "PYTHONPATH": str(tmp_path), "BLOW": str(int(number))},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )

    said = done.stdout + done.stderr
    assert done.returncode == 128 + number, said
    assert f"Interrupted by {number.name}" in said
    assert "Traceback" not in said


TIDY = """
import atexit, os
atexit.register(os.abort)
"""


@pytest.mark.parametrize("entry", ENTRIES)
def test_it_ends_without_what_would_tidy_up_under_its_threads(entry: str, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(TIDY)
    environ = {"PATH": os.defpath, "PYTHONPATH": str(tmp_path)}

    done = subprocess.run(
        [*ENTRIES[entry], "--version"], env=environ, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0
    assert done.stdout.startswith("pa-deploy")
