"""What was seen on PythonAnywhere, and what is wanted there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pa_deploy.model.release import Release
from pa_deploy.model.webapp import (
    PasswordProtection,
    SharedFile,
    StaticFile,
    StaticHeader,
    Webapp,
    WsgiFile,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actual:
    """What was seen on PythonAnywhere on `observed_on`.

    A part that is None was not looked at. A missing web app has no mappings, and what its WSGI file
    holds does not count, because creating the web app overwrites it. `shared_files` are those of
    the wanted ones that are shared; `missing_paths` were looked for and are not there. `release` is
    the live one; None also if another one is about to take its place, or none is live.
    `virtualenv_python` is the Python of the virtualenv that is about to be set; "" if not known.
    `is_virtualenv_taken`: something else is at the path of that one. `account` is the account's
    name as its web apps show it; "" if it has none. `becoming_shared` are paths that the next
    release shares, and that the live one has as its own.
    """

    observed_on: date
    webapp: Webapp | None
    static_files: tuple[StaticFile, ...] | None = None
    static_headers: tuple[StaticHeader, ...] | None = None
    wsgi_file: WsgiFile | None = None
    shared_files: tuple[SharedFile, ...] | None = None
    release: Release | None = None
    missing_paths: tuple[str, ...] = ()
    virtualenv_python: str = ""
    is_virtualenv_taken: bool = False
    account: str = ""
    becoming_shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedWebapp:
    """What the web app should be. None = leave alone; empty = must be empty.

    Files that are shared and not in `share_files` stay shared: PythonAnywhere does not list them.
    """

    domain: str
    python_version: str | None = None
    source_directory: str | None = None
    working_directory: str | None = None
    virtualenv: str | None = None
    force_https: bool | None = None
    password_protection: PasswordProtection | None = None
    static_files: tuple[StaticFile, ...] | None = None
    static_headers: tuple[StaticHeader, ...] | None = None
    wsgi_file: WsgiFile | None = None
    share_files: tuple[SharedFile, ...] | None = None
    release: Release | None = None
