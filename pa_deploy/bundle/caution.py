"""Warnings about the files of a release, told before it is sent."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence

from pa_deploy.bundle.links import missing_step
from pa_deploy.bundle.names import is_env_file, shown
from pa_deploy.bundle.patterns import WILD, Pattern, pattern_for
from pa_deploy.bundle.walk import LeftOut, Walk

MOST_NAMES = 5


def of_secrets(left_out: Sequence[LeftOut]) -> Iterator[str]:
    """Name each file, so that nobody wonders why one is missing."""
    secrets = [row.path for row in left_out if row.is_secret]
    variables = [path for path in secrets if is_env_file(path)]
    others = [path for path in secrets if not is_env_file(path)]
    if variables:
        are, whose = ("is", "Put its") if len(variables) == 1 else ("are", "Put their")
        yield (
            f"{', '.join(map(shown, variables))} {are} not shipped. {whose} values into `env`, "
            f"from secrets of the repository. {_of_the_file(variables)}"
        )
    if others:
        named = ", ".join(map(shown, others))
        yield f"Not shipped, because they look like secrets: {named}. {_of_the_file(others)}"
    for row in left_out:
        if row.is_token:
            yield (
                f"{shown(row.path)} is not shipped, because it contains your API token. Remove the "
                "token from the file. If anybody else can read the file, create a new token."
            )


def _of_the_file(paths: Sequence[str]) -> str:
    """How to ship the first of them, or to end the warning: by a pattern that means it alone."""
    which = "the file itself" if len(paths) == 1 else "one of the files, name it by its path"
    pattern = pattern_for(paths[0])
    return (
        f"If your app needs {which}: `include: {pattern}`. If not, end this warning: `exclude: "
        f"{pattern}`."
    )


def of_git(walk: Walk) -> Iterator[str]:
    for trouble in walk.troubles:
        yield (
            f"pa-deploy cannot see which files git tracks: {trouble}. Only the patterns of "
            ".gitignore count now. If a tracked file matches one of them, it is not shipped."
        )
    if walk.empty_submodules:
        yield (
            "These submodules are not checked out, so nothing of them is shipped: "
            f"{_some(walk.empty_submodules)}. In a workflow, set `submodules: true` for "
            "actions/checkout. Elsewhere, run `git submodule update --init` first."
        )


def of_lfs(pointers: Sequence[str]) -> Iterator[str]:
    if pointers:
        yield (
            f"Git LFS has not fetched the content of {_some(pointers)}, so only a pointer is "
            "shipped. In a workflow, set `lfs: true` for actions/checkout. Elsewhere, run "
            "`git lfs pull` first."
        )


def of_ignore_files(files: Sequence[str]) -> Iterator[str]:
    """PowerShell writes such files by default."""
    if files:
        yield (
            f"Git cannot read {_some(files)}, because the encoding is UTF-16. The patterns in it "
            "do not count. Save it as UTF-8."
        )


def of_links(links: Mapping[str, str], paths: Sequence[str]) -> Iterator[str]:
    """`links` maps links to their targets. What `shared` or `run` will make is not known here."""
    there = {*paths, *(parent for path in paths for parent in _parents(path))}
    for link in links:
        missing = missing_step(link, links, there)
        if missing:
            yield (
                f"The link {shown(link)} points to {shown(missing)}, which is not shipped. If "
                "`shared` or a command in `run` makes it, ignore this warning. Otherwise add it to "
                "`include`, or add the link to `exclude`."
            )


def of_patterns(walk: Walk, left_out: Sequence[LeftOut]) -> Iterator[str]:
    """Patterns of `include` and `exclude` without any effect."""
    for pattern in walk.unmet_include:
        row = next((row for row in left_out if _means(pattern, row)), None)
        if row is None:
            yield _without_effect("include", pattern)
        else:
            yield (
                f"{_place('include', pattern)} has no effect: {shown(row.path)} is not shipped "
                f"because it is {row.reason}. That rule is stronger than `include`. Delete the "
                "pattern."
            )
    for pattern in walk.unmet_exclude:
        is_literal = not WILD.search(pattern.text.encode("utf-8", "surrogateescape"))
        if not is_literal or not os.path.lexists(walk.source / pattern.text.strip("/")):
            yield _without_effect("exclude", pattern)


def _without_effect(name: str, pattern: Pattern) -> str:
    return (
        f"{_place(name, pattern)} matches nothing in `source`. Correct it, or delete it. Patterns "
        "are relative to `source` and case-sensitive."
    )


def _place(name: str, pattern: Pattern) -> str:
    return f"Pattern {pattern.line} of `{name}`, {shown(pattern.text)},"


def _means(pattern: Pattern, row: LeftOut) -> bool:
    path = os.fsencode(row.path.rstrip("/"))
    return pattern.matches(path, is_folder=row.path.endswith("/"))


def _parents(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _some(paths: Sequence[str]) -> str:
    named = ", ".join(map(shown, paths[:MOST_NAMES]))
    more = len(paths) - MOST_NAMES
    return f"{named} and {more} more" if more > 0 else named
