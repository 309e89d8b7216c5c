"""Layouts have numbers: how the files of a web app are arranged changes from version to version."""

from __future__ import annotations

from typing import Any, Mapping

LAYOUT = 2
"""The number of the layout that this loader writes. A newer pa-deploy may have a greater one."""
HIGHEST_NUMBER = 9999
"""A greater number means that the file is damaged."""
APART = "-"
"""Stands between the id of an environment and that of the release whose commands changed it."""
UNFINISHED = ".pa-deploy-unfinished"
"""A file in a virtualenv that is being made."""
BUSY = "another deploy is at work"
"""Why the loader does not make room, in its own words."""
FOLDER_BYTES = 4096
"""What a folder takes on the disk."""
MOST_COPIED_BYTES = 8 * 1024 * 1024
"""So much of a release's small files stays a copy, the smallest first: an app may write to any."""
DATA = (".json", ".jsonl", ".csv", ".tsv", ".txt", ".xml", ".yaml", ".yml", ".ini", ".dat", ".pkl")
"""Files that an app may write to in place. If they were one file with those of other releases, it
would change these as well.
"""
MOST_DATA_BYTES = 1024 * 1024
"""Larger ones are one file all the same, because the disk is small."""


def number_in(value: Mapping[str, Any]) -> int:
    """The layout number that a file carries; 0 if what it carries cannot be one."""
    number = value.get("layout")
    return number if type(number) is int and 0 < number <= HIGHEST_NUMBER else 0


def may_be_data(path: str, size: int) -> bool:
    """Whether a file is of a kind that apps write to in place. Larger ones are rarely so."""
    return path.endswith(DATA) and size <= MOST_DATA_BYTES
