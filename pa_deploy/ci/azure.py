"""The face of Azure Pipelines."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pa_deploy.ci.annotating import Annotating, Kind
from pa_deploy.ci.assignments import variable


class Azure(Annotating):
    """Logging commands: the agent finds them anywhere in a line, and undoes the escapes in them."""

    def _mask(self, secret: str) -> None:
        self._command(f"##vso[task.setsecret]{escaped(secret)}")

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        self._command(f"##[group]{self._one_line(title)}")
        try:
            yield
        finally:
            self._command("##[endgroup]")

    def _output(self, name: str, value: str) -> None:
        text = escaped(value)
        self._command(f"##vso[task.setvariable variable={variable(name)};isOutput=true]{text}")

    def _summary(self, markdown: str, *, failed: bool) -> None:  # noqa: ARG002 - the text says it
        """A file that the agent reads at the end of the step: in a container, its temporary
        directory must be mounted at its own path. If it is not, there is no summary.
        """
        directory = self._environ.get("AGENT_TEMPDIRECTORY")
        if not directory:
            return
        file = Path(directory) / f"pa-deploy-{time.time_ns()}.md"
        try:
            file.write_text(markdown, encoding="utf-8", newline="\n")
        except OSError as error:
            self.warning(
                f"Cannot write the summary to {directory} (AGENT_TEMPDIRECTORY): {error.strerror}. "
                "Mount this directory into the container at the same path."
            )
        else:
            self._command(f"##vso[task.uploadsummary]{escaped(str(file))}")

    def _annotate(self, kind: Kind, title: str, message: str) -> None:
        text = f"{title}: {message}" if title else message
        self._command(f"##vso[task.logissue type={kind}]{escaped(text)}")


def escaped(text: str) -> str:
    """As the data of a command: one line, its percent signs kept (Azure's own task library)."""
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")
