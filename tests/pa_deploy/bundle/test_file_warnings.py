"""Files that may not be as one thinks: a warning or a problem says so, and nothing crashes."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

# Imported before root becomes somebody who may not read the libraries.
import dulwich.config
import dulwich.index  # noqa: F401
import pytest

from pa_deploy.bundle import LeftOut, select
from pa_deploy.bundle.selection import Selection
from pa_deploy.errors import InputError
from pa_deploy.release import FileSet
from pa_emulator import Emulator
from tests.pa_deploy.bundle.git import Git, needs_git
from tests.pa_deploy.bundle.test_selection import put, shipped
from tests.runner import Runner

POINTER = (
    "version https://git-lfs.github.com/spec/v1\n"
    "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
)
NOBODY = 65534


@pytest.fixture
def locked() -> Iterator[Path]:
    """A folder in which permissions count: to root they do not, so root is somebody else here."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        is_root = os.geteuid() == 0
        if is_root:
            os.seteuid(NOBODY)
        try:
            yield folder
        finally:
            if is_root:
                os.seteuid(0)
            for path in folder.iterdir():
                path.chmod(0o755)


@contextmanager
def as_owner() -> Iterator[None]:
    """Who may change the folder, which is not whom the test is about if root runs it."""
    euid = os.geteuid()
    os.seteuid(os.getuid())
    try:
        yield
    finally:
        os.seteuid(euid)


def make(folder: Path, *names: str) -> None:
    with as_owner():
        put(folder, *names)


def close(path: Path) -> None:
    with as_owner():
        path.chmod(0)


def complaints(folder: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        select(folder)
    return [str(problem) for problem in caught.value.problems]


def warnings(found: Selection) -> str:
    return "\n".join(found.warnings)


def test_all_that_is_unreadable_is_named_at_once(locked: Path) -> None:
    make(locked, "app.py", "data/x", "secret.txt")
    close(locked / "data")
    close(locked / "secret.txt")

    folder, file = complaints(locked)

    assert folder == (
        "source: 'data' cannot be read: permission denied. Make it readable, or add it to "
        "`exclude`."
    )
    assert file == (
        "source: 'secret.txt' cannot be read: permission denied. Change it, or add it to `exclude`."
    )


@pytest.mark.parametrize("name", [".gitignore", "deep/.gitignore", "a/b/.gitignore"])
def test_an_ignore_file_that_is_unreadable_is_named(locked: Path, name: str) -> None:
    """Without it, what it ignores would be shipped."""
    make(locked, "app.py", name)
    close(locked / name)

    (said,) = complaints(locked)

    assert f"'{name}' cannot be read" in said


@pytest.mark.parametrize("pattern", ["data/", "data", "/d*"])
def test_what_is_left_out_need_not_be_readable(locked: Path, pattern: str) -> None:
    make(locked, "app.py", "data/x")
    close(locked / "data")

    assert shipped(locked, exclude=[pattern]) == ["app.py"]


def test_what_is_ignored_need_not_be_readable_either(locked: Path) -> None:
    make(locked, "app.py", "data/x")
    with as_owner():
        (locked / ".gitignore").write_text("data/\n")
    close(locked / "data")

    assert shipped(locked, include=["*.js"]) == [".gitignore", "app.py"]


@needs_git
def test_a_tracked_file_must_be_readable_though_it_is_ignored(locked: Path) -> None:
    with as_owner():
        git = Git.new(locked)
        put(locked, "data/kept.csv")
        (locked / ".gitignore").write_text("data/\n")
        git.commit("data/kept.csv")
    close(locked / "data")

    (said,) = complaints(locked)

    assert "'data' cannot be read" in said


def make_socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the name of a socket must be short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


@pytest.mark.parametrize("create", [os.mkfifo, make_socket])
def test_what_is_no_file_is_a_problem_unless_it_is_left_out(
    tmp_path: Path, create: Callable[[Path], object]
) -> None:
    put(tmp_path, "app.py")
    create(tmp_path / "odd")

    assert complaints(tmp_path) == [
        "source: 'odd' is neither a file nor a link. Change it, or add it to `exclude`."
    ]
    assert shipped(tmp_path, exclude=["odd"]) == ["app.py"]


@pytest.mark.parametrize(
    "links",
    [
        {"a": "a"},
        {"a": "b", "b": "a"},
        {"a": "b", "b": "c/../a", "c": "sub"},
        {"a": "a/x"},
    ],
    ids=["itself", "two", "by another", "below itself"],
)
def test_links_in_a_circle_are_refused(tmp_path: Path, links: dict[str, str]) -> None:
    put(tmp_path, "app.py", "sub/x")
    for name, target in links.items():
        (tmp_path / name).symlink_to(target)

    said = f"source: 'a' is a link that leads back to itself, through {links['a']!r}."
    assert said in complaints(tmp_path)[0]
    assert set(shipped(tmp_path, exclude=list(links))) == {"app.py", "sub/x"}


@pytest.mark.parametrize(
    ("target", "missing"),
    [
        ("data/x.log", "data/x.log"),
        ("data", "data"),
        ("nowhere", "nowhere"),
        ("sub/../data/x.log", "data/x.log"),
        ("hop", "hop"),
        ("app.py/x", "app.py/x"),
        (".env", ".env"),
        ("empty", "empty"),
    ],
)
def test_a_link_to_something_that_is_not_shipped_is_warned_of(
    tmp_path: Path, target: str, missing: str
) -> None:
    put(tmp_path, "app.py", "data/x.log", "sub/y", ".env")
    (tmp_path / ".gitignore").write_text("*.log\nhop\n")
    (tmp_path / "hop").symlink_to("app.py")
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(target)

    assert f'The link "link" points to "{missing}", which is not shipped.' in warnings(
        select(tmp_path)
    )


@pytest.mark.parametrize("target", ["app.py", "sub", "sub/..", ".", "other", "sub/../sub/y"])
def test_a_link_to_something_that_is_shipped_needs_no_warning(tmp_path: Path, target: str) -> None:
    put(tmp_path, "app.py", "sub/y")
    (tmp_path / "other").symlink_to("sub/y")
    (tmp_path / "link").symlink_to(target)

    assert select(tmp_path).warnings == ()


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(b"", "utf-16"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")],
)
@pytest.mark.parametrize("name", [".gitignore", "sub/.gitignore"])
def test_an_ignore_file_that_git_cannot_read_is_warned_of(
    tmp_path: Path, name: str, mark: bytes, encoding: str
) -> None:
    put(tmp_path, name, "secrets.json")
    (tmp_path / name).write_bytes(mark + "secrets.json\n".encode(encoding))

    (warning,) = select(tmp_path).warnings

    assert warning.startswith(f'Git cannot read "{name}"')


@pytest.mark.parametrize("content", [POINTER, POINTER.replace("/v1", "/v2"), POINTER[:-1]])
def test_a_pointer_of_git_lfs_is_warned_of(tmp_path: Path, content: str) -> None:
    put(tmp_path, "app.py")
    (tmp_path / "logo.png").write_text(content)

    (warning,) = select(tmp_path).warnings

    assert '"logo.png"' in warning
    assert "`lfs: true`" in warning
    assert "`git lfs pull`" in warning


@pytest.mark.parametrize("content", ["", "version https://example.com", f"# {POINTER}"])
def test_another_file_is_no_pointer(tmp_path: Path, content: str) -> None:
    (tmp_path / "notes.md").write_text(content)

    assert select(tmp_path).warnings == ()


def test_of_many_pointers_five_are_named(tmp_path: Path) -> None:
    for number in range(9):
        (tmp_path / f"{number}.png").write_text(POINTER)

    (warning,) = select(tmp_path).warnings

    assert '"0.png", "1.png", "2.png", "3.png", "4.png" and 4 more, so only' in warning


@pytest.mark.parametrize("pattern", ["dits/", "*.nothing", "Static/", "a[", "sub/a.py"])
@pytest.mark.parametrize("name", ["include", "exclude"])
def test_a_pattern_that_matches_nothing_is_warned_of(
    tmp_path: Path, name: str, pattern: str
) -> None:
    put(tmp_path, "app.py", "dist/a.js", "static/b.css")

    (warning,) = select(tmp_path, **{name: ["app.py", pattern]}).warnings  # type: ignore[arg-type]

    assert warning.startswith(f'Pattern 2 of `{name}`, "{pattern}", matches nothing in `source`.')


@pytest.mark.parametrize("pattern", ["dist/", "*.js", "dist/a.js", "/dist", "!dist/a.js"])
@pytest.mark.parametrize("name", ["include", "exclude"])
def test_a_pattern_that_matches_something_needs_no_warning(
    tmp_path: Path, name: str, pattern: str
) -> None:
    put(tmp_path, "app.py", "dist/a.js")

    assert select(tmp_path, **{name: [pattern]}).warnings == ()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pattern", "path", "reason"),
    [
        ("venv/", "venv/", "a virtualenv"),
        ("*.pyc", "app.pyc", "a cache"),
        (".git", ".git/", "version control"),
        (".github/", ".github/", "a file of the CI"),
        ("pa-deploy.toml", "pa-deploy.toml", "the config file"),
    ],
)
def test_an_include_of_what_no_release_has_is_told_so(
    tmp_path: Path, pattern: str, path: str, reason: str
) -> None:
    put(tmp_path, "app.py", "app.pyc", "venv/x", ".git/index", ".github/x", "pa-deploy.toml")
    (tmp_path / ".git" / "index").unlink()

    (warning,) = select(tmp_path, include=[pattern]).warnings

    assert f'has no effect: "{path}" is not shipped because it is {reason}.' in warning


@pytest.mark.parametrize("patterns", [["docs/", "docs/a.md"], ["docs/a.md", "docs/"]])
def test_a_pattern_below_another_is_no_mistake(tmp_path: Path, patterns: list[str]) -> None:
    put(tmp_path, "app.py", "docs/a.md")

    assert select(tmp_path, exclude=patterns).warnings == ()


@pytest.mark.parametrize("line", ["venv\\", "a[", "[z-a]", "\\", "!", "/", "//", "[[:x:]]", "**["])
def test_a_line_that_git_cannot_use_matches_nothing(tmp_path: Path, line: str) -> None:
    put(tmp_path, "app.py", "venv.py", "sub/a")
    (tmp_path / ".gitignore").write_text(f"{line}\n")

    assert shipped(tmp_path) == [".gitignore", "app.py", "sub/a", "venv.py"]


@pytest.mark.parametrize("pattern", ["*a" * 60, "**/*a" * 60, "*?" * 60, "a*" * 60 + "[b]"])
def test_a_pattern_with_many_stars_takes_no_time(tmp_path: Path, pattern: str) -> None:
    """With an expression that tries every way it would take longer than the world has been."""
    name = "a" * 200
    put(tmp_path, f"{name}/{name}/{name}b")

    found = select(tmp_path, exclude=[f"{pattern}x"])

    assert len(found.manifest) == 1


def test_folders_may_be_very_deep(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(1200):
        folder = folder / "d"
        folder.mkdir()
    (folder / "x").touch()

    found = shipped(tmp_path)

    (folder / "x").unlink()  # else pytest cleans up, and goes too deep itself
    for each in (folder, *folder.parents[:1199]):
        each.rmdir()
    assert found == [f"{'d/' * 1200}x"]


def test_one_row_stands_for_a_folder_that_is_left_out_whole(tmp_path: Path) -> None:
    put(tmp_path, "app.py", "node_modules/a/b.js", "node_modules/c.js", "out/keep.js", "out/x.js")
    (tmp_path / ".gitignore").write_text("node_modules/\nout/\n")

    found = select(tmp_path, include=["keep.js"])

    assert tuple(found.manifest) == (".gitignore", "app.py", "out/keep.js")
    assert {row.path: row.reason for row in found.left_out} == {
        "node_modules/": "ignored by .gitignore, line 1",
        "out/x.js": "ignored by .gitignore, line 2",
    }


def test_a_deploy_says_what_it_leaves_out_before_it_sends_anything(
    runner: Runner, pa: Emulator
) -> None:
    put(runner.workspace, "site/mysite.py", "site/.ENV", "site/x.pyc")
    (runner.workspace / "site" / "logo.png").write_text(POINTER)
    (runner.workspace / "site" / "notes.txt").write_text(pa.token, "utf-16")

    done = runner.run(mode="plan", source="site", app="mysite:app", python_version="3.13")

    assert done.exit_code == 0
    assert (
        "3 files are left out of the release. Run `pa-deploy release files` to see which"
        in done.log
    )
    assert '".ENV" is not shipped. Put its values into `env`' in done.log
    assert '"notes.txt" is not shipped, because it contains your API token.' in done.log
    assert '"logo.png"' in done.log


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        (["a"], "1 file is left out of the release"),
        (["a", "b"], "2 files are left out of the release"),
        (["a/"], "1 folder is left out of the release"),
        (["a", "b/", "c/"], "1 file and 2 folders are left out of the release"),
    ],
)
def test_what_is_left_out_is_counted_in_a_sentence(paths: list[str], said: str) -> None:
    rows = tuple(LeftOut(path, "why") for path in paths)

    assert FileSet(Path(), {}, rows).left_out_count == said
