"""Warnings of likely mistakes in the files of a release, before it is sent."""

from __future__ import annotations

from collections.abc import Iterator

from pa_deploy.bundle import pattern_for
from pa_deploy.detect.app_cautions import app_cautions, roots_of
from pa_deploy.detect.folders import MissingFolder, find_missing_folders
from pa_deploy.detect.kept import kept_cautions
from pa_deploy.detect.line_ends import find_unreadable
from pa_deploy.detect.lines import without_effect
from pa_deploy.detect.ranking import listed
from pa_deploy.detect.scripts import Missing, find_missing
from pa_deploy.detect.tree import Tree
from pa_deploy.errors import Problem
from pa_deploy.loader.paths import covers
from pa_deploy.model import WantedRelease


def find_cautions(
    wanted: WantedRelease, tree: Tree, databases: tuple[str, ...] = ()
) -> tuple[Problem, ...]:
    """Each once, with the line to write; `tree` has the files that are shipped.

    `databases` are those that begin as files of SQLite do.
    """
    found = [*app_cautions(wanted, tree), *_command_cautions(wanted, tree)]
    found += kept_cautions(wanted, tree, databases)
    return tuple(dict.fromkeys(found))


def _command_cautions(wanted: WantedRelease, tree: Tree) -> Iterator[Problem]:
    both = (*wanted.run, *wanted.first_run)
    missing = find_missing(tree, both, roots_of(wanted))
    folders = [
        each
        for each in find_missing_folders(tree, both)
        if not covers(wanted.shared, each.path) and not _has_shared(each.path, wanted.shared)
    ]
    for name, lines in (("run", wanted.run), ("first-run", wanted.first_run)):
        yield from (_no_folder(name, each) for each in folders if each.line in lines)
        known = [line for line in lines if line not in {each.line for each in folders}]
        for quoted, advice in without_effect(known):
            said = f"`{quoted}` has no effect: each line runs in its own shell."
            yield Problem(name, said, advice=advice)
        for each in missing:
            if each.line in lines and not covers(wanted.shared, each.path):
                yield _missing(name, each, tree)
        for script in find_unreadable(tree, lines):
            said = f"{script.path} has Windows line endings (CRLF), so `{script.line}` will fail."
            advice = (
                "Save it with Linux line endings (LF), and add this line to .gitattributes: "
                f"`{script.attributes}`."
            )
            yield Problem(name, said, advice=advice)


def _has_shared(folder: str, shared: tuple[str, ...]) -> bool:
    return any(each.startswith(f"{folder}/") for each in shared)


def _no_folder(name: str, each: MissingFolder) -> Problem:
    said = f"There is no folder {each.path} in the release."
    if each.mended:
        advice = f"Write `{each.mended}`."
    elif each.is_alone:
        advice = f"Remove `{each.line}`: each line begins at the top of the release."
    else:
        advice = f"`{each.line}` needs it. Check the folder's name, and check that it is committed."
    return Problem(name, said, advice=advice)


def _missing(name: str, each: Missing, tree: Tree) -> Problem:
    said = f"`{each.line}` needs {each.path or each.word}, which is not in the release"
    if each.found:
        said = f"{said}. Found: {listed(each.found)}."
        advice = f"Write `{each.mended}`." if each.mended else ""
    elif tree.read(each.path) is not None:
        said = f"{said}: it is left out."
        advice = f"Add {pattern_for(each.path)} to `include`."
    else:
        said = f"{said}."
        advice = "Check its name, and check that it is committed."
    return Problem(name, said, advice=advice)
