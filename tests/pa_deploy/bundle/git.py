"""The real git, to compare with and to make repositories."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

needs_git = pytest.mark.skipif(not shutil.which("git"), reason="the git program is not here")

ENVIRON = {
    "PATH": os.environ.get("PATH", os.defpath),
    "HOME": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.com",
}


@dataclass(frozen=True)
class Git:
    """A repository at `folder`."""

    folder: Path

    @classmethod
    def new(cls, folder: Path, *options: str) -> Git:
        folder.mkdir(parents=True, exist_ok=True)
        made = cls(folder)
        made.run("init", "-q", *options)
        return made

    def run(self, *arguments: str, given: bytes = b"", ok: tuple[int, ...] = (0,)) -> bytes:
        done = subprocess.run(
            ["git", "-C", str(self.folder), "-c", "protocol.file.allow=always", *arguments],
            input=given,
            capture_output=True,
            env=ENVIRON,
            check=False,
        )
        assert done.returncode in ok, done.stderr.decode()
        return done.stdout

    def commit(self, *paths: str) -> None:
        """Commit the paths, those that are ignored too."""
        self.run("add", "-f", "--", *paths)
        self.run("commit", "-q", "-m", "x")

    def shipped(self) -> list[str]:
        """What is tracked and there, or untracked and not ignored."""
        said = self.run("ls-files", "-z", "-c", "-o", "--exclude-standard")
        paths = {os.fsdecode(path) for path in said.split(b"\0") if path}
        return sorted(path for path in paths if os.path.lexists(self.folder / path))
