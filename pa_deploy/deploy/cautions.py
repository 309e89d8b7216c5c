"""Warnings about a release on this machine, before it is sent."""

from __future__ import annotations

from pa_deploy.bundle import reader
from pa_deploy.detect import LARGEST_PARSED, Tree, find_cautions, unmet_needs
from pa_deploy.errors import Problem
from pa_deploy.model import WantedRelease
from pa_deploy.release import FileSet

MOST_PARSED = 512 * 1024
"""Bytes of code: each deploy waits for it, about half a second for so many."""


def release_cautions(wanted: WantedRelease, code: FileSet, domain: str) -> tuple[Problem, ...]:
    """What is probably wrong with it."""
    tree = Tree.of(code.manifest, reader(code.folder, LARGEST_PARSED + 1), MOST_PARSED)
    return (*find_cautions(wanted, tree, code.databases), *unmet_needs(wanted, tree, domain))
