"""Processes of sites and tasks that are too large, or too many."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from pa_emulator import Emulator
from tests.pa_emulator.client import DOMAIN, Client
from tests.pa_emulator.waiting import eventually
from tests.soak import diagonal

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVER_LOG = f"/var/log/{DOMAIN}.server.log"
GREEDY = """
import subprocess, time
def application(environ, start_response):
    start_response('200 OK', [])
    if environ['PATH_INFO'] == '/memory':
        kept = bytearray(300 * 2**20)
        time.sleep(60)
    if environ['PATH_INFO'] == '/processes':
        started = [subprocess.Popen(['sleep', '4']) for _ in range(9)]
        return [str(sum(each.wait() == -9 for each in started)).encode()]
    return [b'here']
"""
LARGE = """python3 -c 'import time; kept = bytearray(300 * 2**20); time.sleep(60)'"""
MANY = "for each in 1 2 3 4 5 6 7 8 9; do sleep 60 & done; wait"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture(scope="module")
def limited() -> Iterator[Client]:
    with Emulator(memory_limit=200, process_limit=8, plan="free") as running:
        client = Client(running)
        client.host(GREEDY)
        yield client
        client.session.close()


def test_a_process_that_is_too_large_is_killed_and_the_site_lives(limited: Client) -> None:
    assert limited.visit("/memory").status_code == 502
    assert "was killed: more than 200 MB of memory" in limited.read(SERVER_LOG)
    assert limited.visit().text == "here"


def test_processes_that_are_too_many_are_killed_and_the_site_lives(limited: Client) -> None:
    assert limited.visit("/processes").text == "3"  # of 11, with master and worker
    assert "was killed: more than 8 processes" in limited.read(SERVER_LOG)
    assert limited.visit().text == "here"


@pytest.fixture(scope="module")
def payer(limited: Client) -> Iterator[Client]:
    """An account that may have always-on tasks and websites."""
    client = Client(limited.pa, "alan", limited.pa.add_user("alan", plan="paid"))
    yield client
    client.session.close()


def _log_of(payer: Client, kind: str, command: str) -> str:
    """Start it; return the path of its log."""
    if kind == "website":
        domain = f"{len(command)}.example.com"
        website = {"domain_name": domain, "webapp": {"command": command}}
        payer.post("../../../v1/user/alan/websites/", json=website)
        return f"/var/log/{domain}.server.log"
    if kind == "always-on":
        number = payer.post("always_on/", json={"command": command}).json()["id"]
        return f"/var/log/alwayson-log-{number}.log"
    row = {"command": command, "interval": "daily", "hour": 16, "minute": 0}
    number = payer.post("schedule/", json=row).json()["id"]
    payer.pa.advance(86400)
    return f"/var/log/schedule-log-{number}.log"


@pytest.mark.parametrize(
    ("kind", "command", "reason"),
    diagonal(
        ["scheduled", "always-on", "website"],
        [(LARGE, "more than 200 MB of memory"), (MANY, "more than 8 processes")],
    ),
)
def test_tasks_and_websites_have_the_same_limits(
    payer: Client, kind: str, command: str, reason: str
) -> None:
    log = payer.pa.path(_log_of(payer, kind, command))
    assert eventually(lambda: log.exists() and f"was killed: {reason}" in log.read_text())
