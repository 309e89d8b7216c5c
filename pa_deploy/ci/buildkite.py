"""Buildkite's face."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from pa_deploy.ci.github import at_most
from pa_deploy.ci.plain import Pipeline

LARGEST_ANNOTATION_BYTES = 1_000_000
"""The agent refuses more than 1 MiB."""
PASSED_ON = frozenset(
    {
        *("PATH", "HOME", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR"),
        *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
    }
)
"""The variables that the agent gets, besides its own, which begin with BUILDKITE_."""
AGENT_SECONDS = 15
"""A second or two is usual; the report's files wait for it."""


class Buildkite(Pipeline):
    """Groups in the log; the summary becomes an annotation if the agent is at hand."""

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """A group lasts until the next one begins."""
        self._command(f"--- {self._one_line(title)}")
        try:
            yield
        finally:
            self._command("+++ pa-deploy")

    def error(self, title: str, text: str) -> None:
        """In a group that is open, whichever it is."""
        self._command("^^^ +++")
        super().error(title, text)

    def _environment(self) -> dict[str, str]:
        """The variables that the agent gets: none that has a secret in it."""
        return {
            name: value
            for name, value in self._environ.items()
            if (name in PASSED_ON or name.startswith("BUILDKITE_"))
            and not self.hiding.is_secret(value)
        }

    def _summary(self, markdown: str, *, failed: bool) -> None:
        agent = shutil.which("buildkite-agent", path=self._environ.get("PATH"))
        if agent is None:
            return
        style = "error" if failed else "success"
        context = f"pa-deploy-{self._environ.get('BUILDKITE_JOB_ID', '')}"
        command = [agent, "annotate", "--style", style, "--context", context]
        try:
            subprocess.run(  # noqa: S603 - the agent of the job, with words of our own
                command,
                input=at_most(LARGEST_ANNOTATION_BYTES, markdown).encode(),
                env=self._environment(),
                capture_output=True,
                check=True,
                timeout=AGENT_SECONDS,
            )
        except (OSError, subprocess.SubprocessError) as error:
            said = (getattr(error, "stderr", None) or b"").decode(errors="replace")
            self.warning(f"buildkite-agent could not add the annotation: {error}\n{said}".strip())
