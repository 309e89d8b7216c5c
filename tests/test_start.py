"""A start imports what it needs, and no more: that is most of the time that it takes."""

from __future__ import annotations

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
