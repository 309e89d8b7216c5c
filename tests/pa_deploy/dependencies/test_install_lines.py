"""Requirements as the lines that pip reads on PythonAnywhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pa_deploy.dependencies import NeedsBuilding, Surroundings, read_install_lines
from pa_deploy.dependencies.install_lines import InstallLines, is_open
from pa_deploy.dependencies.read import read_requirements
from pa_deploy.errors import InputError

KEY = b"key"
NOTHING: Mapping[str, str] = {}


def read(
    folder: Path,
    *lines: str,
    given: Mapping[str, str] = NOTHING,
    environ: Mapping[str, str] = NOTHING,
) -> InstallLines:
    file = folder / "requirements.txt"
    file.write_text("".join(f"{line}\n" for line in lines))
    around = Surroundings(workspace=folder, scratch=folder, environ=environ)
    return read_install_lines(file, around, given, "3.13", KEY)


def problems(folder: Path, *lines: str, **more: Mapping[str, str]) -> str:
    with pytest.raises(InputError) as refused:
        read(folder, *lines, **more)
    return str(refused.value)


# --- what has to be built

BUILT = {
    "git+https://github.com/alice/shop.git": "git+https://github.com/alice/shop.git",
    "git+https://github.com/alice/shop@v1.2#egg=Shop": (
        "shop @ git+https://github.com/alice/shop@v1.2"
    ),
    "-e git+https://github.com/alice/shop.git@0a1b2c#egg=shop": (
        "shop @ git+https://github.com/alice/shop.git@0a1b2c"
    ),
    "shop[pdf,web] @ git+https://github.com/alice/shop#subdirectory=src/shop": (
        "shop[pdf,web] @ git+https://github.com/alice/shop#subdirectory=src/shop"
    ),
    "git+https://github.com/a/shop#egg=shop[pdf]&subdirectory=lib": (
        "shop[pdf] @ git+https://github.com/a/shop#subdirectory=lib"
    ),
    "shop @ https://example.com/shop-1.2.tar.gz ; python_version >= '3.8'": (
        'shop @ https://example.com/shop-1.2.tar.gz ; python_version >= "3.8"'
    ),
    "https://example.com/shop-1.2.zip": "https://example.com/shop-1.2.zip",
    "shop @ http://127.0.0.1:8000/shop-1.2.tar.gz": "shop @ http://127.0.0.1:8000/shop-1.2.tar.gz",
    "git+http://localhost:8000/shop#egg=shop": "shop @ git+http://localhost:8000/shop",
}


@pytest.mark.parametrize(("line", "written"), BUILT.items())
def test_pip_gets_repositories_and_archives(tmp_path: Path, line: str, written: str) -> None:
    assert read(tmp_path, line).lines == (written,)


@pytest.mark.parametrize("line", BUILT)
def test_to_ship_what_has_to_be_built_is_a_problem_of_that_kind(tmp_path: Path, line: str) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text(f"flask\n{line}\n")

    with pytest.raises(NeedsBuilding) as refused:
        read_requirements(file, tmp_path, {}, python_version="3.13")

    assert "`dependencies: install`" in str(refused.value)
    assert refused.value.packages[0].endswith("(requirements.txt, line 2)")


@pytest.mark.parametrize(
    "line",
    [
        "git+ssh://git@github.com/alice/shop.git",
        "git+file:///home/alice/shop",
        "git+http://example.com/shop",
        "git+http://127.0.0.1.example.com/shop",
        "http://localhost@example.com/shop-1.2.tar.gz",
        "hg+https://example.com/shop",
        "shop @ http://example.com/shop-1.2.tar.gz",
        "./shop",
        "shop @ ./shop-1.2.tar.gz",
        "-e ./shop",
        "--no-binary shop",
    ],
)
def test_what_pip_cannot_reach_or_may_not_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop-1.2.tar.gz").touch()

    assert "line 1" in problems(tmp_path, line)


def test_a_problem_of_another_kind_is_not_only_about_building(tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text("git+https://github.com/alice/shop\nflask=1\n")

    with pytest.raises(InputError) as refused:
        read_requirements(file, tmp_path, {}, python_version="3.13")

    assert not isinstance(refused.value, NeedsBuilding)


def test_wheels_of_this_machine_are_refused(tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    (wheels / "shop-1.0-py3-none-any.whl").touch()

    said = problems(tmp_path, "./wheels/shop-1.0-py3-none-any.whl", "--find-links wheels")

    assert "`shop` comes from a file of this machine" in said
    assert "`--find-links` names a folder of this machine" in said


# --- lines, constraints, options


def test_constraints_and_options_travel_too(tmp_path: Path) -> None:
    (tmp_path / "limits.txt").write_text("flask<3\n")

    found = read(tmp_path, "flask", "-c limits.txt", "--pre", "--extra-index-url https://a.example")

    assert found.lines == ("flask",)
    assert found.constraints == ("flask<3",)
    assert found.options == ("--extra-index-url https://a.example", "--pre")


LOCK = """\
lock-version = "1.0"
created-by = "a tool"
[[packages]]
name = "shop"
version = "1.0"
[[packages.wheels]]
url = "https://index.example/shop-1.0-py3-none-any.whl"
hashes = { sha256 = "%s" }
""" % ("0" * 64)


def test_what_is_locked_is_installed_as_it_is(tmp_path: Path) -> None:
    lock = tmp_path / "pylock.toml"
    lock.write_text(LOCK)
    around = Surroundings(workspace=tmp_path, scratch=tmp_path, environ={})

    found = read_install_lines(lock, around, {}, "3.13", KEY)

    assert found.arguments == ("--no-deps",)
    assert found.lines[0].startswith("shop==1.0 --hash=sha256:")
    assert found.recipe()["arguments"] == ("--no-deps",)


# --- the id


def test_the_order_and_the_writing_of_lines_make_no_other_environment(tmp_path: Path) -> None:
    one = read(tmp_path, "Flask==3.0", "# why", "jinja2 >= 3")
    two = read(tmp_path, "jinja2>=3", "flask == 3.0")

    assert one.identify(("3.13", "")) == two.identify(("3.13", ""))


@pytest.mark.parametrize(
    ("lines", "given", "python"),
    [
        (["flask==3.1"], {}, "3.13"),
        (["flask==3.0", "jinja2"], {}, "3.13"),
        (["flask==3.0", "--pre"], {}, "3.13"),
        (["flask==3.0", "--index-url https://a.example/simple"], {}, "3.13"),
        (["flask==3.0"], {"PIP_INDEX_URL": "https://a.example/simple"}, "3.13"),
        (["flask==3.0"], {}, "3.12"),
    ],
)
def test_another_set_index_or_python_is_another_environment(
    tmp_path: Path, lines: list[str], given: Mapping[str, str], python: str
) -> None:
    usual = read(tmp_path, "flask==3.0").identify(("3.13", ""))

    assert read(tmp_path, *lines, given=given).identify((python, "")) != usual


def test_another_password_is_the_same_environment(tmp_path: Path) -> None:
    ids = {
        read(tmp_path, "flask", given={"PIP_INDEX_URL": url}).identify(("3.13", ""))
        for url in ("https://a:one@a.example/simple", "https://a:two@a.example/simple")
    }

    assert len(ids) == 1


# --- secrets

SECRET = "pa55word-of-the-index"


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://${INDEX_USER}:${INDEX_PASSWORD}@a.example/simple",
        "--extra-index-url https://alice:${INDEX_PASSWORD}@a.example/simple",
        "shop @ git+https://${INDEX_PASSWORD}@a.example/shop@v1",
        "--find-links https://a.example/${INDEX_PASSWORD}/wheels",
    ],
)
def test_variables_stay_variables(tmp_path: Path, line: str) -> None:
    given = {"INDEX_USER": "alice", "INDEX_PASSWORD": SECRET}

    found = read(tmp_path, "flask", line, given=given)

    assert "${INDEX_PASSWORD}" in " ".join((*found.lines, *found.options))
    assert "INDEX_PASSWORD" in found.variables
    assert SECRET not in repr(found)


def test_an_index_in_env_is_told_by_its_name_alone(tmp_path: Path) -> None:
    given = {"PIP_EXTRA_INDEX_URL": f"https://alice:{SECRET}@a.example/simple"}

    found = read(tmp_path, "flask", given=given)

    assert found.variables == ("PIP_EXTRA_INDEX_URL",)
    assert SECRET not in repr(found)
    assert "a.example" not in repr(found)


def test_a_variable_that_is_not_in_env_is_told(tmp_path: Path) -> None:
    said = problems(tmp_path, "--index-url https://${INDEX_TOKEN}@a.example/simple")

    assert "uses the variable `${INDEX_TOKEN}`" in said
    assert "Add INDEX_TOKEN to the input `env`" in said


@pytest.mark.parametrize(
    "line",
    [
        f"--index-url https://alice:{SECRET}@a.example/simple",
        f"shop @ git+https://{SECRET}@a.example/shop",
        f"shop @ https://alice:{SECRET}@a.example/shop-1.0-py3-none-any.whl",
    ],
)
def test_a_password_in_the_file_is_refused(tmp_path: Path, line: str) -> None:
    said = problems(tmp_path, line)

    assert "the URL has a password or a token" in said
    assert SECRET not in said


# --- indexes of this machine


def test_pip_uses_the_index_that_uv_uses(tmp_path: Path) -> None:
    environ = {"UV_DEFAULT_INDEX": "https://mirror.example/simple"}

    found = read(tmp_path, "flask", environ=environ)

    assert found.options == ("--index-url https://mirror.example/simple",)


@pytest.mark.parametrize("name", ["UV_INDEX", "UV_EXTRA_INDEX_URL"])
def test_several_indexes_of_uv_are_refused_as_pip_would_take_any(tmp_path: Path, name: str) -> None:
    environ = {name: "one=https://one.example/simple"}

    said = problems(tmp_path, "flask", environ=environ)

    assert "pip on PythonAnywhere takes the highest version of all of them" in said


def test_several_indexes_of_a_file_of_pip_are_what_pip_takes_them_for(tmp_path: Path) -> None:
    lines = ("flask", "--extra-index-url https://one.example/simple")

    assert read(tmp_path, *lines).options == (lines[1],)


@pytest.mark.parametrize(
    ("name", "value", "instead"),
    [
        ("UV_INDEX", "https://a:b@one.example/simple", "PIP_EXTRA_INDEX_URL="),
        ("UV_DEFAULT_INDEX", "https://one.example/simple?token=1", "PIP_INDEX_URL="),
        ("UV_INDEX_URL", "https://one.example/0123456789abcdef0123456789/simple", "PIP_INDEX_URL="),
        ("UV_FIND_LINKS", "./wheels", "PIP_EXTRA_INDEX_URL="),
    ],
)
def test_an_index_that_may_be_secret_has_to_be_in_env(
    tmp_path: Path, name: str, value: str, instead: str
) -> None:
    said = problems(tmp_path, "flask", environ={name: value})

    assert said.startswith(f"requirements: {name} names an index")
    assert instead in said
    assert value not in said


def test_an_index_in_env_replaces_those_of_uv(tmp_path: Path) -> None:
    environ = {"UV_INDEX": "https://a:b@one.example/simple"}
    given = {"PIP_EXTRA_INDEX_URL": "https://c:d@one.example/simple"}

    assert read(tmp_path, "flask", environ=environ, given=given).options == ()


@pytest.mark.parametrize("name", ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"])
def test_an_index_of_pip_on_this_machine_is_told(tmp_path: Path, name: str) -> None:
    url = "https://one.example/simple"

    found = read(tmp_path, "flask", environ={name: url})
    given = read(tmp_path, "flask", environ={name: url}, given={name: url})

    assert [name in warning for warning in found.warnings] == [True]
    assert given.warnings == ()


@pytest.mark.parametrize("url", ["", "simple", "file:///simple", "https://[", "ftp://a.example"])
def test_what_is_no_web_address_is_not_open(url: str) -> None:
    assert not is_open(url)
