"""Runs one command and writes what it used, as JSON, to the file named first.

A small process of its own, because Linux starts a program's peak memory with that of the process
that started it.
"""

import json
import os
import sys
import time

MAXRSS_KIB = 1024 if sys.platform == "darwin" else 1
"""macOS counts in bytes what Linux counts in KiB."""


def main() -> int:
    file, *command = sys.argv[1:]
    started = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(pid, 0)
    figures = {
        "wall_seconds": time.perf_counter() - started,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "peak_kib": usage.ru_maxrss / MAXRSS_KIB,
    }
    with open(file, "w", encoding="utf-8") as out:  # noqa: PTH123 - pathlib's import would show
        json.dump(figures, out)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
