"""Which files of a folder are shipped, and why the others are not.

The first that fits decides: `exclude`; the files of the run, of pa-deploy and of the CI; what is
named like a secret; version control, virtualenvs and caches; `include`; what git tracks; what an
ignore file leaves out. Everything else is shipped, but for a file whose content is a secret.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pa_deploy.bundle import caution
from pa_deploy.bundle.manifest import Entry, Manifest
from pa_deploy.bundle.own_files import own_paths
from pa_deploy.bundle.patterns import Check, never, patterns_of
from pa_deploy.bundle.read import Found, needles_of, problem_of, read_file
from pa_deploy.bundle.repository import IGNORE_FILE
from pa_deploy.bundle.walk import LeftOut, Rules, walk
from pa_deploy.errors import InputError

PRIVATE_KEY = "a private key"
TOKEN = "a file with your API token in it"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Selection:
    """What is shipped of a folder, sorted; what is not, with the reasons; and warnings.

    `databases` are the shipped files that SQLite wrote.
    """

    manifest: Manifest
    left_out: tuple[LeftOut, ...] = ()
    warnings: tuple[str, ...] = ()
    databases: tuple[str, ...] = ()


def select(
    folder: Path,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    own: Sequence[Path] = (),
    secrets: Sequence[str] = (),
    check: Check = never,
) -> Selection:
    """Select by names and by content; each file is read once.

    `own` are the run's own files, wherever they are; no file that holds one of the `secrets` is
    shipped. `check` is called for each file and folder, and oftener if there are many patterns.
    What it raises ends the work. Raises InputError with all that cannot be read or shipped.
    """
    source = Path(os.path.realpath(folder))
    rules = Rules(
        patterns_of(include, check=check),
        patterns_of(exclude, check=check),
        own_paths(source, own),
    )
    walked = walk(source, rules, check)
    needles = needles_of(secrets)
    found = {
        path: read_file(source, path, needles, check, walked.kinds.get(path))
        for path in sorted(walked.paths)
    }
    problems = [*walked.problems]
    problems += (problem_of(path, each.complaint) for path, each in found.items() if each.complaint)
    if problems:
        raise InputError(tuple(problems))
    secret = {path: row for path, each in found.items() if (row := _secret(path, each, rules))}
    manifest: dict[str, Entry] = {
        path: each.entry for path, each in found.items() if path not in secret and each.entry
    }
    left_out = sorted((*walked.left_out(manifest), *secret.values()), key=lambda row: row.path)
    pointers = [path for path in manifest if found[path].is_lfs_pointer]
    unreadable = [
        path
        for path in manifest
        if found[path].is_utf_16 and path.rpartition("/")[2] == IGNORE_FILE
    ]
    links = {path: entry.digest for path, entry in manifest.items() if entry.kind == "link"}
    warnings = (
        *caution.of_secrets(left_out),
        *caution.of_git(walked),
        *caution.of_ignore_files(unreadable),
        *caution.of_lfs(pointers),
        *caution.of_links(links, tuple(manifest)),
        *caution.of_patterns(walked, left_out),
    )
    databases = tuple(path for path in manifest if found[path].is_database)
    return Selection(manifest, tuple(left_out), warnings, databases)


def _secret(path: str, found: Found, rules: Rules) -> LeftOut | None:
    """Why the content of a file keeps it here."""
    if found.has_token:
        return LeftOut(path, TOKEN, is_token=True)
    if found.is_private_key and not rules.names(os.fsencode(path), is_folder=False):
        return LeftOut(path, PRIVATE_KEY, is_secret=True)
    return None
