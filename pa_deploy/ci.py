"""The CI system that the run stands in: how it wants log lines, annotations, outputs, summary.

All text goes out through here, cleaned: secrets become `***`, and nothing that came from
outside can be taken for a command by the CI.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO

import github_action_utils as gha

LONGEST_ANNOTATION = 4000
"""The runner cuts a message at 4096 characters."""
SHORTEST_SECRET = 4
"""Shorter texts are no secrets, and replacing them would make the log unreadable."""

LINE_END = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
CONTROL = re.compile(
    r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
)


def harmless_lines(text: str) -> list[str]:
    """Lines that no CI takes for a command.

    GitHub's runner reads `::name::` at the start of a line and `##[name]` anywhere in it, Azure
    Pipelines reads `##vso[name]`.
    """
    lines = []
    for line in LINE_END.split(text):
        visible = CONTROL.sub("", line)
        broken = re.sub(r"##(?=\w*\[)", "# #", visible)
        lines.append(f"| {broken}" if broken.lstrip().startswith("::") else broken)
    return lines


class Ci:
    """No CI at all, or one that only keeps the log: a terminal, a pipe."""

    def __init__(self, out: TextIO, err: TextIO) -> None:
        self._out = out
        self._err = err
        self._secrets: list[str] = []

    def mask(self, secret: str) -> None:
        """Never show this text from now on."""
        if len(secret) >= SHORTEST_SECRET:
            self._secrets.append(secret)

    def clean(self, text: str) -> str:
        """Without secrets, and without what UTF-8 cannot express (undecodable bytes in a value)."""
        text = text.encode("utf-8", "backslashreplace").decode()
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def aside(self) -> Ci:
        """The same, but with all lines on the error stream: for a command whose output is data."""
        aside = Ci(self._err, self._err)
        aside._secrets = self._secrets
        return aside

    def log(self, text: str = "") -> None:
        self._print(self._out, text)

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """Lines that belong together, under a title."""
        self.log(title)
        yield

    def notice(self, text: str) -> None:
        self._print(self._out, f"Note: {text}")

    def warning(self, text: str) -> None:
        self._print(self._err, f"Warning: {text}")

    def error(self, title: str, text: str) -> None:
        self._print(self._err, f"Error: {title}\n{text}")

    def output(self, name: str, value: str) -> None:
        """Hand a value to later steps; a plain log has none."""

    def summary(self, markdown: str) -> None:
        """Show Markdown on the page of the run; a plain log has none."""

    def _print(self, stream: TextIO, text: str) -> None:
        for line in harmless_lines(self.clean(text)):
            print(line, file=stream, flush=True)


class GitHub(Ci):
    """The GitHub Actions runner: workflow commands on stdout, files for outputs and summary."""

    def mask(self, secret: str) -> None:
        super().mask(secret)
        if secret.strip():
            gha.add_mask(secret)

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        with gha.group(self.clean(title)):
            yield

    def notice(self, text: str) -> None:
        gha.notice(self._annotation(text))

    def warning(self, text: str) -> None:
        gha.warning(self._annotation(text))

    def error(self, title: str, text: str) -> None:
        gha.error(self._annotation(text), title=self.clean(title))

    def output(self, name: str, value: str) -> None:
        try:
            gha.set_output(name, self.clean(value))
        except (KeyError, OSError) as error:
            self._cannot("the output " + name, "GITHUB_OUTPUT", error)

    def summary(self, markdown: str) -> None:
        try:
            gha.append_job_summary(self.clean(markdown))
        except (KeyError, OSError) as error:
            self._cannot("the job summary", "GITHUB_STEP_SUMMARY", error)

    def _annotation(self, text: str) -> str:
        message = "\n".join(harmless_lines(self.clean(text)))
        return message if len(message) <= LONGEST_ANNOTATION else message[:LONGEST_ANNOTATION] + "…"

    def _cannot(self, what: str, variable: str, error: Exception) -> None:
        reason = error.strerror if isinstance(error, OSError) else "it is not set"
        self.log(f"{what} was not written: {variable}: {reason}")


def detect(environ: Mapping[str, str], out: TextIO, err: TextIO) -> Ci:
    """The CI that these variables belong to."""
    if environ.get("GITHUB_ACTIONS") == "true":
        return GitHub(out, err)
    return Ci(out, err)
