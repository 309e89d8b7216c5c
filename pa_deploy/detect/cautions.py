"""Warnings of likely mistakes in the files of a release, before it is sent."""

from __future__ import annotations

from collections.abc import Iterator

from pa_deploy.detect.app_cautions import app_cautions, roots_of
from pa_deploy.detect.lines import without_effect
from pa_deploy.detect.ranking import listed
from pa_deploy.detect.scripts import Missing, find_missing
from pa_deploy.detect.tree import Tree
from pa_deploy.errors import Problem
from pa_deploy.model import WantedRelease


def find_cautions(wanted: WantedRelease, tree: Tree) -> tuple[Problem, ...]:
    """Each warning once, with the line to write. `tree` has the files that are shipped."""
    found = [*app_cautions(wanted, tree), *_command_cautions(wanted, tree)]
    return tuple(dict.fromkeys(found))


def _command_cautions(wanted: WantedRelease, tree: Tree) -> Iterator[Problem]:
    both = (*wanted.run, *wanted.first_run)
    missing = find_missing(tree, both, roots_of(wanted))
    for name, lines in (("run", wanted.run), ("first-run", wanted.first_run)):
        for quoted, advice in without_effect(lines):
            said = f"`{quoted}` has no effect: each line runs in its own shell."
            yield Problem(name, said, advice=advice, cites=f"{quoted} {advice}")
        for each in missing:
            if each.line in lines and not _is_shared(each.path, wanted.shared):
                yield _missing(name, each, tree)


def _is_shared(path: str, shared: tuple[str, ...]) -> bool:
    return any(f"{path}/".startswith(f"{each.rstrip('/')}/") for each in shared)


def _missing(name: str, each: Missing, tree: Tree) -> Problem:
    said = f"`{each.line}` needs {each.path or each.word}, which is not in the release"
    if each.found:
        said = f"{said}. Found: {listed(each.found)}."
        advice = f"Write `{each.mended}`." if each.mended else ""
    elif tree.read(each.path) is not None:
        said = f"{said}: it is left out."
        advice = f"Add {each.path} to `include`."
    else:
        said = f"{said}."
        advice = "Check its name, and check that it is committed."
    return Problem(name, said, advice=advice, cites=f"{said} {advice}")
