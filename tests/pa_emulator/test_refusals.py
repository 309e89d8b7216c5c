"""What keeps the emulator from starting is said in one sentence, with exit code 2."""

from __future__ import annotations

import contextlib
import re
import socket
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pa_emulator.cli import run
from tests.pa_emulator.processes import client_of, daily_limit, ended, forked
from tests.soak import first_of, in_soak

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def _refused(*options: str) -> str:
    exit_code, stdout, stderr = ended(*options)
    assert (exit_code, stdout) == (2, "")
    return stderr


def test_a_taken_port_is_said_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        text = _refused(f"--port={port}", f"--root={tmp_path}")
    assert text == (f"pa-emulator: port {port} of 127.0.0.1 is in use. Pass another --port, or 0\n")


def test_a_refused_start_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        _refused(f"--port={taken.getsockname()[1]}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "option",
    [
        "--port=-1",
        "--port=65536",
        "--latency=-1",
        "--latency=99999999999999999",
        "--rate-limit=-1",
        "--webapps=0",
        "--token=a b",
        "--token=ü",
        "--token=",
        "--username=a/b",
        "--root=",
        "--root=$(HOME)",
    ],
)
def test_an_option_that_makes_no_sense_is_said_so(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        run([option])
    flag = option.partition("=")[0]
    assert re.fullmatch(f"pa-emulator: {flag}: .+\n", capsys.readouterr().err)


@pytest.mark.skipif(sys.platform == "win32", reason="has no flock")
def test_a_root_in_use_is_said_so(tmp_path: Path) -> None:
    with forked(f"--root={tmp_path}", "--no-hosting"):
        assert "another emulator uses" in _refused("--port=0", f"--root={tmp_path}")


def test_a_refused_start_leaves_the_first_one_alone(tmp_path: Path) -> None:
    with forked(f"--root={tmp_path}", "--no-hosting") as ready:
        port = ready["api"].rpartition(":")[2]
        _refused(f"--port={port}", f"--root={tmp_path}", "--token=" + "b" * 40, "--plan=free")
        assert daily_limit(ready) == 2000


def test_a_start_on_a_taken_port_changes_no_state(tmp_path: Path) -> None:
    with forked(f"--root={tmp_path}", "--no-hosting") as ready:
        token = ready["token"]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        _refused(f"--port={port}", f"--root={tmp_path}", "--token=" + "b" * 40)
    with forked(f"--root={tmp_path}", "--no-hosting") as ready:
        assert ready["token"] == token


@pytest.mark.parametrize(
    ("root", "what"),
    [
        ("file", "this is not a folder."),
        ("file/x", "cannot make this folder: Not a directory."),
        ("x" * 300, "cannot make this folder: File name too long."),
        ("/proc/x", "cannot make this folder: No such file or directory."),
    ],
)
def test_a_root_that_cannot_be_used_is_said_so(tmp_path: Path, root: str, what: str) -> None:
    (tmp_path / "file").touch()
    assert _refused(f"--root={tmp_path / root}") == (
        f"pa-emulator: --root {tmp_path / root}: {what} "
        "Pass a folder that you may write to, like --root ./pythonanywhere\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["verfy"], 'no such command "verfy". Did you mean verify?'),
        (["Verify", "--host=x"], 'no such command "Verify". Did you mean verify?'),
        (["comapre", "file"], 'no such command "comapre". Did you mean compare?'),
        (["serve"], 'no such command "serve". The commands are compare and verify.'),
        (["--port=0", "verfy"], 'no such command "verfy". Did you mean verify?'),
        (["--port=0", "verify"], "the command comes first: pa-emulator verify"),
    ],
)
def test_a_mistyped_command_is_said_so(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(words)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith(f"pa-emulator: {said}")


@pytest.mark.soak
@pytest.mark.parametrize(
    "names", [["zoe", "bob", "carol"], in_soak(["bob"]), in_soak(["bob", "carol"])]
)
def test_accounts_that_a_root_has_are_told_if_another_is_added(
    tmp_path: Path, names: list[str]
) -> None:
    options = [f"--root={tmp_path}", "--no-hosting", "--port=0"]
    with forked(*options, f"--username={names[0]}") as ready:
        client = client_of(ready)
        for name in names[1:]:
            client.pa.add_user(name)
        client.session.close()
    for username, said in (("alice", 1), (names[0], 0), ("alice", 0)):
        exit_code, _, stderr = ended(*options, f"--username={username}", "--stop-with-stdin")
        assert exit_code == 0
        assert stderr.count(f"It has {', '.join(sorted(names))}. ") == said


@pytest.mark.parametrize("name", [".emulator", "home"])
def test_a_file_in_the_place_of_a_folder_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    text = _refused("--port=0", f"--root={tmp_path}")
    assert text.startswith(f"pa-emulator: {tmp_path / name}: ")


def test_a_root_of_before_a_table_was_invented_gets_it_and_keeps_its_rows(tmp_path: Path) -> None:
    with forked(f"--root={tmp_path}", "--no-hosting", "--plan=free"):
        pass
    with changed(tmp_path) as database:
        database.execute("DROP TABLE consoles_console_shared_with")
        database.execute("PRAGMA user_version = 3")
    with forked(f"--root={tmp_path}", "--no-hosting") as ready:
        assert daily_limit(ready) == 100
        alice = client_of(ready)
        assert alice.get("consoles/shared_with_you/").json() == []
        alice.session.close()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE later (id INTEGER)",
        in_soak("ALTER TABLE webapps_webapp ADD COLUMN later INTEGER"),
        in_soak("ALTER TABLE webapps_webapp DROP COLUMN enabled"),
    ],
)
def test_a_root_with_other_tables_is_refused(tmp_path: Path, statement: str) -> None:
    with forked(f"--root={tmp_path}", "--no-hosting"):
        pass
    with changed(tmp_path) as database:
        database.execute(statement)
        database.execute("PRAGMA user_version = 3")
    assert _refused("--port=0", f"--root={tmp_path}") == (
        f"pa-emulator: {tmp_path} was made by another version of pa-emulator, whose tables "
        "differ. Pass another --root, or start the version that made it.\n"
    )


@contextlib.contextmanager
def changed(root: Path) -> Iterator[sqlite3.Connection]:
    """The database of an emulator that has stopped, to change its tables."""
    with contextlib.closing(sqlite3.connect(root / ".emulator" / "db.sqlite3")) as database:
        yield database
        database.commit()


def test_a_root_whose_database_is_none_is_said_so(tmp_path: Path) -> None:
    (tmp_path / ".emulator").mkdir()
    database = tmp_path / ".emulator" / "db.sqlite3"
    database.write_text("no database" * 100)
    text = _refused("--port=0", f"--root={tmp_path}")
    assert text.startswith(f"pa-emulator: {database}: ")
    assert text.endswith("Remove that file to start empty, or pass another --root.\n")


@pytest.mark.soak
def test_a_root_whose_tls_key_is_none_is_said_so(tmp_path: Path) -> None:
    with forked(f"--root={tmp_path}", "--no-hosting", "--tls"):
        pass
    key = tmp_path / ".emulator" / "key.pem"
    key.write_text("")
    text = _refused("--port=0", f"--root={tmp_path}", "--tls")
    assert text.startswith(f"pa-emulator: {key}: ")
    assert text.endswith(". Remove this file, and start again to make a new one\n")


def test_a_token_that_another_account_has_is_said_so(tmp_path: Path) -> None:
    with forked(f"--root={tmp_path}", "--no-hosting", "--token=" + "a" * 40):
        pass
    text = _refused("--port=0", f"--root={tmp_path}", "--username=bob", "--token=" + "a" * 40)
    problem = "--token: another account has this token"
    assert text == f"pa-emulator: {problem} (root {tmp_path}). Pass another\n"


def test_a_username_that_differs_in_capitals_only_is_said_so(tmp_path: Path) -> None:
    with forked(f"--root={tmp_path}", "--no-hosting"):
        pass
    text = _refused("--port=0", f"--root={tmp_path}", "--username=ALICE")
    problem = "--username: another account has this name in other capitals"
    assert text == f"pa-emulator: {problem} (root {tmp_path}). Pass another\n"


@pytest.mark.parametrize("name", first_of(["pyuwsgi", "django"]))
def test_a_missing_package_is_named(tmp_path: Path, name: str) -> None:
    script = (
        f"import sys; sys.modules[{name!r}] = None\n"
        f"from pa_emulator.cli import run\nrun(['--port=0', '--root={tmp_path}'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "pip install" in done.stderr
