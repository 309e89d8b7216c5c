"""What comes of inputs that are given as flags."""

from __future__ import annotations

from pathlib import Path

import pytest

from pa_deploy.errors import InputError
from pa_deploy.settings import Settings
from pa_deploy.settings.resolve import resolve
from pa_deploy.settings.sources import Given

ACCOUNT = {"token": "t0ken", "username": "alice"}


def settings(workspace: Path = Path(), /, **inputs: str) -> Settings:
    """`_` in a name stands for `-`."""
    flags = {name.replace("_", "-"): value for name, value in inputs.items()}
    return resolve(Given.of({**ACCOUNT, **flags}, {}, workspace))


def cautions(workspace: Path = Path(), /, **inputs: str) -> list[str]:
    return [str(each) for each in settings(workspace, **inputs).cautions]


def problems(workspace: Path = Path(), /, **inputs: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        settings(workspace, **inputs)
    return [str(each) for each in caught.value.problems]
