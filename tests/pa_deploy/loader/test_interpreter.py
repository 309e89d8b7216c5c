"""Which Python prepares a release."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from pa_deploy.loader.files import Home
from pa_deploy.loader.interpreter import own_python, python_of

NAME = f"python3.{sys.version_info[1]}"


@pytest.mark.parametrize("version", [f"3.{sys.version_info[1]}", "3.99", ""])
def test_the_environment_that_an_app_has_activated_is_not_its_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    for name in (NAME, "python3.99"):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", "/usr/bin/uwsgi")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path / "bin"), os.environ["PATH"]]))
    home = Home("/home/alice/.pa-deploy/alice.pythonanywhere.com")

    assert not own_python().startswith(str(tmp_path))
    assert not python_of(home, version, "").path.startswith(str(tmp_path))
