"""The CI system that the run stands in: how it wants log lines, annotations, outputs, summary.

All text goes out through here, cleaned: secrets become `***`, and nothing that came from
outside can be taken for a command by the CI.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TextIO

import github_action_utils as gha

from pa_deploy.model import Run

LONGEST_ANNOTATION = 4000
"""The runner cuts a message at 4096 characters."""
LARGEST_SUMMARY_BYTES = 1_000_000
"""The runner drops a summary of more than 1 MiB whole."""
SHORTEST_SECRET = 4
"""Shorter texts are no secrets, and replacing them would make the log unreadable."""

LINE_END = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
CONTROL = re.compile(
    r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]"
    r"|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def harmless_lines(text: str) -> list[str]:
    """Lines that no CI takes for a command.

    GitHub's runner reads `::name::` at the start of a line and `##[name]` anywhere in it, Azure
    Pipelines reads `##vso[name]`.
    """
    lines = []
    for line in LINE_END.split(text):
        broken = re.sub(r"##(?=\w*\[)", "# #", CONTROL.sub("", line))
        lines.append(f"| {broken}" if broken.lstrip().startswith("::") else broken)
    return lines


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


class GitHub(Ci):
    """The GitHub Actions runner: workflow commands on stdout, files for outputs and summary."""

    def __init__(self, out: TextIO, err: TextIO, secrets: Iterable[str] = ()) -> None:
        super().__init__(out, err, secrets)
        self._unwritable: set[str] = set()

    def mask(self, secret: str) -> None:
        super().mask(secret)
        if len(secret) >= SHORTEST_SECRET and secret.strip():
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


RUN_URLS = (
    "CI_JOB_URL",  # GitLab
    "CI_PIPELINE_URL",  # Woodpecker
    "DRONE_BUILD_LINK",
    "CIRCLE_BUILD_URL",
    "BUILD_URL",  # Jenkins
)
OWNERS = ("GITHUB_ACTOR", "GITLAB_USER_LOGIN", "CI_COMMIT_AUTHOR", "DRONE_COMMIT_AUTHOR",
          "CIRCLE_USERNAME", "LOGNAME", "USER")  # fmt: skip


def who_runs(environ: Mapping[str, str]) -> Run:
    """Who has started this run, and where a person can look at it; "" where it is not told."""
    url = next((environ[name] for name in RUN_URLS if environ.get(name)), "")
    if environ.get("GITHUB_RUN_ID"):
        parts = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY")
        url = "/".join([*(environ.get(name, "") for name in parts), "actions", "runs",
                        environ["GITHUB_RUN_ID"]])  # fmt: skip
    owner = next((environ[name] for name in OWNERS if environ.get(name)), "")
    return Run(owner=owner, url=url)


def detect(environ: Mapping[str, str], out: TextIO, err: TextIO) -> Ci:
    """The CI that these variables belong to."""
    if environ.get("GITHUB_ACTIONS") == "true":
        return GitHub(out, err)
    return Ci(out, err)
