"""Which releases pa-deploy has seen live and healthy. Only these come back."""

from __future__ import annotations

from typing import Any, Dict, List

from .files import Home

VERIFIED = "verified.json"
"""The last one. pa-deploy writes it itself if the site does not answer a signed request."""


def note_verified(home: Home, status: Dict[str, Any]) -> None:
    """Write down that the live release was verified."""
    home.write_over(VERIFIED, {"release": status["live"], "nonce": status["nonce"]})


def marked(home: Home, status: Dict[str, Any]) -> List[Any]:
    """The rows of the releases, that of the live one with a mark if it was verified.

    It counts only for the switch by which the release went live: it may go live again, and fail.
    """
    last = home.read(VERIFIED)
    if status["state"] != "live" or last.get("nonce") != status["nonce"]:
        return list(status["releases"])
    return _with_marks(status["releases"], [last.get("release")])


def with_marks_of(rows: List[Any], known: List[Any], but: str) -> List[Any]:
    """The rows, with the marks that `known` ones have. That of the release `but` is as it is."""
    good = [row["id"] for row in known if isinstance(row, dict) and row.get("verified") is True]
    return _with_marks(rows, [each for each in good if each != but])


def _with_marks(rows: List[Any], good: List[Any]) -> List[Any]:
    return [
        {**row, "verified": True} if isinstance(row, dict) and row.get("id") in good else row
        for row in rows
    ]
