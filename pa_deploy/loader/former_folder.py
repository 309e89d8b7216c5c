"""Find the folder of the site that somebody made by hand and that the first release replaces."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import Any, Dict, Iterable, Iterator, List, Mapping, NamedTuple, Sequence

from .before import NAME, is_default_page
from .files import Home, names_in, read_bytes
from .inventory import CACHES, digest_of
from .paths import covers
from .wsgi_paths import WSGI_FOLDER, Paths

IN_HOME = re.compile("(?:/home/([^/'\"]+)|~)/?([^'\"\n]*)")
IN_QUOTES = re.compile("['\"]((?:/home/|~/)[^'\"\n]*)['\"]")
WSGI_FILE = "_wsgi.py"
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
    told, text = list(told), _text(home.at("before", NAME + ".py"))
    read = Paths(text, os.path.join("/home", os.path.basename(home.account)))
    working = list(filter(os.path.isdir, _local(home, [*told, *read.working])))
    rivals = _Rivals(home)
    own = _local(home, [*told, *IN_QUOTES.findall(text), *read.found])
    named = [
        folder
        for folder in _with_parents(home, own)
        if (folder in own and folder != home.account) or not rivals.have(folder)
    ]
    code = [path for path in files if path.endswith(".py")] or list(files)
    counted = {folder: _count(folder, code) for folder in named}
    best = max(counted, key=lambda folder: (counted[folder], len(folder)), default="")
    if best and counted[best] >= _enough(code):
        return Whereabouts(best, [], working)
    if not text or not home.is_account_s or is_default_page(home):
        return Whereabouts("", [], working)
    found = [each for each in _search(home.account, code) if not rivals.have(each)]
    others = [folder for folder in named if _is_a_site_s(home, folder)]
    same = [folder for folder in found if _has_same(folder, code, files)]
    clear = same[0] if same == found and len(found) == 1 and not others else ""
    possible = same if others else found  # the same names alone may be by chance
    return Whereabouts(clear, possible, working, is_guessed=True, others=others)


class _Rivals:
    """The other sites of the account, by their WSGI files; of some, pa-deploy keeps the former."""

    def __init__(self, home: Home) -> None:
        self._top, top = home.account, os.path.dirname(home.base)
        www = os.path.join(os.path.dirname(os.path.dirname(self._top)), WSGI_FOLDER.strip("/"))
        own = os.path.basename(home.base).lower().replace(".", "_") + WSGI_FILE
        there = [each for each in names_in(www) if each.endswith(WSGI_FILE) and each != own]
        others = [os.path.join(top, each) for each in names_in(top) if home.is_account_s]
        befores = [os.path.join(each, "before", NAME + ".py") for each in others]
        files = [os.path.join(www, each) for each in there]
        files += [each for each in befores if not each.startswith(home.base + "/")]
        self._named = {folder for each in files for folder in _folders_named(home, _text(each))}

    def have(self, folder: str) -> bool:
        """Whether one of them names the folder, one within it, or one that it is in."""
        if folder == self._top:
            return folder in self._named
        paths = (path for path in self._named if path != self._top)
        return any(covers([path], folder) or covers([folder], path) for path in paths)


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


def _text(path: str) -> str:
    """What is in a WSGI file; "" if it is not there."""
    with suppress(OSError):
        return read_bytes(path).decode("utf-8", "replace")
    return ""


def _folders_named(home: Home, text: str) -> List[str]:
    """The folders that a WSGI file names."""
    read = Paths(text, os.path.join("/home", os.path.basename(home.account)))
    return list(filter(os.path.isdir, _local(home, [*IN_QUOTES.findall(text), *read.found])))


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
    """Whether most of the code that is there is as the new release has it. Empty files tell
    nothing.
    """
    there = [(os.path.join(folder, path), files[path]) for path in code]
    told = [(each, row[2]) for each, row in there if row[1] and os.path.isfile(each)]
    return len([each for each, digest in told if digest_of(each) == digest]) * 2 > len(told)
