"""URLs as messages show them: without what may be a secret. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\])(?::(?:\d{1,5}|\*))?")
CERTAIN_HOST = re.compile(
    r"(?:(?:[a-z0-9_-]+\.)+[a-z0-9-]+|localhost|\[[0-9a-f:]+\])(?::\d{1,5})?", re.IGNORECASE
)
"""No user name before an `@` that comes later: it has a dot, or is known."""
QUERY = r"\?|(?<!\s)#"
"""How a query or a fragment begins. A # behind a blank begins a comment."""
SCHEME = r"(?<![a-z0-9+.-])(?P<scheme>[a-z0-9+.-]++://)"
IN_TEXT = re.compile(rf"{SCHEME}(?P<rest>[^\s`'\"<>]*)", re.IGNORECASE)
"""A scheme is looked for once in each word, so a long word takes no longer."""
WHOLE = re.compile(r"(?P<scheme>(?:[a-z0-9+.-]+:)?//|)(?P<rest>.*)", re.IGNORECASE | re.DOTALL)


LIKE_A_TOKEN = re.compile(r"(?=[^/]*[0-9])(?=[^/]*[A-Za-z])[A-Za-z0-9_-]{20,}")
NONE = ("", "x-oauth-basic")
"""What stands in the place of a password if the user is a token."""


def shown_url(url: str) -> str:
    """A URL, with a scheme or without, with `***` for user and password, query and fragment."""
    parts = WHOLE.fullmatch(url)
    scheme, rest = (parts["scheme"], parts["rest"]) if parts else ("", url)
    host = re.split(rf"/|\s+#|{QUERY}", rest, maxsplit=1)[0]
    if CERTAIN_HOST.fullmatch(host) or (not host and not scheme):
        before = _before_query(rest)
        return f"{scheme}{before}{'?***' if before != rest else ''}"
    return f"{scheme}{_hidden(rest)}"


def without_credentials(text: str) -> str:
    """The text with `***` for user and password, query and fragment of each URL."""
    return IN_TEXT.sub(_hidden_in_text, text)


def secrets_of_urls(text: str) -> Iterator[str]:
    """What the URLs in a text have that others may show alone: passwords and tokens.

    A user is a token if it has no password, or one that says so, as GitHub's.
    """
    for found in IN_TEXT.finditer(text):
        address, _, query = found["rest"].partition("?")
        account, at, path = address.rpartition("@")
        user, _, password = account.partition(":")
        if at and password not in NONE:
            yield from (password, unquote(password))
        if at and (password in NONE or LIKE_A_TOKEN.fullmatch(user)):
            yield from (user, unquote(user))
        pieces = re.split(r"[/&;]", f"{path}&{query}")
        yield from (
            each for piece in pieces if LIKE_A_TOKEN.fullmatch(each := piece.rpartition("=")[2])
        )


def host_of(url: str) -> str:
    """Host and port; what stands before an `@`, in a query or in a fragment is never shown."""
    try:
        host = urlsplit(re.split(r"[?#]", url)[0]).netloc.rpartition("@")[2]
        return host if HOST.fullmatch(host) else "an unknown host"
    except ValueError:
        return "an unknown host"


def _hidden_in_text(url: re.Match[str]) -> str:
    rest = url["rest"]
    end = rest[len(rest.rstrip(").,;")) :]
    return f"{url['scheme']}{_hidden(rest.removesuffix(end))}{end}"


def _hidden(rest: str) -> str:
    """What comes after the scheme, without all that may be a user, a password or a query."""
    # The query first: an `@` in it is not the end of a password.
    before = _before_query(rest)
    user, at, address = before.rpartition("@")
    host = address.partition("/")[0]
    is_certain = user or "@" not in rest or CERTAIN_HOST.fullmatch(host)
    if before != rest and not (HOST.fullmatch(host) and is_certain):
        address = "***"  # the sign that ends it is one of a password
    query = "?***" if before != rest else ""
    return f"{'***@' if user else at}{address}{query}"


def _before_query(rest: str) -> str:
    return re.split(QUERY, rest, maxsplit=1)[0]
