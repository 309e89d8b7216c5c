"""What probably helps, found in what an app or a command has said."""

from __future__ import annotations

import re
from collections.abc import Iterator

HINTS = (
    (
        r"(?:Invalid HTTP_HOST header|not in ALLOWED_HOSTS): '([^']+)'",
        "Django refuses its own address. Add '{}' to ALLOWED_HOSTS.",
    ),
    (
        r"without having set the STATIC_ROOT",
        'Django has no STATIC_ROOT. Add to the settings: STATIC_ROOT = BASE_DIR / "staticfiles"',
    ),
    (
        r"static files? copied to '[^']*/code/([^']+)'[\s\S]*after the commands",
        "collectstatic wrote to {}: map that folder, or change STATIC_ROOT.",
    ),
    (
        r"Missing staticfiles manifest entry",
        "Static files were not collected. Add to `run`: python manage.py collectstatic --no-input",
    ),
    (
        r"no such table: ([\w.]+)",
        "The database has no table {}. Add to `run`: python manage.py migrate --no-input",
    ),
    (
        r"ModuleNotFoundError: No module named '([^']+)'",
        "Python finds no module {}. Add it to `requirements`, or its folder to `python-path`.",
    ),
    (
        r"KeyError: '([A-Z][A-Z0-9_]*)'",
        "The variable {} may not be set. Add it to `env` if it is a secret, else to `variables`.",
    ),
    (
        r"SECRET_KEY setting must not be empty|Set the ([A-Z][A-Z0-9_]*) environment variable",
        "A variable that the settings read is not set: {}. Add it to `env`.",
    ),
)
"""Patterns, and sentences in which the group of the pattern stands."""
UNNAMED = "the one that the message is about"
LAST_LINES = 60
"""How much of the end of the output counts."""


def hints(said: str) -> Iterator[str]:
    """A sentence for each thing that was recognized."""
    end = "\n".join(said.splitlines()[-LAST_LINES:])
    for pattern, sentence in HINTS:
        found = re.search(pattern, end)
        if found:
            named = next((group for group in found.groups() if group), UNNAMED)
            yield sentence.format(named)
