"""The emulator as a process: ready line, restart, clean end, clear refusals."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from pa_emulator import Emulator
from tests.pa_emulator.client import Client, wsgi_saying
from tests.pa_emulator.processes import (
    COMMAND,
    children_of,
    client_of,
    daily_limit,
    forked,
    is_running,
    started,
)
from tests.pa_emulator.waiting import eventually
from tests.soak import first_of

if TYPE_CHECKING:
    pass


def test_ready_line_has_the_five_facts(tmp_path: Path) -> None:
    with started(f"--root={tmp_path}") as (_, ready):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", ready["api"])
        assert re.fullmatch("[0-9a-f]{40}", ready["token"])
        assert (ready["username"], ready["ca"]) == ("alice", None)
        assert Path(ready["root"]) == tmp_path


def test_its_state_is_for_its_users_eyes_only(tmp_path: Path) -> None:
    (tmp_path / ".emulator").mkdir(mode=0o755)
    with forked(f"--root={tmp_path}"):
        assert (tmp_path / ".emulator").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("number", first_of([signal.SIGINT, signal.SIGTERM]))
def test_a_signal_ends_it_cleanly(tmp_path: Path, number: int) -> None:
    with started(f"--root={tmp_path}") as (process, _):
        process.send_signal(number)
        assert process.wait(10) == 0


@pytest.mark.soak
def test_input_does_not_end_it(tmp_path: Path) -> None:
    options = (f"--root={tmp_path}", "--stop-with-stdin")
    with started(*options, stdin=subprocess.PIPE) as (process, ready):
        assert process.stdin is not None
        client = client_of(ready)
        process.stdin.write(b"line\n")
        process.stdin.flush()
        for _ in range(20):
            assert client.get("cpu/").status_code == 200
        client.session.close()
        process.stdin.close()


def test_a_closed_stdin_cannot_be_waited_for(tmp_path: Path) -> None:
    line = f"{shlex.join(COMMAND)} --port=0 --root={shlex.quote(str(tmp_path))} --stop-with-stdin"
    done = subprocess.run(
        ["sh", "-c", f"{line} <&-"], capture_output=True, text=True, check=False, timeout=20
    )
    assert done.returncode == 2
    assert (
        done.stderr == "pa-emulator: --stop-with-stdin: standard input is closed. Open it first\n"
    )


@pytest.mark.soak
@pytest.mark.parametrize("stdin", first_of([subprocess.PIPE, subprocess.DEVNULL]))
def test_the_end_of_stdin_ends_it_if_wanted(tmp_path: Path, stdin: int) -> None:
    command = [*COMMAND, "--port=0", f"--root={tmp_path}", "--stop-with-stdin"]
    with subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE) as process:
        process.communicate(b"what is read is of no matter", timeout=20)

        assert process.returncode == 0


HOLDER = """
import os, time
from pa_emulator import Emulator
with Emulator(root=os.environ["ROOT"]) as pa:
    print(pa.url, flush=True)
    try:
        while True:  # a pause without an end would miss a signal that comes just before it
            time.sleep(0.1)
    finally:
        pa.reset()
"""


@pytest.mark.soak
@pytest.mark.parametrize(
    ("number", "said"), first_of([(signal.SIGKILL, ""), (signal.SIGINT, "KeyboardInterrupt")])
)
def test_a_handle_that_is_ended_takes_its_emulator_along(
    tmp_path: Path, number: int, said: str
) -> None:
    """Its group is told, as by Ctrl-C; the emulator serves it to its end. What they say ends when
    the last of them does.
    """
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER],
        env={**os.environ, "ROOT": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    ) as holder:
        assert holder.stdout is not None
        url = holder.stdout.readline().strip()

        os.killpg(holder.pid, number)
        _, told = holder.communicate(timeout=20)

    assert told.count("Traceback") == (1 if said else 0)
    assert said in told
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=5)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("number", first_of([signal.SIGKILL, signal.SIGTERM]))
def test_no_process_outlives_it(tmp_path: Path, number: int) -> None:
    with started(f"--root={tmp_path}") as (process, ready):
        _host(ready, "hi")
        children = children_of(process.pid)
        assert len(children) >= 3
        process.send_signal(number)
        process.wait(10)
        for child in children:
            _await_end(child)


def _await_end(pid: int) -> None:
    """The kernel tells of the end of a process that is not ours to wait for by a pidfd only."""
    with contextlib.suppress(ProcessLookupError):
        handle = os.pidfd_open(pid)
        try:
            import select  # noqa: PLC0415 - Linux only here

            assert select.select([handle], [], [], 10)[0]
        finally:
            os.close(handle)
    assert not is_running(pid)


def _host(ready: dict[str, Any], text: str) -> None:
    client = client_of(ready)
    client.host(wsgi_saying(text))
    assert client.visit().text == text
    client.session.close()


JOBS = {
    "orphan in a session": "(setsid sh -c 'echo $$ > ~/p\"\"id; exec sleep 7777' &)",
    "background": "sleep 7777 & echo $! > ~/p''id",
    "session": "setsid sleep 7777 & sleep 0; echo $! > ~/p''id",
    "foreground": "sh -c 'echo $$ > ~/p\"\"id; exec sleep 7777'",
}


def _open_console(ready: dict[str, Any], line: str) -> int:
    """Open a console, type a line that writes a process id to `~/pid`, and return that id."""
    client = client_of(ready)
    client.post("consoles/", data={"executable": "bash"})
    client.pa.open_console(1)
    client.post("consoles/1/send_input/", data={"input": line + "\n"})
    pid = client.pa.path("/home/alice/pid")
    assert eventually(lambda: pid.exists() and pid.read_text().endswith("\n"))
    client.session.close()
    return int(pid.read_text())


@pytest.mark.soak
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("job", first_of(JOBS))
def test_no_job_of_a_console_outlives_it(tmp_path: Path, job: str) -> None:
    with started(f"--root={tmp_path}") as (process, ready):
        pid = _open_console(ready, JOBS[job])
        process.terminate()
        assert process.wait(10) == 0
        assert not is_running(pid)


@pytest.mark.soak
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_input_that_nobody_reads_does_not_hold_the_end(tmp_path: Path) -> None:
    with started(f"--root={tmp_path}") as (process, ready):
        _open_console(ready, JOBS["foreground"])
        client = client_of(ready)
        lines = "echo 0123456789\n" * 12_500
        with contextlib.suppress(requests.Timeout):
            client.post("consoles/1/send_input/", data={"input": lines}, timeout=5)
        client.session.close()
        process.terminate()
        assert process.wait(10) == 0


@pytest.mark.soak
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_no_session_that_an_app_started_outlives_it(tmp_path: Path) -> None:
    with started(f"--root={tmp_path}") as (process, ready):
        client = client_of(ready)
        client.host(
            "import subprocess\n"
            "child = subprocess.Popen(['sleep', '7777'], start_new_session=True)\n"
            "def application(environ, start_response):\n"
            "    start_response('200 OK', [])\n"
            "    return [str(child.pid).encode()]\n"
        )
        pid = int(client.visit().text)
        client.session.close()
        process.terminate()
        process.wait(10)
        assert not is_running(pid)


def test_a_restart_finds_state_and_hosting_again(tmp_path: Path) -> None:
    with forked(f"--root={tmp_path}", "--token=" + "a" * 40) as ready:
        _host(ready, "still here")
    with forked(f"--root={tmp_path}", "--token=" + "a" * 40) as ready:
        client = client_of(ready)
        assert len(client.get("webapps/").json()) == 1
        assert client.visit().text == "still here"
        client.session.close()


def test_a_restart_keeps_the_token(tmp_path: Path) -> None:
    options = (f"--root={tmp_path}", "--no-hosting")
    with forked(*options) as ready:
        token = ready["token"]
    with forked(*options) as ready:
        assert ready["token"] == token
        assert daily_limit(ready) == 2000


@pytest.mark.soak
def test_a_restart_keeps_the_plan(tmp_path: Path) -> None:
    options = (f"--root={tmp_path}", "--no-hosting")
    with forked(*options, "--plan=free"):
        pass
    with forked(*options) as ready:
        assert daily_limit(ready) == 100


@pytest.mark.soak
def test_a_restart_with_another_token_takes_it(tmp_path: Path) -> None:
    options = (f"--root={tmp_path}", "--no-hosting")
    with forked(*options):
        pass
    with forked(*options, "--token=" + "a" * 40) as ready:
        assert ready["token"] == "a" * 40
        assert daily_limit(ready) == 2000


def test_a_root_of_any_depth_can_host(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["deep" * 5] * 8)
    with Emulator(root=deep) as pa:
        client = Client(pa)
        client.host(wsgi_saying("hi"))
        assert client.visit().text == "hi"
        client.session.close()


def test_the_handle_removes_its_own_root() -> None:
    with Emulator() as pa:
        root = pa.root
        assert root.is_dir()
    assert not root.exists()


@pytest.mark.soak
def test_rate_limit_0_turns_it_off() -> None:
    with Emulator(rate_limit=0, hosting=False) as pa:
        client = Client(pa)
        assert {client.get("cpu/").status_code for _ in range(50)} == {200}
        client.session.close()


def test_tls_with_its_own_ca() -> None:
    with Emulator(tls=True, hosting=False) as pa:
        client = Client(pa)
        assert pa.url.startswith("https://")
        assert client.get("cpu/").status_code == 200
        pa.reset()
        client.session.close()


@pytest.mark.soak
@pytest.mark.parametrize("name", first_of(["ca.pem", "chain.pem", "key.pem"]))
def test_tls_begins_anew_where_a_part_of_it_is_missing(tmp_path: Path, name: str) -> None:
    with Emulator(root=tmp_path, tls=True, hosting=False):
        pass
    (tmp_path / ".emulator" / name).unlink()
    with Emulator(root=tmp_path, tls=True, hosting=False) as pa:
        client = Client(pa)
        assert client.get("cpu/").status_code == 200
        client.session.close()


@pytest.mark.soak
def test_tls_is_not_trusted_without_the_ca() -> None:
    with Emulator(tls=True, hosting=False) as pa, pytest.raises(requests.exceptions.SSLError):
        requests.get(pa.url, timeout=10, verify=True)


def test_a_plain_account_is_the_options_plan() -> None:
    with Emulator(plan="free", username="fred", hosting=False) as pa:
        client = Client(pa, "fred")
        assert client.get("cpu/").json()["daily_cpu_limit_seconds"] == 100
        assert client.create("www.example.com").status_code == 400
        client.session.close()


def test_an_account_may_have_as_many_web_apps_as_asked_for() -> None:
    with Emulator(webapps=7, hosting=False) as pa:
        client = Client(pa)
        answers = [client.create(f"www{number}.example.com") for number in range(8)]
        assert [answer.status_code for answer in answers] == [200] * 7 + [400]
        assert "your account only allows 7" in answers[-1].text
        client.session.close()


def test_without_hosting_a_reload_is_a_success() -> None:
    with Emulator(hosting=False) as pa:
        client = Client(pa)
        client.create()
        assert client.reload().json() == {"status": "OK"}
        assert client.visit().status_code == 503
        client.session.close()


@pytest.mark.soak
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /tmp")
def test_sockets_that_a_killed_one_left_are_removed(tmp_path: Path) -> None:
    token = "--token=" + "a" * 40
    with started(f"--root={tmp_path}", token) as (process, ready):
        _host(ready, "hi")
        process.kill()
        process.wait()
    left = Path((tmp_path / ".emulator" / "sockets").read_text())
    assert left.exists()
    with forked(f"--root={tmp_path}", token) as ready:
        client = client_of(ready)
        assert client.visit().text == "hi"
        client.session.close()
        assert not left.exists()


def test_refusals_say_nothing_on_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    with Emulator(hosting=False) as pa:
        client = Client(pa)
        assert client.get("../nobody/cpu/").status_code == 500
        assert client.get("cpu/", headers={"Host": "x_y"}).status_code == 400
        client.session.close()
    assert capfd.readouterr().err == ""


def test_help_shows_every_option() -> None:
    text = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, check=True).stdout
    for option in ("port", "username", "token", "root", "plan", "tls", "latency", "rate-limit"):
        assert f"--{option}" in text
    assert "--no-hosting" in text
