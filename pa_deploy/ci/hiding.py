"""The secrets of a run, and taking them out of texts."""

from __future__ import annotations

import threading
from collections.abc import Callable

from pa_deploy.disguise import escaped, forms, may_be_escaped
from pa_deploy.model import Exact
from pa_deploy.unprintable import printable

LONGEST_PATTERN = 100
"""So many characters of a secret are searched for in all ways of escaping them."""


def never(_secret: str) -> bool:
    return False


def unchanged(text: str) -> str:
    return text


def spellings(secret: str) -> tuple[str, ...]:
    """A secret as it is, which others may print or encode, and as `redact` meets it in a text."""
    return tuple(dict.fromkeys(each for each in (secret, printable(secret).strip()) if each))


class Hiding:
    """What is done to each text that leaves. `spell` writes settings as this run's user does.

    The secrets of the run are hidden, in other encodings too. `settings.find_secrets` says which
    texts can be hidden. The others are weak: they are known only if nothing stands beside them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.spell: Callable[[str], str] = unchanged
        self.clear()

    def clear(self, is_weak: Callable[[str], bool] = never) -> None:
        """Forget all. `is_weak` judges what the run finds later."""
        self._secrets: tuple[str, ...] = ()
        self._weak: frozenset[str] = frozenset()
        self.is_weak = is_weak

    def add(self, secret: str) -> None:
        # The longest first, as a secret may be a part of another.
        with self._lock:
            secrets = {*self._secrets, *spellings(secret)}
            self._secrets = tuple(sorted(secrets, key=lambda each: (-len(each), each)))

    def add_weak(self, secret: str) -> None:
        with self._lock:
            self._weak |= {form.casefold() for each in spellings(secret) for form in forms(each)}

    def has(self, secret: str) -> bool:
        """Whether it was added."""
        return secret in self._secrets

    def is_secret(self, text: str) -> bool:
        """Whether it has a secret in it, or is a weak one."""
        return text.strip().casefold() in self._weak or self.redact(text) != printable(text)

    def leaving(self, text: str) -> str:
        """A text as it leaves: its settings spelled, and redacted."""
        return self.redact(text if isinstance(text, Exact) else self.spell(text))

    def redact(self, text: str) -> str:
        """Without control characters and secrets, in this order."""
        if isinstance(text, Exact):
            return text
        text = printable(text)
        for secret in self._secrets:
            for form in forms(secret):
                text = text.replace(form, "***")
            if may_be_escaped(secret, text):
                text = _without_escaped(secret, text)
        return text


def _without_escaped(secret: str, text: str) -> str:
    """Of a long secret, such as a key in JSON, the beginning is searched for, as a pattern of all
    would take seconds; what stands behind it goes as well.
    """
    if len(secret) <= LONGEST_PATTERN:
        return escaped(secret).sub("***", text)
    begins = escaped(secret[:LONGEST_PATTERN]).search(text)
    return f"{text[: begins.start()]}***" if begins else text
