"""Which paths an account reaches. No path leaves the account's folders, by `..` or by a link."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pa_emulator.accounts.models import Account
from pa_emulator.paths import SHARED_FOLDERS, domain_of, under
from pa_emulator.tasks.models import TaskLog
from pa_emulator.webapps.models import Domain

if TYPE_CHECKING:
    from pathlib import Path


TASK_LOG = re.compile(r"/var/log/(?:schedule|alwayson)-log-[0-9]+\.log")
NO_NAME = re.compile(r"[\0\ud800-\udfff]")
"""No file name can hold these: the NUL, and half a character (a surrogate)."""


class OutOfReach(Exception):
    """The path does not belong to the account."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A path of the account: `path` on PythonAnywhere, `real` on this machine."""

    path: str
    real: Path

    @property
    def name(self) -> str:
        return posixpath.basename(self.path)


def reach(account: Account, root: Path, path: str) -> Spot:
    """Return the spot of an absolute path. Links are followed, except a link at its end.

    Raises OutOfReach if the path does not belong to the account or leads out of its folders.
    """
    if not path.startswith("/") or NO_NAME.search(path):
        raise OutOfReach(path)
    clean = "/" + posixpath.normpath(path).lstrip("/")
    if not _is_own(account, clean):
        raise OutOfReach(path)
    try:
        real = under(root, posixpath.dirname(clean)).resolve() / posixpath.basename(clean)
    except (OSError, RuntimeError) as error:
        raise OutOfReach(path) from error
    if not _is_inside(account, root, real):
        raise OutOfReach(path)
    return Spot(clean, real)


def reach_through(account: Account, root: Path, path: str) -> Spot:
    """Do the same, but also follow a link at the end: for reading and writing."""
    spot = reach(account, root, path)
    try:
        real = spot.real.resolve()
    except (OSError, RuntimeError) as error:
        raise OutOfReach(path) from error
    if not _is_inside(account, root, real):
        raise OutOfReach(path)
    return Spot(spot.path, real)


def servable(username: str, root: Path, path: Path) -> Path | None:
    """Return a path with its links followed; None if the user's sites may not show it.

    They may not show a shared folder as a whole: it has files of others.
    """
    account = Account.objects.filter(username=username).first()
    if account is None:
        return None
    try:
        real = path.resolve()
    except (OSError, RuntimeError, ValueError):
        return None
    tops = {under(root.resolve(), folder) for folder in SHARED_FOLDERS}
    return real if real not in tops and _is_inside(account, root, real) else None


def is_top(account: Account, root: Path, spot: Spot) -> bool:
    """Whether the spot is a folder that the account cannot do without."""
    return seen(root, spot.real) in {account.home, *SHARED_FOLDERS}


def is_others(account: Account, root: Path, real: Path) -> bool:
    """Whether a path is not the account's, like most in a shared folder."""
    return not _is_inside(account, root, real)


def seen(root: Path, real: Path) -> str:
    """Return the path on PythonAnywhere of a resolved path; empty if it is not under root."""
    base = root.resolve()
    return "/" + real.relative_to(base).as_posix() if real.is_relative_to(base) else ""


def printable(name: str) -> str:
    """Return the name as JSON can carry it, whatever its bytes are."""
    return name.encode(errors="surrogateescape").decode(errors="replace")


def _is_own(account: Account, path: str) -> bool:
    """In shared folders, an account has only the WSGI files and logs of its domains and tasks."""
    if path == account.home or path.startswith(account.home + "/") or path in SHARED_FOLDERS:
        return True
    if TASK_LOG.fullmatch(path):
        return bool(TaskLog.objects.filter(account=account, path=path).exists())
    domain = domain_of(path)
    return domain is not None and _has_domain(account, domain)


def _has_domain(account: Account, domain: str) -> bool:
    """Its own subdomains always belong to it, with or without a web app."""
    if domain in account.domains:
        return True
    return bool(Domain.objects.filter(account=account, name=domain).exists())


def _is_inside(account: Account, root: Path, real: Path) -> bool:
    return _is_own(account, seen(root, real))
