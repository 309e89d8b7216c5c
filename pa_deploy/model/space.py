"""How full the disk of an account is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """The bytes that are `used` in the account's home, of these the web app's `own` by pa-deploy.

    `is_all`: all was counted; else there was no time for it. `frees` is how many bytes go if what
    no release needs is removed, or have gone: these `releases` (ids), so many `environments` and
    `packages`, and files of runs that were `left`. `stay` are the ids of the releases that stay.
    Without `ended`, all this is not known yet. `error` says what has failed.
    """

    used: int = 0
    own: int = 0
    is_all: bool = False
    ended: bool = True
    frees: int = 0
    releases: tuple[str, ...] = ()
    environments: int = 0
    packages: int = 0
    left: int = 0
    stay: tuple[str, ...] = ()
    error: str = ""
