"""The face of Gitea and Forgejo, whose runners are built on act, and of act itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pa_deploy.ci.github import GitHub
from pa_deploy.ci.plain import Pipeline


class Forge(GitHub):
    """GitHub's files, groups and masks; act prints an annotation as it is, with its escapes, so
    warnings and errors are lines of the log.
    """

    def mask(self, secret: str) -> None:
        """Not with `::` in it: act finds another command in such a line, and prints it."""
        if "::" in secret:
            self.hide(secret)
        else:
            super().mask(secret)

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        with super().group(title.replace("::", ": :")):
            yield

    def warning(self, text: str) -> None:
        Pipeline.warning(self, text)

    def error(self, title: str, text: str) -> None:
        Pipeline.error(self, title, text)

    def summary(self, markdown: str, *, failed: bool) -> None:
        """Where the server has them, which old ones have not."""
        if self._environ.get("GITHUB_STEP_SUMMARY"):
            super().summary(markdown, failed=failed)
