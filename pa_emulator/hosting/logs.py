"""Access and server logs of hosted sites, in PythonAnywhere's formats."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from pa_emulator.paths import as_seen, log_path, under

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path
    from wsgiref.types import WSGIEnvironment

    from pa_emulator.clock import Clock

ADDRESS = "10.0.0.46"
"""The address of the machine that passes visitors on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One request to a site; `sent` in bytes, `seconds` from first to last."""

    address: str
    request_line: str
    status: int
    sent: int
    referer: str
    agent: str
    forwarded: str
    seconds: float


def access_line(hit: Hit, when: datetime) -> str:
    """Return a line in the format that the help pages show."""
    return (
        f"{hit.address} - - [{when:%d/%b/%Y:%H:%M:%S %z}] "
        f'"{hit.request_line}" {hit.status} {hit.sent} '
        f'"{hit.referer or "-"}" "{hit.agent or "-"}" "{hit.forwarded}" '
        f"response-time={hit.seconds:.3f}\n"
    )


def hit_of(environ: WSGIEnvironment, status: int, sent: int, seconds: float) -> Hit:
    """Return the log entry of a request that was answered."""
    line = (environ["REQUEST_METHOD"], environ["REQUEST_URI"], environ["SERVER_PROTOCOL"])
    return Hit(
        address=ADDRESS,
        request_line=" ".join(line),
        status=status,
        sent=sent,
        referer=environ.get("HTTP_REFERER", ""),
        agent=environ.get("HTTP_USER_AGENT", ""),
        forwarded=environ.get("HTTP_X_FORWARDED_FOR") or environ["REMOTE_ADDR"],
        seconds=seconds,
    )


def write_access(root: Path, domain: str, line: str) -> None:
    with _open(root, domain, "access") as file:
        file.write(line.encode("utf-8", "replace"))


def write_server(root: Path, domain: str, text: str, when: datetime) -> None:
    with _open(root, domain, "server") as file:
        file.write(f"{when:%Y-%m-%d %H:%M:%S} {text}\n".encode("utf-8", "replace"))


def follow(
    stream: IO[bytes],
    root: Path,
    domain: str,
    clock: Clock,
    is_wanted: Callable[[str], bool] = bool,
) -> threading.Thread:
    """Copy a process's output into the server log until it ends; date each line."""

    def copy() -> None:
        for line in stream:
            text = as_seen(root, line.decode("utf-8", "replace")).rstrip()
            if is_wanted(text):
                write_server(root, domain, text, clock.now())
        stream.close()

    thread = threading.Thread(target=copy, daemon=True)
    thread.start()
    return thread


def _open(root: Path, domain: str, kind: str) -> IO[bytes]:
    """Open the log for one write, so that a deleted log comes back."""
    path = under(root, log_path(domain, kind))
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("ab")
