"""SQLite databases on the disk: find them, copy them, and keep others from writing for a moment."""

from __future__ import annotations

import hashlib
import importlib
import os
import stat
import time
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, Iterable, Iterator, List

from .files import discard, move

MAGIC = b"SQLite format 3\0"
OF_A_JOURNAL = bytes.fromhex("d9d505f920a163d7")
"""So begins a journal that is in use, or whose app was killed."""
WRITE_VERSION = 18
"""Where the header of a database tells how it is written to."""
SMALLEST_PAGE = 512
"""The size of a database is a multiple of it, so most other files need not be opened."""
WAL = "-wal"
MEMORY = "-shm"
JOURNAL = "-journal"
COMPANIONS = (WAL, MEMORY, JOURNAL)
"""Files beside a database whose names begin with its own. They are a part of it."""
PATIENCE_SECONDS = 30.0
"""How long an app may keep a database locked."""


class Busy(RuntimeError):
    """An app keeps a database locked."""

    def __init__(self, path: str) -> None:
        said = "the database %s was locked for %d s" % (os.path.basename(path), PATIENCE_SECONDS)
        super().__init__(said)


def is_database(path: str) -> bool:
    """Whether a file begins as SQLite's do, whatever its name."""
    with suppress(OSError):
        size = os.path.getsize(path)
        if size and size % SMALLEST_PAGE == 0 and stat.S_ISREG(os.lstat(path).st_mode):
            with open(path, "rb") as file:
                return file.read(len(MAGIC)) == MAGIC
    return False


def has_wal(path: str) -> bool:
    """Whether what is written to a database goes to a file beside it first."""
    with suppress(OSError), open(path, "rb") as file:
        return file.read(WRITE_VERSION + 1)[WRITE_VERSION:] == b"\2"
    return False


def is_hot(journal: str) -> bool:
    """Whether it is of a transaction that has not ended."""
    with suppress(OSError), open(journal, "rb") as file:
        return file.read(len(OF_A_JOURNAL)) == OF_A_JOURNAL
    return False


def without_ending(path: str) -> str:
    """The path of the database, if this is the name of a companion."""
    return next((path[: -len(each)] for each in COMPANIONS if path.endswith(each)), path)


def owner_of(path: str) -> str:
    """The database that a file belongs to: the file itself, or one that it is a companion of."""
    owner = without_ending(path)
    return owner if is_database(owner) else path


def databases_in(path: str) -> List[str]:
    """The databases in a folder and in all below it; of a database, itself."""
    if not os.path.isdir(path):
        return [path] if is_database(path) else []
    files = (os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names)
    return sorted(filter(is_database, files))


def files_reached(path: str) -> List[str]:
    """The files in a folder and in all below it, also by way of links; of a file, itself."""
    if not os.path.isdir(path):
        return [path]
    found, seen = [], set()
    for folder, folders, names in os.walk(path, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:  # a link leads back
            folders.clear()
            continue
        seen.add(real)
        found += [os.path.join(folder, name) for name in names]
    return sorted(found)


def databases_reached(path: str) -> List[str]:
    """The databases in a folder, also those to which links lead; of one, itself."""
    return [each for each in files_reached(path) if is_database(os.path.realpath(each))]


def content_of(path: str) -> str:
    """A digest of what a database holds, in whichever of its files that is.

    Raises RuntimeError if it cannot be read, ImportError if this Python has no sqlite3.
    """
    sqlite3 = importlib.import_module("sqlite3")
    digest = hashlib.sha256()
    try:
        with _opened(sqlite3, os.path.realpath(path)) as database:
            database.text_factory = bytes
            database.execute("BEGIN")  # nobody's write comes between two tables
            query = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
            for kind, name, sql in database.execute(query).fetchall():
                digest.update(repr((kind, name, sql)).encode())
                is_virtual = (sql or b"").upper().startswith(b"CREATE VIRTUAL")
                if kind == b"table" and not is_virtual:  # its rows are in other tables
                    table = name.decode().replace('"', '""')
                    for row in database.execute('SELECT * FROM "%s"' % table):  # noqa: S608 - quoted
                        digest.update(repr(row).encode())
    except (sqlite3.Error, UnicodeError) as error:
        raise RuntimeError("the database %s: %s" % (os.path.basename(path), error)) from None
    return digest.hexdigest()


def has_rows(path: str) -> bool:
    """Whether a table of a database has rows; also if it cannot be read now."""
    if not is_database(path):
        return False
    try:
        sqlite3 = importlib.import_module("sqlite3")
    except ImportError:
        return True
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    try:
        with _opened(sqlite3, path) as database:
            tables = [row[0].replace('"', '""') for row in database.execute(query)]
            found = (database.execute('SELECT 1 FROM "%s" LIMIT 1' % each) for each in tables)  # noqa: S608 - quoted
            return any(rows.fetchone() for rows in found)
    except sqlite3.Error:
        return True


def copy_database(old: str, new: str) -> None:
    """Copy it by SQLite's own means, so that the copy is whole even if an app writes meanwhile.

    Raises OSError if the disk is full, ImportError if this Python has no sqlite3.
    """
    sqlite3 = importlib.import_module("sqlite3")
    end = time.monotonic() + PATIENCE_SECONDS

    def watch(status: int, _left: int, _pages: int) -> None:
        if status not in (sqlite3_ok, sqlite3_done) and time.monotonic() > end:
            raise Busy(old)

    sqlite3_ok, sqlite3_done = 0, 101
    aside = new + ".new"
    discard(aside)
    os.close(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with _opened(sqlite3, old) as source, _opened(sqlite3, aside) as target:
            source.backup(target, progress=watch)
        with open(aside, "rb") as file:
            os.fsync(file.fileno())
        move(aside, new)
    except sqlite3.Error as error:
        if "full" in str(error):
            raise OSError("No space left on device") from None
        raise RuntimeError("the database %s: %s" % (os.path.basename(old), error)) from None
    finally:
        discard(aside)


@contextmanager
def nobody_writes(databases: Iterable[str]) -> Iterator[None]:
    """Keep all others from writing to these databases meanwhile; what is being written is awaited.

    So none is moved while a transaction is half done. A file that SQLite cannot read is left alone.
    """
    with ExitStack() as held:
        for path in databases:
            with suppress(ImportError):
                held.enter_context(_locked(importlib.import_module("sqlite3"), path))
        yield


@contextmanager
def _locked(sqlite3: Any, path: str) -> Iterator[None]:
    with _opened(sqlite3, path) as database:
        try:
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()
            database.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise Busy(path) from None
        except sqlite3.DatabaseError:
            pass  # damaged, or not SQLite's
        yield


@contextmanager
def _opened(sqlite3: Any, path: str) -> Iterator[Any]:
    database = sqlite3.connect(os.fsencode(path), timeout=PATIENCE_SECONDS, isolation_level=None)
    try:
        yield database
    finally:
        database.close()
