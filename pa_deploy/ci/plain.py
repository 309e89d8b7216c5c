"""No CI at all, or one that only keeps the log; the parent of all faces."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from pa_deploy.ci.text import CONTROL, harmless_lines

SHORTEST_SECRET = 4
"""Shorter texts are no secrets, and replacing them would make the log unreadable."""


class Ci:
    """No CI at all, or one that only keeps the log: a terminal, a pipe."""

    def __init__(self, out: TextIO, err: TextIO, secrets: Iterable[str] = ()) -> None:
        self._out = out
        self._err = err
        self._secrets = list(secrets)
        self._lock = threading.Lock()

    def hide(self, secret: str) -> None:
        """Never show this text from now on."""
        if len(secret) >= SHORTEST_SECRET and secret not in self._secrets:
            self._secrets.append(secret)

    def mask(self, secret: str) -> None:
        """Hide it, and have the CI hide it in what other programs of the job print."""
        self.hide(secret)

    def clean(self, text: str) -> str:
        """Without control characters and secrets, in this order, and with nothing that UTF-8 lacks.

        What is shown must have come through here before it is cut or escaped.
        """
        text = CONTROL.sub("", text.encode("utf-8", "backslashreplace").decode())
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def aside(self) -> Ci:
        """The same, but with all lines on the error stream: for a command whose output is data."""
        return Ci(self._err, self._err, self._secrets)

    def log(self, text: str = "") -> None:
        self._print(self._out, text)

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """Lines that belong together, under a title."""
        self.log(title)
        yield

    def warning(self, text: str) -> None:
        self._print(self._err, f"Warning: {text}")

    def error(self, title: str, text: str) -> None:
        self._print(self._err, f"Error: {title}\n{text}")

    def output(self, name: str, value: str) -> None:
        """Hand a value to later steps; a plain log has none."""

    def summary(self, markdown: str) -> None:
        """Show Markdown on the page of the run; a plain log has none."""

    def _print(self, stream: TextIO, text: str) -> None:
        """Whole lines at once, as threads share the log. A reader that went away stops nothing."""
        lines = "".join(f"{line}\n" for line in harmless_lines(self.clean(text)))
        with self._lock, suppress(OSError):
            stream.write(lines)
            stream.flush()
