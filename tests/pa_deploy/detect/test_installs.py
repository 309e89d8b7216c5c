"""Commands that install into what all releases share."""

from __future__ import annotations

from pathlib import Path

import pytest

from pa_deploy.detect import install_cautions
from pa_deploy.model import WantedRelease

PLACE = "the virtualenv /home/alice/.virtualenvs/mysite"


def cautions(*run: str, first_run: tuple[str, ...] = ()) -> list[str]:
    wanted = WantedRelease(source=Path(), app="", run=run, first_run=first_run)
    return [str(each) for each in install_cautions(wanted, PLACE)]


@pytest.mark.parametrize(
    "line",
    [
        "pip install -r requirements.txt",
        "pip3.13 install --upgrade flask",
        "python -m pip install flask",
        "python3 -m pip --quiet install flask",
        "cd web && pip install -r requirements.txt",
        "PIP_NO_CACHE_DIR=1 pip install flask",
        "~/.virtualenvs/mysite/bin/pip install flask",
        "uv pip install flask",
        "uv pip sync requirements.txt",
        "pip-sync",
        "poetry install --no-root",
        "pipenv sync",
        "uv sync",
        "python setup.py develop",
        "pip uninstall -y flask",
    ],
)
def test_a_command_that_installs_is_told(line: str) -> None:
    (said,) = cautions("python manage.py migrate", line)

    assert said.startswith(f"run: `{line}` installs into {PLACE}")
    assert "`requirements`" in said


@pytest.mark.parametrize(
    "line",
    [
        "pip list",
        "pip freeze > installed.txt",
        "pip install --target vendor flask",
        "pip install -t vendor flask",
        "pip install --prefix=vendor flask",
        "python manage.py install",
        "npm install",
        "echo pip install",
        "poetry run python manage.py migrate",
    ],
)
def test_a_command_that_leaves_the_packages_alone_is_not_told(line: str) -> None:
    assert cautions(line) == []


def test_each_input_is_told_once() -> None:
    found = cautions("pip install a", "pip install b", first_run=("pip install c",))

    assert [said.partition(" installs")[0] for said in found] == [
        "run: `pip install a`",
        "first-run: `pip install c`",
    ]
