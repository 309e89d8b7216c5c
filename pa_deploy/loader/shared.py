"""Keep what the app writes to its shared paths, also to those that have just become shared."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any, Iterable, Iterator, List, Mapping

from .backups import move_to_backups
from .databases import (
    JOURNAL,
    MEMORY,
    WAL,
    databases_in,
    has_wal,
    is_database,
    is_hot,
    nobody_writes,
)
from .files import Home, discard, move, names_in
from .inventory import ASIDE, is_same, left_behind
from .paths import covers
from .releases import Release

MOST_TRIES = 5


def bring_back_shared(release: Release) -> None:
    """Put back into `shared/` what an app has put in the place of a link to it.

    A program that saves a file by renaming another over it does so. What `shared/` had goes to
    `backups/`.
    """
    home = release.home
    for name in [each.rstrip("/") for each in release.record.get("shared", [])]:
        here, kept = os.path.join(release.code, name), home.at("shared", name)
        if os.path.islink(here):
            _bring_back_target(release, here, kept)
            _bring_back_journal(here, kept)
        elif os.path.lexists(here):
            is_begun = os.path.lexists(here + ASIDE) or _is_one_file(here, kept)
            if os.path.lexists(kept) and not is_begun:
                move_to_backups(home, kept, name)
            with nobody_writes(databases_in(here)):
                _take(home, here, kept)
        elif os.path.lexists(kept) and os.path.isdir(os.path.dirname(here)):
            os.symlink(kept, here)  # somebody has deleted the link


def _bring_back_target(release: Release, here: str, kept: str) -> None:
    """Have in `shared/` what a link leads to that an app has put in the place of ours."""
    target = os.path.realpath(here)
    if not os.path.exists(target) or target == os.path.realpath(kept):
        return
    if os.path.lexists(kept):
        move_to_backups(release.home, kept, os.path.relpath(kept, release.home.at("shared")))
    if (target + "/").startswith(os.path.realpath(release.code) + "/"):
        move(target, kept)  # it would go with the release
    else:
        os.symlink(target, kept)
    _replace_by_link(here, kept)


def _bring_back_journal(here: str, kept: str) -> None:
    """Let SQLite find the journal of a transaction that its app did not end.

    An app that has opened a database before it became shared has its journal at the old place. If
    it is killed in the middle of a transaction, nobody would undo the half of it.
    """
    if not is_hot(here + JOURNAL):
        return
    with nobody_writes([kept]):
        if is_hot(here + JOURNAL) and not os.path.lexists(kept + JOURNAL):
            move(here + JOURNAL, kept + JOURNAL)
    with nobody_writes([kept]):
        pass  # the half is undone as soon as somebody opens it


def take_along(live: Release, name: str) -> None:
    """Move what becomes shared from the live release to `shared/`, and leave a link in its place.

    The live app goes on with it, by the link. So nothing is written to a file that the next release
    does not see, and nothing is lost if that is refused. A second call goes on.
    """
    path = name.rstrip("/")
    here, kept = os.path.join(live.code, path), live.home.at("shared", path)
    os.makedirs(os.path.dirname(kept), exist_ok=True)
    from .holding import hold  # noqa: PLC0415 - the site's start compiles what is imported

    databases = [] if os.path.islink(here) else databases_in(here)
    with_wal = [os.path.relpath(each, here) for each in databases if has_wal(each)]
    with nobody_writes(databases):
        _take(live.home, here, kept)
        for each in with_wal:
            hold(os.path.normpath(os.path.join(kept, each)))
    # From now on it is the live release's too, which may replace the link; see above.
    others = [each for each in live.record.get("shared", []) if not covers([name], each)]
    live.keep({**live.record, "shared": [*others, name]})


def link_again(release: Release) -> None:
    """Have the shared links of a release that is to serve again; what is in their place goes to
    `backups/`: a request that was under way when it was left has put it there.
    """
    home = release.home
    for name in [each.rstrip("/") for each in release.record.get("shared", [])]:
        here, kept = os.path.join(release.code, name), home.at("shared", name)
        if os.path.lexists(here) and not os.path.islink(here):
            move_to_backups(home, here, name)
            os.symlink(kept, here)


def rescue(release: Release, leave: Iterable[str]) -> None:
    """Move what was written in a release that is about to be removed to `backups/`."""
    link_again(release)
    for path in left_behind(release, {}, leave):
        here = os.path.join(release.code, path)
        if not os.path.islink(here):
            move_to_backups(release.home, here, path)


def to_take(live: Release, names: Iterable[str], leave: Iterable[str]) -> List[str]:
    """The paths that become shared and that are in the live release alone.

    If `shared/` has something of that name already, nobody knows which of the two is wanted. What
    was shipped and is as it was, the new release may bring in a newer version.
    """
    known = [each.rstrip("/") for each in live.record.get("shared", [])]
    new = [name for name in names if live.record and not covers(known, name)]
    around = [name for name in new if any(covers([name], each) for each in known)]
    return [
        name
        for name in new
        if not covers(leave, name) and _is_to_take(live, name.rstrip("/"), name in around)
    ]


def _is_to_take(live: Release, path: str, has_shared: bool) -> bool:
    """`has_shared`: it is a folder in which something was shared before."""
    here, kept = os.path.join(live.code, path), live.home.at("shared", path)
    if os.path.lexists(here + ASIDE):
        return True  # it was begun
    if not os.path.lexists(here):
        return False
    if has_shared and os.path.isdir(here) and not os.path.islink(here):
        return True
    if os.path.lexists(kept):
        return os.path.exists(here) and os.path.exists(kept) and os.path.samefile(here, kept)
    return bool(databases_in(here)) or not _is_as_shipped(live, path)


def _is_as_shipped(live: Release, path: str) -> bool:
    files: Mapping[str, Any] = live.record.get("files", {})
    below = list(_files_at(live.code, path))
    return bool(below) and all(each in files and is_same(live, each, files[each]) for each in below)


def _files_at(code: str, path: str) -> Iterator[str]:
    """The path if it is a file or a link, else all below it."""
    whole = os.path.join(code, path)
    if os.path.islink(whole) or not os.path.isdir(whole):
        yield path
        return
    for name in names_in(whole):
        yield from _files_at(code, path + "/" + name)


def _take(home: Home, here: str, kept: str) -> None:
    """At no moment is there a place to which something could be written that is lost."""
    if os.path.isdir(here) and not os.path.islink(here):
        _take_folder(home, here, kept)
    elif not os.path.lexists(here):  # it was killed between the two renames of a folder
        move(here + ASIDE, here)
    elif os.path.islink(here):
        if os.path.realpath(here) != os.path.realpath(kept):
            os.symlink(os.path.realpath(here), kept)
            _replace_by_link(here, kept)
    else:
        _take_file(home, here, kept)


def _take_file(home: Home, here: str, kept: str) -> None:
    """It has both names for a moment. So whoever has it open, or opens it, has the same file."""
    for each in ("", WAL, MEMORY) if is_database(here) else ("",):
        if os.path.exists(here + each) and not _is_one_file(here + each, kept + each):
            if os.path.lexists(kept + each):  # an earlier try was killed, and the app has gone on
                move_to_backups(home, kept + each, os.path.relpath(kept, home.at("shared")) + each)
            os.link(here + each, kept + each)
    _replace_by_link(here, kept)


def _is_one_file(one: str, other: str) -> bool:
    return os.path.exists(other) and os.path.samefile(one, other)


def _take_folder(home: Home, here: str, kept: str) -> None:
    """If an app makes the folder anew in the moment between, what it has put there is moved too."""
    discard(here + ASIDE)
    os.symlink(kept, here + ASIDE)
    for _ in range(MOST_TRIES):
        if os.path.lexists(here):
            _merge(home, here, kept)
        with suppress(IsADirectoryError):
            move(here + ASIDE, here)
            return
    raise RuntimeError("the app makes %s anew again and again" % os.path.basename(here))


def _merge(home: Home, here: str, kept: str) -> None:
    if not os.path.lexists(kept):
        os.rename(here, kept)
        return
    for name in names_in(here):
        one, other = os.path.join(here, name), os.path.join(kept, name)
        if os.path.realpath(one) == os.path.realpath(other):
            discard(one)  # a link to what is shared already
            continue
        if all(os.path.isdir(each) and not os.path.islink(each) for each in (one, other)):
            _merge(home, one, other)
            continue
        if os.path.lexists(other):
            move_to_backups(home, other, os.path.relpath(other, home.at("shared")))
        move(one, other)
    with suppress(OSError):
        os.rmdir(here)


def _replace_by_link(here: str, kept: str) -> None:
    discard(here + ASIDE)
    os.symlink(kept, here + ASIDE)
    move(here + ASIDE, here)
