"""Errors of consoles."""

from __future__ import annotations

from pa_emulator.choices import CONSOLE_LIMIT_STATUS
from pa_emulator.errors import PythonAnywhereError
from pa_emulator.hosting.pages import console_limit


class TooManyConsoles(PythonAnywhereError):
    """The plan's consoles are all in use: a page, not JSON (observed by clients)."""

    status = CONSOLE_LIMIT_STATUS

    def __init__(self) -> None:
        super().__init__(console_limit())


class NotStarted(PythonAnywhereError):
    """412 for typing into a console that no browser has opened (observed by clients)."""

    status = 412

    def __init__(self) -> None:
        super().__init__(
            {"error": "Console not yet started. Please load it (or its iframe) in a browser first"}
        )


class InputNeeded(PythonAnywhereError):
    """400 for typing nothing."""

    def __init__(self) -> None:
        super().__init__({"input": ["This field is required."]})
