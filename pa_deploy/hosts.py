"""Which host the token may be sent to. Pure; everything about that rule is here."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from pa_deploy.urls import shown_url

OFFICIAL = {
    "www.pythonanywhere.com": "pythonanywhere.com",
    "eu.pythonanywhere.com": "eu.pythonanywhere.com",
}
"""Host of each PythonAnywhere system, and the domain its users' sites are under (API page)."""


class HostRefused(ValueError):
    """A host that the token must not be sent to; `input` is the one to change."""

    def __init__(self, message: str, advice: str, input_name: str = "host") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice
        self.input = input_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """Where the API is. `site_suffix` is what a user's own domain ends in."""

    origin: str
    site_suffix: str
    loopback: bool

    @property
    def hostname(self) -> str:
        return urlsplit(self.origin).hostname or ""


def find_host(value: str, allowed: str | None) -> Host:
    """The host that `value` names, if the rule permits it; else HostRefused."""
    origin = _origin(value)
    name = urlsplit(origin).netloc
    if name in OFFICIAL and origin.startswith("https:"):
        return Host(origin=origin, site_suffix=OFFICIAL[name], loopback=False)
    hostname = urlsplit(origin).hostname or ""
    loopback = _is_loopback(hostname)
    if name in OFFICIAL or (origin.startswith("http:") and not loopback):
        raise HostRefused(
            f'"{value}" would send the token unencrypted.',
            "Use https; plain http is for loopback addresses.",
        )
    _permit(value, origin, allowed)
    suffix = OFFICIAL["www.pythonanywhere.com"] if loopback else hostname.removeprefix("www.")
    return Host(origin=origin, site_suffix=suffix, loopback=loopback)


LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"


def _origin(value: str, input_name: str = "host") -> str:
    """`scheme://host[:port]` in lower case, from a host with or without scheme."""
    refusal = HostRefused(
        f'"{shown_url(value)}" is not a host.',
        "Write www.pythonanywhere.com or eu.pythonanywhere.com, without a path.",
        input_name,
    )
    try:
        parts = urlsplit(value if "://" in value else f"https://{value}")
        hostname, port = parts.hostname, parts.port
    except ValueError:
        raise refusal from None
    clean = parts.path in ("", "/") and not parts.query and not parts.fragment
    usable = hostname and re.fullmatch(rf"{LABEL}(\.{LABEL})*|[0-9a-f:.]*:[0-9a-f:.]*", hostname)
    if not usable or not clean or "@" in parts.netloc or parts.scheme not in ("http", "https"):
        raise refusal
    netloc = f"[{hostname}]" if ":" in str(hostname) else str(hostname)
    default_port = {"https": 443, "http": 80}[parts.scheme]
    return f"{parts.scheme}://{netloc}" + (f":{port}" if port not in (None, default_port) else "")


def _permit(value: str, origin: str, allowed: str | None) -> None:
    scheme, _, _ = origin.partition("://")
    repeated = allowed if allowed is None or "://" in allowed else f"{scheme}://{allowed}"
    if repeated is not None and _origin(repeated, "allow-host") == origin:
        return
    advice = f"Write {_official_for(origin)}. If the token really belongs to {value}, "
    raise HostRefused(
        f'the token is not sent to "{value}", which is not PythonAnywhere.',
        advice + f"repeat it: allow-host: {value}",
    )


def _official_for(origin: str) -> str:
    near_eu = re.search(r"\beu\b", origin) is not None
    return "eu.pythonanywhere.com" if near_eu else "www.pythonanywhere.com or eu.pythonanywhere.com"


def _is_loopback(hostname: str) -> bool:
    if hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(hostname).is_loopback
    except ValueError:
        return False
