"""Secrets that cannot be hidden, because to hide them would make messages unreadable."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from pathlib import Path

from pa_deploy.inputs import INPUTS, OUTPUTS, PYTHONANYWHERE
from pa_deploy.model import Run
from pa_deploy.settings.sources import Source
from pa_deploy.unprintable import printable

SHORTEST = 8
SHORTEST_MIXED = 5
"""With a letter and a digit: a number or a word of that length is found anywhere."""
LONGEST_WORD = 30
"""A longer text, as every token is, is no word of a message."""
SETTINGS_MODULE = re.compile(r"(\w+\.)+settings(\.\w+)*")
"""Of Django: commands and tracebacks name it."""
COMMENT = re.compile(r'""".*?"""|#.*?$', re.DOTALL | re.MULTILINE)
ADDRESSES = ("domain", "host", "allow-host")
PACKAGE = Path(__file__).parent.parent


def is_weak(secret: str, kept: Collection[str]) -> bool:
    """Whether it is too short, or a part of what is shown as it is: our words, and `kept`.

    Control characters do not count, because texts are shown without them.
    """
    seen = printable(secret).strip()
    small = seen.lower()
    return is_short(seen) or any(small in text for text in kept) or _is_word_of_ours(small)


def is_short(secret: str) -> bool:
    return len(secret) < (SHORTEST_MIXED if _is_mixed(secret) else SHORTEST)


def is_unmistakable(secret: str) -> bool:
    """Whether it can be found in no text by chance: it has letters and digits, or is one long word.

    A file with it is not read and a variable with it not handed on, so it must be no common word.
    """
    lines = secret.split("\n")
    is_mixed = any(len(line) >= SHORTEST and _is_mixed(line) for line in lines)
    return is_mixed or re.fullmatch(r"\w{20,}", secret) is not None


def _is_mixed(text: str) -> bool:
    """One look at each kind of sign: a single pattern for all takes the square of the length."""
    return bool(re.search(r"[^\W\d]", text) and re.search(r"\d", text))


def kept_texts(sources: Sequence[Source], run: Run) -> tuple[str, ...]:
    """What is shown as it is, whatever a secret says, in lower case: addresses, names and ids."""
    texts = (*_names(), *(text for each in sources for text in _kept(each)), run.commit, run.url)
    return tuple(dict.fromkeys(text.lower() for text in texts if text))


def _names() -> Iterator[str]:
    for each in INPUTS:
        yield from (each.name, each.field, *each.environment)
    yield from (each.name for each in OUTPUTS)


def _kept(source: Source) -> Iterator[str]:
    for name in ADDRESSES:
        yield f"https://{source.text(name)}/"
    yield source.text("expect-digest")
    account = source.text("username")
    if account:
        yield f"/home/{account}/"
        yield from (f"https://{account}.{system}{PYTHONANYWHERE}/" for system in ("", "eu."))
    protection = source.value("password-protection")
    yield protection.username if protection else ""
    for name in ("env", "variables"):
        yield from (variable for variable, _ in source.value(name) or ())


def _is_word_of_ours(small: str) -> bool:
    """Whether our messages, keys or fixed values have it: then it stands in our own source."""
    if SETTINGS_MODULE.fullmatch(small):
        return True
    if len(small) > LONGEST_WORD:
        return False
    # Comments are not shown. To take them all out would take longer than to start.
    return any(small in COMMENT.sub("", text) for text in _source() if small in text)


@cache
def _source() -> tuple[str, ...]:
    """The modules of the package in lower case. To read them takes a few milliseconds."""
    return tuple(file.read_bytes().decode().lower() for file in PACKAGE.rglob("*.py"))
