"""Values and comments as TOML writes them."""

from __future__ import annotations

import json
import re

from pa_deploy.unprintable import NEVER_SHOWN, is_unprintable

BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def quoted(text: str) -> str:
    """A text in quotes. What UTF-8 cannot hold is replaced, and what an editor hides is escaped."""
    whole = text.encode("utf-8", "replace").decode()
    return NEVER_SHOWN.sub(_escaped, json.dumps(whole, ensure_ascii=False))


def _escaped(found: re.Match[str]) -> str:
    return "".join(f"\\U{ord(sign):08x}" for sign in found[0])


def key(name: str) -> str:
    return name if BARE_KEY.fullmatch(name) else quoted(name)


def comment(text: str) -> str:
    """A text for behind a `#`: on one line, and printable."""
    shown = "".join("?" if is_unprintable(sign) else sign for sign in " ".join(text.split()))
    return NEVER_SHOWN.sub("?", shown.encode("utf-8", "replace").decode())
