"""Upload what PythonAnywhere does not have of a release, and point to it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pa_deploy import bundle
from pa_deploy.api import Api
from pa_deploy.bundle import Archive, Manifest
from pa_deploy.clock import Deadline
from pa_deploy.layout import Layout
from pa_deploy.model import ReleaseRow, ReleaseStatus
from pa_deploy.release.content import Bundle, Content, env_of
from pa_deploy.release.status import Record, read_record
from pa_deploy.transport import Piece

MARGIN_SECONDS = 30.0
"""What the loader leaves of `timeout` for the rest of the run."""
LEAST_SECONDS = 10.0
SMALL_BYTES = 1024 * 1024
"""Below it, sending an archive again costs less than finding out whether it is there."""

NOTHING: dict[str, Any] = {"parts": [], "digest": "", "base": "", "shared": [], "copied": []}
"""The archive of what is on PythonAnywhere already."""
DATABASES = (".sqlite3", ".sqlite", ".db")
"""Files that an app writes to in place."""
EVERYTHING = ("",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The folder of a web app's releases on PythonAnywhere, and the way there.

    `keep_lock` is called while nothing is written for long, so that the lock does not run out.
    """

    api: Api
    layout: Layout
    deadline: Deadline
    announce: Callable[[str], None]
    keep_lock: Callable[[], None] = lambda: None


def ship(
    account: Account, content: Content, status: ReleaseStatus, scratch: Path, *, whole: bool = False
) -> str:
    """Upload the release and the pointer to it; the nonce that the loader will answer with.

    Only what has changed since the live release travels, unless the release is to come `whole`,
    because the loader could not build it from what is there.
    """
    record = read_record(account.api, account.layout, status.live) if status.live else None
    is_there = content.id in {row.id for row in status.releases} and not whole
    pointer: dict[str, Any] = {"code": NOTHING, "layers": {}}
    if not is_there:
        pointer = _Uploads(account, scratch, whole).send(content, record, status.live)
    wanted = content.wanted
    created = _moment(account)
    pointer |= {
        "id": content.id,
        "run": list(wanted.run),
        "env": env_of(wanted),
        "record": {
            "id": content.id,
            "app": wanted.app,
            "layers": [layer.digest for layer in content.layers],
            "shared": list(wanted.shared),
        },
    }
    return point(account, pointer, ReleaseRow(content.id, created), status, wanted.keep)


def point(
    account: Account,
    pointer: dict[str, Any],
    row: ReleaseRow,
    status: ReleaseStatus,
    keep: int,
    bad: str = "",
) -> str:
    """Write down what should be live; its nonce. `bad` is a release that turned out so."""
    others = [
        {"id": each.id, "created": each.created, "bad": each.bad or each.id == bad}
        for each in status.releases
        if each.id != row.id
    ]
    nonce = secrets.token_hex(8)
    seconds = max(LEAST_SECONDS, account.deadline.remaining() - MARGIN_SECONDS)
    first = {"id": row.id, "created": row.created, "bad": False}
    whole = {
        **pointer,
        "nonce": nonce,
        "seconds": seconds,
        "releases": [first, *others][: max(2, keep)],
    }
    account.api.files.upload(account.layout.pointer, json.dumps(whole).encode())
    return nonce


def _moment(account: Account) -> str:
    moment = datetime.fromtimestamp(account.deadline.clock.time(), UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class _Uploads:
    """The archives of one release. `whole`: nothing that is there already is relied on."""

    account: Account
    scratch: Path
    whole: bool

    def send(self, content: Content, record: Record | None, live: str) -> dict[str, Any]:
        """Upload the archives that are not there; the part of the pointer that speaks of them.

        `record` is that of the live release.
        """
        is_change = record is not None and not self.whole
        missing = {layer.digest for layer in self._missing_layers(content, record)}
        code = Bundle(content.code.folder, _without_shared(content, record))
        old = record.files if record and is_change else {}
        return {
            "layers": {
                layer.digest: self._bundle(layer, {}, "layer.tar.gz")
                if layer.digest in missing
                else NOTHING
                for layer in content.layers
            },
            "code": {
                **self._bundle(code, old, "code.tar.gz"),
                "base": live if is_change else "",
                "shared": list(content.wanted.shared),
                # What has not changed is one file with the old release's, unless it may be
                # written to: by a command, that would change the release that is live.
                "copied": EVERYTHING if content.wanted.run else DATABASES,
            },
        }

    def _missing_layers(self, content: Content, record: Record | None) -> list[Bundle]:
        if self.whole:
            return list(content.layers)
        known = record.layers if record else ()
        missing = [layer for layer in content.layers if layer.digest not in known]
        if missing and record:
            there = self.account.api.files.entries(self.account.layout.layers) or {}
            return [layer for layer in missing if layer.digest not in there]
        return missing

    def _bundle(self, new: Bundle, old: Manifest, name: str) -> dict[str, Any]:
        """Upload an archive; what the pointer says of it, names relative to its folder."""
        changed, deleted = bundle.difference(old, new.manifest)
        archive = bundle.write_archive(new.folder, changed, deleted, self.scratch / name)
        there = self._there(archive)
        account, count = self.account, len(archive.parts)
        account.announce(f"{len(changed):,} of {len(new.manifest):,} files are new or changed")
        for number, part in enumerate(archive.parts, start=1):
            which = f"part {number} of {count}" if count > 1 else "archive"
            if part.name in there:
                account.announce(f"The {which} is there already")
            else:
                path = f"{account.layout.incoming}/{part.name}"
                account.api.files.upload(path, Piece(archive.file, part.offset, part.size))
                account.announce(f"Upload {which}: {part.size:,} bytes")
        parts = [f"incoming/{part.name}" for part in archive.parts]
        return {**NOTHING, "parts": parts, "digest": new.digest}

    def _there(self, archive: Archive) -> frozenset[str]:
        """The parts that an interrupted run has left; the loader verifies them as all others."""
        if self.whole or archive.size < SMALL_BYTES:
            return frozenset()
        return frozenset(self.account.api.files.entries(self.account.layout.incoming) or {})


def _without_shared(content: Content, record: Record | None) -> Manifest:
    """What the live release shares already is on PythonAnywhere, and is not shipped again."""
    shared = record.shared if record else ()
    kept = tuple(name.rstrip("/") + "/" for name in content.wanted.shared if name in shared)
    return {
        path: entry
        for path, entry in content.code.manifest.items()
        if not f"{path}/".startswith(kept)
    }
