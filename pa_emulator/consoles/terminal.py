"""A program behind a terminal, as a console that a browser has opened."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from pa_emulator.choices import CONSOLE_OUTPUT_CHARACTERS
from pa_emulator.processes import base_python, end, spawn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LAUNCHER = Path(__file__).with_name("launcher.py")
_CHUNK_BYTES = 65536


class Terminal:
    """A running program: what it printed last can be read, and typed into it."""

    def __init__(self, command: Sequence[str], folder: Path, env: Mapping[str, str]) -> None:
        self._output = "Preparing execution environment... OK\r\n"
        self._terminal, other_end = os.openpty()
        try:
            self._process = spawn(
                [base_python(), "-I", str(_LAUNCHER), str(os.getpid()), *command],
                cwd=folder,
                env=env,
                stdin=other_end,
                output=other_end,
            )
        finally:
            os.close(other_end)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def output(self) -> str:
        """The last characters, raw, with their escape codes (API page: about 500)."""
        return self._output[-CONSOLE_OUTPUT_CHARACTERS:]

    def type(self, text: str) -> None:
        """Type as a person would; nothing happens once the program has ended."""
        data = text.encode("utf-8", "replace")
        with contextlib.suppress(OSError):
            while data:
                data = data[os.write(self._terminal, data) :]

    def close(self) -> None:
        end(self._process)
        self._reader.join()
        os.close(self._terminal)

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # the other end is gone: the program has ended
            while chunk := os.read(self._terminal, _CHUNK_BYTES):
                text = self._output + chunk.decode("utf-8", "replace")
                self._output = text[-2 * CONSOLE_OUTPUT_CHARACTERS :]
