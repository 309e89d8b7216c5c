"""To whom the token goes: not to a server that cannot prove who it is, nor where it points to."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from pa_deploy.clock import Deadline
from pa_deploy.errors import Refused, Unreachable
from pa_deploy.hosts import Host, find_host
from pa_deploy.model import Secret
from pa_deploy.transport import Call, Http, Transport
from pa_deploy.verify import Site
from tests.fake_clock import FakeClock
from tests.scripted_server import Reply, ScriptedServer, json_reply, scripted_server
from tests.terminal import Terminal

TOKEN = "0123456789abcdef0123456789abcdef01234567"
READ = Call(method="GET", path="/x/", what="reading x")
WRITE = Call(method="POST", path="/x/", what="writing x", form={"a": "1"})


def transport_to(host: Host) -> Transport:
    return Transport(
        host,
        Secret(TOKEN),
        Http(Deadline(FakeClock(), 600)),
        announce=lambda _: None,
        user_agent="test/1",
    )


@dataclass
class Listener:
    """A TLS server that answers everything with an empty list, and keeps what it could read."""

    url: str
    received: list[bytes] = field(default_factory=list)


@contextmanager
def listening(certificate: trustme.LeafCert) -> Iterator[Listener]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as server:
        listener = Listener(f"https://localhost:{server.getsockname()[1]}")

        def keep_what_it_says(connection: ssl.SSLSocket) -> None:
            with connection:
                listener.received.append(connection.recv(4096))
                connection.sendall(ANSWER)

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    with suppress(OSError):
                        keep_what_it_says(context.wrap_socket(connection, server_side=True))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listener
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    b"Content-Length: 2\r\nConnection: close\r\n\r\n[]"
)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """The authority, trusted by this machine."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    return authority


def insist_on_refusal(certificate: trustme.LeafCert) -> str:
    with listening(certificate) as listener:
        host = find_host(listener.url, listener.url)
        with pytest.raises(Unreachable) as caught:
            transport_to(host).send(READ)
    assert listener.received == []
    return str(caught.value)


def test_a_server_that_proves_who_it_is_gets_the_token(trusted: trustme.CA) -> None:
    with listening(trusted.issue_cert("localhost")) as listener:
        host = find_host(listener.url, listener.url)
        assert transport_to(host).send(READ).json() == []
    assert TOKEN.encode() in listener.received[0]


def test_a_certificate_of_another_host_is_refused(trusted: trustme.CA) -> None:
    assert "TLS failed" in insist_on_refusal(trusted.issue_cert("www.pythonanywhere.com"))


def test_an_expired_certificate_is_refused(trusted: trustme.CA) -> None:
    now = datetime.now(UTC)
    expired = trusted.issue_cert(
        "localhost",
        not_before=now - timedelta(days=9),
        not_after=now - timedelta(days=1),
    )
    said = insist_on_refusal(expired)

    assert "expired" in said
    assert "REQUESTS_CA_BUNDLE" in said


def test_a_certificate_that_nobody_vouches_for_is_refused(authority: trustme.CA) -> None:
    assert "TLS failed" in insist_on_refusal(authority.issue_cert("localhost"))


@pytest.mark.usefixtures("trusted")
def test_a_certificate_of_an_authority_that_is_not_trusted_is_refused() -> None:
    assert "TLS failed" in insist_on_refusal(trustme.CA().issue_cert("localhost"))


def test_a_bundle_of_authorities_that_is_not_there_is_told_by_its_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/missing/ca.pem")

    with pytest.raises(Unreachable) as caught:
        transport_to(find_host("www.pythonanywhere.com", None)).send(READ)
    assert "/missing/ca.pem" in caught.value.what
    assert (
        "REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names a file that does not exist"
        in caught.value.cause
    )


@pytest.mark.parametrize("proxy", ["::bad::", "socks5://127.0.0.1:9", "ftp://127.0.0.1:9"])
def test_a_proxy_that_is_none_is_told_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("https_proxy", proxy)

    with pytest.raises(Unreachable) as caught:
        transport_to(find_host("www.pythonanywhere.com", None)).send(READ)
    assert "HTTPS_PROXY" in caught.value.cause


def test_what_tls_refuses_is_not_tried_again(authority: trustme.CA) -> None:
    with listening(authority.issue_cert("localhost")) as listener:
        transport = transport_to(find_host(listener.url, listener.url))
        with pytest.raises(Unreachable):
            transport.send(WRITE)
    assert transport.requests == 1


@pytest.fixture
def elsewhere() -> Iterator[ScriptedServer]:
    with scripted_server() as running:
        running.answers(json_reply([]))
        yield running


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("call", [READ, WRITE], ids=["GET", "POST"])
def test_a_redirect_to_another_host_gets_no_request(
    server: ScriptedServer, elsewhere: ScriptedServer, call: Call, status: int
) -> None:
    server.answers(Reply(status=status, headers={"Location": f"{elsewhere.url}/x/"}))

    with pytest.raises(Refused, match="the token went nowhere else"):
        transport_to(find_host(server.url, server.url)).send(call)
    assert elsewhere.received == []


@pytest.mark.parametrize(
    ("host", "allow_host"),
    [
        ("{at}/path", "{at}/path"),
        ("http://{at}/path", "{at}"),
        ("user:secret@{at}", "user:secret@{at}"),
        ("http://user@{at}", "{at}"),
        ("www.pythonanywhere.com@{at}", "{at}"),
        ("http://www.pythonanywhere.com@{at}", "http://{at}"),
        ("http://{at}?x", "{at}"),
        ("http://{at}#www.pythonanywhere.com", "{at}"),
        ("http://{at}\\@www.pythonanywhere.com", "{at}"),
        ("http://{at}", ""),
        ("http://{at}", "www.pythonanywhere.com"),
        ("{at}", "{at}.example"),
    ],
)
def test_a_host_that_is_none_or_is_not_allowed_gets_no_request(
    offline: Terminal, elsewhere: ScriptedServer, host: str, allow_host: str
) -> None:
    at = elsewhere.url.removeprefix("http://")
    offline.environ.update(PA_TOKEN=TOKEN, PA_USERNAME="alice", PA_PYTHON_VERSION="3.13")
    offline.environ.update(PA_HOST=host.format(at=at), PA_ALLOW_HOST=allow_host.format(at=at))

    shown = offline.type("deploy")

    assert (shown.exit_code, elsewhere.received) == (2, [])
    assert "host: " in shown.err


class Proxy:
    """A proxy that keeps what it is asked, and refuses."""

    def __init__(self) -> None:
        self.received = b""

    def serve(self, server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                with connection:
                    self.received += connection.recv(65536)
                    connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")


@pytest.mark.parametrize("variable", ["https_proxy", "HTTPS_PROXY", "all_proxy"])
def test_a_proxy_sees_the_host_and_not_the_token(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    proxy = Proxy()
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=proxy.serve, args=(server,), daemon=True)
        thread.start()
        monkeypatch.setenv(variable, f"http://127.0.0.1:{server.getsockname()[1]}")
        with pytest.raises(Unreachable, match=r"(?s)the proxy refused.*HTTPS_PROXY"):
            transport_to(find_host("www.pythonanywhere.com", None)).send(READ)
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
    assert proxy.received.startswith(b"CONNECT www.pythonanywhere.com:443 HTTP/1.")
    assert TOKEN.encode() not in proxy.received


def test_a_netrc_adds_nothing_to_a_visit_of_the_site(
    server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login bob password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    server.answers(Reply())
    host = find_host(server.url, server.url)

    Site(Http(Deadline(FakeClock(), 5)), host, "test/1").get("https://alice.pythonanywhere.com/")

    assert "authorization" not in server.received[0].headers
