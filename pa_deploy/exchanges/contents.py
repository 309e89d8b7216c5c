"""What a recording tells of a file instead of its content."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from typing import Any

from pa_deploy.model import Exact
from pa_deploy.transport import Content

BEGINNINGS = {
    b"PK\x03\x04": "zip",
    b"\x1f\x8b": "gzip",
    b"SQLite format 3\0": "sqlite",
}
LARGEST_JSON = 1024 * 1024
DIGEST_CHARACTERS = 16


def describe(content: Content, salt: bytes) -> dict[str, Any]:
    """Its kind, its length and a digest. Without the salt nobody can try out contents."""
    digest = hmac.new(salt, digestmod="sha256")
    kind = ""
    for chunk in _chunks(content):
        kind = kind or _kind(chunk, whole=len(chunk) == len(content))
        digest.update(chunk)
    return {
        "kind": kind or "empty",
        "bytes": len(content),
        "digest": Exact(digest.hexdigest()[:DIGEST_CHARACTERS]),
    }


def _chunks(content: Content) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
    else:
        yield from content.chunks()


def _kind(begin: bytes, *, whole: bool) -> str:
    if not begin:
        return ""
    for start, kind in BEGINNINGS.items():
        if begin.startswith(start):
            return kind
    if whole and len(begin) <= LARGEST_JSON and _is_json(begin):
        return "json"
    if begin.lstrip()[:1] == b"<":
        return "page"
    try:
        begin[:-4].decode() if not whole else begin.decode()
    except UnicodeDecodeError as error:
        # The chunk may end within a character.
        return "text" if not whole and error.start > len(begin) - 8 else "binary"
    return "text" if b"\0" not in begin else "binary"


def _is_json(content: bytes) -> bool:
    try:
        return isinstance(json.loads(content), dict | list)
    except (ValueError, RecursionError):
        return False
