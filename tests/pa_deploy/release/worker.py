"""Web workers: programs that import a WSGI file, each in a process of its own.

`make test` forks them from a Python that has loaded what of the standard library the loader needs,
as loading it takes most of a start. `make soak` starts each.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import select
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from typing import IO, Protocol

from tests.soak import IS_SOAK

FORKS = """\
import array, bz2, ctypes, filecmp, gc, hmac, inspect, ipaddress, json, locale, logging, lzma, os
import pathlib, resource, runpy, shutil, signal, socket, sqlite3, struct, subprocess, sys, tarfile
import tempfile, traceback, urllib.parse, wsgiref.util, zlib
way = socket.socket(fileno=int(sys.argv[1]))
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
gc.freeze()
while True:
    text, files, _, _ = socket.recv_fds(way, 2**20, 3)
    if not text:
        os._exit(0)
    if not os.fork():
        break
    for file in files:
        os.close(file)
way.close()
signal.signal(signal.SIGCHLD, signal.SIG_DFL)
os.setsid()
order = json.loads(text)
os.chdir(order["directory"])
os.environ.clear()
os.environ.update(order["environ"])
for number, file in zip((1, 2), files):
    os.dup2(file, number)
    os.close(file)
os.set_inheritable(files[2], False)
sys.argv[1:] = order["arguments"]
exec(compile(order["code"], "<string>", "exec"), {"__name__": "__main__"})
"""
"""Each fork writes to the first two files that it gets, and holds the third one until it ends."""


class Worker(Protocol):
    def communicate(self, *, timeout: float) -> tuple[str, str]:
        """Wait for its end; what it has said, and what of errors."""


def start(python: str, code: str, *arguments: str) -> Worker:
    """Start a Python that runs the code."""
    if python == sys.executable and not IS_SOAK:
        return _fork(code, *arguments)
    return subprocess.Popen(
        [python, "-c", code, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@dataclass(frozen=True)
class _Forked:
    out: IO[str]
    errors: IO[str]
    end: IO[bytes]

    def communicate(self, *, timeout: float) -> tuple[str, str]:
        with self.out, self.errors, self.end:
            assert select.select([self.end], [], [], timeout)[0], "it did not end"
            return _text(self.out), _text(self.errors)


def _text(file: IO[str]) -> str:
    file.seek(0)
    return file.read()


def _fork(code: str, *arguments: str) -> Worker:
    reads, writes = os.pipe()
    out, errors = (tempfile.TemporaryFile("w+", encoding="utf-8") for _ in range(2))  # noqa: SIM115
    order = {
        "code": code,
        "arguments": arguments,
        "directory": os.getcwd(),  # noqa: PTH109
        "environ": dict(os.environ),
    }
    files = [out.fileno(), errors.fileno(), writes]
    socket.send_fds(_way_to_forks(), [json.dumps(order).encode()], files)
    os.close(writes)
    return _Forked(out, errors, os.fdopen(reads, "rb"))


@functools.cache
def _way_to_forks() -> socket.socket:
    """Start the Python that forks; it ends with this process."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        process = subprocess.Popen(
            [sys.executable, "-c", FORKS, str(its.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[its.fileno()],
        )
    atexit.register(process.wait)
    atexit.register(ours.close)
    return ours
