"""Servers that are slow or half dead. Limits are set so low that no test waits for long."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from pa_deploy.clock import Deadline
from pa_deploy.transport import Fault, Http
from tests.fake_clock import FakeClock

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
Talk = Callable[[socket.socket, threading.Event], None]


@contextmanager
def talking(talk: Talk) -> Iterator[str]:
    """A server that does as `talk` says with its first connection; the event ends it."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(4096)
                with suppress(OSError):
                    talk(connection, over)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            over.set()
            thread.join()


def trickle(start: bytes) -> Talk:
    def talk(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(start)
        while not over.wait(0.02):
            connection.sendall(b" ")

    return talk


def stop_after(start: bytes) -> Talk:
    def talk(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(start)
        over.wait()

    return talk


SLOW = pytest.mark.parametrize(
    "talk",
    [
        trickle(HEAD + b"Content-Length: 1000000\r\n\r\n["),
        trickle(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n[\r\n1;"),
        trickle(HEAD + b"X-Long: "),
        trickle(b"HTTP/1.1 "),
        stop_after(HEAD + b"Content-Length: 1000000\r\n\r\n["),
        stop_after(HEAD),
        stop_after(b""),
    ],
    ids=[
        "body trickles",
        "chunks trickle",
        "headers trickle",
        "status trickles",
        "body stops",
        "headers stop",
        "nothing comes",
    ],
)


@SLOW
def test_an_answer_may_take_the_read_limit_and_no_longer(talk: Talk) -> None:
    http = Http(Deadline(FakeClock(), 600))
    with talking(talk) as url, pytest.raises(Fault, match="in time") as caught:
        http.exchange("GET", url, read_seconds=0.2, direct=True)
    assert (caught.value.sent, caught.value.lasting) == (True, False)


@SLOW
def test_an_answer_may_take_what_is_left_of_the_run_and_no_longer(talk: Talk) -> None:
    http = Http(Deadline(FakeClock(), 0.2))
    with talking(talk) as url, pytest.raises(Fault, match="in time"):
        http.exchange("GET", url, direct=True)


def test_a_server_that_takes_no_connection_is_given_up() -> None:
    with socket.socket() as full, socket.socket() as first:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        first.connect(full.getsockname())
        others = [socket.socket() for _ in range(4)]
        for other in others:
            other.setblocking(False)  # noqa: FBT003 - socket takes no keyword
            other.connect_ex(full.getsockname())
        http = Http(Deadline(FakeClock(), 0.2))
        with pytest.raises(Fault) as caught:
            http.exchange("POST", f"http://127.0.0.1:{full.getsockname()[1]}/", direct=True)
        for other in others:
            other.close()
    assert not caught.value.sent


def test_what_was_given_up_while_connecting_is_not_sent_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_up = threading.Event()
    look_up = socket.getaddrinfo

    def slow(*args: object) -> object:
        looked_up.wait(10)
        return look_up(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    http = Http(Deadline(FakeClock(), 0.2))
    before = set(threading.enumerate())
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)
        with pytest.raises(Fault) as caught:
            http.exchange("POST", f"http://127.0.0.1:{listening.getsockname()[1]}/", direct=True)
        (late,) = set(threading.enumerate()) - before
        looked_up.set()
        connection, _ = listening.accept()
        late.join(5)
        assert connection.recv(4096) == b""
        connection.close()
    assert not caught.value.sent


def test_a_redirect_that_never_ends_is_read_no_further_than_other_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pa_deploy.transport.http.LARGEST_BODY_BYTES", 100_000)
    sent = 0

    def redirect(connection: socket.socket, over: threading.Event) -> None:
        nonlocal sent
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n")
        while not over.is_set():
            sent += connection.send(bytes(65536))

    http = Http(Deadline(FakeClock(), 600))
    with talking(redirect) as url, pytest.raises(Fault, match="larger than 64 MiB"):
        http.exchange("GET", url, read_seconds=10, direct=True)
    assert sent < 50_000_000


@pytest.mark.parametrize("location", [b"http://[", b"/\xff", b"http:///", b""])
def test_a_redirect_to_nowhere_is_an_answer_like_others(location: bytes) -> None:
    head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n"
    http = Http(Deadline(FakeClock(), 600))

    with talking(stop_after(head)) as url:
        assert http.exchange("POST", url, direct=True).status == 302
