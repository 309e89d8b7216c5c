"""A config file that nobody would write is told in words, at once, and never crashes a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pa_deploy.settings.config.repository import Repository
from tests.portable import only_posix

DEEP = ".".join(["a"] * 3000)


@pytest.mark.parametrize(
    "text",
    [
        f"timeout = 0x{'f' * 5000}",
        f"username = {'9' * 4000}",
        f"variables = {{ A = 0x{'f' * 5000} }}",
        f"static-files.{DEEP} = 1",
        f"x.{DEEP} = 1",
        f"environments.{DEEP} = 1",
        "a = " + "[" * 200 + "]" * 200,
        "\n".join(f"key{number} = 1" for number in range(100_000)),
        '[[webapp]]\ndomain = "a.example.com"\n' * 20_000,
    ],
    ids=[
        "hex",
        "digits",
        "in a table",
        "mapping",
        "unknown",
        "environment",
        "lists",
        "keys",
        "apps",
    ],
)
def test_it_is_one_problem_of_the_file(repo: Repository, text: str) -> None:
    (said,) = repo.problems(text)

    assert said.startswith("config: ")
    assert len(said) < 400


@pytest.mark.parametrize("name", ["pa-deploy.toml", "pyproject.toml"])
def test_a_file_without_an_end_is_not_read_to_its_end(repo: Repository, name: str) -> None:
    (repo.directory / name).write_text("# tool.pa-deploy " + "x" * 2**20)

    assert "larger than 1 MiB" in repo.problem()


@only_posix
def test_a_device_is_not_read_to_its_end(repo: Repository) -> None:
    assert "larger than 1 MiB" in repo.problem(PA_CONFIG="/dev/zero")


def test_of_pyproject_only_our_table_counts(repo: Repository, tmp_path: Path) -> None:
    others = f"[tool.other]\na.{DEEP} = 1\n"
    (tmp_path / "pyproject.toml").write_text(f"{others}[tool.pa-deploy]\nprune = true\n")

    assert repo.settings().policy.prune
