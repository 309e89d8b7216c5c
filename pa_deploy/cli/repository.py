"""The repository in a folder, as the commands that find out what it is look at it."""

from __future__ import annotations

import sys
from pathlib import Path

from pa_deploy.bundle import list_folder, reader
from pa_deploy.cli.show import Row
from pa_deploy.detect import LARGEST_PARSED, Tree, Variable
from pa_deploy.detect.project import Detected

MOST_FILES = 20_000


def look(folder: Path) -> tuple[Tree, tuple[str, ...]]:
    """Its files, and warnings that some were not looked at."""
    listed = list_folder(folder, MOST_FILES)
    warnings = [
        f"The submodule {path} is empty. Check it out: git submodule update --init"
        for path in listed.empty_submodules
    ]
    if listed.is_cut:
        said = f"There are more than {MOST_FILES:,} files. The deepest were not looked at."
        warnings.append(said)
    return Tree.of(listed.paths, reader(folder, LARGEST_PARSED)), tuple(warnings)


def on_a_terminal() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def rows(found: Detected) -> list[Row]:
    """What was found, as a table."""
    return [
        {
            "input": each.input_name,
            "value": each.value,
            "found": each.place,
            "sure": "yes" if each.confidence == "sure" else "likely",
        }
        for each in found.findings.values
    ]


def secrets(found: Detected) -> list[Variable]:
    """The secrets that the app does not start without, but for those that pa-deploy makes."""
    made = {each.value for each in found.findings.values if each.input_name == "generate"}
    return [
        each
        for each in found.findings.variables
        if each.is_secret and each.default is None and each.name not in made
    ]
