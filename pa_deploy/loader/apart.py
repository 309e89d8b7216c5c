"""Commands that change an environment: what they make of it is their release's alone.

Other releases may have the same environment, and the live one may be among them.
"""

from __future__ import annotations

import os
import shutil
from typing import List, Tuple

from .composing import Composing
from .distributions import lacking
from .environment import Environment, files_in
from .files import discard, link_or_copy, read_bytes
from .layout import APART
from .releases import Release


def is_apart(name: str) -> bool:
    """Whether an environment belongs to one release alone. It cannot be made again."""
    return APART in name


def note_others(release: Release) -> None:
    """Note what is in its environment before its commands run: apps may have put files there."""
    environment = release.environment
    new, _ = _changes(environment)
    if new:
        environment.add(others=[*environment.note.get("others", []), *new])


def set_apart(release: Release) -> None:
    """Give a release whose commands have changed its environment one of its own."""
    environment = release.environment
    shared = Environment(release.home, environment.id.partition(APART)[0])
    if environment.id != shared.id:
        environment.keep(environment.note)
    new, changed = _changes(shared)
    if not new and not changed:
        return
    if environment.id == shared.id:
        own = Environment(release.home, APART.join((shared.id, release.id)))
        _copy(shared, own)
        own.keep(shared.note)
        release.change(environment=own.id)
    _restore(shared, new, changed)


def _changes(environment: Environment) -> Tuple[List[str], List[str]]:
    """The files that are new in it, and those that are no longer as they were."""
    if not environment.note:
        return [], []
    others = environment.note.get("others", [])
    new = [path for path in environment.new_files() if path not in others]
    return new, environment.damaged()


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


def _restore(environment: Environment, new: List[str], changed: List[str]) -> None:
    """As far as its packages were not written to; else a deploy that needs it sends them again."""
    for path in new:
        discard(os.path.join(environment.folder, path))
    distributions = environment.note.get("distributions", {})
    if changed and distributions and not lacking(environment.home, distributions):
        Composing(environment, distributions, environment.home.say).carry_out()
