"""Finds a text in another one, in each form that it may have there."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterator
from urllib.parse import quote

SHORTEST = 8


def forms(text: str) -> Iterator[str]:
    """The text as it is and encoded; of base64 the part that does not depend on what is around."""
    raw = text.encode()
    yield text
    yield quote(text, safe="")
    yield quote(text, safe="").lower()
    yield json.dumps(text)[1:-1]
    yield json.dumps(json.dumps(text)[1:-1])[1:-1]
    yield html.escape(text)
    yield raw.hex()
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        inner = encoded[(0, 2, 3)[shift] : -1]
        if len(inner) >= SHORTEST:
            yield inner


def found(texts: Iterator[str] | list[str], recorded: str) -> list[str]:
    """Those of the texts that are there, whatever their form and their capitals."""
    lower = recorded.lower()
    return [text for text in texts if any(form.lower() in lower for form in forms(text))]


def pieces(content: str) -> list[str]:
    """Each piece of so many characters."""
    return [content[at : at + SHORTEST] for at in range(len(content) - SHORTEST + 1)]
