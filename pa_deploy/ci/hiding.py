"""Which texts must not be shown, and taking them out of others."""

from __future__ import annotations

from pa_deploy.ci.harmless import CONTROL
from pa_deploy.disguise import escaped, forms, may_be_escaped

SHORTEST_SECRET = 4
"""Shorter texts are no secrets, and replacing them would make the log unreadable."""
LONGEST_PATTERN = 100
"""So many characters of a secret are searched for in all ways of escaping them."""


def is_secret(text: str) -> bool:
    """Whether hiding it would do more good than harm."""
    return len(text) >= SHORTEST_SECRET and bool(text.strip())


class Hiding:
    """The secrets of a run.

    One that could be a word of ours, as a password may be, is taken out of what comes from
    elsewhere alone: what we say ourselves holds no secret, and has to stay true. One that cannot
    is taken out of everything.
    """

    def __init__(self) -> None:
        self._everywhere: dict[str, bool] = {}

    def clear(self) -> None:
        self._everywhere = {}

    def add(self, secret: str, *, everywhere: bool) -> None:
        if not is_secret(secret):
            return
        self._everywhere[secret] = everywhere
        # The longest first, as a secret may be a part of another.
        longest_first = sorted(self._everywhere.items(), key=lambda item: -len(item[0]))
        self._everywhere = dict(longest_first)

    def from_elsewhere(self, text: str) -> str:
        """Without control characters and secrets, in this order."""
        return _without(tuple(self._everywhere), text)

    def of_ours(self, text: str) -> str:
        """The same for what we say: without the secrets that cannot be words of ours."""
        return _without(tuple(each for each, where in self._everywhere.items() if where), text)


def _without(secrets: tuple[str, ...], text: str) -> str:
    text = CONTROL.sub("", text.encode("utf-8", "backslashreplace").decode())
    for secret in secrets:
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
