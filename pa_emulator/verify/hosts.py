"""The rule for which server may get the token. All of it is here."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

OFFICIAL = ("www.pythonanywhere.com", "eu.pythonanywhere.com")
LAST_PORT = 65535
LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
ADDRESS = re.compile(
    rf"(?:(?P<scheme>https?)://)?"
    rf"(?P<name>{LABEL}(?:\.{LABEL})*|\[[0-9a-f:.]+\])"
    r"(?::(?P<port>[0-9]{1,5}))?/?",
    re.ASCII,
)
"""Small letters only; no user, no path, no letters beyond ASCII."""
WRITE = f"Write {OFFICIAL[0]} or {OFFICIAL[1]}"


class HostRefused(Exception):
    """The token must not be sent to this host. The message names the option."""


@dataclass(frozen=True, slots=True)
class _Address:
    scheme: str
    name: str
    port: str

    def url(self, default_scheme: str) -> str:
        port = f":{self.port}" if self.port else ""
        return f"{self.scheme or default_scheme}://{self.name}{port}"


def is_loopback(name: str) -> bool:
    """Tell whether a host's name or address is this machine."""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def real(host: str, allowed: str | None) -> str:
    """Return the URL of a real server: PythonAnywhere, or what `allowed` repeats exactly.

    Raises HostRefused.
    """
    address = _parsed(host)
    if address is None:
        raise HostRefused(f"--host: pass a host alone, in small letters. {WRITE}")
    if address.scheme == "http" and not is_loopback(address.name):
        raise HostRefused(
            "--host: pass an https address; over http others could read the token. "
            f"{WRITE}, without http://"
        )
    url = address.url("https")
    is_official = url in {f"https://{name}" for name in OFFICIAL}
    if not is_official and host != allowed:
        raise HostRefused(_not_allowed(host, address, allowed))
    return url


def _not_allowed(host: str, address: _Address, allowed: str | None) -> str:
    if is_loopback(address.name):
        return (
            f"--host: {host} is this machine. For an emulator pass --against {host}. If the "
            f"token really belongs to {host}, repeat it: --allow-host {host}"
        )
    if allowed is not None:
        return "--allow-host: differs from --host. Repeat the value of --host exactly"
    # A word without a dot may be a token, passed by mistake.
    name = host if "." in host else "HOST"
    return (
        f"--host: {'this host' if name == 'HOST' else name} is not PythonAnywhere's API, so the "
        f"token is not sent to it. {WRITE}. If the token really belongs to another host, "
        f"repeat it: --allow-host {name}"
    )


def emulator(url: str) -> str:
    """Return the URL of an emulator, which is on this machine. Raises HostRefused."""
    address = _parsed(url)
    if address is None:
        raise HostRefused("--against: pass the emulator's address, like http://127.0.0.1:8888")
    if not is_loopback(address.name):
        name = address.name if "." in address.name else "the host"
        raise HostRefused(f"--against: {name} is not this machine. For a real server pass --host")
    return address.url("http")


def _parsed(text: str) -> _Address | None:
    match = ADDRESS.fullmatch(text)
    if match is None:
        return None
    port = match["port"] or ""
    if port and not 0 < int(port) <= LAST_PORT:
        return None
    name = match["name"]
    if name.startswith("[") and not _is_ip(name[1:-1]):
        return None
    return _Address(match["scheme"] or "", name, port)


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
