"""What a recording has to know of the run's secrets."""

from __future__ import annotations

from typing import Protocol


class Secrets(Protocol):
    """The face of the CI is one."""

    def redact(self, text: str) -> str:
        """The text without secrets."""

    def is_secret(self, text: str) -> bool:
        """Whether a text has a secret in it, or is one that is too weak to be found in others."""
