"""What the CIs have in common that show warnings and errors on the page of a run."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from functools import cached_property
from typing import Literal

from pa_deploy.ci.harmless import harmless_lines
from pa_deploy.ci.plain import Pipeline

LONGEST_ANNOTATION = 4000
"""GitHub's runner cuts a message at 4096 characters."""
MOST_ANNOTATIONS = 10
"""Of each kind and step: GitHub's runner and Azure Pipelines show no more."""

Kind = Literal["warning", "error"]


class Annotating(Pipeline):
    """Warnings and errors as annotations; from the eleventh of a kind on, as lines of the log."""

    @cached_property
    def _made(self) -> Counter[Kind]:
        return Counter()

    def warning(self, text: str) -> None:
        if self._room_for("warning"):
            self._annotate("warning", "", self._message(text))
        else:
            super().warning(text)

    def error(self, title: str, text: str) -> None:
        if self._room_for("error"):
            self._annotate("error", self._one_line(title), self._message(text))
        else:
            super().error(title, text)

    @abstractmethod
    def _annotate(self, kind: Kind, title: str, message: str) -> None:
        """Make one. Title, which may be empty, and message are redacted, but not yet escaped."""

    def _room_for(self, kind: Kind) -> bool:
        self._made[kind] += 1
        return self._made[kind] <= MOST_ANNOTATIONS

    def _message(self, text: str) -> str:
        message = "\n".join(harmless_lines(self.redact(text)))
        return message if len(message) <= LONGEST_ANNOTATION else message[:LONGEST_ANNOTATION] + "…"
