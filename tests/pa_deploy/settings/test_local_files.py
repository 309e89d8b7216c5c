"""Files of this side, whatever stands where they are looked for."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from threading import Thread

import pytest

from pa_deploy.settings import write_file
from pa_deploy.settings.local_files import (
    LARGEST_BYTES,
    find_mode,
    is_directory,
    is_file,
    read_file,
)

NO_PATH = {"a\0b": errno.EINVAL, "x" * 5000: errno.ENAMETOOLONG}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """It has a file, a directory and a pipe."""
    (tmp_path / "file").write_bytes(b"content\r\n")
    (tmp_path / "directory").mkdir()
    os.mkfifo(tmp_path / "pipe")
    return tmp_path


def failure(caught: pytest.ExceptionInfo[OSError]) -> tuple[int | None, str | None]:
    return caught.value.errno, caught.value.strerror


def failure_of(number: int) -> tuple[int, str]:
    return number, os.strerror(number)


@pytest.mark.parametrize("name", ["file", "directory", "pipe"])
def test_the_mode_is_that_of_what_is_there(folder: Path, name: str) -> None:
    assert find_mode(folder / name) == (folder / name).stat().st_mode


@pytest.mark.parametrize("name", ["none", "none/none", "file/none"])
def test_what_is_not_there_has_no_mode(folder: Path, name: str) -> None:
    assert find_mode(folder / name) is None


@pytest.mark.parametrize(("name", "number"), NO_PATH.items(), ids=errno.errorcode.get)
def test_a_text_that_can_be_no_path_is_an_error_of_the_system(
    folder: Path, name: str, number: int
) -> None:
    with pytest.raises(OSError) as caught:  # noqa: PT011 - the next line says which
        find_mode(folder / name)

    assert failure(caught) == failure_of(number)


@pytest.mark.parametrize("name", ["file", "directory", "pipe", "none", *NO_PATH])
def test_what_is_a_file_or_a_directory(folder: Path, name: str) -> None:
    found = (is_file(folder / name), is_directory(folder / name))

    assert found == (name == "file", name == "directory")


def test_a_file_is_read_as_it_is(folder: Path) -> None:
    assert read_file(folder / "file") == b"content\r\n"


@pytest.mark.parametrize(
    ("name", "kind", "number"),
    [
        ("none", FileNotFoundError, errno.ENOENT),
        ("directory", IsADirectoryError, errno.EISDIR),
        ("a\0b", OSError, errno.EINVAL),
    ],
)
def test_what_cannot_be_read_is_an_error_of_the_system(
    folder: Path, name: str, kind: type[OSError], number: int
) -> None:
    with pytest.raises(kind) as caught:
        read_file(folder / name)

    assert failure(caught) == failure_of(number)


def test_neither_a_pipe_nor_what_is_too_large_is_read(folder: Path) -> None:
    with (folder / "large").open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)

    for name in ("pipe", "large"):
        with pytest.raises(OSError, match="100 MiB") as caught:
            read_file(folder / name)
        assert failure(caught) == (errno.EINVAL, "It is not a file, or it is larger than 100 MiB")


def test_what_is_as_large_as_may_be_is_read(folder: Path) -> None:
    with (folder / "large").open("wb") as file:
        file.truncate(LARGEST_BYTES)

    assert len(read_file(folder / "large")) == LARGEST_BYTES


@pytest.mark.parametrize("name", ["file", "new", "directory/new", "new/newer/newest"])
def test_a_file_is_written_with_the_directories_that_it_needs(folder: Path, name: str) -> None:
    write_file(folder / name, "ä → ö\n")

    assert (folder / name).read_bytes() == "ä → ö\n".encode()


def test_who_may_read_a_new_file_is_what_the_system_says(folder: Path) -> None:
    before = os.umask(0o026)
    try:
        write_file(folder / "new", "")
    finally:
        os.umask(before)

    assert stat.S_IMODE((folder / "new").stat().st_mode) == 0o640


def test_a_pipe_that_nobody_reads_is_an_error_and_no_wait(folder: Path) -> None:
    found: list[OSError] = []

    def write() -> None:
        try:
            write_file(folder / "pipe", "text")
        except OSError as error:
            found.append(error)

    writer = Thread(target=write, daemon=True)  # it may wait for ever, and the test may not
    writer.start()
    writer.join(timeout=2)

    assert [error.errno for error in found] == [errno.ENXIO]


def test_a_pipe_takes_more_than_it_holds_at_once(folder: Path) -> None:
    text = "0123456789abcdef" * 100_000
    end = os.open(folder / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(end, True)
    other_end = os.open(folder / "pipe", os.O_WRONLY)  # what is read ends where none is open
    read: list[bytes] = []

    def read_all() -> None:
        with os.fdopen(end, "rb") as pipe:
            read.append(pipe.read())

    reader = Thread(target=read_all)
    reader.start()
    try:
        write_file(folder / "pipe", text)
    finally:
        os.close(other_end)
        reader.join()

    assert read == [text.encode()]
