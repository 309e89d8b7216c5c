"""JSON and forms of the API, with placeholders for what is somebody's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pa_deploy.exchanges.known import (
    BOOLEAN,
    DATE,
    DOMAINS,
    HEADERS,
    KEY,
    MESSAGES,
    SHAPES_OF_KEYS,
    USERS,
)
from pa_deploy.exchanges.placeholders import USER, Placeholders
from pa_deploy.exchanges.texts import Texts

ADDRESS = re.compile(r"https?://", re.IGNORECASE)
SLASHED = re.compile(r"~?/.*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Values:
    """Fails closed: a text that has no known shape becomes a placeholder."""

    names: Placeholders
    texts: Texts

    def redacted(self, value: Any, key: str = "", *, is_error: bool = False) -> Any:  # noqa: ANN401 - JSON
        """The value of `key`; in an error, every text is a message."""
        if isinstance(value, dict):
            return {
                self._key(name): self.redacted(inner, name, is_error=is_error)
                for name, inner in value.items()
            }
        if isinstance(value, list):
            return [self.redacted(inner, key, is_error=is_error) for inner in value]
        if not isinstance(value, str):
            return value
        return self._text(value, key, is_error=is_error)

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
        return key if KEY.fullmatch(key) else self.names.numbered("key", key)

    def _text(self, text: str, key: str, *, is_error: bool) -> str:
        shape = SHAPES_OF_KEYS.get(key)
        if not text or (shape and shape.fullmatch(text)):
            return text
        if is_error or key in MESSAGES:
            return self.texts.message(text)
        if BOOLEAN.fullmatch(text) or DATE.fullmatch(text):
            return text
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


def _is_entry(value: object) -> bool:
    """Whether it is what a listing has of one name."""
    return (
        isinstance(value, dict)
        and "url" in value
        and set(value) <= {"type", "url"}
        and all(isinstance(each, str) for each in value.values())
    )
