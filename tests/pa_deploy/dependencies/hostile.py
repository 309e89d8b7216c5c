"""A package that tells when any of its code runs, in all forms in which a package comes."""

from __future__ import annotations

import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from tests.pa_deploy.dependencies import wheels

PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[tool.uv]
no-binary = true
no-build = false
"""


@dataclass(frozen=True)
class Hostile:
    """A workspace with the package `evil` as a folder and as archives.

    `mark` exists once any of its code has run. The folder `wheels` has a harmless package.
    """

    workspace: Path
    mark: Path

    @property
    def has_run(self) -> bool:
        return self.mark.exists()

    def write(self, text: str | bytes, name: str = "requirements.txt") -> Path:
        file = self.workspace / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file


def make_hostile(folder: Path) -> Hostile:
    workspace = folder / "workspace"
    hostile = Hostile(workspace, folder / "mark")
    shout = f"open({str(hostile.mark)!r}, 'a').write(__file__)\n"
    for place in ("evil", "sub/evil"):
        hostile.write(
            f"{shout}from setuptools import setup\nsetup(name='evil')\n", f"{place}/setup.py"
        )
        hostile.write(shout, f"{place}/backend.py")
        hostile.write(PYPROJECT, f"{place}/pyproject.toml")
    for archive in ("evil-1.0.tar.gz", "sources/evil-1.0.tar.gz", "x-1.0-py3-none-any.whl.tar.gz"):
        (workspace / archive).parent.mkdir(exist_ok=True)
        with tarfile.open(workspace / archive, "w:gz") as tar:
            tar.add(workspace / "evil", "evil-1.0")
    wheels.make(workspace / "wheels", "greeting", "1.0", {"greeting.py": ""})
    return hostile


def make_repository(hostile: Hostile) -> str:
    """The URL of a repository with the package; for tests on a machine that has git."""
    folder = hostile.workspace / "evil"
    commit = ["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "-m", "a"]
    for command in (["init", "--quiet"], ["add", "."], commit):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return f"git+{folder.as_uri()}"
