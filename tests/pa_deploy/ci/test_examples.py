"""The files in examples/ci: their inputs are ours, and their system is found."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from pa_deploy.ci import detect
from pa_deploy.settings import unknown_inputs
from pa_deploy.settings.resolve import resolve
from pa_deploy.settings.sources import Given
from tests.container import systems
from tests.container.systems import EXAMPLES, Account, Start

ACCOUNT = {
    "token": "t",
    "username": "alice",
    "host": "www.pythonanywhere.com",
    "allow-host": "www.pythonanywhere.com",
}
FACES = {
    systems.gitlab: "GitLab",
    systems.woodpecker: "Pipeline",
    systems.drone: "Pipeline",
    systems.bitbucket: "Bitbucket",
    systems.azure: "Azure",
    systems.circleci: "CircleCi",
    systems.buildkite: "Buildkite",
    systems.jenkins: "Pipeline",
    systems.tekton: "Ci",
    systems.gitea: "Forge",
    systems.forgejo: "Forge",
}


@pytest.mark.parametrize(("system", "face"), FACES.items())
def test_a_file_says_what_its_system_can_run(system: Callable[[Account], Start], face: str) -> None:
    environ = system(ACCOUNT).environ

    settings = resolve(Given.of({}, environ, Path()))

    assert settings.target.username == "alice"
    assert [row.url for row in settings.wanted.static_files or ()] == ["/static/", "/media/"]
    assert unknown_inputs(environ) == ()
    assert type(detect(environ, io.StringIO(), io.StringIO())).__name__ == face


def test_every_file_is_run() -> None:
    source = Path(systems.__file__).read_text()

    assert [file.name for file in EXAMPLES.iterdir() if f'"{file.name}"' not in source] == []
