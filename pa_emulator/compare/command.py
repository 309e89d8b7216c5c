"""`pa-emulator compare FILE`."""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pa_emulator.compare import cases, report
from pa_emulator.compare.player import compare
from pa_emulator.compare.recording import BadRecording, read
from pa_emulator.written_file import CannotWrite, WrittenFile

if TYPE_CHECKING:
    from collections.abc import Sequence

SAME, DIFFERENT, UNUSABLE = 0, 1, 2


def run(argv: Sequence[str]) -> int:
    """Compare; return the exit code."""
    args = _parser().parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may not show each character
    file = WrittenFile("--cases", args.cases, cases.MARK, "cases.yaml") if args.cases else None
    try:
        if file:
            file.check()
        comparison = compare(read(args.file))
        for line in report.lines(comparison):
            print(line)
        if file:
            file.write(cases.text(comparison))
    except (BadRecording, CannotWrite) as error:
        return _unusable(str(error))
    except Exception as error:  # Python would exit with 1, which means differences
        said = f"{args.file}: the comparison failed ({type(error).__name__}: {error})"
        return _unusable(f"{said}. Please report this as an issue, and attach the recording.")
    return DIFFERENT if comparison.differences else SAME


def _unusable(said: str) -> int:
    sys.stderr.write(f"pa-emulator compare: {report.harmless(said)}\n")
    return UNUSABLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pa-emulator compare",
        description="Replay a recording of pa-deploy (its input `record`) against a new emulator, "
        "and show where the emulator answers differently.",
        epilog="Exit code 0: no difference. 1: differences. 2: the file cannot be compared.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the recording")
    parser.add_argument(
        "--cases", type=Path, metavar="FILE", help="write the recorded answers as contract cases"
    )
    return parser
