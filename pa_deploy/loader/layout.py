"""Layouts have numbers: how the files of a web app are arranged changes from version to version."""

from __future__ import annotations

from typing import Any, Mapping

LAYOUT = 2
"""The number of the layout that this loader writes. A newer pa-deploy may have a greater one."""
HIGHEST_NUMBER = 9999
"""A greater number means that the file is damaged."""
APART = "-"
"""Stands between the id of an environment and that of the release whose commands changed it."""


def number_in(value: Mapping[str, Any]) -> int:
    """The layout number that a file carries; 0 if what it carries cannot be one."""
    number = value.get("layout")
    return number if type(number) is int and 0 < number <= HIGHEST_NUMBER else 0
