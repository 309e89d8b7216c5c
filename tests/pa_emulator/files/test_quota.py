"""What an account's programs write counts in its disk quota."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TYPE_CHECKING

import pytest

from pa_emulator.config import PLANS
from pa_emulator.files.ledgers import Ledgers
from pa_emulator.files.quota import used_bytes
from tests.pa_emulator.client import Client
from tests.pa_emulator.waiting import eventually
from tests.soak import first_of

if TYPE_CHECKING:
    from pathlib import Path

DOMAIN = "fred.pythonanywhere.com"
LIMIT = PLANS["free"].disk_bytes
WRITING = """
import os, shutil, sqlite3, subprocess
def by_write(size):
    with open('/home/fred/new', 'wb') as file:
        file.write(bytes(size))
def by_append(size):
    with open('/home/fred/new', 'ab') as file:
        file.write(bytes(size))
def by_truncate(size):
    with open('/home/fred/new', 'wb') as file:
        file.truncate(size)
def by_pwrite(size):
    file = os.open('/home/fred/new', os.O_WRONLY | os.O_CREAT)
    try:
        os.pwrite(file, bytes(10), size - 10)
    finally:
        os.close(file)
def by_copy(size):
    with open('/home/fred/source', 'wb') as file:
        file.truncate(size // 2)
    shutil.copyfile('/home/fred/source', '/home/fred/new')
def by_command(size):
    done = subprocess.run(['head', '-c', str(size), '/dev/zero'], check=True,
                          stdout=open('/home/fred/new', 'wb'), stderr=subprocess.PIPE, text=True)
def elsewhere(size):
    with open('/var/www/new', 'wb') as file:
        file.write(bytes(size))
def application(environ, start_response):
    start_response('200 OK', [])
    way, _, size = environ['PATH_INFO'][1:].partition('/')
    for name in ('new', 'source'):
        if os.path.exists('/home/fred/' + name):
            os.remove('/home/fred/' + name)
    try:
        globals()[way](int(size))
    except Exception as error:
        return [(str(error) + ' ' + str(getattr(error, 'stderr', ''))).encode()]
    return [b'written']
"""
WAYS = ["by_write", "by_append", "by_truncate", "by_pwrite", "by_copy", "by_command"]

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not any(map(shutil.which, ("cc", "gcc", "clang"))),
    reason="the quota of programs needs Linux and a C compiler",
)


def _leave(left: int, limit: int, home: Path) -> None:
    """Leave so many bytes; a hole in a file counts like the rest of it."""
    used = sum(file.lstat().st_size for file in home.rglob("*") if file.is_file())
    with (home / "large").open("wb") as file:
        file.truncate(limit - used - left)


def _fill(client: Client, left: int) -> None:
    """Leave so many bytes of a free account, and host what writes."""
    _leave(left, LIMIT, client.pa.path("/home/fred"))
    client.host(WRITING, DOMAIN)


@pytest.mark.parametrize("way", first_of(WAYS))
def test_what_is_left_can_be_written_and_no_more(free: Client, way: str) -> None:
    _fill(free, 50_000)
    assert free.visit(f"/{way}/40000", DOMAIN).text == "written"
    assert "Disk quota exceeded" in free.visit(f"/{way}/60000", DOMAIN).text


def test_a_removed_file_makes_room(free: Client) -> None:
    _fill(free, 1000)
    assert free.visit("/by_write/2000", DOMAIN).text == "[Errno 122] Disk quota exceeded "
    free.delete("files/path/home/fred/large")
    assert free.visit("/by_write/2000", DOMAIN).text == "written"


def test_an_upload_takes_room(free: Client) -> None:
    _fill(free, 50_000)
    assert free.upload("/home/fred/uploaded", "x" * 40_000).status_code == 201
    assert "Disk quota exceeded" in free.visit("/by_write/20000", DOMAIN).text


def test_a_file_with_several_links_counts_once(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "one").write_bytes(b"x" * 1000)
    (tmp_path / "below" / "two").hardlink_to(tmp_path / "one")
    (tmp_path / "other").write_bytes(b"x" * 1000)
    assert used_bytes(tmp_path) == 2000


def test_files_outside_of_home_do_not_count(free: Client) -> None:
    _fill(free, 10)
    assert free.visit("/elsewhere/1000", DOMAIN).text == "written"


def test_an_import_meets_the_quota_too(free: Client) -> None:
    _fill(free, 1000)
    free.upload("/var/www/fred_pythonanywhere_com_wsgi.py", WRITING + "by_write(2000)\n")
    free.reload(DOMAIN)
    assert free.visit("/", DOMAIN).status_code == 500
    log = free.read(f"/var/log/{DOMAIN}.error.log")
    assert "OSError: [Errno 122] Disk quota exceeded" in log


def test_a_console_meets_the_quota_too(free: Client) -> None:
    _fill(free, 1000)
    number = free.post("consoles/", data={"executable": "bash"}).json()["id"]
    free.pa.open_console(number)
    line = "head -c 2000 /dev/zero > new; echo en''ded\n"
    free.post(f"consoles/{number}/send_input/", data={"input": line})
    output = ""
    deadline = time.monotonic() + 30
    while "ended" not in output:
        assert time.monotonic() < deadline, output
        output = free.get(f"consoles/{number}/get_latest_output/").json()["output"]
    assert "Disk quota exceeded" in output


SCHEDULED = {"interval": "daily", "hour": 16, "minute": 0}
OF_TASKS = {
    "scheduled": ("schedule/", SCHEDULED, "schedule-log-{}.log"),
    "always-on": ("always_on/", {}, "alwayson-log-{}.log"),
}


def _nearly_fill(client: Client) -> None:
    """Leave 1000 bytes of a paid account."""
    _leave(1000, PLANS["paid"].disk_bytes, client.pa.path("/home/alice"))


@pytest.mark.parametrize("kind", OF_TASKS)
@pytest.mark.parametrize("home", ["/home/alice", "~"])
def test_a_task_meets_the_quota_too(alice: Client, kind: str, home: str) -> None:
    path, fields, log = OF_TASKS[kind]
    _nearly_fill(alice)
    command = f"head -c 900 /dev/zero > {home}/a; head -c 2000 /dev/zero > {home}/b; sleep 60"
    number = alice.post(path, json={**fields, "command": command}).json()["id"]
    alice.pa.advance(86400)
    said = alice.pa.path(f"/var/log/{log.format(number)}")
    assert eventually(lambda: said.exists() and "Disk quota exceeded" in said.read_text())
    sizes = [alice.pa.path(f"/home/alice/{name}").stat().st_size for name in ("a", "b")]
    assert sizes == [900, 0]


def test_a_website_meets_the_quota_too(alice: Client) -> None:
    _nearly_fill(alice)
    website = {
        "domain_name": "alice.pythonanywhere.com",
        "webapp": {"command": "head -c 2000 /dev/zero > b"},
    }
    alice.post("../../../v1/user/alice/websites/", json=website)
    log = alice.pa.path("/var/log/alice.pythonanywhere.com.error.log")
    assert eventually(lambda: "Disk quota exceeded" in log.read_text())


def test_without_a_compiler_it_holds_for_uploads_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "/nowhere")
    assert Ledgers(tmp_path, lambda _: 1).variables("fred") == {}
    assert "the disk quota limits uploads only" in capsys.readouterr().err
