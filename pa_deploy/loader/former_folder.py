"""Find the folder of the site that somebody made by hand and that the first release replaces."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import Any, Dict, Iterable, Iterator, List, Mapping, NamedTuple, Sequence

from .before import NAME, is_default_page
from .files import Home, names_in, read_bytes
from .inventory import CACHES, digest_of
from .wsgi_paths import Paths

IN_HOME = re.compile("(?:/home/([^/'\"]+)|~)/?([^'\"\n]*)")
IN_QUOTES = re.compile("['\"]((?:/home/|~/)[^'\"\n]*)['\"]")
ENOUGH = 0.3
"""So much of the new release's code is in a folder that is taken for that of the former site."""
MOST_SEARCHED = 500
"""How many folders of the account are looked at if nothing names the right one."""
NOT_OURS = (*CACHES, "node_modules", ".venv", "venv", "env", ".pa-deploy", ".virtualenvs")


class Whereabouts(NamedTuple):
    """Where the former site is.

    If `folder` is "", it is not known, and `possible` are folders that have its files. `is_guessed`
    says that nothing has named the folder. `others` are named, but do not have its files. `working`
    are folders in which its app may have run.
    """

    folder: str
    possible: List[str]
    working: List[str]
    is_guessed: bool = False
    others: Sequence[str] = ()


def find_former(home: Home, told: Iterable[str], files: Mapping[str, Any]) -> Whereabouts:
    """`told` are folders that the Web tab shows, `files` is the manifest of the new release."""
    told, text = list(told), _wsgi_text(home)
    read = Paths(text, os.path.join("/home", os.path.basename(home.account)))
    working = list(filter(os.path.isdir, _local(home, [*told, *read.working])))
    named = _with_parents(home, _local(home, [*told, *IN_QUOTES.findall(text), *read.found]))
    code = [path for path in files if path.endswith(".py")] or list(files)
    counted = {folder: _count(folder, code) for folder in named}
    best = max(counted, key=lambda folder: (counted[folder], len(folder)), default="")
    if best and counted[best] >= _enough(code):
        return Whereabouts(best, [], working)
    if not text or not home.is_account_s or is_default_page(home):
        return Whereabouts("", [], working)
    found = list(_search(home.account, code))
    others = [folder for folder in named if _is_a_site_s(home, folder)]
    if others:  # then the same names are not enough
        found = [folder for folder in found if _has_same(folder, code, files)]
    clear = found[0] if len(found) == 1 and not others else ""
    return Whereabouts(clear, found, working, is_guessed=True, others=others)


def folders_below(folder: str, most: int) -> Iterator[str]:
    """The folder and those below it, the outermost first, but for caches, packages and links."""
    folders = [folder]
    for _ in range(most):
        if not folders:
            return
        here = folders.pop(0)
        names = names_in(here)
        if "pyvenv.cfg" in names:
            continue
        yield here
        paths = [os.path.join(here, name) for name in names if name not in NOT_OURS]
        folders += [path for path in paths if os.path.isdir(path) and not os.path.islink(path)]


def _wsgi_text(home: Home) -> str:
    """The former WSGI file."""
    with suppress(OSError):
        return read_bytes(home.at("before", NAME + ".py")).decode("utf-8", "replace")
    return ""


def _local(home: Home, paths: Iterable[str]) -> List[str]:
    """The paths as they are here, as far as they are the account's."""
    top, found = home.account, []
    user = os.path.basename(top)
    for path in paths:
        match = IN_HOME.fullmatch(path)
        if match and (match[1] or user).lower() == user.lower():
            found.append(os.path.normpath(os.path.join(top, match[2])))
    return found


def _with_parents(home: Home, paths: Iterable[str]) -> List[str]:
    """The folders among the paths and those that they are in, within the account."""
    top = home.account
    found: Dict[str, None] = {}
    for path in paths:
        folder = path
        while (folder + "/").startswith(top + "/"):
            if os.path.isdir(folder) and not folder.startswith(os.path.dirname(home.base)):
                found[folder] = None
            folder = os.path.dirname(folder)
    return list(found)


def _is_a_site_s(home: Home, folder: str) -> bool:
    """Whether a folder that is named may hold a site: a virtualenv does not, nor the account."""
    names = os.path.relpath(folder, home.account).split(os.sep)
    return not any(name.startswith(".") or name in NOT_OURS for name in names)


def _enough(code: List[str]) -> float:
    return max(1.0, ENOUGH * len(code))


def _count(folder: str, code: List[str]) -> float:
    """How much of the code is in the folder. What was moved within the repository counts less."""
    names = set(names_in(folder))
    likely = [path for path in code if path.split("/")[0] in names]
    here = sum(os.path.isfile(os.path.join(folder, path)) for path in likely)
    moved = sum(os.path.basename(path) in names for path in code)
    return max(float(here), 0.9 * moved)


def _search(top: str, code: List[str]) -> Iterator[str]:
    """Folders of the account that have enough of the code, but none within another."""
    found: List[str] = []
    for folder in folders_below(top, MOST_SEARCHED):
        if any((folder + "/").startswith(each + "/") for each in found):
            continue
        if _count(folder, code) >= _enough(code):
            found.append(folder)
            yield folder


def _has_same(folder: str, code: List[str], files: Mapping[str, Any]) -> bool:
    """Whether a file there is as the new release has it."""
    there = ((os.path.join(folder, path), files[path][2]) for path in code)
    return any(os.path.isfile(each) and digest_of(each) == digest for each, digest in there)
