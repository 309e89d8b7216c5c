"""What the loader has written down on PythonAnywhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pa_deploy import bundle
from pa_deploy.api import Api
from pa_deploy.bundle import Manifest
from pa_deploy.layout import Layout
from pa_deploy.model import ReleaseRow, ReleaseStatus

NOTHING = ReleaseStatus()
OUTPUT_LINES = 40
WORDS = ("activating", "live", "refused", "unpack", "run", "import")
"""The loader's own, of states and steps."""
FULL_DISK = ("no space left", "quota")
"""What Linux says of it, in a part of its words."""
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is known of a release on PythonAnywhere. `layers` are digests."""

    files: Manifest
    layers: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()


def read_status(api: Api, layout: Layout) -> ReleaseStatus:
    """What the loader did last; NOTHING where it never ran, or its file is not whole.

    Secrets are still in the output: they may be on two of its lines.
    """
    status = _decode(api.files.read(layout.status), _status) or NOTHING
    step, colon, of = status.step.partition(": ")

    def own(word: str) -> str:
        return word if word in WORDS else api.redact(word)

    return replace(
        status,
        state=own(status.state),
        step=f"{own(step)}{colon}{api.redact(of)}",
        error=api.redact(status.error),
    )


def is_settled(api: Api, layout: Layout, status: ReleaseStatus) -> bool:
    """Whether the loader has done with the pointer, so that a reload changes nothing."""
    pointer = _decode(api.files.read(layout.pointer), lambda value: str(value["nonce"]))
    return pointer == status.nonce and status.state in ("live", "refused")


def is_disk_full(status: ReleaseStatus) -> bool:
    """Whether the release was refused because nothing more can be written on the account."""
    return any(words in status.error.lower() for words in FULL_DISK)


def is_there(api: Api, layout: Layout, release: str) -> bool:
    """Whether its folder and record are on PythonAnywhere; somebody may have deleted them."""
    return {release, f"{release}.json"} <= set(api.files.entries(layout.releases) or {})


def output_lines(status: ReleaseStatus) -> tuple[str, ...]:
    """The end of what the commands printed."""
    return tuple(status.output.decode("utf-8", "replace").splitlines()[-OUTPUT_LINES:])


def read_record(api: Api, layout: Layout, release: str) -> Record | None:
    """None where the release is not on PythonAnywhere."""
    return _decode(api.files.read(layout.record(release)), _record)


def _decode(content: bytes | None, build: Callable[[Any], Value]) -> Value | None:
    """A file that somebody has changed by hand is as good as none."""
    try:
        return build(json.loads(content or b""))
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _status(value: Mapping[str, Any]) -> ReleaseStatus:
    return ReleaseStatus(
        nonce=str(value["nonce"]),
        id=str(value["id"]),
        state=str(value["state"]),
        step=str(value["step"]),
        error=str(value["error"]),
        live=str(value["live"]),
        previous=str(value["previous"]),
        releases=tuple(
            ReleaseRow(str(row["id"]), str(row["created"]), row["bad"] is True)
            for row in value["releases"]
        ),
        # Bytes that are no UTF-8 travel as lone surrogates.
        output=str(value["output"]).encode("utf-8", "surrogateescape"),
        output_bytes=int(value["output_bytes"]),
    )


def _record(value: Mapping[str, Any]) -> Record:
    return Record(
        files=bundle.from_json(value["files"]),
        layers=tuple(str(each) for each in value["layers"]),
        shared=tuple(str(each) for each in value["shared"]),
    )
