"""Commands that change an environment: what they make of it is their release's alone.

Other releases may have the same environment, and the live one may be among them. While commands
run, a mark is beside each environment that they may change. Whoever finds one later, because a
command has failed or the preparer was killed, puts the environment right.
"""

from __future__ import annotations

import os
import shutil
from typing import List, Tuple

from .composing import Composing
from .environment import Environment, files_in
from .files import Home, discard, link_or_copy, private, read_bytes
from .layout import APART
from .releases import Release

MARK = ".changing"
"""The end of the name of a mark. It stands where a note has `.json`."""
KEPT = ".kept"
"""The end of the name of a folder that has, meanwhile, the files of an environment that cannot be
composed again.
"""


def is_apart(name: str) -> bool:
    """Whether an environment belongs to one release alone. It cannot be made again."""
    return APART in name


def is_changing(environment: Environment) -> bool:
    """Whether commands may have changed it, and others are still to come."""
    return bool(environment.id) and os.path.lexists(_beside(environment, MARK))


def begin_changes(release: Release) -> None:
    """Call it before commands run. What is in the environment by then, apps have put there."""
    environment = release.environment
    if not environment.note:
        return
    new, _ = _changes(environment)
    if new:
        environment.add(others=[*environment.note.get("others", []), *new])
    if is_apart(environment.id) or not environment.note.get("distributions"):
        _keep_files(environment)
    os.sync()
    for name in {environment.id, _shared(environment).id}:
        os.close(private(_beside(Environment(release.home, name), MARK), os.O_CREAT | os.O_WRONLY))


def set_apart(release: Release) -> None:
    """Give a release whose commands have changed its environment one of its own."""
    environment = release.environment
    shared = _shared(environment)
    if environment.id != shared.id:
        environment.keep(environment.note)
        _end(environment)
    elif any(_changes(shared)):
        own = Environment(release.home, APART.join((shared.id, release.id)))
        _copy(shared, own)
        own.keep(shared.note)
        release.change(environment=own.id)


def put_right(home: Home) -> bool:
    """Have all environments as they were before commands. Whether that could be done: of files that
    were written to in their place, nothing else may have the content.
    """
    names = home.names_in("environments")
    marked = [Environment(home, each[: -len(MARK)]) for each in names if each.endswith(MARK)]
    left = [each.id for each in marked if not _put_right(each)]
    for name in names:
        if name.endswith(KEPT):  # of one that was killed before it had a mark
            discard(home.at("environments", name))
    return not left


def _put_right(environment: Environment) -> bool:
    new, changed = _changes(environment)
    for path in new:
        discard(os.path.join(environment.folder, path))
    is_right = True
    if changed:
        distributions = environment.note.get("distributions", {})
        kept = _beside(environment, KEPT)
        composing = Composing(environment, distributions, environment.home.say)
        is_right = composing.mend(kept if os.path.isdir(kept) else "")
    for path in new:
        _remove_empty(environment.folder, os.path.dirname(path))
    os.sync()
    _end(environment)
    return is_right


def _shared(environment: Environment) -> Environment:
    return Environment(environment.home, environment.id.partition(APART)[0])


def _beside(environment: Environment, ending: str) -> str:
    return environment.folder + ending


def _end(environment: Environment) -> None:
    """First the mark: without it, nothing is put back."""
    discard(_beside(environment, MARK))
    discard(_beside(environment, KEPT))


def _changes(environment: Environment) -> Tuple[List[str], List[str]]:
    """The files that are new in it, and those that are no longer as they were."""
    if not environment.note:
        return [], []
    others = environment.note.get("others", [])
    new = [path for path in environment.new_files() if path not in others]
    return new, environment.damaged()


def _remove_empty(folder: str, below: str) -> None:
    """Remove a folder that has no files, and those that then have none. Python would find it as a
    package, or as the version of one.
    """
    while below and not files_in(os.path.join(folder, below)):
        discard(os.path.join(folder, below))
        below = os.path.dirname(below)


def _keep_files(environment: Environment) -> None:
    """Have its files in a second place too: as copies if a command has written to them before."""
    kept, written = _beside(environment, KEPT), environment.note.get("written", [])
    discard(kept)
    for path in files_in(environment.folder):
        source, target = os.path.join(environment.folder, path), os.path.join(kept, path)
        os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
        if path in written:
            shutil.copy2(source, target, follow_symlinks=False)
        else:
            link_or_copy(source, target)


def _copy(old: Environment, new: Environment) -> None:
    """Have the files of an environment in another one, whose programs name its own Python."""
    discard(new.folder)
    for path in files_in(old.folder):
        source, target = os.path.join(old.folder, path), os.path.join(new.folder, path)
        os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
        if os.path.dirname(path) == "bin" and not os.path.islink(source):
            _copy_program(source, target, os.fsencode(old.folder), os.fsencode(new.folder))
        else:
            link_or_copy(source, target)
    os.sync()


def _copy_program(source: str, target: str, old: bytes, new: bytes) -> None:
    content = read_bytes(source)
    with open(target, "wb") as file:
        file.write(content.replace(old, new))
    shutil.copymode(source, target)
