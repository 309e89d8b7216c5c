"""Many threads at once, and a kill in the middle of writes: nothing acknowledged is lost."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from pa_emulator import Emulator
from tests.emulators import ForkedEmulator
from tests.pa_emulator.client import DOMAIN, Client
from tests.soak import in_soak

if TYPE_CHECKING:
    from pathlib import Path

FILES = f"webapps/{DOMAIN}/static_files/"
THREADS = 16
REQUESTS = 5
"""Of one turn of a thread."""


@pytest.mark.parametrize("turns", [2, in_soak(25)])
def test_requests_from_16_threads_lose_nothing(turns: int) -> None:
    count = THREADS * turns * REQUESTS
    with Emulator(rate_limit=0, hosting=False) as pa:
        client = Client(pa)
        client.create()
        with ThreadPoolExecutor(THREADS) as pool:
            outcomes = list(
                pool.map(lambda number: _work(Client(pa), number, turns), range(THREADS))
            )
        statuses = [status for outcome in outcomes for status in outcome["statuses"]]
        assert len(statuses) == count
        assert set(statuses) <= {200, 201, 204}
        wanted = sorted(row for outcome in outcomes for row in outcome["rows"])
        assert sorted(row["url"] for row in client.get(FILES).json()) == wanted
        files = {name for outcome in outcomes for name in outcome["files"]}
        assert {path.name for path in pa.path("/home/alice/load").iterdir()} == files
        assert len(pa.requests()) == count + 2
        client.session.close()


def _work(client: Client, number: int, turns: int) -> dict[str, Any]:
    statuses: list[int] = []
    rows: list[str] = []
    files: list[str] = []
    for turn in range(turns):
        url, name = f"/{number}/{turn}/", f"{number}-{turn}"
        made = client.post(FILES, json={"url": url, "path": "/x"})
        uploaded = client.upload(f"/home/alice/load/{name}", name)
        changed = client.patch(FILES + f"{made.json()['id']}/", json={"url": url + "new/"})
        listed = client.get(FILES if turn % 5 == 0 else FILES + f"{made.json()['id']}/")
        if turn % 5 == 0:
            last = client.delete(FILES + f"{made.json()['id']}/")
        else:
            last = client.get(f"webapps/{DOMAIN}/")
            rows.append(url + "new/")
        files.append(name)
        statuses += [answer.status_code for answer in (made, uploaded, changed, listed, last)]
    client.session.close()
    return {"statuses": statuses, "rows": rows, "files": files}


def test_the_rate_limit_is_exact_under_load(pa: Emulator) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        statuses = list(pool.map(lambda _: Client(pa).get("cpu/").status_code, range(60)))
    assert (statuses.count(200), statuses.count(429)) == (40, 20)


def test_creating_one_app_at_once_makes_one(pa: Emulator) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(lambda _: Client(pa).create().json()["status"], range(20)))
    assert answers.count("OK") == 1
    assert len(Client(pa).get("webapps/").json()) == 1


def test_plan_limits_hold_under_load(pa: Emulator) -> None:
    names = [f"{number}-{DOMAIN}" for number in range(20)]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda name: Client(pa).create(name), names))
    assert len(Client(pa).get("webapps/").json()) == 5


def test_a_kill_loses_no_acknowledged_write(tmp_path: Path) -> None:
    options = ("--token=" + "a" * 40, "--rate-limit=0", "--no-hosting", f"--root={tmp_path}")
    process, pa = _start(options)
    Client(pa).create()
    acknowledged: list[str] = []
    enough = threading.Event()
    writers = [
        threading.Thread(target=_write, args=(Client(pa), number, acknowledged, enough))
        for number in range(4)
    ]
    for writer in writers:
        writer.start()
    assert enough.wait(60)
    process.kill()
    for writer in writers:
        writer.join()
    _end(process)
    process, pa = _start(options)
    found = {row["url"] for row in Client(pa).get(FILES).json()}
    _end(process)
    assert len(acknowledged) >= 100
    assert set(acknowledged) <= found


def _write(client: Client, number: int, done: list[str], enough: threading.Event) -> None:
    """Write until the emulator is gone."""
    turn = 0
    while True:
        url = f"/{number}/{turn}/"
        try:
            answer = client.post(FILES, json={"url": url, "path": "/x"})
        except OSError:
            return
        assert answer.status_code == 201
        done.append(url)
        turn += 1
        if len(done) >= 100:
            enough.set()


def _start(options: tuple[str, ...]) -> tuple[ForkedEmulator, Emulator]:
    process = ForkedEmulator(["--port=0", *options])
    ready = json.loads(process.stdout.readline())
    handle = Emulator(root=ready["root"])
    handle.url, handle.token = ready["api"], ready["token"]
    return process, handle


def _end(process: ForkedEmulator) -> None:
    process.kill()
    process.wait()
    process.close()
