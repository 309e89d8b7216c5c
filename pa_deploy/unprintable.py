"""Characters that a line of text cannot have or show. Pure.

These are all such sets of pa-deploy, but for two: the loader has its own, as it imports nothing of
ours, and a message quotes what `str.isprintable` calls unprintable.
"""

from __future__ import annotations

import re

LINE_END = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
"""All that any program takes for the end of a line."""
EDITORS_LINE_END = re.compile("\r\n|\r|\n")
"""What editors take for it: they number lines so."""
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Unusual spaces are fine: macOS names screenshots so. Surrogates stand for bytes that are not
UTF-8, and JSON can express them too.
"""
TYPED_BY_NOBODY = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""In a text of several lines. What else is not allowed depends on what the text is."""
NEVER_SHOWN = re.compile(
    r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]"
    r"|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""What a terminal obeys instead of showing it: escapes, control characters, and what changes the
direction of a text. Line ends and tabs stay.
"""


def is_unprintable(text: str) -> bool:
    """Whether it has what no name, path or URL should have."""
    return UNPRINTABLE.search(text) is not None


def is_one_line(text: str) -> bool:
    """Whether no line ends in it, and it has nothing unprintable; a tab is a space here."""
    return not is_unprintable(text.replace("\t", " ")) and not LINE_END.search(text)


def printable(text: str) -> str:
    """The text without what is never shown, and with nothing that UTF-8 lacks."""
    return NEVER_SHOWN.sub("", text.encode("utf-8", "backslashreplace").decode())
