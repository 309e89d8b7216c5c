"""The secrets of a run, and taking them out of texts."""

from __future__ import annotations

from pa_deploy.ci.harmless import CONTROL
from pa_deploy.disguise import escaped, forms, may_be_escaped
from pa_deploy.model import Exact

LONGEST_PATTERN = 100
"""So many characters of a secret are searched for in all ways of escaping them."""


class Hiding:
    """The secrets of a run. `settings.find_secrets` says which texts can be hidden."""

    def __init__(self) -> None:
        self._secrets: tuple[str, ...] = ()

    def clear(self) -> None:
        self._secrets = ()

    def add(self, secret: str) -> None:
        # The longest first, as a secret may be a part of another.
        secrets = {*self._secrets, secret}
        self._secrets = tuple(sorted(secrets, key=lambda each: (-len(each), each)))

    def redact(self, text: str) -> str:
        """Without control characters and secrets, in this order."""
        if isinstance(text, Exact):
            return text
        text = CONTROL.sub("", text.encode("utf-8", "backslashreplace").decode())
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
