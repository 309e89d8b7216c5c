"""A lock file for other machines, or of a version that nobody knows yet, is not taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pa_deploy.dependencies.formats.reading import lines, read, refusal

UV = """\
version = 1
supported-markers = [%s]
[[package]]
name = "app"
source = { virtual = "." }
dependencies = [{ name = "flask" }]
[[package]]
name = "flask"
version = "3.1"
source = { registry = "https://pypi.org/simple" }
"""
PYLOCK = """\
lock-version = "1.0"
environments = [%s]
[[packages]]
name = "flask"
version = "3.1"
"""
PDM = """\
[metadata]
strategy = ["inherit_metadata"]
lock_version = "4.5.0"
targets = [%s]
[[package]]
name = "flask"
version = "3.1"
groups = ["default"]
"""
MAC, LINUX = "\"sys_platform == 'darwin'\"", "\"sys_platform == 'linux'\""
PDM_MAC = '{ requires_python = ">=3.9", platform = "macos_14_0_arm64" }'
PDM_LINUX = '{ requires_python = ">=3.9", platform = "manylinux_2_17_x86_64" }'


@pytest.mark.parametrize(
    ("named", "text", "key", "command"),
    [
        ("uv.lock", UV % MAC, "`supported-markers`", "`uv lock`"),
        ("uv.lock", UV % "\"python_version < '3.10'\"", "`supported-markers`", "`uv lock`"),
        ("pylock.toml", PYLOCK % MAC, "`environments`", "`uv export"),
        ("pdm.lock", PDM % PDM_MAC, "`metadata.targets`", "`pdm lock"),
        ("pdm.lock", PDM % '{ platform = "manylinux_2_17_aarch64" }', "targets`", "`pdm lock"),
        ("pdm.lock", PDM % '{ implementation = "pypy" }', "targets`", "`pdm lock"),
    ],
)
def test_a_lock_for_other_machines_is_refused_with_the_command(
    tmp_path: Path, named: str, text: str, key: str, command: str
) -> None:
    said = refusal(tmp_path, named, text)

    assert f"{named}, line " in said
    assert f"{key} is Linux (x86_64) with Python 3.11" in said
    assert command in said


@pytest.mark.parametrize(
    ("named", "text"),
    [
        ("uv.lock", UV % f"{MAC}, {LINUX}"),
        ("uv.lock", UV % ""),
        ("pylock.toml", PYLOCK % f"{LINUX}, {MAC}"),
        ("pdm.lock", PDM % f"{PDM_MAC}, {PDM_LINUX}"),
        ("pdm.lock", PDM % '{ platform = "linux" }'),
    ],
)
def test_a_lock_for_these_machines_too_is_read(tmp_path: Path, named: str, text: str) -> None:
    assert lines(read(tmp_path, named, text)) == ["flask==3.1"]


def test_the_python_of_other_machines_does_not_count(tmp_path: Path) -> None:
    newer = PDM_LINUX.replace("3.9", "3.12")

    said = refusal(tmp_path, "pdm.lock", PDM % f"{PDM_MAC}, {newer}")

    assert "`requires_python` is >=3.12, and `python-version` is 3.11." in said


@pytest.mark.parametrize(
    ("named", "text", "said"),
    [
        ("uv.lock", UV.replace("version = 1", "version = 2") % "", "`version` is 2, and"),
        ("uv.lock", UV.replace("version = 1", 'version = "x y"') % "", "is another one, and"),
        (
            "poetry.lock",
            '[metadata]\nlock-version = "3.0"\n',
            "`metadata.lock-version` is 3.0, and pa-deploy knows only versions 1 and 2",
        ),
        ("pdm.lock", '[metadata]\nlock_version = "5.0"\n', "`metadata.lock_version` is 5.0"),
        ("pylock.toml", 'lock-version = "2.0"\n', "pa-deploy knows only version 1"),
        (
            "Pipfile.lock",
            '{"_meta": {"pipfile-spec": 7}, "default": {}}',
            "`_meta.pipfile-spec` is 7",
        ),
    ],
)
def test_an_unknown_version_is_refused(tmp_path: Path, named: str, text: str, said: str) -> None:
    found = refusal(tmp_path, named, text)

    assert f"{named}, line " in found
    assert said in found
