"""Errors of websites."""

from __future__ import annotations

from pa_emulator.errors import PythonAnywhereError


class DomainExists(PythonAnywhereError):
    """400 for a domain that has a website (official library's tests)."""

    def __init__(self) -> None:
        super().__init__({"domain_name": ["domain with this domain name already exists."]})


class TooManySites(PythonAnywhereError):
    """403 if the plan allows no more web apps and websites; status and words are ours."""

    status = 403

    def __init__(self, allowed: int) -> None:
        super().__init__(
            {"detail": f"Your account allows {allowed} web apps and websites, and has them all."}
        )
