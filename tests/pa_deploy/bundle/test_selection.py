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
    return list(select(folder, **inputs).manifest)  # type: ignore[arg-type]


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


CI_FILES = (
    *(".github/workflows/deploy.yml", ".gitlab-ci.yml", ".gitlab/x.yml", ".circleci/config.yml"),
    *("azure-pipelines.yml", "bitbucket-pipelines.yml", "Jenkinsfile", ".woodpecker.yml"),
    *(".woodpecker/x.yml", ".drone.yml", ".buildkite/x.yml", ".gitea/x.yml", ".forgejo/x.yml"),
    *(".tekton/x.yml", ".travis.yml", "appveyor.yml"),
)


@pytest.mark.parametrize("name", [*CI_FILES, "pa-deploy.toml", "conf/site.toml"])
@pytest.mark.parametrize("include", [(), ("*",), ("{name}",)])
def test_files_of_the_ci_and_the_config_file_are_in_no_release(
    tmp_path: Path, name: str, include: tuple[str, ...]
) -> None:
    """A setting that changes there is no reason to ship."""
    put(tmp_path, "app.py", name)
    asked = [pattern.format(name=name) for pattern in include]

    assert shipped(tmp_path, include=asked, own=[tmp_path / "conf/site.toml"]) == ["app.py"]  # type: ignore[list-item]


@pytest.mark.parametrize("name", ["pyproject.toml", "deep/.travis.yml", "deep/pa-deploy.toml"])
def test_what_a_release_may_need_is_shipped(tmp_path: Path, name: str) -> None:
    put(tmp_path, name)

    assert shipped(tmp_path) == [name]


@pytest.mark.parametrize("name", [".venv/x", "VENV/x", "a/__pycache__/x.pyc", ".git/config"])
@pytest.mark.parametrize("pattern", ["*", "**/*", "{name}"])
def test_include_brings_back_no_virtualenv_cache_or_version_control(
    tmp_path: Path, name: str, pattern: str
) -> None:
    put(tmp_path, "app.py", name)

    assert shipped(tmp_path, include=[pattern.format(name=name)]) == ["app.py"]


@pytest.mark.parametrize("mark", ["pyvenv.cfg", "conda-meta/history", "bin/activate_this.py"])
def test_a_virtualenv_is_known_by_what_is_in_it(tmp_path: Path, mark: str) -> None:
    put(tmp_path, "app.py", f"env/{mark}", "env/lib/x.py")

    assert shipped(tmp_path, include=["env/"]) == ["app.py"]


@pytest.mark.parametrize("begin", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_the_first_line_of_an_ignore_file_counts(tmp_path: Path, begin: str, end: str) -> None:
    put(tmp_path, "app.py", "secrets.json")
    (tmp_path / ".gitignore").write_bytes(f"{begin}secrets.json{end}".encode())

    assert shipped(tmp_path) == [".gitignore", "app.py"]


def test_an_exception_from_exclude_is_shipped(tmp_path: Path) -> None:
    put(tmp_path, "app.py", "docs/a.md", "docs/b.txt")

    assert shipped(tmp_path, exclude=["docs/*", "!docs/b.txt"]) == ["app.py", "docs/b.txt"]


def test_a_folder_that_is_a_link_is_shipped_as_one(tmp_path: Path) -> None:
    put(tmp_path, "real/a.py")
    (tmp_path / "alias").symlink_to("real")

    assert shipped(tmp_path) == ["alias", "real/a.py"]


def test_the_source_may_be_a_link(tmp_path: Path) -> None:
    put(tmp_path, "real/a.py")
    (tmp_path / "alias").symlink_to("real")

    assert shipped(tmp_path / "alias") == ["a.py"]
