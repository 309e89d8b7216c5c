"""The loader as a program, which it starts itself: `python LOADER.zip COMMAND …`."""

from __future__ import annotations

import json
import sys

from .attempt import try_out
from .prepare import be_the_preparer
from .supervisor import supervise


def main() -> None:
    """Do what the command says.

    `prepare BASE LOCK PIPE` prepares the wanted release, `supervise LOCK` runs a command of the
    user's, `try BASE ID ASKED` imports the app of a release and asks it for a page.
    """
    command, *words = sys.argv[1:]
    if command == "prepare":
        be_the_preparer(words[0], int(words[1]), int(words[2]))
    elif command == "supervise":
        supervise(int(words[0]))
    else:
        try_out(words[0], words[1], json.loads(words[2]))
