"""Lock files of all tools: what they have for PythonAnywhere's Python, in locked versions."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pa_deploy.dependencies.formats.reading import HASH, lines, read, refusal

UV = f"""\
version = 1
revision = 3
requires-python = ">=3.10"
resolution-markers = ["python_full_version >= '3.11'", "python_full_version < '3.11'"]

[[package]]
name = "app"
version = "0.1.0"
source = {{ virtual = "." }}
dependencies = [
    {{ name = "flask" }},
    {{ name = "numpy", version = "2.2.6", marker = "python_full_version < '3.11'" }},
    {{ name = "numpy", version = "2.3.1", marker = "python_full_version >= '3.11'" }},
    {{ name = "uvicorn", extra = ["standard"] }},
]

[package.optional-dependencies]
web = [{{ name = "gunicorn" }}]

[package.dev-dependencies]
dev = [{{ name = "pytest" }}]

[package.metadata]
requires-dist = [{{ name = "flask", specifier = ">=3" }}]
provides-extras = ["web"]

[[package]]
name = "colorama"
version = "0.4.6"
source = {{ registry = "https://pypi.org/simple" }}
wheels = [{{ url = "https://h/colorama-0.4.6-py2.py3-none-any.whl", hash = "{HASH}" }}]

[[package]]
name = "flask"
version = "3.1.0"
source = {{ registry = "https://pypi.org/simple" }}
dependencies = [{{ name = "colorama", marker = "sys_platform == 'win32'" }}]
sdist = {{ url = "https://h/flask-3.1.0.tar.gz", hash = "sha256:{"b" * 64}", size = 1 }}
wheels = [{{ url = "https://h/flask-3.1.0-py3-none-any.whl", hash = "{HASH}", size = 1 }}]

[[package]]
name = "gunicorn"
version = "23.0.0"
source = {{ registry = "https://pypi.org/simple" }}

[[package]]
name = "httptools"
version = "0.6.0"
source = {{ registry = "https://own.example.org/simple" }}

[[package]]
name = "numpy"
version = "2.2.6"
source = {{ registry = "https://pypi.org/simple" }}

[[package]]
name = "numpy"
version = "2.3.1"
source = {{ registry = "https://pypi.org/simple" }}

[[package]]
name = "pytest"
version = "8.0.0"
source = {{ registry = "https://pypi.org/simple" }}

[[package]]
name = "uvicorn"
version = "0.30.0"
source = {{ registry = "https://pypi.org/simple" }}

[package.optional-dependencies]
standard = [{{ name = "httptools" }}]
"""
UV_MAIN = ["flask==3.1.0", "httptools==0.6.0", "numpy==2.3.1", "uvicorn==0.30.0"]

POETRY_1 = f"""\
[[package]]
name = "Django"
version = "4.2.1"
description = ""
category = "main"
optional = false
python-versions = ">=3.8"

[package.dependencies]
sqlparse = ">=0.3.1"
tzdata = {{version = "*", markers = "sys_platform == \\"win32\\""}}

[package.extras]
argon2 = ["argon2-cffi (>=19.1.0)"]

[[package]]
name = "gunicorn"
version = "20.1.0"
category = "main"
optional = true
python-versions = "*"

[[package]]
name = "pytest"
version = "7.0"
category = "dev"
optional = false
python-versions = "*"

[[package]]
name = "sqlparse"
version = "0.4.4"
category = "main"
optional = false
python-versions = "*"

[[package]]
name = "tzdata"
version = "2023.3"
category = "main"
optional = false
python-versions = "*"

[extras]
web = ["gunicorn"]

[metadata]
lock-version = "1.1"
python-versions = "^3.8"
content-hash = "x"

[metadata.files]
django = [{{file = "Django-4.2.1-py3-none-any.whl", hash = "{HASH}"}}]
sqlparse = [{{file = "sqlparse-0.4.4-py3-none-any.whl", hash = "{HASH}"}}]
"""
POETRY_PROJECT = """\
[tool.poetry.dependencies]
python = "^3.8"
django = "^4.2"
gunicorn = {version = "*", optional = true}
[tool.poetry.extras]
web = ["gunicorn"]
[tool.poetry.group.dev.dependencies]
pytest = "*"
"""
POETRY_2 = f"""\
[[package]]
name = "django"
version = "5.1"
optional = false
python-versions = ">=3.10"
groups = ["main"]
files = [
    {{file = "django-5.1-py3-none-any.whl", hash = "{HASH}"}},
]

[[package]]
name = "gunicorn"
version = "23.0"
optional = true
python-versions = "*"
groups = ["main"]
markers = "extra == \\"web\\""
files = []

[[package]]
name = "pytest"
version = "8.0"
optional = false
python-versions = "*"
groups = ["dev"]
files = []

[[package]]
name = "tomli"
version = "2.0"
optional = false
python-versions = "*"
groups = ["main", "dev"]
markers = {{main = "python_version < \\"3.11\\"", dev = "python_version >= \\"3.11\\""}}
files = []

[[package]]
name = "tzdata"
version = "2025.1"
optional = false
python-versions = "*"
groups = ["main"]
markers = "sys_platform == \\"win32\\""
files = []

[extras]
web = ["gunicorn"]

[metadata]
lock-version = "2.1"
python-versions = ">=3.10,<4.0"
content-hash = "x"
"""
PDM = f"""\
[metadata]
groups = ["default", "dev", "web"]
strategy = ["inherit_metadata"]
lock_version = "4.5.0"
content_hash = "sha256:x"

[[metadata.targets]]
requires_python = ">=3.10"

[[package]]
name = "flask"
version = "3.0.3"
requires_python = ">=3.8"
groups = ["default"]
dependencies = ["colorama; sys_platform == 'win32'"]
files = [{{file = "flask-3.0.3-py3-none-any.whl", hash = "{HASH}"}}]

[[package]]
name = "colorama"
version = "0.4.6"
groups = ["default"]
marker = "sys_platform == \\"win32\\""
files = []

[[package]]
name = "gunicorn"
version = "22.0.0"
groups = ["web"]
files = []

[[package]]
name = "pytest"
version = "8.0"
groups = ["dev"]
files = []
"""
PIPFILE_LOCK = f"""\
{{
    "_meta": {{
        "hash": {{"sha256": "x"}},
        "pipfile-spec": 6,
        "requires": {{"python_version": "3.11"}},
        "sources": [{{"name": "pypi", "url": "https://pypi.org/simple", "verify_ssl": true}}]
    }},
    "default": {{
        "django": {{
            "hashes": ["{HASH}"],
            "index": "pypi",
            "markers": "python_version >= '3.8'",
            "version": "==4.2.1"
        }},
        "psycopg": {{"extras": ["binary"], "version": "==3.1"}},
        "tzdata": {{"markers": "sys_platform == 'win32'", "version": "==2023.3"}}
    }},
    "develop": {{
        "pytest": {{"version": "==8.0"}}
    }}
}}
"""
PYLOCK = f"""\
lock-version = "1.0"
created-by = "uv"
requires-python = ">=3.10"
extras = ["web"]
dependency-groups = ["dev"]
[[packages]]
name = "flask"
version = "3.1.0"
wheels = [{{ url = "https://h/flask-3.1.0.whl", hashes = {{ sha256 = "{"a" * 64}" }} }}]
[[packages]]
name = "gunicorn"
version = "23.0"
marker = "'web' in extras"
[[packages]]
name = "pytest"
version = "8.0"
marker = "'dev' in dependency_groups"
[[packages]]
name = "colorama"
version = "0.4.6"
marker = "sys_platform == 'win32'"
[[packages]]
name = "app"
directory = {{ path = ".", editable = true }}
"""
BESIDE = {"pyproject.toml": POETRY_PROJECT}


@pytest.mark.parametrize(
    ("named", "text", "beside", "expected"),
    [
        ("uv.lock", UV, {}, UV_MAIN),
        ("uv.lock[web]", UV, {}, sorted([*UV_MAIN, "gunicorn==23.0.0"])),
        ("uv.lock[group:dev]", UV, {}, sorted([*UV_MAIN, "pytest==8.0.0"])),
        ("poetry.lock", POETRY_1, BESIDE, ["django==4.2.1", "sqlparse==0.4.4"]),
        (
            "poetry.lock[web]",
            POETRY_1,
            BESIDE,
            ["django==4.2.1", "gunicorn==20.1.0", "sqlparse==0.4.4"],
        ),
        (
            "poetry.lock[group:dev]",
            POETRY_1,
            BESIDE,
            ["django==4.2.1", "pytest==7.0", "sqlparse==0.4.4"],
        ),
        ("poetry.lock", POETRY_2, {}, ["django==5.1"]),
        ("poetry.lock[web]", POETRY_2, {}, ["django==5.1", "gunicorn==23.0"]),
        ("poetry.lock[group:dev]", POETRY_2, {}, ["django==5.1", "pytest==8.0", "tomli==2.0"]),
        ("pdm.lock", PDM, {}, ["flask==3.0.3"]),
        ("pdm.lock[web]", PDM, {}, ["flask==3.0.3", "gunicorn==22.0.0"]),
        ("pdm.lock[group:dev]", PDM, {}, ["flask==3.0.3", "pytest==8.0"]),
        ("pylock.toml", PYLOCK, {}, ["flask==3.1.0"]),
        ("pylock.prod.toml[web]", PYLOCK, {}, ["flask==3.1.0", "gunicorn==23.0"]),
        ("pylock.toml[group:dev]", PYLOCK, {}, ["flask==3.1.0", "pytest==8.0"]),
        ("locked.txt", UV, {}, UV_MAIN),
        ("locked.txt", POETRY_2, {}, ["django==5.1"]),
    ],
)
def test_a_lock_file_gives_what_the_project_needs_on_pythonanywhere(
    tmp_path: Path, named: str, text: str, beside: dict[str, str], expected: list[str]
) -> None:
    found = read(tmp_path, named, text, beside=beside)

    assert lines(found) == expected
    assert found.is_locked


def test_pipfile_lock_hands_its_markers_on(tmp_path: Path) -> None:
    found = read(tmp_path, "Pipfile.lock[group:dev]", PIPFILE_LOCK)

    assert lines(found) == [
        'django==4.2.1 ; python_version >= "3.8"',
        "psycopg[binary]==3.1",
        'tzdata==2023.3 ; sys_platform == "win32"',
        "pytest==8.0",
    ]
    assert found.is_locked


@pytest.mark.parametrize(
    ("named", "text", "name", "line"),
    [
        ("uv.lock", UV, "flask", 33),
        ("poetry.lock", POETRY_2, "django", 1),
        ("pdm.lock", PDM, "flask", 10),
        ("pylock.toml", PYLOCK, "flask", 6),
        ("Pipfile.lock", PIPFILE_LOCK, "django", 9),
    ],
)
def test_a_locked_package_has_its_hashes_and_its_line(
    tmp_path: Path, named: str, text: str, name: str, line: int
) -> None:
    found = read(tmp_path, named, text)

    entry = next(entry for entry in found.entries if entry.name == name)
    assert HASH in entry.hashes
    assert entry.place.line == line
    assert found.index.require_hashes


@pytest.mark.parametrize("python", ["3.10", "3.13"])
def test_the_version_for_the_python_is_taken(tmp_path: Path, python: str) -> None:
    expected = "numpy==2.2.6" if python == "3.10" else "numpy==2.3.1"

    assert expected in lines(read(tmp_path, "uv.lock", UV, python=python))


@pytest.mark.parametrize(
    ("named", "text", "key", "line"),
    [
        ("uv.lock", UV, "requires-python", 3),
        ("poetry.lock", POETRY_2, "python-versions", 51),
        ("pdm.lock", PDM, "requires_python", 8),
        ("pylock.toml", PYLOCK, "requires-python", 3),
    ],
)
def test_the_python_of_a_lock_file_is_held_against_python_version(
    tmp_path: Path, named: str, text: str, key: str, line: int
) -> None:
    said = refusal(tmp_path, named, text, python="3.9")

    assert f"{named}, line {line}: `{key}` is " in said
    assert 'Set `python-version: "3.10"`' in said


def test_other_registries_of_uv_become_indexes(tmp_path: Path) -> None:
    found = read(tmp_path, "uv.lock", UV)

    assert found.index.extra_index_urls == ("https://own.example.org/simple",)
    assert found.index.index_url == ""


def test_pipenv_s_python_is_only_a_warning(tmp_path: Path) -> None:
    found = read(tmp_path, "Pipfile.lock", PIPFILE_LOCK, python="3.13")

    assert "Pipfile.lock, line 5: it is for Python 3.11, and `python-version` is 3.13." in (
        "".join(found.warnings)
    )


@pytest.mark.parametrize(
    ("named", "source", "said"),
    [
        ("uv.lock", '{ git = "https://h/x?rev=1#abc" }', "`x` comes from a repository"),
        ("uv.lock", '{ editable = "libs/x" }', "`x` comes from a folder"),
        (
            "uv.lock",
            '{ url = "https://h/x-1.0.tar.gz" }',
            "`x` comes from a URL that is not a wheel",
        ),
        (
            "poetry.lock",
            'type = "git"\nurl = "https://h/x"\nreference = "abc"',
            "`x` comes from a repository",
        ),
        ("poetry.lock", 'type = "directory"\nurl = "libs/x"', "`x` comes from a folder"),
        (
            "pdm.lock",
            'git = "https://h/x"\nrevision = "abc"',
            "`x` comes from a repository",
        ),
        ("pdm.lock", 'path = "./libs/x"', "`x` comes from a folder"),
        (
            "pylock.toml",
            '{ vcs = { type = "git", url = "https://h/x", commit-id = "abc" } }',
            "from a repository",
        ),
        ("Pipfile.lock", '"git": "https://h/x", "ref": "v1.2"', "`x` comes from a repository"),
        ("Pipfile.lock", '"path": "./libs/x", "editable": true', "an editable package"),
    ],
)
def test_a_locked_package_that_would_be_built_is_refused_as_in_requirements(
    tmp_path: Path, named: str, source: str, said: str
) -> None:
    (tmp_path / "libs" / "x").mkdir(parents=True)
    text = {
        "uv.lock": (
            '[[package]]\nname = "app"\nsource = { virtual = "." }\n'
            'dependencies = [{ name = "x" }]\n'
            f'[[package]]\nname = "x"\nversion = "1"\nsource = {source}\n'
        ),
        "poetry.lock": (
            '[[package]]\nname = "x"\nversion = "1"\ngroups = ["main"]\n'
            f"[package.source]\n{source}\n"
        ),
        "pdm.lock": (
            '[metadata]\nstrategy = ["inherit_metadata"]\n'
            f'[[package]]\nname = "x"\nversion = "1"\ngroups = ["default"]\n{source}\n'
        ),
        "pylock.toml": (
            'lock-version = "1.0"\n[[packages]]\nname = "x"\n' + source.strip("{} ") + "}\n"
        ),
        "Pipfile.lock": '{"_meta": {}, "default": {"x": {' + source + "}}}",
    }[named]

    found = refusal(tmp_path, named, text)

    assert said in found
    assert f"{named}, line " in found


@pytest.mark.parametrize(
    ("named", "text"),
    [
        (
            "uv.lock",
            (
                '[[package]]\nname = "app"\nsource = { virtual = "." }\n'
                'dependencies = [{ name = "x" }]\n'
                '[[package]]\nname = "x"\nversion = "1"\nsource = { path = "%(file)s" }\n'
                'wheels = [{ filename = "%(file)s", hash = "%(hash)s" }]\n'
            ),
        ),
        (
            "poetry.lock",
            (
                '[[package]]\nname = "x"\nversion = "1"\ngroups = ["main"]\n'
                'files = [{ file = "%(file)s", hash = "%(hash)s" }]\n'
                '[package.source]\ntype = "file"\nurl = "%(file)s"\n'
            ),
        ),
        (
            "pdm.lock",
            (
                '[metadata]\nstrategy = ["inherit_metadata"]\n'
                '[[package]]\nname = "x"\nversion = "1"\ngroups = ["default"]\n'
                'path = "./%(file)s"\nfiles = [{ file = "%(file)s", hash = "%(hash)s" }]\n'
            ),
        ),
        (
            "pylock.toml",
            (
                'lock-version = "1.0"\n[[packages]]\nname = "x"\n[packages.archive]\n'
                'path = "%(file)s"\nhashes = { sha256 = "%(digest)s" }\n'
            ),
        ),
        (
            "Pipfile.lock",
            '{"default": {"x": {"path": "./%(file)s", "hashes": ["%(hash)s"]}}}',
        ),
    ],
)
def test_a_wheel_of_the_workspace_has_its_hash(tmp_path: Path, named: str, text: str) -> None:
    file = "x-1-py3-none-any.whl"
    (tmp_path / file).write_bytes(b"")
    given = {"file": file, "hash": HASH, "digest": HASH.removeprefix("sha256:")}

    (entry,) = read(tmp_path, named, text % given).entries

    assert entry.text == f"x @ {(tmp_path / file).as_uri()}"
    assert entry.hashes == (HASH,)


@pytest.mark.parametrize(
    ("named", "text"),
    [
        ("uv.lock", "[[package]\n"),
        ("poetry.lock", '[[package]]\nname = "a\n'),
        ("pdm.lock", "x\n"),
        ("Pipfile.lock", '{\n  "_meta": {},\n  "default": {\n'),
        ("Pipfile.lock", "[]"),
        ("pylock.toml", 'lock-version = "1.0"\n[[packages\n'),
        ("uv.lock", '[[package]]\nname = "a"\n<<<<<<< ours\n'),
        ("uv.lock", "package = 3\n"),
        ("uv.lock", '[[package]]\nversion = "1"\nsource = { virtual = "." }\n'),
        ("poetry.lock", '[[package]]\nname = "a"\nversion = 1\ngroups = ["main"]\n'),
        ("pdm.lock", '[[package]]\nname = "a"\nversion = "1"\ndependencies = ["?"]\n'),
        ("Pipfile.lock", '{"_meta": {}, "default": {"a": {"version": "==x y"}}}'),
        ("pylock.toml", 'lock-version = "2.0"\n'),
        (
            "pylock.toml",
            'lock-version = "1.0"\n[[packages]]\nname = "a"\nvcs = { url = "https://h/a" }\n',
        ),
        (
            "uv.lock",
            (
                '[[package]]\nname = "app"\nsource = { virtual = "." }\n'
                'dependencies = [{ name = "gone" }]\n'
            ),
        ),
    ],
)
def test_a_broken_lock_file_is_told_with_its_line(tmp_path: Path, named: str, text: str) -> None:
    said = refusal(tmp_path, named, text)

    assert f"{named}, line " in said
    assert "column" not in said


def test_conflicting_extras_of_uv_are_told_apart(tmp_path: Path) -> None:
    text = """\
[[package]]
name = "app"
source = { virtual = "." }
[package.optional-dependencies]
cpu = [{ name = "torch", version = "2.5+cpu", marker = "extra == 'extra-3-app-cpu'" }]
gpu = [{ name = "torch", version = "2.5", marker = "extra != 'extra-3-app-cpu'" }]
[package.metadata]
provides-extras = ["cpu", "gpu"]
[[package]]
name = "torch"
version = "2.5"
source = { registry = "https://g" }
[[package]]
name = "torch"
version = "2.5+cpu"
source = { registry = "https://c" }
"""

    assert lines(read(tmp_path, "uv.lock[cpu]", text)) == ["torch==2.5+cpu"]
    assert lines(read(tmp_path, "uv.lock[gpu]", text)) == ["torch==2.5"]
