"""Shipping a folder of many files, for the first time and with one file changed."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from shlex import quote

from bench.account import DOMAIN, account, configured
from bench.curl import Get, Step, curl
from bench.measure import environ_of, launched, port_of
from bench.model import Contender
from bench.ways import LIMIT, LIST, PER_FILE, RELOAD, VISIT, limit, pa_deploy, script, uploaded
from pa_emulator import Emulator

FILE_BYTES = 20_000
FOLDER_FILES = 100
PART_BYTES = 100_000_000
MOST_BY_FILE = 1_000
"""A request a file for more files than these takes ten times as long, and tells nothing new."""
APP = """\
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ok"]
"""
CHANGED = "d0/0.bin"
LOOK = (
    LIST,
    Get(path=account(f"files/path/home/alice/.pa-deploy/{DOMAIN}/status.json"), may_fail=True),
)


def make_folder(count: int) -> Path:
    """An app and as many files as are missing to `count`, of bytes that do not get smaller."""
    folder = Path(tempfile.mkdtemp(prefix="bench-ship-"))
    (folder / "app.py").write_text(APP)
    content = random.Random(count)  # noqa: S311 - the same files in every run
    for number in range(count - 1):
        file = folder / f"d{number // FOLDER_FILES}" / f"{number}.bin"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content.randbytes(FILE_BYTES))
    return folder


def first_ship(count: int, emulator: Emulator) -> Sequence[Contender]:
    folder = make_folder(count)
    ready = partial(configured, emulator, ())
    by_file = Contender(
        name=PER_FILE,
        command=script(
            "per_file.py", str(folder), "/home/alice/code", f"{emulator.url}/_emulator/clock"
        ),
        prepare=ready,
        virtual=True,
    )
    return (
        Contender(name=LIMIT, command=_packed(folder, count), prepare=ready),
        _ours(folder, ready),
        *([by_file] if count <= MOST_BY_FILE else []),
    )


def one_file(count: int, emulator: Emulator) -> Sequence[Contender]:
    """The file gets other bytes before each run, and the release before is the live one."""
    folder = make_folder(count)
    file = folder / CHANGED
    content = random.Random()  # noqa: S311 - it need not be secret

    def change() -> None:
        file.write_bytes(content.randbytes(FILE_BYTES))
        emulator.clear_rate_limit()

    configured(emulator, ())
    ours = _ours(folder, change)
    launched(ours.command, environ_of(ours, emulator, port_of(emulator)))
    return (
        limit(
            change,
            (*LOOK, uploaded(file, f"incoming/{file.name}"), _pointer(folder), RELOAD, VISIT),
        ),
        ours,
    )


def _ours(folder: Path, ready: Callable[[], None]) -> Contender:
    return pa_deploy(ready, source=str(folder), app="app:application", python_version="3.13")


def _packed(folder: Path, count: int) -> tuple[str, ...]:
    """Pack, cut into parts that the API takes, and send them; then as for anything else.

    What is removed at the end has a name of its own: `$PWD` were our folder if `mktemp` failed.
    """
    there = 'parts=$(mktemp -d) && cd "$parts" || exit'
    pack = f"tar -cz -C {quote(str(folder))} . | split -a 3 -d -b {PART_BYTES} - part."
    parts = [f"part.{number:03}" for number in range(1 + count * FILE_BYTES // PART_BYTES)]
    steps = (
        *LOOK,
        *(uploaded(Path(part), f"incoming/{part}") for part in parts),
        _pointer(folder),
        RELOAD,
        VISIT,
    )
    shell, flag, send = curl(steps)
    clean = 'done=$?; rm -r "$parts"; exit $done'
    return (shell, flag, f"{there}; {pack} && {send.removeprefix('exec ')}; {clean}")


def _pointer(folder: Path) -> Step:
    """A small file more, that says what is to be live."""
    return uploaded(folder / "app.py", "incoming/pointer")
