"""A start imports what it needs, and no more: that is most of the time that it takes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest


def imported(statement: str) -> set[str]:
    """The modules that a Python has after it."""
    code = f"{statement}; import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module", ["requests", "rich", "tomllib", "importlib.resources", "pa_deploy.report"]
)
def test_the_program_alone_does_not_import(module: str) -> None:
    assert module not in imported("import pa_deploy.cli")


@pytest.mark.parametrize("module", ["pathspec", "tarfile", "tomllib", "pa_deploy.release", "rich"])
def test_a_deploy_without_code_does_not_import(module: str) -> None:
    assert module not in imported("import pa_deploy.cli.run")


STRUCK_WHILE_IMPORTING = """
import os, sys
class Blow:
    def find_spec(self, name, *_):
        if name == "pa_deploy.cli":
            os.kill(os.getpid(), int(sys.argv.pop()))
sys.meta_path.insert(0, Blow())
from pa_deploy.start import main
main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_it_is_imported_ends_it_with_a_word(number: signal.Signals) -> None:
    command = [sys.executable, "-c", STRUCK_WHILE_IMPORTING, str(int(number))]

    done = subprocess.run(
        command,
        env={"PATH": os.defpath},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )

    said = done.stdout + done.stderr
    assert done.returncode == 128 + number, said
    assert f"Interrupted by {number.name}" in said
    assert "Traceback" not in said
