"""The loader as a program, which it starts itself: `python LOADER.zip COMMAND …`."""

from __future__ import annotations

import sys

from .app import load
from .files import Home
from .prepare import be_the_preparer
from .releases import Release
from .supervisor import supervise


def main() -> None:
    """Do what the command says.

    `prepare BASE LOCK PIPE` prepares the wanted release, `supervise LOCK` runs a command of the
    user's, `check BASE ID` imports the app of a release.
    """
    command, *words = sys.argv[1:]
    if command == "prepare":
        be_the_preparer(words[0], int(words[1]), int(words[2]))
    elif command == "supervise":
        supervise(int(words[0]))
    else:
        load(Release(Home(words[0]), words[1]))
