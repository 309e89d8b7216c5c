"""The file in which a run writes, before each call, what the call may make.

A run that was killed leaves it behind, and so the next run on this machine can prove what is its.
It is locked while its run is at work, so that no other run takes what is there for left behind.
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
    """What a run makes cannot be written down."""


@dataclass(slots=True)
class Record:
    """One run's file. Whoever has it holds its lock."""

    path: Path
    made: Made
    _lock: int

    def save(self) -> None:
        """Write all at once, so that a run killed meanwhile has the old or the new. OSError."""
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
        """Give the lock back; remove the file if nothing of the run is left."""
        with contextlib.suppress(OSError):
            if is_done:
                self.path.unlink(missing_ok=True)
                _lock_path(self.path).unlink(missing_ok=True)
        os.close(self._lock)


def begin(made: Made) -> Record:
    """Make the file of a run that begins. Raises CannotRecord."""
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
    """Return the records that earlier runs on an account have left, and who is at work on it.

    A record is locked until it is closed. The others are the names of runs.
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
