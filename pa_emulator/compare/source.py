"""Reads the text of a recording: a plain file, a file in a zip, or UTF-16."""

from __future__ import annotations

import codecs
import io
import os
import stat
import zipfile
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 256 * 1024 * 1024
ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"
NAMED = "Pass the file that `pa-deploy … --record FILE` wrote"
UTF_16 = {
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
    b"{\0": "utf-16-le",
    b"\0{": "utf-16-be",
}
"""How a text that PowerShell wrote begins -> its encoding."""


class BadSource(Exception):
    """The file cannot be read; the message is the reason and the next step."""


def read_text(file: Path) -> bytes:
    """Return the text as UTF-8. Raises BadSource."""
    try:
        raw = _read(file)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not a path"
        raise BadSource(f"{file}: {reason}. {NAMED}.") from None
    if raw.startswith(ZIP):
        raw = _unzipped(file, raw)
    if raw.startswith(GZIP):
        raise BadSource(f"{file}: it is compressed. Unpack it first: gunzip {file}")
    return _as_utf_8(raw)


def _read(file: Path) -> bytes:
    """Return the content of a regular file. Reading any other might never end."""
    with open(os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as stream:  # noqa: PTH123 - of a number
        mode = os.fstat(stream.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise BadSource(f"{file}: it is not a regular file. {NAMED}.")
        raw = stream.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise BadSource(f"{file}: it is larger than 256 MiB. {NAMED}.")
    return raw


def _unzipped(file: Path, raw: bytes) -> bytes:
    """Return the only file in a zip: GitHub packs artifacts so."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            inside = [each for each in archive.infolist() if not each.is_dir()]
            if len(inside) != 1 or inside[0].file_size > LARGEST:
                has = f"{len(inside)} files" if len(inside) != 1 else "a file of more than 256 MiB"
                raise BadSource(f"{file}: it is a zip with {has}. Unzip it. {NAMED}.")
            return archive.read(inside[0])
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        said = f"{file}: it is a zip that cannot be read"
        raise BadSource(f"{said}. Download it again, or unzip it.") from None


def _as_utf_8(raw: bytes) -> bytes:
    raw = raw.removeprefix(codecs.BOM_UTF8)
    encoding = next((each for begin, each in UTF_16.items() if raw.startswith(begin)), "")
    if not encoding:
        return raw
    text = raw.decode(encoding, errors="replace")  # the file may be cut off within a character
    return text.removeprefix("\ufeff").encode("utf-8", errors="replace")
