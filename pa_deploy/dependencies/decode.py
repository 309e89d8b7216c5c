"""The bytes of a requirements file as text, and the text as lines: decided here, once.

It follows pip, so a file reads the same here and on its author's machine.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pa_deploy.dependencies.model import Unusable
from pa_deploy.unprintable import EDITORS_LINE_END

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # it begins as the one of UTF-16 does
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
CODING = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
SAFE_CODECS = re.compile(
    r"ascii|utf-8(-sig)?|iso8859-\d+|cp\d+|koi8-[rtu]|mac-\w+|shift_jis\w*|euc_\w+|gb\w+|big5\w*"
)
"""Character sets. Python's other codecs, such as `unicode_escape`, make something else of text."""
COMMENT_LINE = re.compile(r"\s*#")
COMMENT = re.compile(r"(?:^|\s)#.*$")
"""Only one space: with more, a long run of spaces would take too long."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its comment, continuations joined; `number` is that of its first part."""

    number: int
    text: str


def decode(raw: bytes) -> str:
    """Return the text; raises Unusable."""
    for bom, codec in BOMS:
        if raw.startswith(bom):
            return _decoded(raw.removeprefix(bom), codec)
    declared = _declared(raw)
    if declared:
        return _decoded(raw, declared)
    if b"\0" in raw:
        return _decoded(raw, _utf_16(raw))
    return _decoded(raw, "utf-8")


def _declared(raw: bytes) -> str:
    """The codec that a coding line (PEP 263) names in one of the first two lines, or ""."""
    for line in raw.split(b"\n", 2)[:2]:
        found = CODING.match(line)
        if found:
            return _codec(found[1].decode("ascii", "replace"))
    return ""


def _codec(name: str) -> str:
    try:
        found = codecs.lookup(name).name
    except LookupError:
        found = ""
    if not SAFE_CODECS.fullmatch(found):
        why = "its coding line names an encoding that pa-deploy does not read."
        raise Unusable(why, "Save the file as UTF-8, and remove the coding line.")
    return found


def _utf_16(raw: bytes) -> str:
    """Which UTF-16 it is: in plain text every other byte is zero."""
    return "utf-16-le" if raw[1::2].count(0) >= raw[::2].count(0) else "utf-16-be"


def _decoded(raw: bytes, codec: str) -> str:
    try:
        return raw.decode(codec)
    except UnicodeDecodeError as error:
        number = raw.count(b"\n", 0, error.start) + 1
        why = f"line {number} is not {codec.upper()} text."
        advice = "Save the file as UTF-8, or name its encoding in its first line: "
        raise Unusable(why, advice + "`# -*- coding: latin-1 -*-`.") from None


def logical_lines(text: str) -> Iterator[Line]:
    """The lines with content. No other text is read, so nothing can hide from a reader."""
    first = 0
    parts: list[str] = []
    for number, line in _physical_lines(text):
        first = first if parts else number
        is_comment = bool(COMMENT_LINE.match(line))
        if line.endswith("\\") and not is_comment:
            parts.append(line.strip("\\"))
            continue
        # A blank, so that it is a comment behind a continuation too.
        parts.append(f" {line}" if is_comment else line)
        yield from _said(first, parts)
        parts = []
    yield from _said(first, parts)


def _physical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines as pip splits them, numbered as editors number them: form feeds do not count."""
    for number, line in enumerate(EDITORS_LINE_END.split(text), start=1):
        for part in line.splitlines() or [""]:
            yield number, part


def _said(number: int, parts: list[str]) -> Iterator[Line]:
    text = COMMENT.sub("", "".join(parts)).strip()
    if text:
        yield Line(number, text)
