"""Hide the values of variables in text from outside."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping

from packaging.utils import canonicalize_name

from pa_deploy.dependencies import grammar

SHORTEST_VALUE = 4
"""A shorter value of a variable is no secret, and would be found in any text."""


def without_values(text: str, variables: Mapping[str, str]) -> str:
    """The text with `${NAME}` for each value that a line got from the environment."""
    longest_first = sorted(variables.items(), key=lambda row: -len(row[1]))
    for name, value in longest_first:
        pattern = "|".join(re.escape(form) for form in _forms(value))
        if pattern:
            text = re.sub(pattern, f"${{{name}}}", text, flags=re.IGNORECASE)
    return text


def _forms(value: str) -> Iterator[str]:
    """The value in a URL, as the name of a package, and as a path."""
    forms = {
        value,
        grammar.encoded(value),
        str(canonicalize_name(value)),
        os.path.normpath(value),
    }
    return (form for form in sorted(forms, key=len, reverse=True) if len(form) >= SHORTEST_VALUE)
