"""Errors of paths, in the words of each endpoint."""

from __future__ import annotations

from pa_emulator.choices import QUOTA_STATUS
from pa_emulator.errors import PythonAnywhereError
from pa_emulator.hosting.pages import not_found, server_error


class NoSuchPath(PythonAnywhereError):
    """404 of reading (official library's tests)."""

    status = 404

    def __init__(self, path: str) -> None:
        super().__init__({"detail": f"No such file or directory: {path}"})


class NotAbsolute(PythonAnywhereError):
    """404 and a page: an absolute path must follow `files/path` directly."""

    status = 404

    def __init__(self) -> None:
        super().__init__(not_found())


class NoContent(PythonAnywhereError):
    """400 for an upload without the part `content` (official library's tests)."""

    def __init__(self) -> None:
        super().__init__({"detail": "You must provide a file with the name 'content'."})


class CannotUpload(PythonAnywhereError):
    """400 for an upload to a directory, below a file, or with a name that is too long."""

    def __init__(self, path: str) -> None:
        super().__init__({"detail": f"Cannot write to {path}"})


class MayNotDelete(PythonAnywhereError):
    """403 of deleting, for example, your home (official library's tests)."""

    status = 403

    def __init__(self) -> None:
        super().__init__(
            {"message": "You do not have permission to delete this", "code": "forbidden"}
        )


class NothingToDelete(PythonAnywhereError):
    """404 of deleting, also for the files of others (official library's tests)."""

    status = 404

    def __init__(self) -> None:
        super().__init__({"message": "File does not exist", "code": "not_found"})


class CannotList(PythonAnywhereError):
    """400 of `files/tree/`, if the path does not exist or is not a directory."""

    def __init__(self, message: str) -> None:
        super().__init__({"detail": message})


class PathNeeded(PythonAnywhereError):
    """400 of sharing without a path (official library's tests)."""

    def __init__(self) -> None:
        super().__init__({"error": "required field (path) not found"})


class QuotaExceeded(PythonAnywhereError):
    """The account's disk is full."""

    status = QUOTA_STATUS

    def __init__(self) -> None:
        super().__init__(server_error())
