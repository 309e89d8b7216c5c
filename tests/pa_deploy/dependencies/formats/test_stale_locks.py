"""A lock file that is older than pyproject.toml is warned of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pa_deploy.dependencies.formats.reading import HASH, read

UV = f"""\
version = 1

[[package]]
name = "app"
version = "1.0"
source = {{ virtual = "." }}
dependencies = [{{ name = "flask" }}]

[[package]]
name = "flask"
version = "3.1.0"
source = {{ registry = "https://pypi.org/simple" }}
wheels = [{{ url = "https://h/flask-3.1.0-py3-none-any.whl", hash = "{HASH}" }}]
"""
POETRY = f"""\
[[package]]
name = "flask"
version = "3.1.0"
optional = false
python-versions = ">=3.9"
groups = ["main"]
files = [{{file = "flask-3.1.0-py3-none-any.whl", hash = "{HASH}"}}]

[metadata]
lock-version = "2.1"
content-hash = "1"
"""
PDM = f"""\
[metadata]
groups = ["default"]
strategy = ["inherit_metadata"]
lock_version = "4.5.0"
content_hash = "sha256:1"

[[package]]
name = "flask"
version = "3.1.0"
groups = ["default"]
files = [{{file = "flask-3.1.0-py3-none-any.whl", hash = "{HASH}"}}]
"""
LOCKS = [
    ("uv.lock", UV, "uv lock"),
    ("poetry.lock", POETRY, "poetry lock"),
    ("pdm.lock", PDM, "pdm lock"),
]
PROJECT = '[project]\nname = "app"\nversion = "1.0"\ndependencies = [%s]\n'


def warnings(folder: Path, name: str, text: str, dependencies: str) -> tuple[str, ...]:
    beside = {"pyproject.toml": PROJECT % dependencies}
    return read(folder, name, text, beside=beside).warnings


@pytest.mark.parametrize(("name", "text", "command"), LOCKS)
def test_what_is_not_locked_is_named_with_the_command(
    tmp_path: Path, name: str, text: str, command: str
) -> None:
    (said,) = warnings(tmp_path, name, text, '"flask", "Humanize>=4", "rich"')

    assert f"{name}, line 1: it does not have humanize, rich, which pyproject.toml lists." in said
    assert f"Run `{command}`" in said


@pytest.mark.parametrize(
    "dependencies",
    [
        '"Flask>=3"',
        '"flask[async]>=3"',
        '"flask", "pywin32; sys_platform == \'win32\'"',
        '"flask", "app[all]"',
        '"flask", "???"',
        "",
        "7",
    ],
)
@pytest.mark.parametrize(("name", "text"), [lock[:2] for lock in LOCKS])
def test_what_is_locked_or_does_not_count_is_not_warned_of(
    tmp_path: Path, name: str, text: str, dependencies: str
) -> None:
    assert warnings(tmp_path, name, text, dependencies) == ()


@pytest.mark.parametrize(("name", "text"), [lock[:2] for lock in LOCKS])
def test_without_a_pyproject_nothing_is_said(tmp_path: Path, name: str, text: str) -> None:
    assert read(tmp_path, name, text).warnings == ()
