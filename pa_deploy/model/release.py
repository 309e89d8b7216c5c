"""Code that is shipped: what is wanted, what is there, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pa_deploy.model.secret import Secret

Dependencies = Literal["auto", "ship", "install"]
"""How packages come to PythonAnywhere: as wheels, or by pip there. `auto`: as wheels if all have
one.
"""
ReleaseState = Literal["", "preparing", "ready", "live", "refused"]
"""How far the loader has come with a release; "" if it has not begun."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is wanted of a file of dependencies besides its main ones: canonical names."""

    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Release:
    """Code of one state, with its dependencies, settings and variables: all that its id stands for.

    How many `files` of how many bytes (`size`) its code has is known only of one that is shipped.
    """

    id: str
    files: int | None = field(default=None, compare=False)
    size: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedRelease:
    """What to ship. `source` and `requirements` are on this side; `app` is `module:name`,
    `module:factory()` or "". What `requirements` includes must lie in `workspace`, if it is known.
    `chosen` are parts of that file.
    `own_files` are those of the run itself, wherever they are: no release has them. `include` and
    `exclude` are patterns as in `.gitignore`, `run` and `first_run` are commands,
    `python_path` are folders of the release, `generate` are names of secrets that are made there,
    `shared` are paths in the release that outlive it
    (directories end in a slash), `keep` counts the releases that stay on PythonAnywhere, the live
    one included, `disk_limit` is how many bytes of the account's disk may be used (0: no limit;
    None: as many as its plan has). `discard_changes` are paths of the live release that may be left
    behind, `backups` is how many copies of each shared database are kept. `serve_source`: a mapping
    may show the source to visitors. `preflight`: the app is asked for a page before it serves.
    `static_check`: mapped folders must have files then.
    `source_as_given` is
    for messages: relative to the workspace, as a rule.
    """

    source: Path
    app: str
    workspace: Path | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    own_files: tuple[Path, ...] = field(default=(), compare=False)
    requirements: Path | None = None
    chosen: Chosen = field(default_factory=Chosen)
    dependencies: Dependencies = "auto"
    python_path: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    first_run: tuple[str, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    env: tuple[tuple[str, Secret], ...] = ()
    generate: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    keep: int = 3
    disk_limit: int | None = field(default=None, compare=False)
    discard_changes: tuple[str, ...] = field(default=(), compare=False)
    backups: int = field(default=3, compare=False)
    serve_source: bool = False
    preflight: bool = field(default=True, compare=False)
    static_check: bool = field(default=True, compare=False)
    source_as_given: str = field(default=".", compare=False)


@dataclass(frozen=True, slots=True)
class Written:
    """What the app has written in the live release: some of the paths, and how many there are.

    `share` is what to add to `shared`. `twice` are those that are in `shared`, but not in the live
    release, and of which `shared/` has another one.
    """

    paths: tuple[str, ...]
    count: int
    share: tuple[str, ...]
    twice: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Late:
    """What was written in a `release` after it was left: some paths, and how many there are."""

    release: str
    paths: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Compared:
    """How the live release differs from what was made ready: some of the paths.

    `missing` are files, or words for other parts. `changed` is code. `wrote` is all that was added
    or changed, None if nothing was. `late` is what was written in other releases. `is_left`:
    there is something that no release needs, as a run leaves it that was killed.
    """

    missing: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    wrote: Written | None = None
    late: tuple[Late, ...] = ()
    is_left: bool = False


@dataclass(frozen=True, slots=True)
class PageCheck:
    """How a run has asked whether its release is healthy, as in HealthCheck.

    `url` is a path of the site or a whole URL; "" if the site was not to be asked.
    """

    url: str
    statuses: tuple[tuple[int, int], ...] = ()
    text: str | None = None


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """A release that is on PythonAnywhere. `bad`: it was rolled back. `created` is ISO 8601.

    `verified`: since it was switched to, pa-deploy has seen it live and healthy. None: that is not
    known, as an older pa-deploy did not note it. `check` is that of the run that deployed it last;
    None if it is not known.
    """

    id: str
    created: str
    bad: bool = False
    verified: bool | None = None
    check: PageCheck | None = None

    @property
    def is_target(self) -> bool:
        """Whether the site may go back to it."""
        return self.verified is not False


@dataclass(frozen=True, slots=True)
class LiveRelease:
    """The release that a web app serves; texts are empty if they are not known."""

    id: str
    created: str = ""
    commit: str = ""
    check: PageCheck | None = None


@dataclass(frozen=True, slots=True)
class StaticSample:
    """A file that a visitor gets if a static file mapping works: what the loader saw of it.

    `mapped` is the mapped path in the release, "" for the whole release; `path` is the file's below
    that, "" if the mapped path is a file itself.
    """

    mapped: str
    path: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseStatus:
    """What the loader wrote down last; all empty if it never ran.

    `layout` is the number of the layout that the loader has made; 0 if it has told none, as that of
    the first edition does.

    `state` is that of the release `id` that the pointer with this `nonce` asked for. `beat` grows
    while it is prepared. A release is `at_once` live if one import of the WSGI file had it prepared
    and switched to it. `live` and `previous` are releases' ids; `output` is the end of what the
    commands printed, of `output_bytes` bytes in all. `loader` is the name of the loader that wrote
    it, `request_key` the SHA-256 of the key of signed requests that it has. `samples` are files of
    mapped folders, as they are after the commands. `wrote` is what would be left behind, `late`
    what was written in releases that were left, `missing` which parts of the live release were not
    as deployed when the web app started last.
    """

    layout: int = 0
    loader: str = ""
    request_key: str = ""
    nonce: str = ""
    id: str = ""
    state: ReleaseState = ""
    beat: int = 0
    at_once: bool = False
    step: str = ""
    error: str = ""
    live: str = ""
    previous: str = ""
    releases: tuple[ReleaseRow, ...] = ()
    samples: tuple[StaticSample, ...] = ()
    wrote: Written | None = None
    late: tuple[Late, ...] = ()
    missing: tuple[str, ...] = ()
    output: bytes = b""
    output_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Boot:
    """The last import of the WSGI file that has begun: its `id`, and whether it has `ended`.

    The `id` is empty if the loader was never imported.
    """

    id: str = ""
    ended: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseOutcome:
    """What became of a release that was wanted; texts are empty if there is nothing to say.

    `state` is as in ReleaseStatus, `live` and `previous` are the releases that are live after the
    run and were before it, `output` is the end of what the commands printed.
    """

    id: str
    state: ReleaseState = ""
    step: str = ""
    error: str = ""
    live: str = ""
    previous: str = ""
    output: tuple[str, ...] = ()
