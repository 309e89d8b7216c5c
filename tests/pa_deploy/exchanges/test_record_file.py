"""The file of `record`: where it may be, what it may replace, and that it stays whole."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from pa_deploy.errors import InputError
from pa_deploy.exchanges import Recorder, Recording
from pa_deploy.settings import resolve_all
from pa_deploy.settings.config import read_config
from pa_deploy.settings.reading import read_inputs
from pa_deploy.settings.sources import Given
from pa_deploy.transport import Answer, Exchange
from pa_emulator import Emulator
from tests.pa_deploy.exchanges.rig import make_recorder, no_ci
from tests.soak import first_of
from tests.terminal import Terminal

ACCOUNT = {"PA_TOKEN": "0123456789abcdef", "PA_USERNAME": "alice"}
FORMER = '{"pa_deploy_recording": 1}\n{"to": "api"}\n'
URL = "http://127.0.0.1:9"
EXCHANGE = Exchange(
    method="GET",
    url=f"{URL}/api/v0/user/alice/cpu/",
    seconds=0.1,
    answer=Answer(status=200, headers={"content-type": "application/json"}, body=b"{}"),
)


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def refusal(terminal: Terminal, *words: str) -> str:
    done = terminal.type(*words)
    assert done.exit_code == 2, done
    return " ".join((done.out + done.err).split())


@pytest.mark.parametrize("command", [["deploy"], ["webapps", "list"], ["status"], ["check"]])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("notes.txt", '"notes.txt" exists, and pa-deploy did not write it.'),
        ("folder", '"folder" is a directory.'),
        ("pipe", '"pipe" exists, and pa-deploy did not write it.'),
        ("notes.txt/x", "notes.txt is not a directory."),
    ],
)
def test_nothing_else_is_overwritten(
    offline: Terminal, workspace: Path, command: list[str], name: str, said: str
) -> None:
    (workspace / "notes.txt").write_text("my notes")
    (workspace / "folder").mkdir()
    os.mkfifo(workspace / "pipe")
    offline.environ = {**ACCOUNT, "PA_RECORD": name}

    assert said in refusal(offline, *command)
    assert (workspace / "notes.txt").read_text() == "my notes"


@pytest.mark.parametrize(
    "before", first_of([FORMER, "", None]), ids=["a recording", "empty", "none"]
)
def test_a_recording_begins_anew(
    pa: Emulator, terminal: Terminal, workspace: Path, before: str | None
) -> None:
    if before is not None:
        (workspace / "r.jsonl").write_text(before)
        (workspace / "r.jsonl").chmod(0o644)

    assert terminal.type("webapps", "list", "--record", "r.jsonl").exit_code == 0

    lines = (workspace / "r.jsonl").read_text().splitlines()
    assert len(lines) == 1 + len(pa.requests())
    assert stat.S_IMODE((workspace / "r.jsonl").stat().st_mode) == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_a_later_step_of_the_job_can_read_what_a_container_has_written(workspace: Path) -> None:
    os.chown(workspace, 1001, 1002)

    make_recorder(workspace / "r.jsonl", URL)

    info = (workspace / "r.jsonl").stat()
    assert (info.st_uid, info.st_gid, stat.S_IMODE(info.st_mode)) == (1001, 1002, 0o600)


def test_folders_that_are_missing_are_made(terminal: Terminal, workspace: Path) -> None:
    assert terminal.type("webapps", "list", "--record", "a/b/r.jsonl").exit_code == 0

    assert (workspace / "a" / "b" / "r.jsonl").exists()


@pytest.mark.parametrize("leads_to", ["../out.jsonl", "../folder/r.jsonl"])
@pytest.mark.parametrize("command", [["deploy"], ["webapps", "list"]])
def test_no_link_leads_out_of_the_workspace(
    offline: Terminal, workspace: Path, command: list[str], leads_to: str
) -> None:
    (workspace / "r.jsonl").symlink_to(leads_to)
    offline.environ = {**ACCOUNT, "GITHUB_WORKSPACE": str(workspace)}

    assert "a link that leads out of" in refusal(offline, *command, "--record", "r.jsonl")
    assert not (workspace / leads_to).exists()


@pytest.mark.parametrize("path", ["../r.jsonl", ".git/r.jsonl", "notes.txt"])
def test_a_config_file_names_a_new_file_in_the_workspace(workspace: Path, path: str) -> None:
    (workspace / ".git").mkdir()
    (workspace / "notes.txt").write_text("my notes")
    (workspace / "pa-deploy.toml").write_text(f'record = "{path}"')

    with pytest.raises(InputError) as caught:
        resolve_all(read_inputs(Given.of({}, ACCOUNT, workspace)))

    assert [problem.input for problem in caught.value.problems] == ["record"]


def test_each_line_is_on_the_disk_when_the_exchange_is_over(workspace: Path) -> None:
    recorder = make_recorder(workspace / "r.jsonl", URL)

    for count in (2, 3, 4):
        recorder(EXCHANGE)
        lines = (workspace / "r.jsonl").read_text().splitlines(keepends=True)
        assert [line[-1] for line in lines] == ["\n"] * count
        assert all(json.loads(line) for line in lines)


def test_trouble_with_the_disk_ends_the_recording_and_nothing_else(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warnings: list[str] = []
    recording = Recording("alice", ["a.example.com"], "127.0.0.1:9", no_ci().hiding)
    recorder = Recorder.open(workspace / "r.jsonl", recording, warnings.append)

    def full(_file: int, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    recorder(EXCHANGE)
    recorder(EXCHANGE)

    assert warnings == ["The recording ends here: No space left on device."]


@pytest.mark.parametrize("name", ["debug", "record"])
def test_both_hold_for_a_whole_run(workspace: Path, name: str) -> None:
    (workspace / "pa-deploy.toml").write_text(f'[[webapp]]\n{name} = "x"\n')

    config = read_config(Given.of({}, ACCOUNT, workspace))

    assert any(name in str(problem) for problem in config.problems)


def test_what_changes_into_something_else_is_not_overwritten(workspace: Path) -> None:
    """Between the check of the inputs and the first request."""
    (workspace / "r.jsonl").write_text("my notes")

    with pytest.raises(InputError, match="it is not a recording"):
        make_recorder(workspace / "r.jsonl", URL)

    assert (workspace / "r.jsonl").read_text() == "my notes"


@pytest.mark.parametrize("command", [["deploy", "--health-check", "none"], ["webapps", "list"]])
@pytest.mark.parametrize("value", ["1987-05-23", "4711", "true", "3.10"])
def test_a_weak_secret_is_not_recorded(
    pa: Emulator, terminal: Terminal, workspace: Path, command: list[str], value: str
) -> None:
    body = {"expiry": value, "status": value, "python_version": value, "detail": value}
    for method in ("GET", "POST"):
        pa.add_fault(method=method, path="*/webapps/*", status=400, body=json.dumps(body))
    terminal.environ["PA_PASSWORD_PROTECTION"] = f"visitor:{value}"

    terminal.type(*command, "--record", "r.jsonl")

    lines = [json.loads(line) for line in (workspace / "r.jsonl").read_text().splitlines()[1:]]
    told = [line["body"] for line in lines if "expiry" in line.get("body", {})]
    assert told
    assert value not in json.dumps(told)
