"""Secrets out of what comes from elsewhere, before any of it is escaped or encoded."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from pa_deploy.model import (
    Actual,
    Console,
    Note,
    PasswordProtection,
    ReleaseOutcome,
    Setting,
    SharedFile,
    StaticFile,
    StaticHeader,
    Webapp,
)

Value = TypeVar("Value")
Clean = Callable[[str], str]

FROM_ELSEWHERE: Mapping[type, tuple[str, ...]] = {
    Actual: ("missing_paths",),
    Console: ("user", "name", "executable", "arguments", "working_directory"),
    Note: ("texts",),
    PasswordProtection: ("username",),
    ReleaseOutcome: ("output",),
    Setting: ("value",),
    SharedFile: ("path",),
    StaticFile: ("url", "path"),
    StaticHeader: ("url", "name", "value"),
    Webapp: ("python_version", "source_directory", "working_directory", "virtualenv"),
}
"""The fields that hold what somebody else wrote, as they are read from the API or the workspace.

All other texts are ours: names of kinds and modes, domains, digests, and sentences, whose parts
were made clean when they were put together. A secret that is a common word must not change them.
"""
LINK = re.compile(r"(?:https?://[^/]+)?/user/[^/]+/(?:shares|consoles)/\w+/?")
"""The links that PythonAnywhere makes; nothing in them is anybody's free text."""


def redacted(value: Value, clean: Clean) -> Value:
    """The same value with `clean` applied to all texts in it that come from elsewhere."""
    result: Any = value
    if isinstance(value, tuple):
        result = tuple(redacted(each, clean) for each in value)
    elif is_dataclass(value) and not isinstance(value, type):
        from_elsewhere = FROM_ELSEWHERE.get(type(value), ())
        parts = {
            each.name: _part(getattr(value, each.name), each.name in from_elsewhere, clean)
            for each in fields(value)
        }
        if isinstance(value, SharedFile):
            parts["url"] = value.url and clean_link(value.url, clean)
        result = replace(value, **parts)
    return result  # type: ignore[no-any-return]


def _part(part: object, from_elsewhere: bool, clean: Clean) -> object:  # noqa: FBT001 - a field's
    if not from_elsewhere:
        return redacted(part, clean)
    if isinstance(part, tuple):
        return tuple(clean(text) for text in part)
    return clean(part) if isinstance(part, str) else redacted(part, clean)


def clean_link(url: str, clean: Clean) -> str:
    """A link of PythonAnywhere as it is, so that it can be followed; any other text clean."""
    return url if LINK.fullmatch(url) else clean(url)
