"""Which of several files is the likely one: the order of candidates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

MOST_NAMED = 3
ASIDE = re.compile(
    r"(site-packages|node_modules|venv|\.?virtualenv|env|__pycache__|\..+"
    r"|tests?|test_.*|conftest\.py|docs?|examples?|samples?|scripts?|tools?"
    r"|.*old|old[-_].*|.*archive|backup.*|.*copy.*|.*\.bak|migrations|notebooks?|cookiecutter.*|.*\{\{.*)",
    re.IGNORECASE,
)
"""Parts of paths that hold no app: environments, tests, examples, copies."""


def ranked(paths: Iterable[str]) -> tuple[str, ...]:
    """Sorted: first what is not aside, then the fewest parts. Never the order of the disk."""
    return tuple(sorted(paths, key=lambda path: (is_aside(path), path.count("/"), path)))


def is_aside(path: str) -> bool:
    return any(ASIDE.fullmatch(part) for part in path.split("/"))


def likely(paths: Iterable[str]) -> tuple[str, ...]:
    """As `ranked`, but without paths that are aside, if there are others."""
    order = ranked(paths)
    return tuple(path for path in order if not is_aside(path)) or order


def listed(paths: Sequence[str]) -> str:
    """The first few, for a message."""
    more = len(paths) - MOST_NAMED
    return ", ".join(paths[:MOST_NAMED]) + (f", and {more} more" if more > 0 else "")
