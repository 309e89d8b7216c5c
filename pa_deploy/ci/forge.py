"""The face of Gitea and Forgejo, whose runners are built on act, and of act itself."""

from __future__ import annotations

from pa_deploy.ci.github import GitHub
from pa_deploy.ci.plain import Pipeline


class Forge(GitHub):
    """GitHub's files, groups and masks; act prints an annotation as it is, with its escapes, so
    warnings and errors are lines of the log.
    """

    def _mask(self, secret: str) -> None:
        """Not what would make another command of the line, which act prints."""
        if "::" not in f":{secret}":
            super()._mask(secret)

    def warning(self, text: str) -> None:
        Pipeline.warning(self, text)

    def error(self, title: str, text: str) -> None:
        Pipeline.error(self, title, text)

    def _summary(self, markdown: str, *, failed: bool) -> None:
        """Only if the server has summaries: old ones have none."""
        if self._environ.get("GITHUB_STEP_SUMMARY"):
            super()._summary(markdown, failed=failed)
