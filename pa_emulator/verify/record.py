"""The file in which a run records, before each call, what the call may make.

A killed run leaves it behind, so that the next run on this machine can prove what belongs to it. It
is locked while its run works. So no other run takes the things of a running one for left behind.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pa_emulator.verify.made import Made, read

if TYPE_CHECKING:
    from collections.abc import Iterator


class CannotRecord(Exception):
    """What a run makes cannot be recorded."""


@dataclass(slots=True)
class Record:
    """One run's file, together with its lock."""

    path: Path
    made: Made
    _lock: int

    def save(self) -> None:
        """Replace the file in one step: a killed run leaves the old or the new. Raises OSError."""
        number, name = tempfile.mkstemp(dir=self.path.parent, prefix=".new-")  # 0600
        try:
            with os.fdopen(number, "w", encoding="utf-8") as file:
                file.write(self.made.as_json())
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self.path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def close(self, *, is_done: bool) -> None:
        """Release the lock; remove the file if nothing of the run is left."""
        with contextlib.suppress(OSError):
            if is_done:
                self.path.unlink(missing_ok=True)
                _lock_path(self.path).unlink(missing_ok=True)
        os.close(self._lock)


def begin(made: Made) -> Record:
    """Make the file of a new run. Raises CannotRecord."""
    try:
        folder = _folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"{made.name}.json"
        lock = _locked(path)
        if lock is None:
            raise FileExistsError(f"{path} is in use")
        record = Record(path, made, lock)
        record.save()
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CannotRecord(
            f"cannot write down what this run will make: {reason}. "
            "Set XDG_STATE_HOME to a folder that this program can write to"
        ) from error
    return record


def earlier(url: str, username: str) -> tuple[list[Record], set[str]]:
    """Return the records of ended runs on an account, and the names of its running ones.

    The records are locked until they are closed.
    """
    records: list[Record] = []
    at_work: set[str] = set()
    for path, made in _all():
        if not made.is_of(url, username):
            continue
        lock = _locked(path)
        if lock is None:
            at_work.add(made.name)
        elif path.exists():
            records.append(Record(path, made, lock))
        else:  # its run has ended meanwhile
            os.close(lock)
            _lock_path(path).unlink(missing_ok=True)
    return records, at_work


def _all() -> Iterator[tuple[Path, Made]]:
    with contextlib.suppress(OSError, RuntimeError):
        for path in sorted(_folder().glob("*.json")):
            with contextlib.suppress(OSError, ValueError):
                made = read(path.read_text(encoding="utf-8"))
                if made.name == path.stem:
                    yield path, made


def _folder() -> Path:
    given = Path(os.environ.get("XDG_STATE_HOME", ""))
    base = given if given.is_absolute() else Path.home() / ".local" / "state"
    return base / "pa-emulator" / "verify"


def _lock_path(path: Path) -> Path:
    return path.with_suffix(".lock")


def _locked(path: Path) -> int | None:
    """Return a lock's file descriptor; None if another run has it."""
    lock = os.open(_lock_path(path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if sys.platform == "win32":
        return lock
    import fcntl  # noqa: PLC0415 - not on Windows

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock
