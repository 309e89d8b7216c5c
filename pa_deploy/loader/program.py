"""The loader as a program, which it starts itself: `python LOADER.zip COMMAND …`."""

from __future__ import annotations

import sys

from .app import load
from .files import Home
from .releases import Release
from .supervisor import supervise


def main() -> None:
    """`supervise LOCK` runs a command; `check BASE ID` imports the app of a release."""
    command, *words = sys.argv[1:]
    if command == "supervise":
        supervise(int(words[0]))
    else:
        load(Release(Home(words[0]), words[1]))
