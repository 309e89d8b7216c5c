"""A program behind a terminal, as a console that a browser has opened."""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import threading
from typing import TYPE_CHECKING

from pa_emulator.choices import CONSOLE_OUTPUT_CHARACTERS
from pa_emulator.processes import end, spawn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

CHUNK_BYTES = 65536


class Terminal:
    """A running program. Its last output can be read, and input typed."""

    def __init__(self, command: Sequence[str], folder: Path, env: Mapping[str, str]) -> None:
        self._output = "Preparing execution environment... OK\r\n"
        self._terminal, other_end = os.openpty()
        try:
            self._process = spawn(
                command,
                cwd=folder,
                env=env,
                stdin=other_end,
                output=other_end,
            )
        finally:
            os.close(other_end)
        os.set_blocking(self._terminal, False)
        self._typed = bytearray()
        self._lock = threading.Lock()
        self._bell, self._woken = socket.socketpair()
        self._bell.setblocking(False)  # noqa: FBT003 - socket takes no keyword
        self._pump = threading.Thread(target=self._run, daemon=True)
        self._pump.start()

    @property
    def output(self) -> str:
        """The last characters, raw, with their escape codes (API page: about 500)."""
        return self._output[-CONSOLE_OUTPUT_CHARACTERS:]

    def type(self, text: str) -> None:
        """Type as a person would. After the end of the program, do nothing.

        The input waits here, so that a program that does not read blocks no caller.
        """
        with self._lock:
            self._typed += text.encode("utf-8", "replace")
        with contextlib.suppress(OSError):  # closed, or full: it has been rung already
            self._bell.send(b".")

    def close(self) -> None:
        """End the program and all its jobs. Do not wait for one that still holds the terminal."""
        end(self._process)
        self._bell.close()
        self._pump.join()

    def _run(self) -> None:
        """Carry bytes both ways until the bell is gone or the program has ended."""
        with self._woken, selectors.DefaultSelector() as selector:
            selector.register(self._woken, selectors.EVENT_READ)
            selector.register(self._terminal, selectors.EVENT_READ)
            with contextlib.suppress(OSError):  # the other end is gone: the program has ended
                while self._turn(selector):
                    pass
        os.close(self._terminal)

    def _turn(self, selector: selectors.BaseSelector) -> bool:
        """Wait, then copy the bytes that are there; return False at the end."""
        wanted = selectors.EVENT_WRITE if self._typed else 0
        selector.modify(self._terminal, selectors.EVENT_READ | wanted)
        ready = {key.fd: events for key, events in selector.select()}
        if self._woken.fileno() in ready and not self._woken.recv(CHUNK_BYTES):
            return False
        events = ready.get(self._terminal, 0)
        if events & selectors.EVENT_WRITE:
            self._write()
        return self._read() if events & selectors.EVENT_READ else True

    def _write(self) -> None:
        with self._lock, contextlib.suppress(BlockingIOError):
            del self._typed[: os.write(self._terminal, self._typed[:CHUNK_BYTES])]

    def _read(self) -> bool:
        try:
            chunk = os.read(self._terminal, CHUNK_BYTES)
        except BlockingIOError:
            return True
        text = self._output + chunk.decode("utf-8", "replace")
        self._output = text[-2 * CONSOLE_OUTPUT_CHARACTERS :]
        return bool(chunk)
