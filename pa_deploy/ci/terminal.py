"""A terminal: colours, and a last line that says what is happening and for how long."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import TextIO

from rich.console import Console, RenderableType
from rich.progress import (
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.progress_bar import ProgressBar
from rich.table import Column
from rich.text import Text

from pa_deploy.ci.harmless import harmless_lines
from pa_deploy.ci.hiding import Hiding
from pa_deploy.ci.plain import Ci

STYLES = (
    (r"  \+ ", "green"),
    (r"  ~ ", "yellow"),
    (r"  - ", "red"),
    (r"  ! |Warning: ", "bold yellow"),
    (r"Error: |Not live: |Not done: |Unknown whether ", "bold red"),
    (r"Healthy: ", "green"),
    (r"    |\| ", "dim"),
)
"""How lines begin, and their styles. What the server prints begins with a bar."""
OF_THE_SERVER = "| "
BAR_COLUMNS = 20


class Bar(ProgressColumn):
    """Nothing if it is not known how much there is to do."""

    def render(self, task: Task) -> RenderableType:
        if not task.total:
            return ""
        return ProgressBar(total=task.total, completed=task.completed, width=BAR_COLUMNS)


class LastLine:
    """The line below all others, which is drawn anew several times a second."""

    def __init__(self, console: Console) -> None:
        self._drawn = Progress(
            SpinnerColumn(),
            TextColumn(
                "{task.description}", markup=False, table_column=Column(no_wrap=True, ratio=1)
            ),
            Bar(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            expand=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task: TaskID | None = None
        self._text = ""

    def say(self, text: str, done: int, total: int) -> None:
        """Show a text, with a bar if there is a total. The time counts from the first such text."""
        known = total or None
        if self._task is not None and text == self._text:
            self._drawn.update(self._task, completed=done, total=known)
            return
        if self._task is not None:
            self._drawn.remove_task(self._task)
        self._task, self._text = self._drawn.add_task(text, completed=done, total=known), text

    def start(self) -> None:
        self._drawn.start()

    def stop(self) -> None:
        self._drawn.stop()


def _style(line: str) -> str:
    return next((style for pattern, style in STYLES if re.match(pattern, line)), "")


class Terminal(Ci):
    """For a person who watches. Both streams are the same terminal."""

    def __init__(
        self, out: TextIO, err: TextIO, environ: Mapping[str, str], hiding: Hiding | None = None
    ) -> None:
        super().__init__(out, err, environ, hiding)
        self._console = Console(
            file=out,
            highlight=False,
            no_color="NO_COLOR" in environ or None,
            _environ=environ,
        )
        self._live: LastLine | None = None

    def doing(self, text: str, done: int = 0, total: int = 0) -> None:
        if self.is_quiet:
            return
        line = " ".join(harmless_lines(self.redact(text)))
        with self._lock, suppress(OSError):
            if not line:
                self._end()
            else:
                self._begin().say(line, done, total)

    def aside(self) -> Ci:
        self.doing("")
        return super().aside()

    def _write(self, stream: TextIO, lines: str) -> None:  # noqa: ARG002 - one terminal
        with self._lock, suppress(OSError):
            if self._live and not lines.startswith(OF_THE_SERVER):
                self._live.say("", 0, 0)
            for line in lines.splitlines():
                self._console.print(Text(line, _style(line)), soft_wrap=True)

    def _begin(self) -> LastLine:
        if self._live is None:
            self._live = LastLine(self._console)
            self._live.start()
        return self._live

    def _end(self) -> None:
        if self._live:
            self._live.stop()
            self._live = None
