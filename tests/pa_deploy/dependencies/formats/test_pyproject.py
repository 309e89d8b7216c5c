"""pyproject.toml: PEP 621, groups, and the tables of uv, PDM, Poetry and setuptools."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.pa_deploy.dependencies.formats.reading import lines, read, refusal
from tests.runner import Runner

PEP_621 = """\
[project]
name = "my-app"
version = "0.1"
requires-python = ">=3.10"
dependencies = [
    "Django>=5.0,<6",
    'tomli>=2; python_version < "3.11"',
]

[project.optional-dependencies]
web = ["gunicorn==23.0"]
db = ["psycopg[binary]>=3"]
all = ["My_App[web,db]"]

[dependency-groups]
prod = ["sentry-sdk", {include-group = "Base.Group"}]
base-group = ["redis"]
dev = ["pytest"]
"""


@pytest.mark.parametrize(
    ("named", "more"),
    [
        ("pyproject.toml", []),
        ("pyproject.toml[web]", ["gunicorn==23.0"]),
        ("pyproject.toml[all]", ["psycopg[binary]>=3", "gunicorn==23.0"]),
        ("pyproject.toml[group:prod]", ["sentry-sdk", "redis"]),
        ("pyproject.toml[ WEB , group:base_group ]", ["gunicorn==23.0", "redis"]),
    ],
)
def test_the_main_dependencies_are_read_with_the_chosen_ones(
    tmp_path: Path, named: str, more: list[str]
) -> None:
    main = ["django<6,>=5.0", 'tomli>=2 ; python_version < "3.11"']

    assert lines(read(tmp_path, named, PEP_621)) == [*main, *more]


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (
            "pyproject.toml[wev]",
            "it has no extra `wev`. The file has the extras `all`, `db`, `web`.",
        ),
        (
            "pyproject.toml[group:web]",
            "it has no group `web`. The file has the groups `base-group`, `dev`, `prod`.",
        ),
        ("pyproject.toml[prod]", "it has no extra `prod`"),
    ],
)
def test_what_the_file_does_not_have_is_told_with_what_it_has(
    tmp_path: Path, named: str, said: str
) -> None:
    assert said in refusal(tmp_path, named, PEP_621)


@pytest.mark.parametrize(("python", "instead"), [("3.9", "3.10"), ("3.8", "3.10")])
def test_the_python_that_the_project_needs_is_named_before_anything_is_fetched(
    tmp_path: Path, python: str, instead: str
) -> None:
    said = refusal(tmp_path, "pyproject.toml", PEP_621, python=python)

    assert (
        f"pyproject.toml, line 4: `requires-python` is >=3.10, and `python-version` is {python}"
        in said
    )
    assert f'Set `python-version: "{instead}"`' in said


@pytest.mark.parametrize(
    ("limit", "python"),
    [(">=3.11.4", "3.11"), ("~=3.12", "3.13"), (">=3.9,!=3.9.1", "3.9"), ("", "3.8")],
)
def test_a_limit_that_a_patch_of_the_python_fits_is_no_problem(
    tmp_path: Path, limit: str, python: str
) -> None:
    text = f'[project]\nname = "a"\nrequires-python = "{limit}"\ndependencies = ["flask"]\n'

    assert lines(read(tmp_path, "pyproject.toml", text, python=python)) == ["flask"]


POETRY = """\
[tool.poetry]
name = "app"

[tool.poetry.dependencies]
python = "^3.9"
Django = "^4.2.1"
flask = "~2.3"
zero = "^0.3"
tiny = "^0.0.3"
exact = "1.4"
wild = "2.*"
any = "*"
pep = ">=1.0,<2"
spaced = ">=1.0 <2"
either = "^1.0 || ^2.0"
uvicorn = {version = "^0.30", extras = ["standard"]}
tomli = {version = "^2.0", python = "<3.11"}
winreg = {version = "*", platform = "win32"}
gevent = {version = "*", platform = "!=win32"}
marked = {version = "1.0", markers = "sys_platform == 'linux'"}
early = {version = "^3.0", allow-prereleases = true}
several = [
    {version = "^1.0", python = "<3.10"},
    {version = "^2.0", python = ">=3.10"},
]
mysqlclient = {version = "^2.2", optional = true}
[tool.poetry.extras]
mysql = ["mysqlclient"]
[tool.poetry.group.prod.dependencies]
gunicorn = "^22"
[tool.poetry.dev-dependencies]
pytest = "^8"
"""
POETRY_LINES = [
    "django<5,>=4.2.1",
    "flask<2.4,>=2.3",
    "zero<0.4,>=0.3",
    "tiny<0.0.4,>=0.0.3",
    "exact==1.4",
    "wild==2.*",
    "any",
    "pep<2,>=1.0",
    "spaced<2,>=1.0",
    "either<3,>=1.0",
    "uvicorn[standard]<0.31,>=0.30",
    "gevent",
    'marked==1.0 ; sys_platform == "linux"',
    "early<4,>=0.dev0,>=3.0",
    "several<3,>=2.0",
]


@pytest.mark.parametrize(
    ("named", "more"),
    [
        ("pyproject.toml", []),
        ("pyproject.toml[mysql]", ["mysqlclient<3,>=2.2"]),
        ("pyproject.toml[group:prod]", ["gunicorn<23,>=22"]),
        ("pyproject.toml[group:dev]", ["pytest<9,>=8"]),
    ],
)
def test_the_tables_of_poetry_are_read(tmp_path: Path, named: str, more: list[str]) -> None:
    assert lines(read(tmp_path, named, POETRY)) == [*POETRY_LINES, *more]


def test_poetry_2_reads_the_project_table_and_its_own(tmp_path: Path) -> None:
    text = """\
[project]
name = "app"
requires-python = ">=3.10,<4"
dependencies = ["django (>=5.0,<6)", "inner (>=1)"]
[tool.poetry.dependencies]
inner = {url = "https://h/inner-1.0-py3-none-any.whl"}
[tool.poetry.group.prod]
include-groups = ["base"]
[tool.poetry.group.base.dependencies]
redis = "^5"
"""

    assert lines(read(tmp_path, "pyproject.toml[group:prod]", text)) == [
        "django<6,>=5.0",
        "inner @ https://h/inner-1.0-py3-none-any.whl",
        "redis<6,>=5",
    ]


UV = """\
[project]
name = "app"
dependencies = ["flask", "torch"]
[tool.uv]
constraint-dependencies = ["flask<3"]
override-dependencies = ["werkzeug==2.3"]
dev-dependencies = ["pytest"]
[[tool.uv.index]]
name = "own"
url = "https://own.example.org/simple"
"""


def test_what_uv_adds_is_taken_along(tmp_path: Path) -> None:
    found = read(tmp_path, "pyproject.toml[group:dev]", UV)

    assert lines(found) == ["flask", "torch", "pytest"]
    assert [entry.text for entry in found.constraints] == ["flask<3"]
    assert [entry.text for entry in found.overrides] == ["werkzeug==2.3"]
    assert found.index.extra_index_urls == ("https://own.example.org/simple",)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('torch = {git = "https://h/torch", tag = "v1.2"}', "`torch` comes from a repository"),
        ('torch = {path = "../torch"}', "`torch` comes from a file of this machine"),
        ('torch = {path = "libs/torch", editable = true}', "`torch` comes from a folder"),
        ("torch = {workspace = true}", "`torch` is another project of the workspace"),
        ('torch = {index = "one"}', "`torch` comes from an index of its own"),
    ],
)
def test_where_uv_takes_a_package_from_counts(tmp_path: Path, table: str, said: str) -> None:
    (tmp_path / "libs" / "torch").mkdir(parents=True)
    index = '[[tool.uv.index]]\nname = "one"\nurl = "https://one.example.org/"\nexplicit = true\n'

    found = refusal(tmp_path, "pyproject.toml", f"{UV}{index}[tool.uv.sources]\n{table}\n")

    assert f"pyproject.toml, line 16: {said}" in found


URL = '{url = "https://h/foo-%s-py3-none-any.whl", %s}'
ON_MACOS, ON_LINUX = "marker = \"sys_platform == 'darwin'\"", "marker = \"sys_platform == 'linux'\""


@pytest.mark.parametrize(
    ("named", "places", "expected"),
    [
        ("", [(1, ON_MACOS), (2, ON_LINUX)], ["foo@2"]),
        ("", [(1, ON_MACOS)], ["foo"]),
        ("", [(1, 'extra = "dev"')], ["foo"]),
        ("[dev]", [(1, 'extra = "dev"')], ["foo", "foo@1"]),
        ("[dev]", [(1, 'group = "dev"'), (2, 'extra = "Dev"')], ["foo", "foo@2"]),
        ("[group:dev]", [(1, 'group = "dev"'), (2, 'extra = "dev"')], ["foo", "foo@1"]),
        (
            "[group:dev]",
            [(1, f'group = "dev", {ON_MACOS}'), (2, 'group = "dev"')],
            ["foo", "foo@2"],
        ),
    ],
)
def test_of_several_places_of_uv_the_one_that_counts_is_taken(
    tmp_path: Path, named: str, places: list[tuple[int, str]], expected: list[str]
) -> None:
    text = (
        '[project]\nname = "a"\nversion = "1"\ndependencies = ["foo"]\n'
        '[project.optional-dependencies]\ndev = ["foo"]\n[dependency-groups]\ndev = ["foo"]\n'
    )
    rows = ", ".join(URL % place for place in places)

    found = read(tmp_path, f"pyproject.toml{named}", f"{text}[tool.uv.sources]\nfoo = [{rows}]\n")

    shown = [re.sub(r" @ \S+/foo-(\d)\S+", r"@\1", line) for line in lines(found)]
    assert shown == expected


@pytest.mark.parametrize(
    ("backend", "file"),
    [
        ('[tool.setuptools.dynamic]\ndependencies = {file = ["reqs/base.txt"]}\n', "reqs/base.txt"),
        ('[tool.setuptools.dynamic]\ndependencies = {file = "reqs/base.txt"}\n', "reqs/base.txt"),
        (
            '[tool.hatch.metadata.hooks.requirements_txt]\nfiles = ["reqs/base.txt"]\n',
            "reqs/base.txt",
        ),
    ],
)
def test_dynamic_dependencies_are_read_from_the_file_that_has_them(
    tmp_path: Path, backend: str, file: str
) -> None:
    text = f'[project]\nname = "a"\ndynamic = ["dependencies", "version"]\n{backend}'

    assert lines(read(tmp_path, "pyproject.toml", text, beside={file: "flask==3.0\n"})) == [
        "flask==3.0"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[project\n", "pyproject.toml, line 1: this is not valid TOML."),
        ('[project]\nname = "a"\nname = "b"\n', "pyproject.toml, line 3: this is not valid TOML."),
        ('[project]\ndependencies = [\n  "a"\n  "b"\n]\n', "pyproject.toml, line 4: this is not"),
        ('[project]\ndependencies = ["a"', "pyproject.toml, line 2: this is not valid TOML."),
        ("[project]\n<<<<<<< HEAD\n", "pyproject.toml, line 2: git marks a merge conflict here."),
        ("[tool.black]\nline-length = 88\n", "pyproject.toml: it lists no dependencies."),
        ('[project]\ndependencies = "flask"\n', "line 2: `project.dependencies` must be a list."),
        ("project = 1\n", "line 1: `project` must be a table."),
        (
            '[project]\ndependencies = [\n  "flask",\n  7,\n]\n',
            "`project.dependencies[1]` must be a",
        ),
        (
            '[project]\ndependencies = [\n"a",\n"flask=>1",\n]\n',
            "pyproject.toml, line 4: this line is",
        ),
        ('[project]\ndynamic = ["dependencies"]\n', "line 2: `project.dynamic` names"),
        ('[project]\nrequires-python = "x"\n', "line 2: `requires-python` is not a version."),
        (
            '[tool.poetry.dependencies]\ndjango = "=>x"\n',
            "line 2: `tool.poetry.dependencies.django` is not a version.",
        ),
        ("a = " + "[" * 3000, "its values are nested too deep"),
        ('[project]\ndependencies = ["a\\u0000"]\n', "line 2: the line has a control character."),
        (
            '[project]\ndependencies = ["a --no-binary a"]\n',
            "line 2: this line is not a requirement.",
        ),
    ],
)
def test_a_broken_file_is_told_with_the_line_and_no_parser_s_words(
    tmp_path: Path, text: str, said: str
) -> None:
    found = refusal(tmp_path, "pyproject.toml", text)

    assert said in found
    assert "column" not in found


def test_all_problems_of_the_file_are_told_at_once(tmp_path: Path) -> None:
    text = (
        '[project]\nrequires-python = ">=3.13"\ndependencies = [\n"a @ git+https://h/a",\n'
        '"b @ ./b",\n]\n[tool.poetry.group.x.dependencies]\nc = "?"\n'
    )

    said = refusal(tmp_path, "pyproject.toml[group:x]", text)

    for line in (2, 4, 5, 8):
        assert f"pyproject.toml, line {line}: " in said


@pytest.mark.parametrize("value", ["hunter2 = secret", "https://me:hunter2@h/x.tar.gz", "hunter2/"])
def test_no_refusal_shows_what_may_be_a_secret(tmp_path: Path, value: str) -> None:
    text = f'[project]\ndependencies = ["{value}"]\n'

    assert "hunter2" not in refusal(tmp_path, "pyproject.toml", text)


@pytest.mark.parametrize(
    "text",
    [
        '[dependency-groups]\na = ["flask", {include-group = "b"}]\nb = [{include-group = "a"}]\n',
        "".join(
            (
                "[dependency-groups]\n",
                *(
                    f'{"a" * n} = [{f"""{{include-group = "{"a" * (n + 1)}"}}, """ * 2}]\n'
                    for n in range(1, 60)
                ),
                f'{"a" * 60} = ["flask"]\n',
            )
        ),
        (
            '[project]\nname = "x"\n[project.optional-dependencies]\n'
            'a = ["x[b]", "flask"]\nb = ["x[a]"]\n'
        ),
        (
            '[project]\nname = "x"\n[project.optional-dependencies]\nb = ["flask"]\n'
            '[dependency-groups]\na = ["x[b]"]\n'
        ),
    ],
    ids=["circle", "many ways", "extras", "extra in group"],
)
def test_a_group_that_is_reached_in_many_ways_is_read_once(tmp_path: Path, text: str) -> None:
    named = "pyproject.toml[group:a]" if "groups" in text else "pyproject.toml[a]"

    assert lines(read(tmp_path, named, text)) == ["flask"]


@pytest.mark.parametrize(
    "text",
    ["[project]\n" + ".".join("a" * 90_000) + " = 1\n", "x = {a" + ".b" * 90_000 + " = 1}\n"],
)
def test_a_key_without_an_end_is_refused_at_once(tmp_path: Path, text: str) -> None:
    assert "this key has too many parts" in refusal(tmp_path, "pyproject.toml", text)


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("pyproject.toml[nosuch]", "pyproject.toml: it has no extra `nosuch`."),
        ("pyproject.toml[group:x,]", "requirements: the brackets must have the names"),
        ("pyprojet.toml[web]", "There is pyproject.toml."),
    ],
)
def test_the_whole_program_reads_the_input(runner: Runner, named: str, said: str) -> None:
    (runner.workspace / "pyproject.toml").write_text(PEP_621)
    (runner.workspace / "mysite.py").write_text("app = None\n")

    done = runner.run(source=".", app="mysite:app", requirements=named, python_version="3.13")

    assert done.exit_code == 2, done.log
    assert said in done.log
    assert runner.emulator.requests() == []
