"""Requirements as a folder of packages, resolved for a Python that is not the one that runs."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pa_deploy import bundle, dependencies
from pa_deploy.clock import Deadline
from pa_deploy.dependencies import resolve
from pa_deploy.errors import InputError, OutOfTime
from tests.fake_clock import FakeClock
from tests.pa_deploy.dependencies import wheels
from tests.pa_deploy.dependencies.hanging_index import hanging_index
from tests.soak import first_of

if TYPE_CHECKING:
    from tests.runner import Runner

TOOL = "[console_scripts]\ngreet = greeting:main\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with wheels; its requirements look for packages there alone."""
    wheels.make(
        tmp_path / "wheels",
        "greeting",
        "1.0",
        {
            "greeting.py": "def main():\n    print('hello')\n",
            "greeting-1.0.dist-info/entry_points.txt": TOOL,
        },
    )
    return tmp_path


def install(
    folder: Path,
    *lines: str,
    python: str = "3.13",
    name: str = "packages",
    seconds: float = 120,
    **environ: str,
) -> Path:
    """The folder with the packages, of which none overwrites files of another."""
    install_all(folder, *lines, python=python, name=name, seconds=seconds, **environ)
    return folder / name


def install_all(
    folder: Path,
    *lines: str,
    python: str = "3.13",
    name: str = "packages",
    seconds: float = 120,
    **environ: str,
) -> tuple[Path, ...]:
    requirements = folder / "requirements.txt"
    requirements.write_text("\n".join(["--no-index", "--find-links wheels", *lines, ""]))
    scratch = folder / f"{name}-scratch"
    scratch.mkdir()
    around = dependencies.Surroundings(
        workspace=folder, scratch=scratch, environ={**os.environ, **environ}
    )
    deadline = Deadline(FakeClock(), seconds)
    return dependencies.install(requirements, python, folder / name, around, deadline, print)


def digest(folder: Path) -> str:
    return bundle.digest(bundle.read_folder(folder))


def test_packages_can_be_imported_from_the_folder(folder: Path) -> None:
    packages = install(folder, "greeting==1.0")

    command = [sys.executable, "-c", "import greeting; greeting.main()"]
    environ = {"PYTHONPATH": str(packages)}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    assert done.stdout == "hello\n"


def test_if_no_marker_holds_there_are_no_packages(folder: Path) -> None:
    assert install_all(folder, 'greeting ; sys_platform == "win32"') == ()
    assert list((folder / "packages").iterdir()) == []


@pytest.mark.parametrize("home", first_of(["/proc/nowhere", ""]))
def test_no_home_is_needed(folder: Path, home: str) -> None:
    packages = install(folder, "greeting", HOME=home)

    assert (packages / "greeting.py").is_file()


def test_what_was_fetched_is_kept_at_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CACHE_HOME", "UV_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)

    install(folder, "greeting", HOME=str(folder / "home"))

    assert (folder / "home" / ".cache" / "uv").is_dir()


def test_programs_name_no_python_of_this_machine(folder: Path) -> None:
    packages = install(folder, "greeting")

    assert (packages / ".data/bin/greet").read_text().splitlines()[0] == "#!python"


def test_the_same_packages_give_the_same_folder(folder: Path) -> None:
    one = digest(install(folder, "greeting", name="one"))
    os.utime(next((folder / "wheels").iterdir()), (1, 1))

    assert digest(install(folder, "greeting", name="two")) == one


def test_the_folder_does_not_say_where_a_wheel_was_on_this_machine(folder: Path) -> None:
    packages = install(folder, next((folder / "wheels").iterdir()).as_uri())

    text = "".join(path.read_text() for path in packages.rglob("*") if path.is_file())
    assert (packages / "greeting.py").exists()
    assert str(folder) not in text
    assert "direct_url.json" not in text


def test_markers_are_judged_by_pythonanywhere_s_python(folder: Path) -> None:
    wheels.make(folder / "wheels", "old_only", "1.0", {"old_only.py": ""})
    needs = "old-only; python_version < '3.10'"
    wheels.make(folder / "wheels", "app", "1.0", {"app.py": ""}, requires=needs)

    new = install(folder, "app", python="3.13", name="new")
    old = install(folder, "app", python="3.9", name="old")

    assert not (new / "old_only.py").exists()
    assert (old / "old_only.py").exists()


def test_wheels_are_chosen_for_pythonanywhere_s_machines(folder: Path) -> None:
    for tag, text in (
        ("cp310-cp310-manylinux_2_17_x86_64", "right"),
        ("cp310-cp310-manylinux_2_17_aarch64", "arm"),
        ("cp313-cp313-manylinux_2_17_x86_64", "other python"),
    ):
        wheels.make(folder / "wheels", "fast", "1.0", {"fast.txt": text}, tag=tag)

    assert (install(folder, "fast", python="3.10") / "fast.txt").read_text() == "right"


def test_a_requirement_without_a_wheel_is_named_with_the_way_out(folder: Path) -> None:
    tag = "cp313-cp313-win_amd64"
    wheels.make(folder / "wheels", "windows_only", "1.0", {"w.py": ""}, tag=tag)

    with pytest.raises(InputError) as refused:
        install(folder, "greeting", "windows-only")

    assert "windows-only (requirements.txt, line 4) is for Windows only." in str(refused.value)
    assert '; sys_platform == "win32"' in str(refused.value)


def test_a_source_package_is_never_built_here(folder: Path) -> None:
    (folder / "more").mkdir()
    (folder / "more" / "sources-1.0.tar.gz").write_bytes(b"")

    with pytest.raises(InputError, match=r"no wheel of sources \(.*, line 3\) for Python 3\.13"):
        install(folder, "sources", UV_FIND_LINKS=str(folder / "more"))


def test_a_requirement_that_does_not_exist_is_named(folder: Path) -> None:
    with pytest.raises(InputError, match=r"nosuch \(requirements\.txt, line 3\) was not found"):
        install(folder, "nosuch")


def test_no_secret_of_the_run_reaches_the_resolver(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PA_TOKEN", "t0ken")
    seen = folder / "seen"
    put_in_place_of_uv(folder, monkeypatch, f"env >>{seen}; touch pylock.found.toml")

    install(folder, "greeting")

    assert "t0ken" not in seen.read_text()


def put_in_place_of_uv(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    fake = folder / "uv"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    monkeypatch.setattr(resolve, "find_uv_bin", lambda: str(fake))


@pytest.mark.parametrize("uv", ["missing", "no program", "a directory"])
def test_a_uv_that_cannot_be_started_is_no_bug(
    folder: Path, monkeypatch: pytest.MonkeyPatch, uv: str
) -> None:
    (folder / "no program").write_text("")
    (folder / "a directory").mkdir()
    monkeypatch.setattr(resolve, "find_uv_bin", lambda: str(folder / uv))

    with pytest.raises(InputError, match="uv, which pa-deploy needs"):
        install(folder, "greeting")


def test_what_uv_says_may_be_of_any_bytes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_in_place_of_uv(folder, monkeypatch, r"printf 'error: odd \377' >&2; exit 1")

    with pytest.raises(InputError, match="odd"):
        install(folder, "greeting")


def test_a_wheel_may_hold_odd_files(folder: Path) -> None:
    """A folder among the programs, a record that is not UTF-8."""
    wheels.make(
        folder / "wheels",
        "odd",
        "1.0",
        {"bin/folder/x": "#!python\n", "odd-1.0.dist-info/sub/RECORD": "x"},
    )

    assert (install(folder, "odd") / "bin" / "folder" / "x").is_file()


@pytest.mark.parametrize("top", first_of(["deep", "bin", "__pycache__"]))
def test_a_wheel_with_folders_beyond_measure_is_refused(folder: Path, top: str) -> None:
    """Python gives up on such a tree, with a RecursionError."""
    wheels.make(folder / "wheels", "deep", "1.0", {f"{top}/{'d/' * 300}x.py": ""})

    with pytest.raises(InputError, match=f"folders more than 100 levels deep, in '{top}'"):
        install(folder, "deep")


@contextmanager
def ended_within(pipe: Path, seconds: float) -> Iterator[None]:
    """Within it somebody opens the pipe for writing; behind it nobody may have it open."""
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    yield
    assert select.select([reader], [], [], seconds)[0], "it still runs"
    assert os.read(reader, 1) == b"x"
    assert select.select([reader], [], [], seconds)[0], "it still runs"
    assert os.read(reader, 1) == b""
    os.close(reader)


def test_what_takes_longer_than_is_left_is_ended_with_its_children(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = folder / "pipe"
    put_in_place_of_uv(folder, monkeypatch, f"exec 3>{pipe}; printf x >&3; sleep 60 & sleep 60")

    with (
        ended_within(pipe, 5),
        pytest.raises(
            OutOfTime, match=r"time limit of the run, 0\.5 s, is too short for uv to resolve"
        ),
    ):
        install(folder, "greeting", seconds=0.5)


def test_uv_has_no_more_than_the_timeout_of_the_run(runner: Runner) -> None:
    with hanging_index() as index:
        (runner.workspace / "requirements.txt").write_text(index.requirements())
        (runner.workspace / "mysite.py").write_text("app = None\n")

        done = runner.run(
            source=".",
            app="mysite:app",
            requirements="requirements.txt",
            python_version="3.13",
            timeout="2",
        )

        assert index.left.wait(5)
    assert done.exit_code == 6, done.log
    assert "The time limit of the run, 2 s," in done.errors[0]
    assert "what `requirements` lists" in done.errors[0]
    assert runner.emulator.requests() == []


def test_files_that_include_each_other_are_read_once(folder: Path) -> None:
    (folder / "more.txt").write_text("greeting\n-r requirements.txt\n")

    assert (install(folder, "-r more.txt") / "greeting.py").exists()


def test_programs_do_not_name_a_python_whose_path_needs_a_shell(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path with a blank, or a long one, makes installers begin a program as a shell script."""
    own = folder / "with blank"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", own], check=True)
    monkeypatch.setattr(sys, "executable", str(own / "bin" / "python"))

    packages = install(folder, "greeting")

    assert (packages / ".data/bin/greet").read_text().splitlines()[0] == "#!python"
    assert str(own) not in (packages / ".data/bin/greet").read_text()
