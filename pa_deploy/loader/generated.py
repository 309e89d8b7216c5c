"""Secrets that are made here once, and that all releases of a web app keep. Nobody sends them."""

from __future__ import annotations

import json
import secrets
from typing import Any, Dict, Iterable, List, Mapping

from .files import Home, read_bytes

GENERATED = "generated.json"
BYTES = 48
"""Of chance in each; as text they are 64 characters, which no shell and no URL escapes."""


def names_in(record: Mapping[str, Any]) -> List[str]:
    """The names of those that a release has."""
    return list(record.get("generate", []))


def generate(home: Home, names: Iterable[str]) -> None:
    """Make those that are not there yet. An error if the others could be lost by it."""
    kept = _read(home)
    lacking = [name for name in names if not _is_made(kept, name)]
    if lacking:
        home.write(GENERATED, {**kept, **{name: secrets.token_urlsafe(BYTES) for name in lacking}})


def _read(home: Home) -> Dict[str, Any]:
    """All that were made. An error if that cannot be told."""
    value: object = None
    try:
        value = json.loads(read_bytes(home.at(GENERATED)))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError):
        pass
    if isinstance(value, dict):
        return value
    raise RuntimeError(
        "%s is damaged. Restore it from a copy, or delete it, and deploy again: then new secrets "
        "are made, and sessions and links that were signed with the old ones become invalid"
        % home.at(GENERATED)
    )


def generated(home: Home, names: List[str]) -> Dict[str, str]:
    """Their values. An error if some are missing."""
    kept = _read(home) if names else {}
    missing = [name for name in names if not _is_made(kept, name)]
    if missing:
        raise RuntimeError(
            "its generated secrets are missing on PythonAnywhere: %s. A deploy makes new ones"
            % ", ".join(missing)
        )
    return {name: kept[name] for name in names}


def without_generated(home: Home, text: str) -> str:
    """A text of commands or of the app, with stars of the same length in the place of each."""
    for value in home.read(GENERATED).values():
        if isinstance(value, str) and value:
            text = text.replace(value, "*" * len(value))
    return text


def _is_made(kept: Mapping[str, Any], name: str) -> bool:
    return isinstance(kept.get(name), str) and bool(kept[name])
