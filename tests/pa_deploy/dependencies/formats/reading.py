"""Read a file of any format as a deploy would, up to the lines that uv gets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from pa_deploy.dependencies.model import Requirements
from pa_deploy.dependencies.read import read_requirements
from pa_deploy.errors import InputError
from pa_deploy.inputs.requirements import dependency_file

HASH = "sha256:" + "a" * 64


def read(
    folder: Path,
    named: str,
    text: str,
    *,
    python: str = "3.11",
    builds: bool = False,
    **more: Mapping[str, str],
) -> Requirements:
    """`named` may have brackets; `more` may have `beside` (other files) and `environ`."""
    file = dependency_file(named)
    folder.mkdir(exist_ok=True)
    for name, content in {file.path: text, **more.get("beside", {})}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return read_requirements(
        folder / file.path,
        folder,
        more.get("environ", {}),
        python_version=python,
        chosen=file.chosen,
        builds=builds,
    )


def lines(found: Requirements) -> list[str]:
    """Without hashes."""
    return [re.sub(r" --hash=\S+", "", entry.line()) for entry in found.entries]


def refusal(
    folder: Path, named: str, text: str, *, python: str = "3.11", **more: Mapping[str, str]
) -> str:
    with pytest.raises(InputError) as refused:
        read(folder, named, text, python=python, builds=False, **more)
    assert all(problem.advice for problem in refused.value.problems)
    return str(refused.value)
