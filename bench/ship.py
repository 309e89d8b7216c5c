"""Shipping a folder of many files, for the first time and with one file changed."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bench.curl import Get, Send, Step, curl
from bench.model import Contender, Scenario
from bench.scenarios import (
    DOMAIN,
    PA_DEPLOY,
    RELOAD,
    VISIT,
    account,
    configured,
    script,
)
from pa_emulator import Emulator

FILE_BYTES = 20_000
FOLDER_FILES = 100
PART_BYTES = 100_000_000
APP = """\
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ok"]
"""
INCOMING = "/home/alice/incoming"


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
    parts = [f"/tmp/part.{number:03}" for number in range(1 + count * FILE_BYTES // PART_BYTES)]  # noqa: S108
    uploads = [upload(part, f"{INCOMING}/{Path(part).name}") for part in parts]
    return (
        Contender(name="limit (tar, curl)", command=packed(folder, uploads), prepare=ready),
        ship(folder, ready),
        Contender(
            name="a request a file",
            command=script("per_file.py", str(folder), "/home/alice/code", DOMAIN, emulator.url),
            prepare=ready,
            environ={"BENCH_CA": str(emulator.ca)},
            virtual=True,
        ),
    )


def packed(folder: Path, uploads: Sequence[Step]) -> tuple[str, ...]:
    """Pack, cut into parts that the API takes, and send them; then as for anything else."""
    pack = f'cd "$(mktemp -d)" && tar -cz -C {folder} . | split -a 3 -d -b {PART_BYTES} - part.'
    relative = [
        Send(method=each.method, path=each.path, content=Path(each.content.name))
        for each in uploads
        if isinstance(each, Send) and each.content
    ]
    shell, flag, send = curl((*relative, pointer(folder), RELOAD, VISIT))
    return (shell, flag, f"{pack} && {send.removeprefix('exec ')}; done=$?; rm -r \"$PWD\"; exit $done")


def upload(file: str, path: str) -> Send:
    return Send(method="POST", path=account(f"files/path{path}"), content=Path(file))


def pointer(folder: Path) -> Step:
    """A small file more, that says what is to be live."""
    return upload(str(folder / "app.py"), f"{INCOMING}/pointer")


def ship(folder: Path, prepare: partial[None]) -> Contender:
    return Contender(
        name="pa-deploy",
        command=(str(PA_DEPLOY), "deploy"),
        prepare=prepare,
        environ={
            "PA_SOURCE": str(folder),
            "PA_APP": "app:application",
            "PA_PYTHON_VERSION": "3.13",
        },
    )
