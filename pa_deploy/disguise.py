"""The forms in which a secret can turn up in a text that comes from elsewhere. Pure."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

SHORTEST = 8
"""A shorter form would be found in texts that have nothing to do with the secret."""


def forms(secret: str) -> tuple[str, ...]:
    """The secret itself and as it looks encoded, each once, the longest first."""
    others = {form for form in _encoded(secret) if len(form) >= SHORTEST}
    return tuple(sorted({secret, *others}, key=lambda form: (-len(form), form)))


def _encoded(secret: str) -> Iterator[str]:
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield repr(secret)[1:-1]
    yield html.escape(secret)
    raw = secret.encode("utf-8", "surrogatepass")
    for quoted in (quote(raw), quote(raw, safe=""), quote_plus(raw)):
        yield quoted
        yield _with_small_digits(quoted)
    yield raw.hex()
    yield raw.hex().upper()
    for inner in _base64(raw):
        yield inner
        yield inner.translate(URL_SAFE)
        yield quote(inner, safe="")


URL_SAFE = str.maketrans("+/", "-_")


def _base64(raw: bytes) -> Iterator[str]:
    """The part that is the same whatever stands before and behind the secret in what is encoded.

    What stands before it shifts it by 0, 1 or 2 bytes; the first and last sign may hold some of it.
    """
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        rest = (shift + len(raw)) % 3
        yield text[(0, 2, 3)[shift] : len(text) - (1 if rest else 0)]


def _with_small_digits(quoted: str) -> str:
    """`%2f` for `%2F`."""
    head, *parts = quoted.split("%")
    return "%".join([head, *(part[:2].lower() + part[2:] for part in parts)])
