"""The options of one line of a requirements file: all that pip knows, and which of them we do."""

from __future__ import annotations

import re
import shlex
from collections import deque
from dataclasses import dataclass

from pa_deploy.dependencies.model import Unusable

VALUED = {
    "-r": "--requirement",
    "-c": "--constraint",
    "-e": "--editable",
    "-i": "--index-url",
    "-f": "--find-links",
    "-C": "--config-settings",
    "--pypi-url": "--index-url",
    "--requirements": "--requirement",
    "--constraints": "--constraint",
    "--config-setting": "--config-settings",
    **{
        name: name
        for name in (
            *("--requirement", "--constraint", "--editable", "--hash", "--config-settings"),
            *("--index-url", "--extra-index-url", "--find-links", "--trusted-host"),
            *("--no-binary", "--only-binary", "--global-option", "--install-option"),
            *("--build-option", "--use-feature"),
        )
    },
}
FLAGS = ("--no-index", "--pre", "--prefer-binary", "--require-hashes")
SHOWABLE = re.compile(r"--?[a-z][a-z-]{0,30}", re.IGNORECASE)
"""Text that looks like an option's name. Other text is not repeated: it may be a secret."""
BREAK = re.compile(r"(?:^|\s)(?=-)")
QUOTES = re.compile(r"""["'\\]""")
LONGEST_QUOTED = 10_000


@dataclass(frozen=True, slots=True)
class Option:
    """An option by its long name; a flag has the value ""."""

    name: str
    value: str = ""


def split(text: str) -> tuple[str, tuple[Option, ...]]:
    """The text before the options of a line, and the options; raises Unusable."""
    found = BREAK.search(text)
    if not found:
        return text, ()
    return text[: found.start()].strip(), _options(text[found.end() :])


def _options(text: str) -> tuple[Option, ...]:
    words = _words(text)
    options = []
    while words:
        word = words.popleft()
        if not word.startswith("-"):
            why = "there is a word that does not belong to an option."
            raise Unusable(
                why,
                "Put a name with spaces in quotation marks, and each option on its own line.",
            )
        options.append(_option(word, words))
    return tuple(options)


def _words(text: str) -> deque[str]:
    """The words as a shell has them, which takes the square of the time that the length takes."""
    if not QUOTES.search(text):
        return deque(text.split())
    if len(text) > LONGEST_QUOTED:
        raise Unusable("the line is too long to be a requirement.", "Correct it.")
    try:
        return deque(shlex.split(text))
    except ValueError:
        why = "a quotation mark is not closed."
        raise Unusable(why, "Close it, or remove it.") from None


def _option(word: str, words: deque[str]) -> Option:
    """The option that `word` begins; its value may be the first of `words`, which is then taken."""
    if word.startswith("--"):
        name, has_value, value = word.partition("=")
    else:
        name, has_value, value = word[:2], word[2:], word[2:].removeprefix("=")
    if name in FLAGS and not has_value:
        return Option(name)
    if name not in VALUED:
        shown = f"the option `{name}`" if SHOWABLE.fullmatch(name) else "this option"
        why = f"pa-deploy does not know {shown}."
        raise Unusable(why, _nearest(name))
    if not has_value and words:
        value = words.popleft()
    if not value:
        raise Unusable(f"`{name}` needs a value.", "Write the value after it, or remove it.")
    return Option(VALUED[name], value)


def _nearest(name: str) -> str:
    """What to write instead: for pip the beginning of a name stands for the name."""
    whole = sorted({full for full in (*VALUED, *FLAGS) if len(name) > 3 and full.startswith(name)})
    return f"Write `{whole[0]}` in full." if whole else "Remove it."
