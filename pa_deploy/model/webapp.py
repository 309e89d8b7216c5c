"""What a web app on PythonAnywhere is made of, and what it should be."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from pa_deploy.model.exact import Exact
from pa_deploy.model.secret import Secret


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A static file mapping: URLs that begin with `url` are served from `path`."""

    url: str
    path: str
    id: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class StaticHeader:
    """A response header for URLs that begin with `url`."""

    url: str
    name: str
    value: str
    id: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file or directory that everybody with its link can read; `url` None = not known yet.

    PythonAnywhere gives the link relative to its host; an outcome has whole URLs. Of an outcome,
    `key` is the path as a key of JSON, in which no secret is looked for.
    """

    path: str
    url: str | None = field(default=None, compare=False)
    key: Exact = field(default=Exact(), compare=False)


PASSWORD_CHARACTERS = 8
"""So many of a site's password count (text of the Web tab)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordProtection:
    """The name and password that PythonAnywhere asks every visitor of a site for.

    If it is off, name and password do not count and are empty.
    """

    enabled: bool = False
    username: str = ""
    password: Secret = field(default=Secret(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Webapp:
    """A web app's own settings, as PythonAnywhere shows them. Paths are absolute, "" means none.

    `account` is the account's name, with its capitals.
    """

    domain: str
    python_version: str
    source_directory: str = ""
    working_directory: str = ""
    virtualenv: str = ""
    force_https: bool = False
    password_protection: PasswordProtection = PasswordProtection()
    expiry: date | None = None
    account: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WsgiFile:
    """The file at `path` on PythonAnywhere that its web workers run; `content` None = no file.

    `keep_as`: where to keep what is there before it is overwritten, the first time. `backups`: the
    folder for what somebody has edited since. `note`: where to note which ones pa-deploy has made,
    if it does not know them by their content. `loader`: path and content of the loader that it
    imports, which must be uploaded before it.
    """

    path: str
    content: bytes | None
    keep_as: str | None = field(default=None, compare=False)
    backups: str = field(default="", compare=False)
    note: str | None = field(default=None, compare=False)
    loader: tuple[str, bytes] | None = field(default=None, compare=False)
