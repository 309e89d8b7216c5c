"""A job of any CI system, as a face sees it."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Self

from pa_deploy.ci import Ci, detect

SYSTEMS = {
    "terminal": {},
    "tekton": {"CI": "true"},
    "github": {"GITHUB_ACTIONS": "true", "CI": "true"},
    "gitea": {"GITEA_ACTIONS": "true", "GITHUB_ACTIONS": "true", "ACT": "true"},
    "forgejo": {"FORGEJO_ACTIONS": "true", "GITHUB_ACTIONS": "true"},
    "gitlab": {"GITLAB_CI": "true", "CI": "true"},
    "woodpecker": {"CI": "woodpecker", "DRONE": "true"},
    "drone": {"DRONE": "true", "CI": "true"},
    "bitbucket": {"BITBUCKET_BUILD_NUMBER": "7", "CI": "true"},
    "circleci": {"CIRCLECI": "true", "CI": "true"},
    "azure": {"TF_BUILD": "True"},
    "jenkins": {"JENKINS_URL": "https://jenkins.example.com/", "BUILD_ID": "7"},
    "buildkite": {"BUILDKITE": "true", "CI": "true"},
}

FILES = ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "BITBUCKET_PIPELINES_VARIABLES_PATH", "BASH_ENV")


class Job:
    """A job of one system: a face, the log it writes to, and the files that the system names."""

    def __init__(self, system: str, directory: Path) -> None:
        self.files = {name: directory / name for name in FILES}
        for file in self.files.values():
            file.write_text("")
        self.environ = {
            **SYSTEMS[system],
            **{name: str(file) for name, file in self.files.items()},
            "AGENT_TEMPDIRECTORY": str(directory),
            "PATH": str(directory / "bin"),
        }
        self._raw = io.BytesIO()
        stream = io.TextIOWrapper(self._raw, encoding="utf-8", newline="", write_through=True)
        self.ci = detect(self.environ, stream, stream)
        self._stream = stream

    def __enter__(self) -> Self:
        self._before = (sys.stdout, dict(os.environ))
        sys.stdout = self._stream
        os.environ.update(self.environ)
        return self

    def __exit__(self, *_: object) -> None:
        sys.stdout, environ = self._before
        os.environ.clear()
        os.environ.update(environ)

    def log(self) -> str:
        return self._raw.getvalue().decode()


def say_everything(ci: Ci, text: str) -> None:
    """One group, eleven warnings, eleven errors, one line; all numbered."""
    with ci.group(f"1.{text}"):
        ci.log(f"2.{text}")
    for number in range(3, 14):
        ci.warning(f"{number}.{text}")
    for number in range(14, 25):
        ci.error(f"{number}.{text}", text)
    ci.log(f"25.{text}")
