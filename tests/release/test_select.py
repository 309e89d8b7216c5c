"""Which files of a folder are shipped."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pa_deploy.bundle import select


def put(folder: Path, *names: str) -> None:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)


def shipped(folder: Path, **inputs: Sequence[str]) -> list[str]:
    return list(select(folder, **inputs).paths)  # type: ignore[arg-type]


def test_all_files_are_shipped_sorted(tmp_path: Path) -> None:
    put(tmp_path, "b/c.py", "a.py", "b/a.txt", ".htaccess")

    assert shipped(tmp_path) == [".htaccess", "a.py", "b/a.txt", "b/c.py"]


@pytest.mark.parametrize(
    "name",
    [
        ".git/HEAD",
        ".git",
        "venv/bin/python",
        "deep/.venv/x",
        "a/__pycache__/b.pyc",
        "b.pyc",
        ".env",
        ".env.production",
        "id_rsa",
        "id_ed25519.pub",
        ".netrc",
        ".aws/credentials",
    ],
)
def test_version_control_caches_and_secrets_are_left_out(tmp_path: Path, name: str) -> None:
    put(tmp_path, "app.py", name)

    assert shipped(tmp_path) == ["app.py"]


def test_a_virtualenv_of_any_name_is_left_out(tmp_path: Path) -> None:
    put(tmp_path, "app.py", "py313/pyvenv.cfg", "py313/lib/x.py")

    assert shipped(tmp_path) == ["app.py"]


def test_an_example_of_an_env_file_is_shipped(tmp_path: Path) -> None:
    put(tmp_path, ".env.example")

    assert shipped(tmp_path) == [".env.example"]


def test_what_gitignore_ignores_is_left_out(tmp_path: Path) -> None:
    put(tmp_path, "a.log", "keep.log", "build/x", "sub/build/y", "sub/a.txt")
    (tmp_path / ".gitignore").write_text("*.log\n!keep.log\n/build/\n")

    assert shipped(tmp_path) == [".gitignore", "keep.log", "sub/a.txt", "sub/build/y"]


def test_a_gitignore_counts_below_its_own_directory_and_over_outer_ones(tmp_path: Path) -> None:
    put(tmp_path, "a.log", "sub/a.log", "sub/x/b.txt", "b.txt")
    (tmp_path / ".gitignore").write_text("*.log\n")
    (tmp_path / "sub" / ".gitignore").write_text("!a.log\n/x/\n")

    assert shipped(tmp_path) == [".gitignore", "b.txt", "sub/.gitignore", "sub/a.log"]


def test_a_gitignore_above_the_folder_counts_up_to_the_repository(tmp_path: Path) -> None:
    put(tmp_path, "repo/.git/HEAD", "repo/site/a.log", "repo/site/tmp/b", "repo/site/c.txt")
    (tmp_path / ".gitignore").write_text("*.txt\n")
    (tmp_path / "repo" / ".gitignore").write_text("*.log\n/site/tmp/\n")

    assert shipped(tmp_path / "repo" / "site") == ["c.txt"]


def test_an_ignored_folder_that_is_itself_the_source_is_shipped(tmp_path: Path) -> None:
    put(tmp_path, ".git/HEAD", "dist/index.html")
    (tmp_path / ".gitignore").write_text("dist/\n")

    assert shipped(tmp_path / "dist") == ["index.html"]


def test_include_brings_back_what_gitignore_leaves_out(tmp_path: Path) -> None:
    put(tmp_path, "app.py", "dist/a.js", "dist/deep/b.js", "node_modules/c.js")
    (tmp_path / ".gitignore").write_text("dist/\nnode_modules/\n")

    assert shipped(tmp_path, include=["dist/"]) == [
        ".gitignore",
        "app.py",
        "dist/a.js",
        "dist/deep/b.js",
    ]


def test_include_of_a_directory_brings_back_no_secrets_in_it(tmp_path: Path) -> None:
    put(tmp_path, "dist/a.js", "dist/.env", "dist/__pycache__/x.pyc")
    (tmp_path / ".gitignore").write_text("dist/\n")

    assert shipped(tmp_path, include=["dist/"]) == [".gitignore", "dist/a.js"]


def test_a_secret_that_include_names_is_shipped(tmp_path: Path) -> None:
    put(tmp_path, "ca/one.p12", "ca/other.p12")

    assert shipped(tmp_path, include=["ca/one.p12"]) == ["ca/one.p12"]


def test_a_pattern_for_files_brings_back_no_virtualenv(tmp_path: Path) -> None:
    put(tmp_path, "a.py", ".venv/b.py", ".git/c.py")

    assert shipped(tmp_path, include=["*.py"]) == ["a.py"]


def test_exclude_takes_away_and_is_the_strongest(tmp_path: Path) -> None:
    put(tmp_path, "app.py", "tests/test_app.py", "docs/a.md")

    assert shipped(tmp_path, include=["docs/"], exclude=["tests/", "docs/"]) == ["app.py"]
