"""GitHub's face."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

import github_action_utils as gha

from pa_deploy.ci.plain import Ci
from pa_deploy.ci.text import harmless_lines

LONGEST_ANNOTATION = 4000
"""The runner cuts a message at 4096 characters."""
LARGEST_SUMMARY_BYTES = 1_000_000
"""The runner drops a summary of more than 1 MiB whole."""


class GitHub(Ci):
    """The GitHub Actions runner: workflow commands on stdout, files for outputs and summary."""

    def __init__(self, out: TextIO, err: TextIO, secrets: Iterable[str] = ()) -> None:
        super().__init__(out, err, secrets)
        self._unwritable: set[str] = set()

    def mask(self, secret: str) -> None:
        super().mask(secret)
        if secret.strip():
            self._command(lambda: gha.add_mask(secret))

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        self._command(lambda: gha.start_group(self._annotation(title)))
        try:
            yield
        finally:
            self._command(gha.end_group)

    def warning(self, text: str) -> None:
        self._command(lambda: gha.warning(self._annotation(text)))

    def error(self, title: str, text: str) -> None:
        self._command(lambda: gha.error(self._annotation(text), title=self.clean(title)))

    def output(self, name: str, value: str) -> None:
        self._write("GITHUB_OUTPUT", lambda: gha.set_output(name, self.clean(value)))

    def summary(self, markdown: str) -> None:
        text = _at_most(LARGEST_SUMMARY_BYTES, self.clean(markdown))
        self._write("GITHUB_STEP_SUMMARY", lambda: gha.append_job_summary(text))

    def _command(self, print_it: Callable[[], object]) -> None:
        with self._lock, suppress(OSError):
            print_it()

    def _annotation(self, text: str) -> str:
        message = "\n".join(harmless_lines(self.clean(text)))
        return message if len(message) <= LONGEST_ANNOTATION else message[:LONGEST_ANNOTATION] + "…"

    def _write(self, variable: str, write_it: Callable[[], object]) -> None:
        """Write to a file of the runner's; where that fails, warn once for each file."""
        try:
            write_it()
        except (KeyError, OSError) as error:
            if variable not in self._unwritable:
                self._unwritable.add(variable)
                reason = error.strerror if isinstance(error, OSError) else "it is not set"
                self.warning(f"The file that {variable} names cannot be written: {reason}.")


def _at_most(limit: int, markdown: str) -> str:
    """The first lines of the Markdown, with a word about the cut where there is one."""
    raw = markdown.encode()
    if len(raw) <= limit:
        return markdown
    kept = raw[:limit].decode(errors="ignore").rpartition("\n")[0]
    return f"{kept}\n\n**The summary was cut here: the runner takes no more than 1 MiB.**\n"
