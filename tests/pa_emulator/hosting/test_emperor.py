"""Reloads by the emperor of a real uWSGI, with its traps.

They need the real `uwsgi`, which `make uwsgi` builds; without it they are skipped.
"""

from __future__ import annotations

import re
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pa_emulator import Emulator
from pa_emulator.hosting.build import CannotBuild, kept_uwsgi, uwsgi
from pa_emulator.hosting.emperor import has_namespaces
from tests.pa_emulator.client import DOMAIN, WSGI, Client
from tests.pa_emulator.processes import is_running
from tests.pa_emulator.waiting import GLANCE_SECONDS
from tests.soak import first_of, in_soak

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SERVER_LOG = f"/var/log/{DOMAIN}.server.log"
SAYING = """
import os, time
imported = os.getpid()
def application(environ, start_response):
    start_response('200 OK', [])
    return [f'TEXT {imported} {os.getpid()}'.encode()]
"""
needs_uwsgi = pytest.mark.skipif(
    sys.platform != "linux" or kept_uwsgi() is None,
    reason="the real uwsgi is not built: make uwsgi (needs a C compiler)",
)
needs_namespaces = pytest.mark.skipif(
    sys.platform != "linux" or not has_namespaces(), reason="no pid namespaces without privileges"
)


@pytest.fixture(scope="module")
def touching() -> Iterator[Emulator]:
    with Emulator(reload="touch", reload_mercy=2, plan="free") as running:
        yield running


@pytest.fixture(scope="module")
def restarting() -> Iterator[Emulator]:
    with Emulator(reload="restart", reload_mercy=2, plan="free") as running:
        yield running


@pytest.fixture
def client(request: pytest.FixtureRequest) -> Iterator[Client]:
    """An empty account of the emulator that the test names."""
    emulator: Emulator = request.getfixturevalue(request.param)
    emulator.reset()
    made = Client(emulator)
    yield made
    made.session.close()


def _saying(text: str) -> str:
    return SAYING.replace("TEXT", text)


def _wait_for(text: str, client: Client) -> str:
    """Return the page once it begins with the text."""
    deadline = time.monotonic() + 60
    while not (page := client.visit().text).startswith(text):
        assert time.monotonic() < deadline, page
        time.sleep(GLANCE_SECONDS)
    return page


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(GLANCE_SECONDS)


@needs_uwsgi
@pytest.mark.parametrize(
    ("client", "lines"),
    [
        in_soak(("touching", ["received message 1 from emperor", "binary reloading uWSGI"])),
        ("restarting", ["received message 0 from emperor", "VACUUM: unix socket"]),
    ],
    indirect=["client"],
)
def test_a_reload_is_the_emperors(client: Client, lines: list[str]) -> None:
    client.host(_saying("old"))
    client.pa.path(WSGI).write_text(_saying("new"))
    assert client.reload().json() == {"status": "OK"}
    _wait_for("new", client)
    log = client.read(SERVER_LOG)
    assert all(line in log for line in lines)
    assert "[emperor]" not in log


@needs_uwsgi
@needs_namespaces
@pytest.mark.parametrize("client", ["touching"], indirect=True)
def test_the_master_is_process_1_and_the_worker_2(client: Client) -> None:
    """As in the server logs of two accounts (api-facts R3)."""
    client.host(_saying("here"))
    assert client.visit().text == "here 1 2"
    log = client.read(SERVER_LOG)
    assert re.search(r"WSGI app 0 .* ready in \d+ seconds .* pid: 1 \(default app\)", log)
    assert "spawned uWSGI master process (pid: 1)" in log
    assert "spawned uWSGI worker 1 (pid: 2, cores: 1)" in log


@pytest.mark.soak
@needs_uwsgi
@pytest.mark.parametrize("client", first_of(["touching", "restarting"]), indirect=True)
def test_an_upload_of_the_wsgi_file_reloads_by_itself(client: Client) -> None:
    """api-facts R6."""
    client.host(_saying("old"))
    client.upload(WSGI, _saying("new"))
    _wait_for("new", client)
    assert f"*** {WSGI} has been touched... grace them all !!! ***" in client.read(SERVER_LOG)


@pytest.mark.soak
@needs_uwsgi
@pytest.mark.parametrize("client", ["touching"], indirect=True)
def test_a_reload_while_the_master_imports_is_lost_until_the_mercy_ends(client: Client) -> None:
    """Only when the old instance was killed, the second import begins."""
    client.host(_saying("old"))
    begun = client.pa.path("/home/alice/begun")
    slow = f"open({str(begun)!r}, 'a').write('x')\nimport time\ntime.sleep(2)\n"
    client.upload(WSGI, slow + _saying("slow"))
    _wait(begun.exists)
    threading.Thread(target=lambda: Client(client.pa).reload()).start()
    _wait_for("slow", client)
    _wait(lambda: begun.read_text() == "xx")
    assert "taking too much time to die...NO MERCY" in client.read(SERVER_LOG)


@pytest.mark.soak
@needs_uwsgi
@needs_namespaces
@pytest.mark.parametrize(
    ("client", "survives"),
    first_of([("touching", True), ("restarting", False)]),
    indirect=["client"],
)
def test_what_an_import_has_started_survives_a_touch_and_no_restart(
    client: Client,
    survives: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    mark = client.pa.path("/home/alice/mark")
    seconds = 7_000_000 + client.pa._process.pid  # nobody else's
    starting = f"""
import os, subprocess
if not os.path.exists({str(mark)!r}):
    open({str(mark)!r}, 'w').close()
    subprocess.Popen(['sleep', '{seconds}'], start_new_session=True)
"""
    client.host(starting + _saying("here"))
    (child,) = _sleepers(seconds)
    client.reload()
    if survives:
        assert is_running(child)
    else:
        _wait(lambda: not is_running(child))


def _sleepers(seconds: int) -> list[int]:
    return [
        int(folder.name)
        for folder in Path("/proc").glob("[0-9]*")
        if _command(folder) == f"sleep\0{seconds}\0".encode()
    ]


def _command(folder: Path) -> bytes:
    try:
        return (folder / "cmdline").read_bytes()
    except OSError:
        return b""


def test_without_a_compiler_it_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(CannotBuild, match="needs a C compiler, and this machine has none"):
        uwsgi()


def test_without_the_real_uwsgi_the_emulator_reloads_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "/nowhere")
    with Emulator(reload="touch") as running:
        client = Client(running)
        client.host(_saying("old"))
        client.upload(WSGI, _saying("new"))
        client.reload()
        assert client.visit().text.startswith("new")
        client.session.close()
    assert "--reload has no effect: building uwsgi needs a C compiler" in capfd.readouterr().err
