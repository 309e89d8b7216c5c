"""What a visitor of a site does with its answers: follow redirects, and read pages as text.

The try before the switch and pa-deploy's visits of the live site both use it, so that they judge
alike.
"""

from __future__ import annotations

import re
from typing import Optional, Tuple
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

REDIRECTS = (301, 302, 303, 307, 308)
MOST_REDIRECTS = 5
PORTS = {"http": 80, "https": 443}
SAFE = ":/?#[]@!$&'()*+,;=%~"
"""What a Location may have as it is; blanks and other letters are quoted, as browsers do."""
CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
META = re.compile(rb"<meta\b[^>]*?charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
META_BYTES = 1024
"""How far into a page a browser looks for its encoding (HTML Standard)."""


class BadRedirect(Exception):
    """A redirect that no visitor can follow. Its text continues the words "a redirect "."""


class Route:
    """The URLs of one visit. `url` is the one to ask for now."""

    def __init__(self, url: str) -> None:
        self.urls = [_plain(url)]

    @property
    def url(self) -> str:
        return self.urls[-1]

    def follow(self, status: int, location: Optional[str]) -> bool:
        """Go where an answer leads. False if it is the last one: no redirect, or off the site.

        http and https of one host are one site. Raises BadRedirect.
        """
        if status not in REDIRECTS or location is None:
            return False
        aim = _aim(self.url, location)
        if _site(aim) != _site(self.url):
            return False
        aim = _plain(aim)
        if aim == self.url:
            raise BadRedirect("to itself")
        if aim in self.urls:
            raise BadRedirect("in a circle")
        if len(self.urls) > MOST_REDIRECTS:
            raise BadRedirect("after %d others" % MOST_REDIRECTS)
        self.urls.append(aim)
        return True


def _aim(url: str, location: str) -> str:
    # A header holds bytes, as latin-1; they are nearly always UTF-8.
    written = quote(location.strip().encode("latin-1", "replace"), safe=SAFE)
    try:
        aim = urljoin(url, written)
        is_url = bool(written) and bool(_site(aim))
    except ValueError:
        is_url = False
    if not is_url:
        raise BadRedirect("to nowhere")
    return aim


def _site(url: str) -> Tuple[object, ...]:
    """What tells one site from another: the host, and the port if it is not the usual one.

    Raises ValueError if it is not a URL.
    """
    parts = urlsplit(url)
    port = parts.port if parts.port != PORTS.get(parts.scheme) else None
    return parts.scheme in PORTS, parts.hostname, port


def _plain(url: str) -> str:
    """The URL as it is asked for: without a name, a password and a fragment."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2].lower()
    usual = ":%d" % PORTS.get(parts.scheme, 0)
    if host.endswith(usual):
        host = host[: -len(usual)]
    return urlunsplit((parts.scheme, host, parts.path or "/", parts.query, ""))


def page_text(body: bytes, content_type: str) -> str:
    """The text of a page, in the encoding that its header or the page itself names, else UTF-8."""
    named = CHARSET.search(content_type)
    meta = META.search(body[:META_BYTES])
    encoding = named[1] if named else meta[1].decode("ascii") if meta else "utf-8"
    try:
        return body.decode(encoding, "replace")
    except (LookupError, ValueError):  # not an encoding of texts
        return body.decode("utf-8", "replace")
