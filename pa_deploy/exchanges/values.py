"""JSON and forms of the API, with placeholders for what is somebody's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from string import digits
from typing import Any, Self

from pa_deploy.ci import Hiding
from pa_deploy.exchanges.known import (
    BOOLEAN,
    BOOLEANS,
    DATE,
    DATES,
    DOMAINS,
    HEADERS,
    KEY,
    KEYS,
    MESSAGES,
    SECRET,
    SHAPES_OF_KEYS,
    SPOKEN,
    USERS,
)
from pa_deploy.exchanges.placeholders import USER, Placeholders
from pa_deploy.exchanges.texts import Texts, is_common

ADDRESS = re.compile(r"https?://", re.IGNORECASE)
SLASHED = re.compile(r"~?/.*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Values:
    """Fails closed: a text that has no known shape becomes a placeholder.

    The field decides first: what holds a secret is never told, whatever it looks like.
    """

    names: Placeholders
    texts: Texts
    secrets: Hiding

    def after(self, asked: Mapping[str, str]) -> Self:
        """The same for the answer to a request that named these."""
        return replace(self, texts=self.texts.after(asked))

    def redacted(self, value: Any, key: str = "", *, is_error: bool = False) -> Any:  # noqa: ANN401 - JSON
        """The value of `key`; in an error, every text is a message."""
        if isinstance(value, dict):
            return {
                self._key(name): self.redacted(inner, _inner(key, name), is_error=is_error)
                for name, inner in value.items()
            }
        if isinstance(value, list):
            return [self.redacted(inner, key, is_error=is_error) for inner in value]
        if isinstance(value, str):
            return self._text(value, key, is_error=is_error)
        return self._number(value, key)

    def form(self, form: Mapping[str, str]) -> dict[str, str]:
        return {
            self._key(name): self._text(text, name, is_error=False) for name, text in form.items()
        }

    def listing(self, value: Any) -> dict[str, Any] | None:  # noqa: ANN401 - JSON
        """What a folder has, by name; None if it is not a listing of one."""
        if not isinstance(value, dict) or not all(_is_entry(each) for each in value.values()):
            return None
        return {self.names.segment(name): self.redacted(each) for name, each in value.items()}

    def _key(self, key: str) -> str:
        is_known = key in KEYS or (KEY.fullmatch(key) and is_common(key.rstrip(digits)))
        is_secret = key not in KEYS and self.secrets.is_secret(key)
        return key if is_known and not is_secret else self.names.numbered("key", key)

    def _number(self, value: Any, key: str) -> Any:  # noqa: ANN401 - JSON
        """A number; true, false and null tell too little to be a secret."""
        if value is None or isinstance(value, bool):
            return value
        text = str(value)
        if SECRET.search(key) or self.secrets.is_secret(text):
            return self.names.numbered("text", text)
        return value

    def _text(self, text: str, key: str, *, is_error: bool) -> str:
        if not text:
            return text
        if (SECRET.search(key) and key not in BOOLEANS) and not is_error:
            return self.names.numbered("text", text)
        if _has_shape(text, key) and not self.secrets.is_secret(text):
            return text
        if is_error or key in MESSAGES:
            return self.texts.message(text)
        if self.secrets.is_secret(text):
            return self.names.numbered("text", text)
        return self._name(text, key)

    def _name(self, text: str, key: str) -> str:
        if key in DOMAINS:
            return self.names.domain(text)
        if key in USERS and self.names.is_user(text):
            return USER
        if ADDRESS.match(text):
            return self.names.url(text)
        if SLASHED.fullmatch(text):
            return self.names.any_path(text)
        if key == "name" and text.lower() in HEADERS:
            return text
        return self.names.numbered("text", text)


def _inner(key: str, name: str) -> str:
    """The name of a field; one in a field that holds secrets holds secrets, too."""
    return key if SECRET.search(key) else name


def _has_shape(text: str, key: str) -> bool:
    """Whether it is what the field has on each account."""
    if key in BOOLEANS:
        return BOOLEAN.fullmatch(text) is not None
    if key in DATES:
        return DATE.fullmatch(text) is not None
    if key in SPOKEN:
        return KEY.fullmatch(text.replace("-", "_")) is not None and is_common(text)
    shape = SHAPES_OF_KEYS.get(key)
    return shape is not None and shape.fullmatch(text) is not None


def _is_entry(value: object) -> bool:
    """Whether it is what a listing has of one name."""
    return (
        isinstance(value, dict)
        and "url" in value
        and set(value) <= {"type", "url"}
        and all(isinstance(each, str) for each in value.values())
    )
