"""The face of Gitea and Forgejo, whose runners are built on act, and of act itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from pa_deploy.ci.github import GitHub
from pa_deploy.ci.plain import Pipeline


class Forge(GitHub):
    """GitHub's files, groups and masks; act prints an annotation as it is, with its escapes, so
    warnings and errors are lines of the log.

    Act reads a command up to the last `::`, and none at all where a blank stands before it and no
    properties do (its pkg/runner/command.go). So commands are written without that blank, which
    `github_action_utils` puts there, and their data has no `::`.
    """

    def mask(self, secret: str) -> None:
        """Not what would make another command of the line, which act prints."""
        self.hide(secret)
        if "::" not in f":{secret}":
            self._command(f"::add-mask::{escaped(secret)}")

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        self._command(f"::group::{escaped(apart(self._one_line(title)))}")
        try:
            yield
        finally:
            self._command("::endgroup::")

    def warning(self, text: str) -> None:
        Pipeline.warning(self, text)

    def error(self, title: str, text: str) -> None:
        Pipeline.error(self, title, text)

    def _summary(self, markdown: str, *, failed: bool) -> None:
        """Where the server has them, which old ones have not."""
        if self._environ.get("GITHUB_STEP_SUMMARY"):
            super()._summary(markdown, failed=failed)


def apart(data: str) -> str:
    """A blank before each colon that would become a `::`."""
    return re.sub(r"(?:^|(?<=:))(?=:)", " ", data)


def escaped(data: str) -> str:
    """The data of a command, as GitHub's runner reads it too: one line."""
    return data.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
