"""Read the requirements of a committed wheel, before uv follows them."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

MOST_BYTES = 1024 * 1024
MOST_MEMBERS = 100_000
METADATA = re.compile(r"[^/]+\.dist-info/METADATA")
BY_URL = re.compile(
    rb"^Requires-Dist:[ \t]*+([A-Za-z0-9._-]++)[^@;\r\n]*+@", re.IGNORECASE | re.MULTILINE
)


def asked_by_url(wheel: Path) -> str:
    """The package that the wheel asks for by a URL or a path, or ""; uv tells of a broken wheel."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.infolist()[:MOST_MEMBERS]:
                if METADATA.fullmatch(member.filename):
                    with archive.open(member) as opened:
                        found = BY_URL.search(opened.read(MOST_BYTES))
                    if found:
                        return found[1].decode("ascii")
    except (OSError, ValueError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error):
        return ""
    return ""
