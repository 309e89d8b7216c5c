"""Requests that take away what others are using in the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import requests

from pa_emulator import Emulator
from tests.pa_emulator.client import DOMAIN, Client
from tests.soak import IS_SOAK

if TYPE_CHECKING:
    from collections.abc import Callable

THREADS = 8
TURNS = 25 if IS_SOAK else 8


def _at_once(*acts: Callable[[], requests.Response]) -> set[int]:
    """Let each thread do one of the acts again and again; return the statuses."""

    def work(number: int) -> set[int]:
        return {acts[number % len(acts)]().status_code for _ in range(TURNS)}

    with ThreadPoolExecutor(THREADS) as pool:
        return set().union(*pool.map(work, range(THREADS)))


def test_resets_and_uploads_at_once_all_succeed() -> None:
    with Emulator(rate_limit=0, hosting=False) as pa:
        statuses = _at_once(
            lambda: requests.post(f"{pa.url}/_emulator/reset", timeout=60),
            lambda: Client(pa).upload("/home/alice/x", "x"),
        )
        assert pa.path("/home/alice/README.txt").exists()
    assert statuses <= {200, 201, 401}


def test_resets_and_changes_at_once_never_fail() -> None:
    version = {"default_python_version": "3.10"}
    with Emulator(rate_limit=0, hosting=False) as pa:
        statuses = _at_once(
            lambda: requests.post(f"{pa.url}/_emulator/reset", timeout=60),
            lambda: Client(pa).create(),
            lambda: Client(pa).post(f"webapps/{DOMAIN}/disable/"),
            lambda: Client(pa).patch("default_python_version/", data=version),
        )
    assert statuses <= {200, 401, 403}


@pytest.mark.soak
def test_resets_and_consoles_at_once_leave_no_console_open() -> None:
    with Emulator(rate_limit=0, hosting=False) as pa:
        statuses = _at_once(
            lambda: requests.post(f"{pa.url}/_emulator/reset", timeout=60),
            lambda: Client(pa).post("consoles/", data={"executable": "bash"}),
            lambda: requests.post(f"{pa.url}/_emulator/consoles/1/open", timeout=60),
        )
        pa.reset()
        Client(pa).post("consoles/", data={"executable": "bash"})
        assert Client(pa).get("consoles/1/get_latest_output/").status_code == 412
    assert statuses <= {200, 201, 401, 403, 404, 429}
