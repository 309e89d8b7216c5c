"""The loader as a program, which it starts itself: `python LOADER.zip COMMAND …`.

Each command loads its own modules alone: they are compiled at each start, as Python keeps no
bytecode of a zip.
"""

from __future__ import annotations

import json
import os
import sys


def main() -> None:
    """Do what the command says.

    `prepare BASE LOCK PIPE ORIGIN` prepares the wanted release, `supervise LOCK` runs a command of
    the user's, `hold DATABASE` has one open, `compare BASE` prints how the live release differs,
    `space BASE WORD KEEP ASKED` measures the disk or makes room there, `try BASE ID ASKED` imports
    the app of a release and asks it for a page.
    """
    command, *words = sys.argv[1:]
    if command == "prepare":
        from .origin import restore  # noqa: PLC0415 - see above
        from .prepare import be_the_preparer  # noqa: PLC0415

        restore(words[3])
        be_the_preparer(words[0], int(words[1]), int(words[2]), words[3])
    elif command == "supervise":
        from .supervisor import supervise  # noqa: PLC0415

        supervise(int(words[0]))
    elif command == "hold":
        from .holding import be_the_holder  # noqa: PLC0415

        be_the_holder(words[0])
    elif command == "compare":
        from .compare import compare_live  # noqa: PLC0415
        from .files import Home  # noqa: PLC0415

        print(json.dumps(compare_live(Home(words[0]))))
    elif command == "space":
        from .files import Home  # noqa: PLC0415
        from .space import see_to_space  # noqa: PLC0415

        if not os.fork():  # who started it does not wait
            os.nice(10)
            see_to_space(Home(words[0]), words[1], int(words[2]), words[3])
    else:
        from .attempt import try_out  # noqa: PLC0415

        try_out(words[0], words[1], json.loads(words[2]))
