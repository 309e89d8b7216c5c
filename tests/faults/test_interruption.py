"""A run that is ended from outside, at any of its requests: the next one gets there."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pa_deploy.cli import main
from pa_emulator import Emulator
from tests.faults import child
from tests.faults.child import Blow, Ended, Moment
from tests.faults.state import put_state, read_state
from tests.faults.world import World
from tests.pa_deploy.dependencies.hanging_index import hanging_index
from tests.pa_emulator.waiting import eventually
from tests.places import ROOT
from tests.runner import await_line
from tests.soak import IS_SOAK, diagonal, first_of

FILES = (("/a/", "/home/alice/a"), ("/b/", "/home/alice/b"))
INPUTS = {
    "python-version": "3.13",
    "source-directory": "/home/alice/src",
    "static-files": "\n".join(f"{url} = {path}" for url, path in FILES),
    "prune": "true",
}
REQUESTS = 24
"""Of a first deploy with these inputs: 2 looks, a look for the paths, the lock and a look at it, 2
looks, 4 writes, the reload, 10 visits of the site, a look at a mapped folder, and giving the lock
back."""
EVERY = 1 if IS_SOAK else 3
"""`make soak` ends a run at all moments of a request, `make test` at one."""
SHIFT: dict[Moment, int] = {"before": 0, "during": 1, "after": 2}
LOCK = "/home/alice/.pa-deploy/alice.pythonanywhere.com/lock"


def put_before(pa: Emulator, dice: random.Random) -> None:
    """No web app, or one that needs changes of every kind."""
    if dice.random() < 0.5:
        put_state(pa, None)
    else:
        put_state(pa, "3.10", [("/x/", "/x"), ("/b/", "/old"), *FILES[:1]])


def insist_that_the_next_run_gets_there(pa: Emulator, workspace: Path, log: str) -> None:
    ran = World(pa, workspace).run(INPUTS)

    state = read_state(pa)
    assert ran.exit_code == 0, log + ran.log
    assert state.settings is not None
    assert state.settings["python_version"] == "3.13"
    assert state.settings["source_directory"] == "/home/alice/src"
    assert sorted(state.files) == sorted(FILES)
    assert state.is_loaded()


def end_at(pa: Emulator, directory: Path, blow: Blow) -> Ended:
    return child.finish(child.start(pa, directory, INPUTS, blow), directory)


@pytest.mark.parametrize("first", first_of(range(0, 100, 5)), ids=lambda first: f"from {first}")
def test_a_run_that_is_killed_at_any_request_is_repaired_by_the_next(
    plain_emulator: Emulator, tmp_path: Path, first: int
) -> None:
    for seed in range(first, first + 5):
        dice = random.Random(seed)
        put_before(plain_emulator, dice)
        moment: Moment = dice.choice(("before", "during", "after"))
        blow = Blow(number=signal.SIGKILL, at=dice.randint(1, REQUESTS), moment=moment)

        ended = end_at(plain_emulator, tmp_path / str(seed), blow)

        assert ended.exit_code in (-signal.SIGKILL, 0), (seed, ended.log)
        insist_that_the_next_run_gets_there(plain_emulator, tmp_path, f"{seed}\n{ended.log}")


@pytest.mark.parametrize(
    ("moment", "number"),
    diagonal(["before", "during", "after"], [signal.SIGINT, signal.SIGTERM]),
)
def test_a_signal_at_any_request_ends_the_run_with_an_account_and_without_the_lock(
    plain_emulator: Emulator, tmp_path: Path, moment: Moment, number: signal.Signals
) -> None:
    for at in range(1 + SHIFT[moment] % EVERY, REQUESTS, EVERY):
        put_state(plain_emulator, None)

        ended = end_at(
            plain_emulator, tmp_path / str(at), Blow(number=number, at=at, moment=moment)
        )

        assert ended.exit_code == 128 + number, (at, ended.log)
        assert f"Interrupted by {number.name}" in ended.summary, at
        assert "changed<<" in ended.outputs, at
        lock = plain_emulator.path(LOCK)
        assert not lock.exists() or list(lock.iterdir()) == [], at
        insist_that_the_next_run_gets_there(plain_emulator, tmp_path, ended.log)


def test_a_signal_while_the_lock_is_given_back_lets_that_be_done(
    plain_emulator: Emulator, tmp_path: Path
) -> None:
    put_state(plain_emulator, None)

    ended = end_at(
        plain_emulator, tmp_path, Blow(number=signal.SIGTERM, at=REQUESTS, moment="before")
    )

    assert (ended.exit_code, "4 changes made" in ended.summary) == (143, True)
    assert list(plain_emulator.path(LOCK).iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_before_python_is_ready_is_told_too(
    plain_emulator: Emulator, tmp_path: Path, number: signal.Signals
) -> None:
    put_state(plain_emulator, None)

    ended = child.finish(child.start(plain_emulator, tmp_path, INPUTS, early=number), tmp_path)

    assert ended.exit_code == 128 + number
    assert f"Interrupted by {number.name}" in ended.summary
    assert "changed<<" in ended.outputs
    assert read_state(plain_emulator).settings is None


def test_a_signal_ends_a_command_that_makes_no_report(
    plain_emulator: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    plain_emulator.clear_requests()
    environ = child.environment(plain_emulator, {})

    assert main(["webapps", "list"], environ, early=(signal.SIGTERM,)) == 143
    assert "Interrupted by SIGTERM" in capsys.readouterr().err
    assert plain_emulator.requests() == []


@pytest.mark.parametrize("command", ["status", "webapps list", "logs", "reload"])
def test_a_command_that_does_one_thing_has_nothing_to_continue(
    plain_emulator: Emulator, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    environ = child.environment(plain_emulator, {})

    assert main(command.split(), environ, early=(signal.SIGINT,)) == 130
    assert capsys.readouterr().err.rstrip().endswith("Interrupted by SIGINT (Ctrl-C).")


@pytest.mark.parametrize("command", ["deploy", "plan", "check"])
def test_a_deploy_that_was_interrupted_can_be_continued(
    plain_emulator: Emulator, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    environ = child.environment(plain_emulator, {})

    assert main([command], environ, early=(signal.SIGINT,)) == 130
    assert "It continues from what is already done." in "".join(capsys.readouterr())


@pytest.mark.parametrize("name", ["token-file", "config"])
def test_a_signal_ends_the_wait_for_a_pipe_that_nobody_writes_to(
    plain_emulator: Emulator, tmp_path: Path, name: str
) -> None:
    os.mkfifo(tmp_path / "pipe")
    process = child.start(plain_emulator, tmp_path, {**INPUTS, "token": "", name: "pipe"})
    writer = open_once_it_is_read(tmp_path / "pipe")

    os.kill(process.pid or 0, signal.SIGINT)

    ended = child.finish(process, tmp_path)
    os.close(writer)
    assert (ended.exit_code, "Interrupted by SIGINT" in ended.summary) == (130, True)


def test_a_signal_ends_that_wait_of_a_command_without_an_account_too(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    command = [sys.executable, "-c", "from pa_deploy.cli import run; run()"]
    process = subprocess.Popen(
        [*command, "release", "files", "--config", "pipe"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        writer = open_once_it_is_read(tmp_path / "pipe")
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=10)
        os.close(writer)
    finally:
        process.kill()

    assert (process.returncode, "Interrupted by SIGTERM" in said) == (143, True)


def open_once_it_is_read(pipe: Path) -> int:
    def look() -> int:
        with suppress(OSError):
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        return 0

    writer = eventually(look)
    assert writer, "nobody reads it"
    return writer


@pytest.mark.parametrize("name", ["report", "outputs-file", "summary-file"])
def test_a_pipe_that_nobody_reads_is_not_waited_for(
    plain_emulator: Emulator, tmp_path: Path, name: str
) -> None:
    put_state(plain_emulator, None)
    os.mkfifo(tmp_path / "pipe")

    ended = child.finish(child.start(plain_emulator, tmp_path, {**INPUTS, name: "pipe"}), tmp_path)

    assert ended.exit_code == 0
    assert "pipe was not written" in ended.log


ENTRYPOINT = ROOT / "entrypoint.py"
LIMIT_SECONDS = 5
"""From the signal to the end; a runner kills 10 s after its first signal."""
NAMESPACE = ("unshare", "--pid", "--fork", "--kill-child")


def start_hanging(pa: Emulator, directory: Path, *wrapper: str) -> subprocess.Popen[str]:
    """A run whose reload, and everything after it, is not answered; it is waited until it does."""
    put_state(pa, None)
    pa.add_fault(method="POST", path="reload/$", delay=60, times=None)
    pa.add_fault(method="DELETE", delay=60, times=None)
    process = start_as_a_step(pa, directory, INPUTS, *wrapper)
    await_line(process, "Create static file mapping /b/: /home/alice/b (")
    return process


def start_as_a_step(
    pa: Emulator, directory: Path, inputs: dict[str, str], *wrapper: str
) -> subprocess.Popen[str]:
    account = {"token": pa.token, "username": "alice", "host": pa.url, "allow-host": pa.url}
    return subprocess.Popen(
        [*wrapper, sys.executable, "-u", ENTRYPOINT],
        cwd=directory,
        env={
            "PATH": os.environ["PATH"],
            "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(directory / "output"),
            "GITHUB_STEP_SUMMARY": str(directory / "summary"),
            **{f"INPUT_{name.upper()}": text for name, text in {**account, **inputs}.items()},
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def insist_on_a_report(process: subprocess.Popen[str], directory: Path, exit_code: int) -> None:
    log, _ = process.communicate(timeout=LIMIT_SECONDS)
    assert process.returncode == exit_code, log
    assert "Interrupted by" in (directory / "summary").read_text()
    assert "changed<<" in (directory / "output").read_text()


@pytest.fixture
def hanging(plain_emulator: Emulator) -> Iterator[Emulator]:
    yield plain_emulator
    plain_emulator.clear_faults()


@pytest.mark.parametrize("number", first_of([signal.SIGINT, signal.SIGTERM]))
def test_a_run_before_a_server_that_hangs_ends_soon_after_a_signal(
    hanging: Emulator, tmp_path: Path, number: signal.Signals
) -> None:
    process = start_hanging(hanging, tmp_path)

    process.send_signal(number)
    process.send_signal(signal.SIGTERM)

    insist_on_a_report(process, tmp_path, 128 + number)


@pytest.mark.parametrize("number", first_of([signal.SIGINT, signal.SIGTERM]))
def test_a_run_whose_requirements_are_being_resolved_ends_soon_after_a_signal(
    plain_emulator: Emulator, tmp_path: Path, number: signal.Signals
) -> None:
    release = {"source": ".", "app": "mysite:app", "requirements": "requirements.txt"}
    with hanging_index() as index:
        (tmp_path / "requirements.txt").write_text(index.requirements())
        process = start_as_a_step(plain_emulator, tmp_path, {**INPUTS, **release})
        assert index.asked.wait(30)

        process.send_signal(number)

        insist_on_a_report(process, tmp_path, 128 + number)
        assert index.left.wait(LIMIT_SECONDS), "uv still runs"


def _may_make_namespaces() -> bool:
    try:
        return (
            subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode == 0
        )
    except OSError:
        return False


@pytest.mark.soak
@pytest.mark.skipif(not _may_make_namespaces(), reason="unshare --pid is not permitted here")
@pytest.mark.parametrize("number", first_of([signal.SIGTERM, signal.SIGINT]))
def test_as_the_first_process_of_a_container_too(
    hanging: Emulator, tmp_path: Path, number: signal.Signals
) -> None:
    process = start_hanging(hanging, tmp_path, *NAMESPACE)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()

    os.kill(int(children), number)

    insist_on_a_report(process, tmp_path, 128 + number)


@pytest.mark.parametrize("at", first_of([1, 2]))
def test_a_run_that_has_changed_nothing_does_not_offer_to_continue(
    plain_emulator: Emulator, tmp_path: Path, at: int
) -> None:
    put_state(plain_emulator, None)

    ended = end_at(plain_emulator, tmp_path, Blow(number=signal.SIGINT, at=at, moment="before"))

    assert "The web app was not changed. Run again." in ended.summary
    assert "It continues" not in ended.summary
