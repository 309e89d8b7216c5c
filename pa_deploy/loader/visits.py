"""What a visitor of a site does with its answers: follow redirects, keep cookies, read pages.

The try before the switch and pa-deploy's visits of the live site both use it, so that they judge
alike.
"""

from __future__ import annotations

import re
from typing import Dict, Iterable, Optional, Tuple
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
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
"""The `User-Agent`: an app may answer a program otherwise than the visitors whom it is for."""
COOKIE = re.compile(r"\s*([^\x00-\x20=;,]+)\s*=\s*([^\x00-\x1f;]*?)\s*(?:;|$)")
ATTRIBUTE = re.compile(r";\s*([\w-]+)\s*(?:=\s*([^;]*?)\s*)?(?=;|$)")
PUBLIC = ("pythonanywhere.com", "eu.pythonanywhere.com")
"""Browsers keep no cookie for all sites of these (publicsuffix.org)."""
MOST_COOKIES = 50
MOST_COOKIE_CHARACTERS = 4096
"""As many and as long as browsers keep them, at least."""


class BadRedirect(Exception):
    """A redirect that no visitor can follow. Its text continues the words "a redirect "."""


class Cookies:
    """What the answers of one visit have set, to be sent with its next requests. All are of one
    host.
    """

    def __init__(self) -> None:
        self._kept: Dict[Tuple[str, str], Tuple[str, bool]] = {}

    def take(self, url: str, headers: Iterable[str]) -> None:
        """Keep what the `Set-Cookie` headers of the answer from a URL say."""
        for header in headers:
            pair = COOKIE.match(header)
            if not pair or len(header) > MOST_COOKIE_CHARACTERS:
                continue
            named = {name.lower(): value for name, value in ATTRIBUTE.findall(header)}
            if not _is_for(urlsplit(url).hostname or "", named.get("domain", "")):
                continue
            folder = urlsplit(url).path.rpartition("/")[0] or "/"
            path = named.get("path", "")
            key = pair[1], path if path.startswith("/") else folder
            self._kept.pop(key, None)
            if not _is_over(named) and len(self._kept) < MOST_COOKIES:
                self._kept[key] = pair[2], "secure" in named

    def header(self, url: str) -> str:
        """The `Cookie` header of a request, "" if there is none."""
        parts = urlsplit(url)
        fit = [
            "%s=%s" % (name, value)
            for (name, path), (value, is_secure) in self._kept.items()
            if _is_below(parts.path, path) and (parts.scheme == "https" or not is_secure)
        ]
        return "; ".join(fit)


def _is_for(host: str, domain: str) -> bool:
    """Whether a browser keeps a cookie of the host that names a domain, or none."""
    domain = domain.lower().lstrip(".")
    return domain in ("", host) or (domain not in PUBLIC and host.endswith("." + domain))


def _is_over(named: Dict[str, str]) -> bool:
    """Whether the attributes of a cookie say that it is to be deleted."""
    seconds = named.get("max-age", "")
    if seconds:
        return seconds.startswith("-") or not seconds.strip("0")
    return re.search(r"\b19[67]\d\b", named.get("expires", "")) is not None


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


class Route:
    """The URLs of one visit. `url` is the one to ask for now, and `cookie` what goes with it."""

    def __init__(self, url: str) -> None:
        self.urls = [_plain(url)]
        self._cookies = Cookies()
        self._asked = [(self.url, self.cookie)]

    @property
    def url(self) -> str:
        return self.urls[-1]

    @property
    def cookie(self) -> str:
        """The `Cookie` header, "" if there is none."""
        return self._cookies.header(self.url)

    def follow(self, status: int, location: Optional[str], set_cookies: Iterable[str] = ()) -> bool:
        """Go where an answer leads. False if it is the last one: no redirect, or off the site.

        http and https of one host are one site. The same URL with other cookies is another page, as
        of a login or of a choice of the language. Raises BadRedirect.
        """
        if status not in REDIRECTS or location is None:
            return False
        aim = _aim(self.url, location)
        if _site(aim) != _site(self.url):
            return False
        self._cookies.take(self.url, set_cookies)
        aim = _plain(aim)
        asked = aim, self._cookies.header(aim)
        if asked in self._asked:
            raise BadRedirect("to itself" if aim == self.url else "in a circle")
        if len(self.urls) > MOST_REDIRECTS:
            raise BadRedirect("after %d others" % MOST_REDIRECTS)
        self.urls.append(aim)
        self._asked.append(asked)
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
