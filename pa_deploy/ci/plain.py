"""No CI at all, and a CI that only keeps the log: the parents of all faces."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TextIO

from pa_deploy.ci.harmless import harmless_lines
from pa_deploy.ci.hiding import Hiding, spellings


class Ci:
    """No CI at all: a terminal, a pipe. `environ` is what the face may know of the world.

    All text loses the secrets that `hiding` has here, as it leaves, but for what is Exact.
    """

    def __init__(
        self,
        out: TextIO,
        err: TextIO,
        environ: Mapping[str, str] = {},
        hiding: Hiding | None = None,
    ) -> None:
        self._out = out
        self._err = err
        self._environ = environ
        self.hiding = hiding or Hiding()
        self.is_quiet = False
        self._lock = threading.Lock()

    def mask(self, secret: str) -> None:
        """Hide it, and have the CI hide it in what other programs of the job print."""
        self.hiding.add(secret)
        for spelling in spellings(secret):
            self._mask(spelling)

    def learn(self, secret: str) -> None:
        """As `mask`, of a secret that is not an input: the run has found it. If it is weak, it is
        hidden only if nothing stands beside it.
        """
        if self.hiding.is_weak(secret):
            self.hiding.add_weak(secret)
        elif not self.hiding.has(secret):
            self.mask(secret)

    def redact(self, text: str) -> str:
        """The text without control characters and secrets, in this order, and with nothing that
        UTF-8 lacks. Only what is to be cut or escaped has to come through here beforehand.
        """
        return self.hiding.leaving(text)

    def aside(self) -> Ci:
        """The same, but with all lines on the error stream: for a command whose output is data."""
        return Ci(self._err, self._err, self._environ, self.hiding)

    def log(self, text: str = "") -> None:
        """A line for whoever follows the run; a quiet one has none."""
        if not self.is_quiet:
            self._print(self._out, text)

    def result(self, text: str) -> None:
        """A line that tells what has come of the run."""
        self._print(self._out, text)

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """Lines that belong together, under a title."""
        self.log(title)
        yield

    def warning(self, text: str) -> None:
        self._complain(f"Warning: {text}")

    def error(self, title: str, text: str) -> None:
        self._complain(f"Error: {title}\n{text}")

    def debug(self, text: str) -> None:
        """Lines for somebody who looks for a fault. They are not data, so they go to stderr."""
        self._print(self._err, text)

    def debug_if_asked(self, text: str) -> None:
        """The same, shown only in a run with debug logging, if the CI knows such runs."""
        self.debug(text)

    def doing(self, text: str, done: int = 0, total: int = 0) -> None:
        """What is happening until the next line, "" for nothing more; shown on a terminal only.

        `done` of `total` are bytes, 0 if there is no such number.
        """

    def output(self, name: str, value: str) -> None:
        """Hand a value to later steps."""
        self._output(name, self.redact(value))

    def summary(self, markdown: str, *, failed: bool) -> None:
        """Show Markdown on the page of the run."""
        self._summary(self.redact(markdown), failed=failed)

    def _mask(self, secret: str) -> None:
        """A plain log has no masks."""

    def _output(self, name: str, value: str) -> None:
        """A plain log has none."""

    def _summary(self, markdown: str, *, failed: bool) -> None:
        """A plain log has none."""

    def _complain(self, text: str) -> None:
        self._print(self._err, text)

    def _print(self, stream: TextIO, text: str) -> None:
        """Whole lines at once, as threads share the log."""
        lines = harmless_lines(self.redact(text))
        self._write(stream, "".join(f"{line}\n" for line in lines))

    def _write(self, stream: TextIO, lines: str) -> None:
        """The lines as they are. A reader that went away stops nothing."""
        with self._lock, suppress(OSError):
            stream.write(lines)
            stream.flush()


class Pipeline(Ci):
    """A CI that keeps one log: Woodpecker, Drone, Jenkins; and what the others have in common.

    Complaints go to stdout, because a CI does not keep the order between two pipes.
    """

    @cached_property
    def _unwritable(self) -> set[str]:
        """Variables whose file could not be written."""
        return set()

    def _complain(self, text: str) -> None:
        self._print(self._out, text)

    def _command(self, line: str) -> None:
        """A line in the CI's own syntax, its values escaped by the caller."""
        self._write(self._out, f"{line}\n")

    def _one_line(self, text: str) -> str:
        return " ".join(harmless_lines(self.redact(text)))

    def _append(self, variable: str, line: str) -> None:
        """Append to the file that a variable names, if it is set. Only we extend the file."""
        file = self._environ.get(variable)
        if not file:
            return
        try:
            with Path(file).open("a", encoding="utf-8", newline="\n") as stream:
                stream.write(f"{line}\n")
        except OSError as error:
            self._unwritable_file(variable, error.strerror or str(error))

    def _unwritable_file(self, variable: str, reason: str) -> None:
        """Warn, once for each file."""
        if variable not in self._unwritable:
            self._unwritable.add(variable)
            self.warning(f"Cannot write to the file that {variable} names: {reason}.")
