"""What can be wrong with a console."""

from __future__ import annotations

from pa_emulator.errors import PythonAnywhereError
from pa_emulator.hosting.pages import console_limit


class ConsoleLimitError(PythonAnywhereError):
    """The plan's consoles are all in use: a page, not JSON (observed by clients)."""

    status = 429

    def __init__(self) -> None:
        super().__init__(console_limit())
