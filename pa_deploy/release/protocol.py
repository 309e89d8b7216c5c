"""What pa-deploy and the loader tell each other, as JSON files.

pa-deploy writes the pointer, which says what should be live. The loader writes the status, which
says what it did about it, and a record for each release.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar, get_args

from pa_deploy import bundle
from pa_deploy.bundle import Manifest
from pa_deploy.layout import LAYOUT, number_in
from pa_deploy.loader.seal import is_as_sealed
from pa_deploy.model import (
    Boot,
    Compared,
    Exact,
    Late,
    PageCheck,
    ReleaseRow,
    ReleaseState,
    ReleaseStatus,
    Space,
    StaticSample,
    Written,
)

ID_CHARACTERS = 16
"""Of a release's id, which is hexadecimal."""
STATES: tuple[ReleaseState, ...] = get_args(ReleaseState)
PREPARED: tuple[ReleaseState, ...] = ("ready", "live", "refused")
"""The preparer has come to its end."""
OVER: tuple[ReleaseState, ...] = ("live", "refused")
"""The loader has done with the pointer: a reload changes nothing."""
TIMED_OUT = "as its time was over"
"""What the loader says if it has ended a command because of its time."""
LINE_END = re.compile(rb"[\r\n]")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """An archive in `parts`, whose names are relative to the web app's folder, and its content.

    `digest` is that of the manifest. Files that it does not have come from the release `base`, by a
    link, or as a copy if their path ends with one of `copied`. `shared` are paths that outlive it.
    """

    parts: tuple[str, ...] = ()
    digest: str = ""
    base: str = ""
    shared: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()


NOTHING = Packed()
"""Of what is on PythonAnywhere already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packages:
    """The environment of a release: its id, "" if it has none, and how the loader makes it.

    `kind` is "ship" if it is composed of `distributions`, names by their digests. `archive` has
    those that PythonAnywhere lacks, each in a folder named by its digest. `kind` is "install" if
    pip fills it there; `install` says with what.
    """

    id: str = ""
    kind: str = "ship"
    distributions: Mapping[str, str] = field(default_factory=dict)
    archive: Packed = NOTHING
    install: Mapping[str, Any] | None = None


NO_PACKAGES = Packages()
APART = "-"
"""Stands between the id of an environment and that of the release whose commands changed it: such a
release has one of its own.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRecord:
    """What the loader has to know of a release from now on. `env` are names; the values are secret.
    `generate` are names of secrets that the loader makes.

    `commit` and `run_url` are what the app is told about the run that made it. `environment` is the
    id of its packages, "" if it has none.
    """

    id: str
    app: str
    python_path: tuple[str, ...]
    environment: str
    shared: tuple[str, ...]
    env: tuple[str, ...]
    generate: tuple[str, ...]
    variables: Mapping[str, str]
    commit: str
    run_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What the app is asked for before it serves, and which answer is well, as in HealthCheck.

    It may take `seconds`, its import included. `mapped` are the URLs of static file mappings with
    their paths below the release, None if they are elsewhere.
    """

    host: str
    path: str
    statuses: tuple[tuple[int, int], ...]
    text: str | None
    seconds: float
    mapped: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """What should be live. `record` is None for a release that has been live before.

    `nonce` tells one pointer from another, `seconds` are what the loader may take, `releases` are
    those that stay, the live one first. Without `attempt`
    the app is only imported. `mapped` are folders of the release that must have files, `sampled`
    are paths of which the status is to name a file, "" for the whole release. `rivals` are
    mapped paths of which it is to name a file that another mapping may hide, each with what both
    files' paths begin with. `discard` are paths of the live release that may be left behind,
    `backups` is how many copies of each database are kept, `former` are folders of a site that
    somebody made by hand. `python` (such as 3.13) and `virtualenv` (a path) are what the web app
    will have, "" if it has none or that is not known. `alone`: the run has the lock, so what
    others have uploaded was left behind.
    """

    nonce: str
    id: str
    seconds: float
    releases: tuple[ReleaseRow, ...]
    record: NewRecord | None = None
    code: Packed = NOTHING
    environment: Packages = NO_PACKAGES
    run: tuple[str, ...] = ()
    first_run: tuple[str, ...] = ()
    attempt: Attempt | None = None
    mapped: tuple[str, ...] = ()
    sampled: tuple[str, ...] = ()
    rivals: tuple[tuple[str, str, str], ...] = ()
    discard: tuple[str, ...] = ()
    backups: int = 0
    former: tuple[str, ...] = ()
    python: str = ""
    virtualenv: str = ""
    alone: bool = False

    def encode(self) -> bytes:
        said = {
            **asdict(self),
            "layout": LAYOUT,
            "record": {"layout": LAYOUT, **asdict(self.record)} if self.record else {},
            "try": asdict(self.attempt) if self.attempt else {},
            "env": {},  # for the first edition's loader
        }
        return json.dumps(said).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is known of a release on PythonAnywhere. `environment` is the id of its packages.

    `layout` is the number of the layout that its folder has.
    """

    files: Manifest
    environment: str = ""
    shared: tuple[str, ...] = ()
    layout: int = LAYOUT
    app: str = ""
    commit: str = ""
    env: tuple[str, ...] = ()
    generate: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    python_path: tuple[str, ...] = ()


def layout_in(content: bytes | None) -> int:
    """The layout number of a file; 0 if it has none, is not there, or is damaged."""
    return _decode(content, number_in) or 0


def nonce_in(pointer: bytes | None) -> str | None:
    return _decode(pointer, lambda value: str(value["nonce"]))


def status_in(content: bytes | None) -> ReleaseStatus | None:
    return _decode(content, _status)


def compared_in(content: bytes | None) -> Compared | None:
    return _decode(content, _compared)


def space_in(content: bytes | None) -> Space | None:
    return _decode(content, _space)


def boot_in(content: bytes | None) -> Boot | None:
    return _decode(content, lambda value: Boot(str(value["id"]), value["ended"] is True))


def record_in(content: bytes | None) -> Record | None:
    return _decode(content, _record)


def _decode(content: bytes | None, build: Callable[[Any], Value]) -> Value | None:
    """A file that somebody has changed by hand is as good as none."""
    try:
        return build(json.loads(content or b""))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return None


def _status(value: Mapping[str, Any]) -> ReleaseStatus:
    # Bytes that are no UTF-8 travel as lone surrogates.
    output = str(value["output"]).encode("utf-8", "surrogateescape")
    output_bytes = int(value["output_bytes"])
    return ReleaseStatus(
        layout=number_in(value),
        loader=str(value.get("loader", "")),
        request_key=str(value.get("request_key", "")),
        nonce=str(value["nonce"]),
        id=_id(value["id"]),
        state=_state(value["state"]),
        beat=int(value.get("beat", 0)),
        at_once=value.get("at_once") is True,
        step=str(value["step"]),
        error=str(value["error"]),
        live=_id(value["live"]),
        previous=_id(value["previous"]),
        releases=tuple(
            ReleaseRow(
                _id(row["id"]),
                str(row["created"]),
                row["bad"] is True,
                _known(row.get("verified")),
                _check(row.get("check")),
            )
            for row in value["releases"]
        ),
        samples=tuple(
            StaticSample(str(row["mapped"]), str(row["path"]), str(row["sha256"]))
            for row in value.get("samples", [])
        ),
        wrote=_written(value.get("wrote")),
        late=_late(value.get("late", [])),
        missing=tuple(str(each) for each in value.get("missing", [])),
        output=output if len(output) == output_bytes else _from_a_line_on(output),
        output_bytes=output_bytes,
    )


def _state(value: object) -> ReleaseState:
    return next((state for state in STATES if state == value), "")


def _compared(value: Mapping[str, Any]) -> Compared:
    missing, changed = (tuple(str(each) for each in value[name]) for name in ("missing", "changed"))
    late, is_left = _late(value.get("late", [])), value.get("left") is True
    return Compared(missing, changed, _written(value["wrote"]), late, is_left)


def _space(value: Mapping[str, Any]) -> Space:
    if not value["ended"]:
        return Space(ended=False)
    if value["error"]:
        return Space(error=str(value["error"]))
    numbers = ("used", "own", "frees", "environments", "packages", "left")
    used, own, frees, environments, packages, left = (int(value[name]) for name in numbers)
    return Space(
        used=used,
        own=own,
        is_all=value["is_all"] is True,
        frees=frees,
        releases=tuple(_id(each) for each in value["releases"]),
        environments=environments,
        packages=packages,
        left=left,
        stay=tuple(_id(each) for each in value["stay"]),
    )


def _known(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _check(value: Any) -> PageCheck | None:  # noqa: ANN401 - whatever is in the file
    """A damaged one is not known: the releases are worth more than how they were asked."""
    try:
        statuses = tuple((int(low), int(high)) for low, high in value["statuses"])
        text = value["text"]
        return PageCheck(str(value["url"]), statuses, None if text is None else str(text))
    except (KeyError, TypeError, ValueError):
        return None


def _written(value: object) -> Written | None:
    if not isinstance(value, dict) or not value:
        return None
    lists = (tuple(str(each) for each in value[name]) for name in ("paths", "share", "twice"))
    paths, share, twice = lists
    return Written(paths, int(value["count"]), share, twice)


def _late(rows: Iterable[Mapping[str, Any]]) -> tuple[Late, ...]:
    return tuple(
        Late(_id(row["release"]), tuple(str(each) for each in row["paths"]), int(row["count"]))
        for row in rows
    )


def _id(value: object) -> str:
    text = str(value)
    is_id = re.fullmatch(r"[0-9a-f]+", text) and len(text) == ID_CHARACTERS
    return Exact(text) if is_id else text


def _from_a_line_on(output: bytes) -> bytes:
    """Without the rest of a line whose beginning was cut off: it may be half of a secret."""
    end = LINE_END.search(output)
    return output[end.end() :] if end else b""


def _record(value: Mapping[str, Any]) -> Record:
    if not is_as_sealed(value):
        raise ValueError(value["seal"])
    return Record(
        files=bundle.from_json(value["files"]),
        environment=str(value.get("environment", "")),
        shared=tuple(str(each) for each in value["shared"]),
        layout=number_in(value),
        app=str(value.get("app", "")),
        commit=str(value.get("commit", "")),
        env=tuple(str(each) for each in value.get("env", ())),
        generate=tuple(str(each) for each in value.get("generate", ())),
        variables={str(name): str(text) for name, text in value.get("variables", {}).items()},
        python_path=tuple(str(each) for each in value.get("python_path", ())),
    )
