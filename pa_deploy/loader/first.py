"""What the first edition of pa-deploy (layout 1) has left of a release, in today's words."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any, Dict, Optional

from .files import Home, read_bytes

RECORD = "releases/%s.json"
"""Where it had the record of a release."""
ENV = "releases/%s.env"
"""Where it had the variables of a release. It wrote the file also if there were none."""


def first_record(home: Home, release: str) -> Dict[str, Any]:
    """The record; an empty object if there is none."""
    record = home.read(RECORD % release)
    if not record:
        return {}
    env = first_env(home, release)
    if env is None:
        return {**record, "layout": 1, "env": [], "secrets_lost": True}
    return {**record, "layout": 1, "env": sorted(env)}


def first_env(home: Home, release: str) -> Optional[Dict[str, Any]]:
    """The variables; None if neither the file of the release nor the pointer has them."""
    pointer = home.read("release.json")
    is_told = pointer.get("id") == release and pointer.get("record")  # a rollback's has none
    told = pointer.get("env") if is_told else None
    found: Any = None
    with suppress(OSError, ValueError, RecursionError):
        found = json.loads(read_bytes(home.at(ENV % release)))
    known = [each for each in (told, found) if isinstance(each, dict)]
    return {name: each[name] for each in known for name in each} if known else None
