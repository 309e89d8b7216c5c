"""Errors of the account in a URL."""

from __future__ import annotations

from pa_emulator.errors import PythonAnywhereError
from pa_emulator.hosting.pages import server_error


class NoSuchUser(PythonAnywhereError):
    """500 and a page, for a user that does not exist (observed by clients)."""

    status = 500

    def __init__(self) -> None:
        super().__init__(server_error())
