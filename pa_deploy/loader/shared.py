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
    owner_of,
)
from .files import Home, discard, move, names_in
from .inventory import ASIDE, BESIDE, is_same, left_behind
from .paths import covers, shown
from .releases import Release
from .twins import are_there, insist_on_one, is_void, twins

MOST_TRIES = 5
LEFT = ".left" + ASIDE
"""The end of the name of a folder for which a link is about to stand."""
ANEW = ".anew%d" + ASIDE
"""The same, of those that the app has made in its place."""


def bring_back_shared(release: Release, leave: Iterable[str] = ()) -> None:
    """Put back into `shared/` what an app has put in the place of a link to it.

    A program that saves a file by renaming another over it does so. What `shared/` had goes to
    `backups/`; with a folder, what both have. A database that an app has made anew, because
    somebody has deleted the link, takes no other's place. Raises Twins if it has rows, unless it is
    one of the paths that may be left behind.
    """
    home = release.home
    for name in [each.rstrip("/") for each in release.record.get("shared", [])]:
        here, kept = os.path.join(release.code, name), home.at("shared", name)
        if _is_within(here, kept):
            continue
        if os.path.islink(here) and not os.path.lexists(here + LEFT):
            _bring_back_target(release, here, kept, leave)
            _bring_back_journal(here, kept)
        elif os.path.lexists(_source(here)):
            if os.path.lexists(kept) and not (_is_begun(here) or _is_one_file(here, kept)):
                _make_way(release, name, leave)
            if os.path.islink(here):
                continue
            with nobody_writes(databases_in(_source(here))):
                _take(home, here, kept)
        else:
            _link_if_missing(here, kept)


def link_what_is_missing(release: Release) -> None:
    """Make links to `shared/` again that somebody has deleted, before an app makes files there."""
    for name in [each.rstrip("/") for each in release.record.get("shared", [])]:
        here, kept = os.path.join(release.code, name), release.home.at("shared", name)
        if not _is_within(here, kept):
            _link_if_missing(here, kept)


def _link_if_missing(here: str, kept: str) -> None:
    is_free = not os.path.lexists(here) and not os.path.lexists(_source(here))
    if is_free and os.path.lexists(kept) and os.path.isdir(os.path.dirname(here)):
        os.symlink(kept, here)


def _make_way(release: Release, name: str, leave: Iterable[str]) -> None:
    """Decide for what stands in the place of a link, or for what is in `shared/`; see above."""
    home = release.home
    here, kept = os.path.join(release.code, name), home.at("shared", name)
    if covers(leave, name):
        _put_aside(home, here, kept, name)
        return
    insist_on_one(here, kept, name, leave)
    if is_void(here, kept):
        _put_aside(home, here, kept, name)
    elif _are_folders(here, kept):
        for one, other in list(twins(here, kept)):
            path = os.path.relpath(other, home.at("shared"))
            if is_void(one, other) or covers(leave, path):
                move_to_backups(home, one, path)
    else:
        move_to_backups(home, kept, name)


def _put_aside(home: Home, here: str, kept: str, name: str) -> None:
    """Let the link stand again. What stood there goes to `backups/`."""
    move_to_backups(home, here, name)
    os.symlink(kept, here)
    home.say("%s was no longer a link to shared/. What was there is now in backups/" % shown(name))


def _is_within(here: str, kept: str) -> bool:
    """Whether the folder that it is in is a link to `shared/` already: it has become shared."""
    return os.path.realpath(os.path.dirname(here)) == os.path.realpath(os.path.dirname(kept))


def _is_begun(here: str) -> bool:
    """Whether somebody was killed who was about to put a link there."""
    return any(os.path.lexists(here + each) for each in (ASIDE, LEFT))


def places_meanwhile(name: str) -> List[str]:
    """The path, and those at which it is for a moment while it becomes shared."""
    path = name.rstrip("/")
    return [name, path + ASIDE, path + LEFT, *(path + ANEW % each for each in range(MOST_TRIES))]


def _source(here: str) -> str:
    """Where that is now which is to be shared."""
    return here + LEFT if os.path.lexists(here + LEFT) else here


def _bring_back_target(release: Release, here: str, kept: str, leave: Iterable[str]) -> None:
    """Have in `shared/` what a link leads to that an app has put in the place of ours."""
    target = os.path.realpath(here)
    if target == os.path.realpath(kept):
        return
    name = os.path.relpath(kept, release.home.at("shared"))
    is_data = os.path.isfile(target) or os.path.isdir(target)
    if not is_data or is_void(target, kept) or covers(leave, name):
        if os.path.lexists(kept):
            _replace_by_link(here, kept)
        return
    insist_on_one(target, kept, name, leave)
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


def broken_links(release: Release) -> List[str]:
    """Which links to `shared/` somebody has deleted or changed. A file that an app has put there by
    renaming it is none; see `bring_back_shared`.
    """
    return [name for name in release.record.get("shared", []) if _is_broken(release, name)]


def _is_broken(release: Release, name: str) -> bool:
    path = name.rstrip("/")
    here, kept = os.path.join(release.code, path), release.home.at("shared", path)
    if _is_within(here, kept) or not os.path.lexists(kept):
        return False
    if os.path.islink(here):
        return os.path.realpath(here) != os.path.realpath(kept)
    return not os.path.lexists(_source(here)) or are_there(here, kept)


def take_along(live: Release, name: str) -> None:
    """Move what becomes shared from the live release to `shared/`, and leave a link in its place.

    The live app goes on with it, by the link. So nothing is written to a file that the next release
    does not see, and nothing is lost if that is refused. A second call goes on.
    """
    path = name.rstrip("/")
    here, kept = os.path.join(live.code, path), live.home.at("shared", path)
    os.makedirs(os.path.dirname(kept), exist_ok=True)
    from .holding import hold  # noqa: PLC0415 - the site's start compiles what is imported

    source = _source(here)
    databases = [] if os.path.islink(source) else databases_in(source)
    with_wal = [os.path.relpath(each, source) for each in databases if has_wal(each)]
    with nobody_writes(databases):
        _take(live.home, here, kept)
        for each in with_wal:
            hold(os.path.normpath(os.path.join(kept, each)))
    # From now on it is the live release's too, which may replace the link; see above.
    others = [each for each in live.record.get("shared", []) if not covers([name], each)]
    live.change(shared=[*others, name])


def link_again(release: Release) -> None:
    """Have the shared links of a release that is to serve again; what is in their place goes to
    `backups/`: a request that was under way when it was left has put it there.
    """
    home = release.home
    for name in [each.rstrip("/") for each in release.record.get("shared", [])]:
        here, kept = os.path.join(release.code, name), home.at("shared", name)
        is_ours = os.path.islink(here) or _is_within(here, kept)
        if os.path.lexists(here) and not is_ours:
            move_to_backups(home, here, name)
            os.symlink(kept, here)


def rescue(release: Release, leave: Iterable[str]) -> None:
    """Move what was written in a release that is about to be removed to `backups/`."""
    link_again(release)
    for path in left_behind(release, {}, leave):
        here = os.path.join(release.code, path)
        if not os.path.islink(here):
            name = path[len(BESIDE) :] if path.startswith(BESIDE) else path
            move_to_backups(release.home, here, name)


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
    if _is_begun(here):
        return True
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
    if os.path.lexists(here + LEFT) or (os.path.isdir(here) and not os.path.islink(here)):
        _take_folder(home, here, kept)
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
    return all(map(os.path.exists, (one, other))) and os.path.samefile(one, other)


def _take_folder(home: Home, here: str, kept: str) -> None:
    """Nothing vanishes from the folder before a link stands in its place, and then all of it does.

    Once the folder is put aside, `kept` is right. What an app makes anew in the moment between is
    added to it, and never replaces anything there.
    """
    left = here + LEFT
    anew = [here + ANEW % number for number in range(MOST_TRIES)]
    if not os.path.lexists(left):
        if os.path.lexists(kept):
            _lead_in(home, here, kept)
        os.rename(here, left)
    for each in anew:
        with suppress(FileExistsError):
            os.symlink(kept, here)
        if not os.path.islink(here) and not os.path.lexists(each):
            os.rename(here, each)
    if not os.path.islink(here):
        raise RuntimeError("the app makes %s again each time it is moved" % os.path.basename(here))
    if os.path.lexists(kept):
        _join(home, left, kept, is_newer=True)
    else:
        move(left, kept)
    for each in anew:
        _join(home, each, kept, is_newer=False)


def _lead_in(home: Home, here: str, kept: str) -> None:
    """Have links to `kept` in the place of all that is in a folder, one after the other.

    The live app uses what is there. So that is right if both have something of a name.
    """
    for name in names_in(here):
        one, other = os.path.join(here, name), os.path.join(kept, name)
        if os.path.islink(one) or owner_of(one) != one:  # a companion goes with its database
            continue
        if os.path.lexists(one + LEFT):
            _take(home, one, other)
        elif _are_folders(one, other):
            _lead_in(home, one, other)
        else:
            if os.path.lexists(other) and not _is_one_file(one, other):
                move_to_backups(home, other, os.path.relpath(other, home.at("shared")))
            _take(home, one, other)


def _join(home: Home, folder: str, kept: str, *, is_newer: bool) -> None:
    """Move what is in a folder to `kept`, and remove the folder.

    If both have something of a name, `is_newer` says that the folder's is right. The other one goes
    to `backups/`.
    """
    for name in names_in(folder):
        one, other = os.path.join(folder, name), os.path.join(kept, name)
        path = os.path.relpath(other, home.at("shared"))
        if _is_led(one, other) or _is_one_file(one, other):
            discard(one)
        elif _are_folders(one, other):
            _join(home, one, other, is_newer=is_newer)
        elif not os.path.lexists(other):
            move(one, other)
        elif is_newer:
            move_to_backups(home, other, path)
            move(one, other)
        else:
            move_to_backups(home, one, path)
            home.say(
                "the app made %s again while it was moved. The later one is in backups/" % path
            )
    with suppress(OSError):
        os.rmdir(folder)


def _is_led(one: str, other: str) -> bool:
    """Whether a path is a link to what is shared already."""
    return os.path.realpath(one) == os.path.realpath(other)


def _are_folders(*paths: str) -> bool:
    return all(os.path.isdir(each) and not os.path.islink(each) for each in paths)


def _replace_by_link(here: str, kept: str) -> None:
    discard(here + ASIDE)
    os.symlink(kept, here + ASIDE)
    move(here + ASIDE, here)
