"""Upload what PythonAnywhere does not have of a release, and point to it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pa_deploy.bundle import Archive, Manifest, difference, write_archive
from pa_deploy.dependencies import Distribution
from pa_deploy.loader_files import loader_name, loader_zip
from pa_deploy.model import Boot, PageCheck, ReleaseRow, ReleaseStatus
from pa_deploy.release.closing import make_closed
from pa_deploy.release.content import Bundle, FileSet, env_of
from pa_deploy.release.destination import Destination
from pa_deploy.release.missing import missing_packages
from pa_deploy.release.protocol import (
    NOTHING,
    Attempt,
    NewRecord,
    Packages,
    Packed,
    Pointer,
    Record,
)
from pa_deploy.release.request import put_key
from pa_deploy.release.status import read_record
from pa_deploy.release.uploads import Uploads
from pa_deploy.sizes import shown_size
from pa_deploy.transport import Piece

MARGIN_SECONDS = 30.0
"""What the loader leaves of `timeout` for the rest of the run."""
LEAST_SECONDS = 10.0
SMALL_BYTES = 1024 * 1024
"""Below it, sending an archive again costs less than finding out whether it is there."""

DATABASES = (".sqlite3", ".sqlite", ".db")
"""Files that an app writes to in place."""
EVERYTHING = ("",)
MOST_NAMED = 10
"""How many packages a line names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """A release on its way: its bundle, and what was seen on PythonAnywhere.

    `record` is that of the live release; None if there is none. `missing` are the packages that are
    not there. `first` is whether the commands of
    `first-run` are to run. `check` is how the site is asked then, `attempt` what the app is asked
    for before it serves, `mapped` are folders of the release that must have files then, `sampled`
    are paths of which the loader is to name a file, `rivals` are those of which it is to name one
    that may be hidden, `former` are folders that the web app had before the first release. `python`
    and `virtualenv` are those that the web app will have.
    """

    bundle: Bundle
    status: ReleaseStatus
    record: Record | None = None
    missing: tuple[Distribution, ...] = ()
    first: bool = False
    check: PageCheck | None = None
    attempt: Attempt | None = None
    mapped: tuple[str, ...] = ()
    sampled: tuple[str, ...] = ()
    rivals: tuple[tuple[str, str, str], ...] = ()
    former: tuple[str, ...] = ()
    python: str = ""
    virtualenv: str = ""


def look_ahead(destination: Destination, bundle: Bundle, status: ReleaseStatus) -> Shipment:
    """See what shipping needs to know beside the status. Raises NewerPaDeploy."""
    live = status.live
    record = read_record(destination, live, status.layout) if live else None
    shipment = Shipment(bundle=bundle, status=status, record=record)
    if is_known(shipment):
        return shipment
    missing = missing_packages(destination, bundle, status, record)
    return replace(shipment, missing=missing)


@dataclass(frozen=True, slots=True)
class Sent:
    """The archives of a release on PythonAnywhere: of its code, and of packages."""

    uploads: Uploads
    code: Packed
    packages: Packed


@contextmanager
def sending(
    destination: Destination, shipment: Shipment, scratch: Path, *, whole: bool = False
) -> Iterator[Sent]:
    """Upload the archives of a release. They are deleted again if what is done with them fails.

    Only what has changed since the live release travels, unless the release is to come `whole`,
    because the loader could not build it from what is there.
    """
    uploads = Uploads(destination, shipment.status)
    with uploads.taken_back():
        if whole or not is_known(shipment):
            yield _Archives(destination, uploads, scratch, whole).send(shipment)
        else:
            yield Sent(uploads, NOTHING, NOTHING)


def make_pointer(
    destination: Destination, shipment: Shipment, sent: Sent, before: Boot | None = None
) -> Pointer:
    """The pointer to a release that was sent. All that the loader needs for it is there then.

    Secrets travel each time, and not before their folder is closed. The WSGI file imports the
    loader by now; `before` is as in `reload_until`.
    """
    bundle, status, uploads = shipment.bundle, shipment.status, sent.uploads
    if status.loader not in ("", loader_name()):
        # The one that the WSGI file names is damaged or gone, and a former one has served.
        uploads.replace(destination.layout.loader, loader_zip())
    if bundle.wanted.env:
        status = make_closed(destination, status, before)
        put = uploads.replace if is_known(shipment) else uploads.put
        put(destination.layout.secret(bundle.id), json.dumps(env_of(bundle.wanted)).encode())
    put_key(destination, status)
    return Pointer(
        nonce=new_nonce(),
        id=bundle.id,
        seconds=loader_seconds(destination),
        releases=rows(status, _new_row(destination, shipment), bundle.wanted.keep),
        record=_record(destination, bundle),
        code=sent.code,
        environment=_packages(bundle, sent),
        run=bundle.wanted.run,
        first_run=bundle.wanted.first_run if shipment.first else (),
        attempt=shipment.attempt,
        mapped=shipment.mapped,
        sampled=shipment.sampled,
        rivals=shipment.rivals,
        discard=bundle.wanted.discard_changes,
        backups=bundle.wanted.backups,
        former=shipment.former,
        python=shipment.python,
        virtualenv=shipment.virtualenv,
        alone=destination.is_alone,
    )


def put_pointer(destination: Destination, pointer: Pointer, sent: Sent) -> None:
    """Upload the pointer; the loader will answer with its nonce."""
    sent.uploads.replace(destination.layout.pointer, pointer.encode())


def ship(
    destination: Destination, shipment: Shipment, scratch: Path, *, whole: bool = False
) -> str:
    """Send a release and point to it; the nonce of the pointer. As `sending` and `make_pointer`."""
    with sending(destination, shipment, scratch, whole=whole) as sent:
        pointer = make_pointer(destination, shipment, sent)
        put_pointer(destination, pointer, sent)
        return pointer.nonce


def is_known(shipment: Shipment) -> bool:
    """Whether the release is on PythonAnywhere already."""
    return shipment.bundle.id in {row.id for row in shipment.status.releases}


def _record(destination: Destination, bundle: Bundle) -> NewRecord:
    wanted, run = bundle.wanted, destination.run
    return NewRecord(
        id=bundle.id,
        app=wanted.app,
        python_path=wanted.python_path,
        environment=bundle.environment.id,
        shared=wanted.shared,
        env=tuple(sorted(env_of(wanted))),
        generate=wanted.generate,
        variables=dict(wanted.variables),
        commit=run.commit,
        run_url=run.url,
    )


def _packages(bundle: Bundle, sent: Sent) -> Packages:
    environment = bundle.environment
    return Packages(
        id=environment.id,
        kind="install" if environment.install else "ship",
        distributions={each.digest: each.name for each in environment.distributions},
        archive=sent.packages,
        install=environment.install,
    )


def new_nonce() -> str:
    return secrets.token_hex(8)


def loader_seconds(destination: Destination) -> float:
    """How long the loader may take."""
    return max(LEAST_SECONDS, destination.deadline.remaining() - MARGIN_SECONDS)


def rows(
    status: ReleaseStatus, live: ReleaseRow, keep: int, bad: str = ""
) -> tuple[ReleaseRow, ...]:
    """The releases that stay, among them the newest to go back to. `bad` is one that turned out so.

    `live` is the one that will be live.
    """
    others = [
        replace(row, bad=row.bad or row.id == bad) for row in status.releases if row.id != live.id
    ]
    good = [row for row in others if row.is_target and not row.bad]
    kept = [*others[: max(2, keep) - 1], *good[:1]]
    return (replace(live, bad=False), *dict.fromkeys(kept))


def _new_row(destination: Destination, shipment: Shipment) -> ReleaseRow:
    created = _moment(destination)
    return ReleaseRow(shipment.bundle.id, created, verified=False, check=shipment.check)


def _moment(destination: Destination) -> str:
    moment = datetime.fromtimestamp(destination.deadline.clock.time(), UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class _Archives:
    """The archives of one release. `whole`: nothing that is there already is relied on."""

    destination: Destination
    uploads: Uploads
    scratch: Path
    whole: bool

    def send(self, shipment: Shipment) -> Sent:
        """Upload the archives that are not there."""
        bundle, record = shipment.bundle, shipment.record
        is_change = record is not None and not self.whole
        code = FileSet(bundle.code.folder, without_shared(bundle, record))
        old = record.files if record and is_change else {}
        commands = (*bundle.wanted.run, *bundle.wanted.first_run)
        packages = self._send_packages(shipment)
        packed = replace(
            self._send_code(code, old),
            base=shipment.status.live if is_change else "",
            shared=bundle.wanted.shared,
            # What has not changed is one file with the old release's, unless it may be written to:
            # by a command, that would change the release that is live.
            copied=EVERYTHING if commands else DATABASES,
        )
        return Sent(self.uploads, packed, packages)

    def _send_packages(self, shipment: Shipment) -> Packed:
        """Upload the packages that are not there, all in one archive."""
        wanted = shipment.bundle.environment.distributions
        missing = shipment.missing
        if self.whole:
            missing = missing_packages(self.destination, shipment.bundle, shipment.status)
        if not missing:
            return NOTHING
        names = ", ".join(each.name for each in missing[:MOST_NAMED])
        names += f", and {len(missing) - MOST_NAMED:,} more" if len(missing) > MOST_NAMED else ""
        of_all = f"{len(missing):,} of {len(wanted):,}"
        self.destination.announce(f"Dependencies: {of_all} packages are new: {names}")
        pairs = ((each.digest, row) for each in missing for row in each.manifest.items())
        files = {f"{digest}/{path}": entry for digest, (path, entry) in pairs}
        return self._pack(FileSet(missing[0].folder.parent, files), {}, "packages.tar.gz")

    def _send_code(self, new: FileSet, old: Manifest) -> Packed:
        """Upload what the release `old` does not have."""
        count = len(difference(old, new.manifest)[0])
        of_all = f"{count:,} of {len(new.manifest):,}"
        self.destination.announce(f"Code: {of_all} files are new or changed")
        return self._pack(new, old, "code.tar.gz")

    def _pack(self, new: FileSet, old: Manifest, name: str) -> Packed:
        """Upload an archive of what `old` does not have."""
        changed, deleted = difference(old, new.manifest)
        archive = write_archive(new.folder, changed, deleted, self.scratch / name)
        there = self._there(archive)
        destination, count = self.destination, len(archive.parts)
        total = sum(part.size for part in archive.parts)
        for number, part in enumerate(archive.parts, start=1):
            which = f"part {number} of {count}" if count > 1 else "archive"
            if part.name in there:
                destination.announce(f"The {which} is already on PythonAnywhere")
            else:
                path = f"{destination.layout.incoming}/{part.name}"
                destination.doing("Uploading", part.offset, total)
                self.uploads.put(path, Piece(archive.file, part.offset, part.size))
                destination.announce(f"Upload {which}: {shown_size(part.size)}")
        parts = tuple(f"incoming/{part.name}" for part in archive.parts)
        return Packed(parts=parts, digest=new.digest)

    def _there(self, archive: Archive) -> frozenset[str]:
        """The parts that an interrupted run has left; the loader verifies them as all others."""
        if self.whole or archive.size < SMALL_BYTES:
            return frozenset()
        return frozenset(self.destination.api.files.entries(self.destination.layout.incoming) or {})


def without_shared(bundle: Bundle, record: Record | None) -> Manifest:
    """What the live release shares already is on PythonAnywhere, and is not shipped again."""
    shared = record.shared if record else ()
    kept = tuple(name.rstrip("/") + "/" for name in bundle.wanted.shared if name in shared)
    return {
        path: entry
        for path, entry in bundle.code.manifest.items()
        if not f"{path}/".startswith(kept)
    }
