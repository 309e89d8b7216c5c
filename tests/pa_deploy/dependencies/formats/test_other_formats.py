"""Pipfile and setup.cfg, files that are not read, and how formats are told apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from pa_deploy.dependencies.formats.versions import NoConstraint, allows, specifiers
from pa_deploy.inputs.parse import BadValue
from pa_deploy.inputs.requirements import dependency_file
from tests.pa_deploy.dependencies.formats.reading import lines, read, refusal

PIPFILE = """\
[[source]]
url = "https://${INDEX_USER}:x@own.example.org/simple"
verify_ssl = false
name = "own"

[packages]
django = "~=4.2"
flask = "*"
celery = {version = ">=5,<6", extras = ["redis"]}
pywin32 = {version = "*", sys_platform = "== 'win32'"}
tomli = {version = "*", markers = "python_version < '3.11'"}

[dev-packages]
pytest = "*"

[deploy-tools]
gunicorn = "==22.0"

[requires]
python_version = "3.11"
"""
PIPFILE_LINES = [
    "django~=4.2",
    "flask",
    "celery[redis]<6,>=5",
    'pywin32 ; sys_platform == "win32"',
    'tomli ; python_version < "3.11"',
]
ENVIRON = {"INDEX_USER": "me"}


@pytest.mark.parametrize(
    ("named", "more"),
    [
        ("Pipfile", []),
        ("Pipfile[group:dev]", ["pytest"]),
        ("Pipfile[group:deploy-tools]", ["gunicorn==22.0"]),
    ],
)
def test_a_pipfile_is_read(tmp_path: Path, named: str, more: list[str]) -> None:
    found = read(tmp_path, named, PIPFILE, environ=ENVIRON)

    assert lines(found) == [*PIPFILE_LINES, *more]
    assert found.index.index_url == "https://me:x@own.example.org/simple"
    assert found.index.trusted_hosts == ("own.example.org",)
    assert not found.warnings


SETUP_CFG = """\
[metadata]
name = app

[options]
python_requires = >=3.8
install_requires =
    flask>=2  # why
    # a comment
    tomli; python_version < "3.11"

[options.extras_require]
web = gunicorn; waitress
"""


@pytest.mark.parametrize(
    ("named", "more"), [("setup.cfg", []), ("setup.cfg[web]", ["gunicorn", "waitress"])]
)
def test_setup_cfg_is_read(tmp_path: Path, named: str, more: list[str]) -> None:
    expected = ["flask>=2", 'tomli ; python_version < "3.11"', *more]

    assert lines(read(tmp_path, named, SETUP_CFG)) == expected


def test_setup_cfg_may_name_a_requirements_file(tmp_path: Path) -> None:
    text = "[options]\ninstall_requires = file: base.txt\n"

    assert lines(read(tmp_path, "setup.cfg", text, beside={"base.txt": "flask\n"})) == ["flask"]


@pytest.mark.parametrize(
    ("named", "text", "said"),
    [
        ("setup.cfg", "[options\n", "setup.cfg, line 1: "),
        ("setup.cfg", "flask\n", "setup.cfg, line 1: "),
        (
            "setup.cfg",
            "[options]\na = 1\na = 2\n",
            "setup.cfg, line 3: a section or a key is there",
        ),
        ("setup.cfg", "[flake8]\na = 1\n", "setup.cfg: it lists no dependencies"),
        ("Pipfile", '[packages]\na = "^^1"\n', "Pipfile, line 2: `packages.a` is not a version."),
        ("Pipfile", "[packages]\na = 1\n", "Pipfile, line 2: `packages.a` must be a text"),
        ("Pipfile", '[packages]\na = {git = "https://h/a", ref = "v1.0"}\n', "`a==1.0`"),
        ("requirements.txt", "a\n<<<<<<< HEAD\n", "requirements.txt, line 2: git marks a merge"),
        ("requirements.txt[web]", "a\n", "a requirements file has no extras and no groups."),
        ("Pipfile[web]", "[packages]\n", "The file has no extras. Remove it from the brackets."),
    ],
)
def test_what_cannot_be_used_is_told_with_its_line(
    tmp_path: Path, named: str, text: str, said: str
) -> None:
    assert said in refusal(tmp_path, named, text)


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("setup.py", "uv pip compile setup.py"),
        ("environment.yml", "pip list --format=freeze"),
        ("conda-lock.yml", "pip list --format=freeze"),
    ],
)
def test_what_is_not_read_is_told_with_the_command(tmp_path: Path, name: str, command: str) -> None:
    assert command in refusal(tmp_path, name, "x\n")


@pytest.mark.parametrize("name", ["pyproject.toml", "uv.lock", "Pipfile"])
@pytest.mark.parametrize("option", ["-r", "-c"])
def test_a_requirements_file_includes_requirements_files_alone(
    tmp_path: Path, option: str, name: str
) -> None:
    said = refusal(tmp_path, "requirements.txt", f"{option} {name}\n", beside={name: ""})

    assert f'requirements.txt, line 1: "{name}" is ' in said
    assert f"set `requirements: {name}`" in said


@pytest.mark.parametrize(
    ("value", "path", "extras", "groups"),
    [
        ("requirements.txt", "requirements.txt", (), ()),
        ("a/pyproject.toml[web]", "a/pyproject.toml", ("web",), ()),
        ("uv.lock [Web_1, group: Prod ,web.1]", "uv.lock", ("web-1",), ("prod",)),
    ],
)
def test_the_brackets_name_extras_and_groups(
    value: str, path: str, extras: tuple[str, ...], groups: tuple[str, ...]
) -> None:
    found = dependency_file(value)

    assert (found.path, found.chosen.extras, found.chosen.groups) == (path, extras, groups)


@pytest.mark.parametrize("value", ["a[]", "a[,]", "a[group:]", "a[x y]", "a\nb"])
def test_brackets_that_name_nothing_are_refused(value: str) -> None:
    with pytest.raises(BadValue):
        dependency_file(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("^1.2.3", ">=1.2.3,<2"),
        ("^0.2.3", ">=0.2.3,<0.3"),
        ("^0.0.3", ">=0.0.3,<0.0.4"),
        ("^0.0", ">=0.0,<0.1"),
        ("^0", ">=0,<1"),
        ("~1.2.3", ">=1.2.3,<1.3"),
        ("~1", ">=1,<2"),
        ("~=1.2", "~=1.2"),
        ("1.2", "==1.2"),
        ("=1.2", "==1.2"),
        ("!=1.2", "!=1.2"),
        ("1.2.*", "==1.2.*"),
        (">=1.0 <2 !=1.5", ">=1.0,<2,!=1.5"),
        ("^1.0 || ^2.0", ">=1.0,<3"),
        ("^1.0|^3.0", ">=3.0,<4"),
        ("~2.7 || ^3.8", ">=3.8,<4"),
        ("*", ""),
        ("^1.0 || *", ""),
        ("^2.0b1", ">=2.0b1,<3"),
    ],
)
def test_versions_of_poetry_as_pep_440_has_them(text: str, expected: str) -> None:
    assert specifiers(text) == expected


@pytest.mark.parametrize("text", ["=>1", "^", "^x", "1 2", "a b", "^^1", "x" * 600])
def test_what_is_not_a_version_is_refused(text: str) -> None:
    with pytest.raises(NoConstraint):
        specifiers(text)


@pytest.mark.parametrize(("version", "is_allowed"), [("1.5", True), ("3.1", True), ("2.5", False)])
def test_each_alternative_allows_its_own(version: str, is_allowed: bool) -> None:  # noqa: FBT001
    assert allows("^1.0 || ^3.0", version) == is_allowed


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("name: x\ndependencies:\n  - python\n", "conda"),
        ("from setuptools import setup\n", "setuptools"),
        ("Package Version\n------- -------\nDjango  4.2\n", "`pip list`"),
    ],
)
def test_what_is_not_read_is_known_by_its_content(tmp_path: Path, text: str, what: str) -> None:
    said = refusal(tmp_path, "requirements.txt", text)

    assert '"requirements.txt" is ' in said
    assert what in said


@pytest.mark.parametrize(
    "head",
    [
        "# This file is @generated by PDM.\n# Please do not edit it manually.\n",
        "# This file was autogenerated by uv via the following command:\n#    uv export\n",
        "#\n# This file is autogenerated by pip-compile with Python 3.11\n",
    ],
)
def test_what_a_tool_exports_is_a_requirements_file(tmp_path: Path, head: str) -> None:
    assert lines(read(tmp_path, "requirements.txt", f"{head}flask==3.0\n")) == ["flask==3.0"]
