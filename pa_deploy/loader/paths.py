"""Paths of a release, as inputs and messages have them. pa-deploy uses this module too."""

from __future__ import annotations

from typing import Iterable


def covers(paths: Iterable[str], path: str) -> bool:
    """Whether it is one of the paths, or below one."""
    return any((path.rstrip("/") + "/").startswith(each.rstrip("/") + "/") for each in paths)


def shown(path: str) -> str:
    """A path for people; one with signs that would spoil a line is quoted."""
    return path if path.isprintable() else ascii(path)
