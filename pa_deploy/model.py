"""The vocabulary: what a web app is, what is wanted of it, and what a run did. No behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal, final


@final
class Secret:
    """Text that never shows itself; only `reveal()` gives it out."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)


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

    PythonAnywhere gives the link relative to its host; an outcome has whole URLs.
    """

    path: str
    url: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordProtection:
    """The name and password that PythonAnywhere asks every visitor of a site for.

    Where it is off, name and password do not count and are empty.
    """

    enabled: bool = False
    username: str = ""
    password: Secret = field(default=Secret(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Webapp:
    """A web app's own settings, as PythonAnywhere shows them. Paths are absolute, "" means none."""

    domain: str
    python_version: str
    source_directory: str = ""
    working_directory: str = ""
    virtualenv: str = ""
    force_https: bool = False
    password_protection: PasswordProtection = PasswordProtection()
    expiry: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WsgiFile:
    """The file at `path` on PythonAnywhere that its web workers run; `content` None = no file.

    `keep_as`: where to keep what is there before it is overwritten, the first time.
    """

    path: str
    content: bytes | None
    keep_as: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Release:
    """Code of one state, with its dependencies, settings and variables: all that its id stands for.

    How many `files` of how many bytes (`size`) its code has is known only of one that is shipped.
    """

    id: str
    files: int | None = field(default=None, compare=False)
    size: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actual:
    """What was seen on PythonAnywhere on `observed_on`.

    A part that is None was not looked at. A missing web app has no mappings, and what its WSGI file
    holds does not count, because creating the web app overwrites it. `shared_files` are those of
    the wanted ones that are shared; `missing_paths` were looked for and are not there. `release` is
    the live one; None also where another one is about to take its place, or none is live.
    """

    observed_on: date
    webapp: Webapp | None
    static_files: tuple[StaticFile, ...] | None = None
    static_headers: tuple[StaticHeader, ...] | None = None
    wsgi_file: WsgiFile | None = None
    shared_files: tuple[SharedFile, ...] | None = None
    release: Release | None = None
    missing_paths: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """A console. `url` is relative to the host; only a browser that opens it starts the process."""

    id: int
    user: str
    name: str
    executable: str
    arguments: str
    working_directory: str
    url: str


@dataclass(frozen=True, slots=True)
class Run:
    """Who deploys, and where to look at the run; "" where that is not known."""

    owner: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedRelease:
    """What to ship. `source` and `requirements` are on this side; `app` is `module:callable` or "".

    `include` and `exclude` are patterns as in `.gitignore`, `run` are commands, `shared` are paths
    in the release that outlive it (directories end in a slash), `keep` counts the releases that
    stay on PythonAnywhere, the live one included.
    """

    source: Path
    app: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    requirements: Path | None = None
    run: tuple[str, ...] = ()
    env: tuple[tuple[str, Secret], ...] = ()
    shared: tuple[str, ...] = ()
    keep: int = 3


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """A release that is on PythonAnywhere. `bad`: it was rolled back. `created` is ISO 8601."""

    id: str
    created: str
    bad: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseStatus:
    """What the loader wrote down last; all empty where it never ran.

    `state` is `activating`, `live` or `refused`, of the release `id` that the pointer with this
    `nonce` asked for. `live` and `previous` are releases' ids; `output` is the end of what the
    commands printed, of `output_bytes` bytes in all.
    """

    nonce: str = ""
    id: str = ""
    state: str = ""
    step: str = ""
    error: str = ""
    live: str = ""
    previous: str = ""
    releases: tuple[ReleaseRow, ...] = ()
    output: bytes = b""
    output_bytes: int = 0


SettingName = Literal[
    "python_version",
    "source_directory",
    "working_directory",
    "virtualenv",
    "force_https",
    "password_protection",
]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a web app with its value."""

    name: SettingName
    value: str | bool | PasswordProtection


@dataclass(frozen=True, slots=True)
class NewWebapp:
    """A web app that does not exist yet."""

    domain: str
    python_version: str


Resource = NewWebapp | Setting | StaticFile | StaticHeader | WsgiFile | Release | SharedFile


@dataclass(frozen=True, slots=True)
class Create:
    """Make something that is not there."""

    after: Resource


@dataclass(frozen=True, slots=True)
class Update:
    """Make something that is there be something else. Both sides are of one type."""

    before: Resource
    after: Resource


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove something that is there."""

    before: Resource


Change = Create | Update | Delete

Mode = Literal["apply", "plan", "check"]
Reload = Literal["always", "auto", "never"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How a plan is made, apart from what is wanted.

    `prune`: rows not listed are deleted. `exact`: the rows are to be the listed ones, one by one
    in their order, as a rollback wants it.
    """

    create: bool = True
    prune: bool = False
    exact: bool = False
    reload: Reload = "always"


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence of ours, with a `{}` for each of the texts in it that come from elsewhere."""

    words: str
    texts: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.words.format(*self.texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The ordered changes that lead from actual to wanted, and what is to be said about them."""

    domain: str
    changes: tuple[Change, ...]
    unchanged: tuple[Resource, ...]
    notes: tuple[Note, ...]
    reload: bool
    digest: str


@dataclass(frozen=True, slots=True)
class Step:
    """Changes that one request made, and how many seconds it took."""

    changes: tuple[Change, ...]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
    """How to ask the site whether it lives. `statuses` are inclusive ranges.

    `login` is what the site's own password protection asks for; None = it is asked without.
    `release`: an answer that names another release is not healthy. Static files name none.
    """

    url: str
    statuses: tuple[tuple[int, int], ...]
    text: str | None
    timeout_seconds: float
    release: str | None = None
    login: PasswordProtection | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What the site said last. `detail` is one sentence; `log_tail` is the error log's end."""

    healthy: bool
    url: str
    detail: str
    status: int | None
    seconds: float
    attempts: int
    log_tail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollback:
    """What a run did to put the former configuration back, because the site was not healthy.

    Of `changes`, `undone` were not made, or nobody knows. `health` is that of the site with the
    former configuration, None if it was not asked. `failure` says why it is not back; "" if it is.
    """

    changes: tuple[Change, ...]
    undone: tuple[Change, ...]
    reloaded: bool
    health: Health | None
    failure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseOutcome:
    """What became of a release that was wanted; texts are empty where there is nothing to say.

    `state` is as in ReleaseStatus, `live` and `previous` are the releases that are live after the
    run and were before it, `output` is the end of what the commands printed.
    """

    id: str
    state: str = ""
    step: str = ""
    error: str = ""
    live: str = ""
    previous: str = ""
    output: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a run did not reach the wanted state."""

    title: str
    message: str
    exit_code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All that a run did; the same value becomes log, summary, outputs and JSON report.

    `plan` is the first plan of the run, None where it came to none. Of its changes, `undone` were
    not made, and of `unclear` nobody knows: the run ended while they were under way. `shared` are
    the wanted files that are shared, with their whole URLs. Times are in seconds.
    """

    domain: str
    url: str
    mode: Mode
    plan: Plan | None
    undone: tuple[Change, ...]
    unclear: tuple[Change, ...]
    steps: tuple[Step, ...]
    reloaded: bool
    reload_seconds: float
    health: Health | None
    rollback: Rollback | None = None
    release: ReleaseOutcome | None = None
    shared: tuple[SharedFile, ...]
    warnings: tuple[str, ...]
    failure: Failure | None
    expires: date | None
    requests: int
    seconds: float
