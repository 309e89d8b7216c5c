"""A contender's figures are its own, and what goes over the wire is counted."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bench.curl import Get, Send, curl, in_stages
from bench.measure import launched
from bench.wire import Wire

ENVIRON = {"PATH": "/usr/bin:/bin"}
PATIENCE_SECONDS = 10


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-I", "-S", "-c", code)


def test_memory_is_that_of_the_command() -> None:
    small, _ = launched(python("pass"), ENVIRON)
    large, _ = launched(python("x = bytearray(64 * 2**20)"), ENVIRON)

    assert small["peak_kib"] < 32 * 1024
    assert 64 * 1024 < large["peak_kib"] < 96 * 1024


def test_memory_of_this_process_does_not_show() -> None:
    ours = bytearray(128 * 2**20)

    figures, _ = launched(("true",), ENVIRON)

    assert figures["peak_kib"] < len(ours) / 1024 / 2


def test_cpu_seconds_are_those_of_the_command_and_its_children() -> None:
    burn = "import time\nwhile time.process_time() < 0.3: pass"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}])"

    figures, _ = launched(python(child), ENVIRON)

    assert figures["cpu_seconds"] >= 0.3


def test_wall_seconds_are_those_from_the_start_to_the_end() -> None:
    burn = "import time\nstart = time.monotonic()\nwhile time.monotonic() < start + 0.1: pass"

    figures, _ = launched(python(burn), ENVIRON)

    assert figures["wall_seconds"] >= 0.1


def test_a_command_that_fails_ends_the_benchmark_with_what_it_said() -> None:
    with pytest.raises(SystemExit, match="ended with 3:\nno luck"):
        launched(python("print('no luck'); raise SystemExit(3)"), ENVIRON)


def test_a_command_ends_with_the_benchmark(tmp_path: Path) -> None:
    """Its child opens a pipe and waits: the pipe ends when the child does."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    child = f"import signal; held = open({str(pipe)!r}, 'w'); signal.alarm(60); signal.pause()"
    command = python(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])")
    before = signal.signal(signal.SIGALRM, _interrupt)

    def stop_once_it_waits() -> None:
        with pipe.open() as reader:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGALRM)
            reader.read()

    watching = threading.Thread(target=stop_once_it_waits, daemon=True)
    watching.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            launched(command, ENVIRON)
    finally:
        signal.signal(signal.SIGALRM, before)

    watching.join(PATIENCE_SECONDS)
    assert not watching.is_alive()


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def echo() -> Iterator[int]:
    """The port of a server that answers what it is sent."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.soak
def test_a_connection_takes_a_round_trip_and_so_does_each_request() -> None:
    with echo() as port, Wire(port, 0.2) as wire:
        tries = [two_requests(wire.port) for _ in range(3)]

    # The quickest, because the machine may be busy.
    first, second = (min(times) for times in zip(*tries, strict=True))
    assert 0.4 <= first < 0.6
    assert 0.2 <= second < 0.4


def two_requests(port: int) -> list[float]:
    """How long each takes, on one connection that the first one opens."""
    took = []
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for _ in range(2):
        started = time.monotonic()
        connection.request("POST", "/", b"x")
        connection.getresponse().read()
        took.append(time.monotonic() - started)
    connection.close()
    return took


def test_a_wire_to_nobody_hangs_up() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with Wire(nobody.getsockname()[1], 0.01) as wire:
            connection = http.client.HTTPConnection("127.0.0.1", wire.port, timeout=5)
            connection.request("POST", "/", b"x")
            with pytest.raises(ConnectionError):
                connection.getresponse()
            connection.close()


def test_the_wire_hands_everything_on_in_order_and_counts_it() -> None:
    content = bytes(range(256)) * 4000
    with echo() as port, Wire(port, 0.01) as wire:
        connection = http.client.HTTPConnection("127.0.0.1", wire.port)
        for _ in range(2):
            connection.request("POST", "/", content)
            assert connection.getresponse().read() == content
        connection.close()
    assert wire.traffic.connections == 1
    assert 2 * len(content) < wire.traffic.sent < 2 * len(content) + 1000
    assert 2 * len(content) < wire.traffic.received < 2 * len(content) + 1000


def test_the_limit_is_one_curl_that_stops_at_the_first_failure() -> None:
    shell, _, line = curl((Get(path="/a"), Send(method="POST", path="/b", form=(("x", "1"),))))

    assert shell == "sh"
    assert line.startswith("exec curl --fail-early")
    assert line.count("--next") == 1
    assert '--request POST --data-urlencode "x=1"' in line


def test_only_a_look_may_fail() -> None:
    steps = (Get(path="/a"), Get(path="/b", may_fail=True), Send(method="POST", path="/c"))

    calls = curl(steps)[2].split("--next")

    assert ["--fail " in each for each in calls] == [True, False, True]


def test_stages_follow_each_other_and_each_is_parallel() -> None:
    first, second = (Get(path="/a"), Get(path="/b")), (Get(path="/c"),)

    one, other = in_stages((first, second))[2].split(" && ")

    assert one.startswith("curl --parallel")
    assert ("/a" in one, "/b" in one, "/c" in other) == (True, True, True)
    assert other.startswith("curl --parallel")


def test_the_token_does_not_go_to_the_site() -> None:
    assert "API_TOKEN" not in curl((Get(path="/", host="alice.pythonanywhere.com"),))[2]
