"""The forms that a secret can have in text from outside. Pure."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from functools import cache
from html.entities import html5
from urllib.parse import quote

SHORTEST = 6
"""So long is base64 of the shortest secret that is hidden, of 5 characters. A shorter form could
occur in unrelated texts by chance.
"""

ESCAPED = {"\n": "n", "\r": "r", "\t": "t"}
QUOTED = "\"'\\/"
"""Signs that a backslash may escape without another meaning."""
BACKSLASHES = r"\\\\{0,7}"
"""One, or more if JSON is in JSON. The limit keeps a long run of them cheap."""


ESCAPES = re.compile(r"[&%\\]")
"""How an escaped sign begins, except for the plus that stands for a space."""


def may_be_escaped(secret: str, text: str) -> bool:
    """Whether to search the text for `escaped`: making that pattern takes milliseconds."""
    return bool(ESCAPES.search(text)) or (" " in secret and "+" in text)


@cache
def forms(secret: str) -> tuple[str, ...]:
    """The secret itself and its encodings as a whole, each once, the longest first."""
    others = {form for form in _whole(secret) if len(form) >= SHORTEST}
    return tuple(sorted({secret, *others}, key=lambda form: (-len(form), form)))


@cache
def escaped(secret: str) -> re.Pattern[str]:
    """Matches the secret with each sign as it is or escaped, as in URLs, HTML, JSON or Python.

    There are more ways to choose which signs are than a list could hold.
    """
    return re.compile("".join(f"(?:{'|'.join(_sign(sign))})" for sign in secret))


def _sign(sign: str) -> Iterator[str]:
    """Patterns of one sign. Each begins with one certain sign, so that a search is quick."""
    yield re.escape(sign)
    references = tuple(_references(sign))
    yield from references
    raw = sign.encode("utf-8", "surrogatepass")
    percent = "".join(f"%(?:25)*{_hexadecimal(f'{byte:02x}')}" for byte in raw)
    yield percent
    if sign == " ":
        yield r"\+"
    if sign in ESCAPED:
        yield f"{BACKSLASHES}{ESCAPED[sign]}"
    if sign in QUOTED:
        yield f"{BACKSLASHES}(?:{'|'.join((re.escape(sign), *references, percent))})"
    utf_16 = sign.encode("utf-16-be", "surrogatepass").hex()
    units = (utf_16[start : start + 4] for start in range(0, len(utf_16), 4))
    yield "".join(f"{BACKSLASHES}u{_hexadecimal(unit)}" for unit in units)
    for numbers in {raw, bytes([ord(sign)]) if ord(sign) < 256 else raw}:
        yield "".join(f"{BACKSLASHES}x{_hexadecimal(f'{number:02x}')}" for number in numbers)


def _references(sign: str) -> Iterator[str]:
    """HTML's character references, escaped once more or not."""
    numbers = (f"#0{{0,8}}{ord(sign)}", f"#[xX]0{{0,8}}{_hexadecimal(f'{ord(sign):x}')}")
    for name in _names().get(sign, ()):
        yield f"&(?:amp;)*{name}"
    for number in numbers:
        yield f"&(?:amp;)*{number};?"


@cache
def _names() -> dict[str, tuple[str, ...]]:
    """HTML's names of each sign, the longest first: some may leave out the semicolon at the end."""
    names: dict[str, tuple[str, ...]] = {}
    for name in sorted(html5, key=len, reverse=True):
        names[html5[name]] = (*names.get(html5[name], ()), name)
    return names


def _hexadecimal(digits: str) -> str:
    """In small or large letters."""
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in digits)


def _whole(secret: str) -> Iterator[str]:
    """The encodings that leave no sign in its place."""
    raw = secret.encode("utf-8", "surrogatepass")
    yield raw.hex()
    yield raw.hex().upper()
    for inner in _base64(raw):
        yield inner
        yield inner.translate(URL_SAFE)
        yield quote(inner, safe="")


URL_SAFE = str.maketrans("+/", "-_")


def _base64(raw: bytes) -> Iterator[str]:
    """The part that stays the same whatever surrounds the secret in the encoded bytes.

    Bytes before it shift it by 0, 1 or 2; the first and last sign may mix with its neighbours.
    """
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        rest = (shift + len(raw)) % 3
        yield text[(0, 2, 3)[shift] : len(text) - (1 if rest else 0)]
