"""The process that puts a release in place, or a worker of the site, is killed."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from pathlib import Path

import pytest
import requests

from pa_emulator import Emulator
from tests.hosted import DOMAIN, visit
from tests.pa_deploy.release.shipper import Shipper
from tests.soak import first_of

LONGEST_SECONDS = 1.5
"""About what an activation takes; some kills come before it, some after."""
LONGEST_LOAD_SECONDS = 60.0

APP = """\
from pathlib import Path
import part
HERE = Path(__file__).parent
def app(environ, start_response):
    start_response('200 OK', [])
    return [' '.join([part.TEXT, (HERE / 'a').read_text(), (HERE / 'b').read_text()]).encode()]
"""


def processes(pa: Emulator) -> list[int]:
    """The workers of the site's uWSGI; its master as long as it has none, because it imports."""
    spec = str(pa.root / ".emulator" / f"{DOMAIN}.json").encode()
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if spec in (folder / "cmdline").read_bytes().split(b"\0"):
                found[int(folder.name)] = int(
                    (folder / "stat").read_text().split(")")[1].split()[1]
                )
    masters = [pid for pid, parent in found.items() if parent not in found]
    # A worker's own child has its command line until it becomes another program.
    return [pid for pid, parent in found.items() if parent in masters] or masters


def visit_when_served(pa: Emulator) -> requests.Response:
    """The successor of what was killed may be loading still; until then the site answers 502."""
    end = time.monotonic() + LONGEST_LOAD_SECONDS
    while (answer := visit(pa)).status_code == 502 and time.monotonic() < end:
        pass
    return answer


def kill_one(pa: Emulator, chance: random.Random) -> None:
    """Kill one, and visit the site: then the emulator starts a site anew whose master has ended.

    PythonAnywhere's emperor does that by itself.
    """
    pids = processes(pa)
    if pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(chance.choice(pids), signal.SIGKILL)
    visit_when_served(pa)


@pytest.mark.soak
@pytest.mark.parametrize("seed", first_of(range(100)))
def test_a_killed_process_leaves_one_whole_release(
    shipper: Shipper, pa: Emulator, seed: int
) -> None:
    chance = random.Random(seed)
    shipper.ship({"mysite.py": APP, "part.py": "TEXT = 'one'\n", "a": "one", "b": "one"})
    timer = threading.Timer(chance.uniform(0, LONGEST_SECONDS), kill_one, (pa, chance))
    timer.start()

    status = shipper.ship(
        {"part.py": "TEXT = 'two'\n", "a": "two"}, run=("sleep 0.2; echo two > b",)
    )
    timer.join()

    for _ in range(4):
        answer = visit_when_served(pa)
        assert (answer.text.split(), answer.headers["X-Release"]) == (["two"] * 3, status.live)
    assert shipper.status().state == "live"
