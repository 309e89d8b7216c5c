"""A lock file with several versions of one package: the one for this web app is taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pa_deploy.dependencies.formats.reading import lines, read

UV = """\
version = 1
[[package]]
name = "app"
source = { virtual = "." }
dependencies = [
    { name = "foo", source = { registry = "https://a" }, marker = "os_name == 'nt'" },
    { name = "foo", source = { registry = "https://b" }, marker = "os_name != 'nt'" },
]
[[package]]
name = "foo"
version = "1"
source = { registry = "https://a" }
[[package]]
name = "foo"
version = "1"
source = { registry = "https://b" }
"""


def poetry(pandas: str) -> str:
    rows = "".join(
        f'[[package]]\nname = "{name}"\nversion = "{version}"\noptional = false\n'
        f'python-versions = "{python}"\n{more}'
        for name, version, python, more in (
            ("numpy", "1.24.4", ">=3.8", ""),
            ("numpy", "2.0.0", ">=3.9", ""),
            ("numpy", "2.4.0", ">=3.12", ""),
            ("pandas", "2.0", ">=3.8", f"[package.dependencies]\nnumpy = {pandas}\n"),
        )
    )
    return f'{rows}[metadata]\nlock-version = "2.0"\n'


def pdm(pandas: str) -> str:
    rows = "".join(
        f'[[package]]\nname = "{name}"\nversion = "{version}"\nrequires_python = "{python}"\n{more}'
        for name, version, python, more in (
            ("numpy", "1.24.4", ">=3.8", ""),
            ("numpy", "2.0.0", ">=3.9", ""),
            ("numpy", "2.4.0", ">=3.12", ""),
            ("pandas", "2.0", ">=3.8", f"dependencies = [{pandas}]\n"),
        )
    )
    return f'[metadata]\nlock_version = "4.4"\n{rows}'


PROJECT = '[project]\nname = "a"\nversion = "1"\ndependencies = [%s]\n'
SPLIT = (
    '[{ version = ">=1.20", markers = "python_version < \'3.10\'" },'
    ' { version = ">=1.21", markers = "python_version >= \'3.10\'" }]'
)


def test_of_one_version_from_two_registries_uv_s_choice_is_taken(tmp_path: Path) -> None:
    found = read(tmp_path, "uv.lock", UV)

    assert lines(found) == ["foo==1"]
    assert found.index.extra_index_urls == ("https://b",)


@pytest.mark.parametrize(
    ("named", "text", "project", "numpy"),
    [
        ("poetry.lock", poetry('">=1.20"'), '"pandas"', "2.0.0"),
        ("poetry.lock", poetry(SPLIT), '"pandas"', "2.0.0"),
        ("poetry.lock", poetry('">=1.20"'), None, "2.0.0"),
        (
            "poetry.lock",
            poetry('">=1.20"'),
            '"pandas", "numpy>=2; python_version>=\'3.9\'"',
            "2.0.0",
        ),
        ("poetry.lock", poetry('">=1.20"'), '"pandas", "numpy<2"', "1.24.4"),
        ("poetry.lock", poetry('"<2"'), '"numpy", "pandas"', "1.24.4"),
        ("pdm.lock", pdm('"numpy>=1.20"'), '"pandas", "numpy>=2"', "2.0.0"),
        ("pdm.lock", pdm('"numpy<2"'), '"numpy", "pandas"', "1.24.4"),
        ("pdm.lock", pdm('"numpy>=1.20"'), None, "2.0.0"),
    ],
)
def test_the_newest_that_suits_the_python_and_all_that_ask_is_taken(
    tmp_path: Path, named: str, text: str, project: str | None, numpy: str
) -> None:
    beside = {} if project is None else {"pyproject.toml": PROJECT % project}

    found = read(tmp_path, named, text, beside=beside)

    assert lines(found) == [f"numpy=={numpy}", "pandas==2.0"]
