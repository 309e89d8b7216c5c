"""Hide passwords, queries and values of variables in text from outside."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping

from packaging.utils import canonicalize_name

from pa_deploy.dependencies import grammar

URL = re.compile(
    r"(?<![a-z0-9+.-])(?P<scheme>[a-z0-9+.-]++://)(?P<rest>[^\s`'\"<>]*)", re.IGNORECASE
)
"""A scheme is looked for once in each word, so a long word takes no longer."""
SHORTEST_VALUE = 4
"""A shorter value of a variable is no secret, and would be found in any text."""


def without_credentials(text: str) -> str:
    """The text with `***` for user and password, query and fragment of each URL."""
    return URL.sub(_hidden, text)


def _hidden(url: re.Match[str]) -> str:
    rest = url["rest"]
    end = rest[len(rest.rstrip(").,;")) :]
    # The query first: an `@` in it is not the end of a password.
    given = rest.removesuffix(end)
    before = re.split(r"[?#]", given, maxsplit=1)[0]
    user, at, address = before.rpartition("@")
    if before != given and not grammar.HOST.fullmatch(address.partition("/")[0]):
        address = "***"  # the sign that ends it is one of a password
    query = "?***" if before != given else ""
    return f"{url['scheme']}{'***@' if user else at}{address}{query}{end}"


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
