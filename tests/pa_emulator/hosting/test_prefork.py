"""One import in uWSGI's master, and what the workers that are forked from it share."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

from pa_emulator import Emulator
from tests.pa_emulator.client import DOMAIN, WSGI, Client, wsgi_saying

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVER_LOG = f"/var/log/{DOMAIN}.server.log"
PIDS = """
import os
imported = os.getpid()
with open('/home/alice/imports', 'a') as file:
    file.write('import\\n')
def application(environ, start_response):
    start_response('200 OK', [])
    return [f'{imported} {os.getpid()}'.encode()]
"""
THREAD = """
import threading, time
beats = 0
def beat():
    global beats
    while True:
        beats += 1
        time.sleep(0.005)
threading.Thread(target=beat, daemon=True).start()
while beats < 2:
    time.sleep(0.005)
def application(environ, start_response):
    start_response('200 OK', [])
    before = beats
    time.sleep(0.2)
    return [b'alive' if beats > before else b'dead']
"""
CONNECTION = """
import os, socket
ours, theirs = socket.socketpair()
def application(environ, start_response):
    start_response('200 OK', [])
    ours.send(b'.')
    return [f'{os.getpid()} {os.fstat(ours.fileno()).st_ino}'.encode()]
"""
SLOW = "import time\n" + PIDS + "time.sleep(0.5)\n"


@pytest.fixture(scope="module")
def lazy_emulator() -> Iterator[Emulator]:
    with Emulator(lazy_apps=True) as running:
        yield running


@pytest.fixture
def lazy(lazy_emulator: Emulator) -> Iterator[Client]:
    lazy_emulator.reset()
    client = Client(lazy_emulator)
    yield client
    client.session.close()


def _workers(client: Client) -> tuple[int, set[int]]:
    """Return who imported, and the two workers."""
    seen: set[int] = set()
    imported = 0
    deadline = time.monotonic() + 30
    while len(seen) < 2:
        assert time.monotonic() < deadline
        imported, serving = map(int, client.visit().text.split())
        seen.add(serving)
    return imported, seen


def test_the_master_imports_once_and_forks_the_workers(alice: Client) -> None:
    alice.host(PIDS)
    imported, workers = _workers(alice)
    log = alice.read(SERVER_LOG)
    assert alice.read("/home/alice/imports") == "import\n"
    assert imported not in workers
    assert re.search(rf"WSGI app 0 .* ready in \d+ seconds .* pid: {imported} \(default app\)", log)
    assert f"spawned uWSGI master process (pid: {imported})" in log
    spawned = re.findall(r"spawned uWSGI worker \d \(pid: (\d+), cores: 1\)", log)
    assert set(map(int, spawned)) == workers


def test_with_lazy_apps_each_worker_imports(lazy: Client) -> None:
    lazy.host(PIDS)
    imported, workers = _workers(lazy)
    assert imported in workers
    assert lazy.read("/home/alice/imports") == "import\nimport\n"


def test_a_thread_that_is_started_at_import_is_dead_in_the_workers(alice: Client) -> None:
    alice.host(THREAD)
    assert alice.visit().text == "dead"


@pytest.mark.soak
def test_with_lazy_apps_such_a_thread_lives(lazy: Client) -> None:
    lazy.host(THREAD)
    assert lazy.visit().text == "alive"


def test_a_connection_that_is_opened_at_import_is_shared_by_the_workers(alice: Client) -> None:
    alice.host(CONNECTION)
    assert len({inode for _, inode in _connections(alice)}) == 1


def test_with_lazy_apps_each_worker_has_its_own(lazy: Client) -> None:
    lazy.host(CONNECTION)
    assert len({inode for _, inode in _connections(lazy)}) == 2


def _connections(client: Client) -> set[tuple[str, str]]:
    seen: dict[str, str] = {}
    deadline = time.monotonic() + 30
    while len(seen) < 2:
        assert time.monotonic() < deadline
        worker, inode = client.visit().text.split()
        seen[worker] = inode
    return set(seen.items())


@pytest.mark.soak
def test_visitors_wait_in_the_queue_while_the_master_imports(alice: Client) -> None:
    alice.host(wsgi_saying("old"))
    alice.upload(WSGI, SLOW)
    imported, worker = map(int, alice.visit().text.split())
    assert imported != worker


def test_a_worker_that_dies_is_forked_anew_without_an_import(free: Client) -> None:
    domain = "fred.pythonanywhere.com"
    dying = PIDS.replace("alice", "fred").replace(
        "    start_response",
        "    if environ['PATH_INFO'] == '/die': os._exit(1)\n    start_response",
    )
    free.host(dying, domain)
    before = free.visit("/", domain).text.split()
    assert free.visit("/die", domain).status_code == 502
    after = free.visit("/", domain).text.split()
    assert after[0] == before[0]
    assert after[1] != before[1]
    assert free.read("/home/fred/imports") == "import\n"
