"""Processes of sites that are too large, or too many."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from pa_emulator import Emulator
from tests.emulator.client import DOMAIN, Client

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
