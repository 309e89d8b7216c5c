"""A certificate authority of the emulator's own, kept under root so that a restart keeps it."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import trustme
from cheroot.ssl.builtin import BuiltinSSLAdapter

from pa_emulator.config import CannotStart

if TYPE_CHECKING:
    import socket
    from pathlib import Path

NAMES = (
    "127.0.0.1",
    "localhost",
    "www.pythonanywhere.com",
    "eu.pythonanywhere.com",
    "*.pythonanywhere.com",
    "*.eu.pythonanywhere.com",
    "*.pythonanywhere.com.localhost",
)


class Adapter(BuiltinSSLAdapter):
    """Cheroot's does the handshakes one after the other; here each connection does its own."""

    def wrap(self, sock: socket.socket) -> tuple[ssl.SSLSocket, dict[str, str]]:
        wrapped = self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        return wrapped, {}


def adapter(folder: Path) -> tuple[Adapter, str]:
    """Return cheroot's TLS, and the path of the CA certificate that clients must trust.

    Raises CannotStart if the kept key is not valid.
    """
    ca, chain, key = (folder / name for name in ("ca.pem", "chain.pem", "key.pem"))
    if not all(path.exists() for path in (ca, chain, key)):
        key.unlink(missing_ok=True)
        authority = trustme.CA()
        certificate = authority.issue_cert(*NAMES)
        _write(ca, authority.cert_pem.bytes())
        _write(chain, b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
        # Written last: if it exists, the other files do too, and belong to it.
        _write(key, certificate.private_key_pem.bytes())
    try:
        return Adapter(str(chain), str(key)), str(ca)
    except ssl.SSLError as error:
        raise CannotStart(
            f"{key}: {error}. Remove this file, and start again to make a new one"
        ) from error


def _write(path: Path, content: bytes) -> None:
    """Write the whole file or none, readable by this user only."""
    half = path.with_suffix(".new")
    half.touch(mode=0o600)
    half.write_bytes(content)
    half.replace(path)
