"""A local PythonAnywhere: its HTTP API over SQLite, and real hosting of the web apps."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pa_emulator.handle import Emulator

__all__ = ["Emulator"]


def __getattr__(name: str) -> object:
    """Load the handle only when asked for, so that importing the package costs nothing."""
    if name == "Emulator":
        from pa_emulator.handle import Emulator  # noqa: PLC0415 - late on purpose, see above

        return Emulator
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
