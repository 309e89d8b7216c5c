"""Characters that no name should have: control characters, and those that UTF-8 cannot express."""

from __future__ import annotations

import re

UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Unusual spaces are fine: macOS names screenshots so. Surrogates stand for bytes that are not
UTF-8, and JSON can express them too.
"""


def is_unprintable(text: str) -> bool:
    return UNPRINTABLE.search(text) is not None
