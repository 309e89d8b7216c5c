"""Which file is the config file, and what is wrong with it as a whole."""

from __future__ import annotations

import pytest

from pa_deploy.errors import InputError
from pa_deploy.settings import resolve_all
from pa_deploy.settings.config import Config
from pa_deploy.settings.reading import read_inputs
from pa_deploy.settings.sources import Given
from tests.pa_deploy.settings.config.repository import Repository


def test_no_config_file_is_no_problem(repo: Repository) -> None:
    assert repo.read() == Config()


def test_pa_deploy_toml_is_read(repo: Repository) -> None:
    assert repo.settings('reload = "never"').policy.reload == "never"


def test_a_table_of_pyproject_toml_is_read(repo: Repository) -> None:
    repo.write('[project]\nname = "x"\n[tool.pa-deploy]\nreload = "never"\n', "pyproject.toml")

    assert repo.settings().policy.reload == "never"


@pytest.mark.parametrize(
    "text", ["[tool.black]\nline-length = 100\n", "not = = toml", '[project]\nname = "pa-deploy"\n']
)
def test_a_pyproject_toml_that_does_not_speak_of_us_is_left_alone(
    repo: Repository, text: str
) -> None:
    repo.write(text, "pyproject.toml")

    assert repo.read() == Config()


def test_of_two_files_our_own_counts_and_that_is_said(repo: Repository) -> None:
    repo.write('[tool.pa-deploy]\nreload = "auto"\n', "pyproject.toml")
    repo.write('reload = "never"\n')

    assert repo.settings().policy.reload == "never"
    assert repo.read().warnings == (
        (
            "pa-deploy.toml is the config file. "
            "pyproject.toml has a table [tool.pa-deploy] too; it was ignored."
        ),
    )


def test_of_a_file_that_is_alone_nothing_is_said(repo: Repository) -> None:
    repo.write("not = = pa-deploy", "pyproject.toml")
    repo.write('reload = "never"\n')

    assert repo.read().warnings == ()


def test_where_the_file_is_named_there_is_no_doubt_which_counts(repo: Repository) -> None:
    repo.write('[tool.pa-deploy]\nreload = "auto"\n', "pyproject.toml")
    repo.write('reload = "never"\n', "other.toml")

    assert repo.read(INPUT_CONFIG="other.toml").warnings == ()


def test_of_two_files_the_environment_is_looked_for_in_the_one_that_counts(
    repo: Repository,
) -> None:
    repo.write('[tool.pa-deploy]\nreload = "auto"\n', "pyproject.toml")

    found = repo.settings('[environments.staging]\nmode = "plan"\n', PA_ENVIRONMENT="staging")

    assert found.mode == "plan"


def test_a_problem_in_pyproject_toml_is_told_with_its_place(repo: Repository) -> None:
    repo.write('[project]\nname = "x"\n\n[tool.pa-deploy]\nreload = 1\n', "pyproject.toml")

    assert repo.problem().startswith("pyproject.toml, line 5, [tool.pa-deploy]: reload: ")


def test_the_input_config_names_the_file(repo: Repository) -> None:
    repo.write('reload = "never"\n', "other.toml")

    assert repo.settings('reload = "auto"', INPUT_CONFIG="other.toml").policy.reload == "never"


def test_a_named_pyproject_toml_has_its_table_too(repo: Repository) -> None:
    repo.write('[tool.pa-deploy]\nreload = "auto"\n', "pyproject.toml")

    found = repo.settings('reload = "never"', INPUT_CONFIG="pyproject.toml")

    assert found.policy.reload == "auto"


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("none.toml", '"none.toml": no such file or directory. The path is relative'),
        (".", '".": is a directory. The path is relative'),
        ("latin.toml", '"latin.toml" is not UTF-8. Save it as UTF-8.'),
        ("bad.toml", '"bad.toml" is not valid TOML: '),
        ("deep.toml", '"deep.toml" is not valid TOML: '),
        (
            "pyproject.toml",
            '"pyproject.toml" has no table [tool.pa-deploy]. Add the table, or name another file.',
        ),
    ],
)
def test_a_named_file_that_cannot_be_used(repo: Repository, named: str, said: str) -> None:
    (repo.directory / "latin.toml").write_bytes(b'health-text = "\xe9"')
    repo.write("\n\nreload = never\n", "bad.toml")
    repo.write("a = " + "[" * 100_000, "deep.toml")
    repo.write("[tool.black]\n", "pyproject.toml")

    assert repo.problem(INPUT_CONFIG=named).startswith(f"config: {said}")


def test_a_syntax_error_says_the_line(repo: Repository) -> None:
    said = repo.problem('mode = "plan"\n\nreload = never\n')

    assert "line 3, column 10" in said
    assert said.endswith(". Write texts in quotes, and begin a table with its [header].")


def test_a_table_that_is_none(repo: Repository) -> None:
    repo.write("[tool]\npa-deploy = 1\n", "pyproject.toml")

    assert (
        repo.problem() == "config: [tool.pa-deploy] of pyproject.toml is not a table. Make it one."
    )


def test_a_byte_order_mark_is_no_problem(repo: Repository) -> None:
    assert repo.settings('\ufeffreload = "never"').policy.reload == "never"


@pytest.mark.parametrize(
    ("text", "environ", "told"),
    [
        ("= 1", {}, ["config"]),
        ("= 1", {"PA_DOMAIN": "x"}, ["config", "domain"]),
        ("[environments.a]", {"PA_ENVIRONMENT": "b"}, ["environment"]),
        ("", {}, ["username"]),
        ("usernam = 'a'", {}, ["usernam", "username"]),
    ],
)
def test_what_may_be_in_a_file_that_cannot_be_read_is_not_missed(
    repo: Repository, text: str, environ: dict[str, str], told: list[str]
) -> None:
    repo.write(text)
    environ = {"PA_TOKEN": "t0ken-of-alice", **environ}

    with pytest.raises(InputError) as caught:
        resolve_all(read_inputs(Given.of({}, environ, repo.directory)))

    assert [problem.input for problem in caught.value.problems] == told


def test_a_misspelt_table_is_warned_of(repo: Repository) -> None:
    repo.write("[tool.pa_deploy]\nmode = 'plan'", "pyproject.toml")

    said = "The table [tool.pa_deploy] of pyproject.toml was ignored. "
    assert repo.read().warnings == (f"{said}Did you mean [tool.pa-deploy]?",)


@pytest.mark.parametrize("text", ["[tool.deploy]", "[tool.ruff]\n[project]", "tool = 1", "= 1"])
def test_a_table_of_others_is_not(repo: Repository, text: str) -> None:
    repo.write(text, "pyproject.toml")

    assert repo.read().warnings == ()
