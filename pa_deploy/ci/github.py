"""GitHub's face."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from pa_deploy.ci.annotating import Annotating, Kind
from pa_deploy.ci.harmless import harmless_lines
from pa_deploy.ci.plain import Ci

FENCE = re.compile("`{3,}")
LARGEST_SUMMARY_BYTES = 1_000_000
"""The runner drops a summary of more than 1 MiB whole."""


class DebugCommands(Ci):
    """What the runner shows in a run with debug logging alone, which sets RUNNER_DEBUG."""

    def debug_if_asked(self, text: str) -> None:
        lines = harmless_lines(self.redact(text))
        self._write(self._out, "".join(f"::debug::{escaped(apart(line))}\n" for line in lines))


class GitHub(DebugCommands, Annotating):
    """The GitHub Actions runner: workflow commands on stdout, files for outputs and summary.

    No state is saved: that is for an action with a step of its own at the end of the job.
    """

    def aside(self) -> Ci:
        return DebugCommands(self._err, self._err, self._environ, self.hiding)

    def _mask(self, secret: str) -> None:
        if _is_unicode(secret):
            self._command(f"::add-mask::{escaped(secret)}")

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        self._command(f"::group::{escaped(apart(self._one_line(title)))}")
        try:
            yield
        finally:
            self._command("::endgroup::")

    def _output(self, name: str, value: str) -> None:
        end = f"pa-deploy-{uuid.uuid4()}"
        self._write_file("GITHUB_OUTPUT", f"{name}<<{end}\n{value}\n{end}")

    def _summary(self, markdown: str, *, failed: bool) -> None:  # noqa: ARG002 - the text says it
        self._write_file("GITHUB_STEP_SUMMARY", at_most(LARGEST_SUMMARY_BYTES, markdown))

    def _annotate(self, kind: Kind, title: str, message: str) -> None:
        properties = f" title={_escaped_property(title)}" if title else ""
        self._command(f"::{kind}{properties}::{escaped(message)}")

    def _write_file(self, variable: str, text: str) -> None:
        if self._environ.get(variable):
            self._append(variable, text)
        else:
            self._unwritable_file(variable, "the variable is not set")


def at_most(limit: int, markdown: str) -> str:
    """The first lines of the Markdown, with a word about the cut if there is one."""
    raw = markdown.encode()
    if len(raw) <= limit:
        return markdown
    kept = raw[:limit].decode(errors="ignore").rpartition("\n")[0]
    word = "**The summary was cut here: the CI takes no more than 1 MiB.**"
    return f"{kept}\n{_end_of_what_is_open(kept)}\n{word}\n"


def _end_of_what_is_open(markdown: str) -> str:
    """Lines that end a fence and what can be unfolded: what follows would be a part of it. Tables
    and quotes end with a blank line.
    """
    fence, unfolding = "", 0
    for line in markdown.split("\n"):
        found = FENCE.match(line)
        if fence:
            fence = "" if line == fence else fence
        elif found:
            fence = found[0]
        else:
            unfolding += line.count("<details>") - line.count("</details>")
    return f"{fence}\n" * bool(fence) + "\n</details>\n" * unfolding


def escaped(data: str) -> str:
    """The data of a command: one line (actions/toolkit, packages/core)."""
    return data.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(value: str) -> str:
    """A property of a command, which ends at a comma or a colon."""
    return escaped(value).replace(":", "%3A").replace(",", "%2C")


def apart(data: str) -> str:
    """A blank before each colon that would become a `::`: act's runner reads a command up to the
    last one (its pkg/runner/command.go).
    """
    return re.sub(r"(?:^|(?<=:))(?=:)", " ", data)


def _is_unicode(text: str) -> bool:
    """Bytes of the environment that are not UTF-8 cannot be masked: no command can hold them."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
