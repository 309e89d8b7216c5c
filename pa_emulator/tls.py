"""A certificate authority of the emulator's own, kept under root so that a restart keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import trustme
from cheroot.ssl.builtin import BuiltinSSLAdapter

if TYPE_CHECKING:
    import socket
    import ssl
    from pathlib import Path

_NAMES = (
    "127.0.0.1",
    "localhost",
    "www.pythonanywhere.com",
    "eu.pythonanywhere.com",
    "*.pythonanywhere.com",
    "*.eu.pythonanywhere.com",
    "*.pythonanywhere.com.localhost",
)


class Adapter(BuiltinSSLAdapter):
    """Cheroot's, which shakes hands with one client after the other; here each connection does."""

    def wrap(self, sock: socket.socket) -> tuple[ssl.SSLSocket, dict[str, str]]:
        wrapped = self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        return wrapped, {}


def adapter(folder: Path) -> tuple[Adapter, str]:
    """Cheroot's TLS, and the path of the CA certificate that clients have to trust."""
    ca, chain, key = (folder / name for name in ("ca.pem", "chain.pem", "key.pem"))
    if not key.exists():
        authority = trustme.CA()
        certificate = authority.issue_cert(*_NAMES)
        authority.cert_pem.write_to_path(ca)
        for blob in certificate.cert_chain_pems:
            blob.write_to_path(chain, append=True)
        key.touch(mode=0o600)
        certificate.private_key_pem.write_to_path(key)
    return Adapter(str(chain), str(key)), str(ca)
