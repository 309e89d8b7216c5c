"""A package index that takes connections and never answers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

LIMIT_SECONDS = 30


@dataclass
class HangingIndex:
    """`asked`: somebody waits for its answer. `left`: nobody does any more."""

    url: str
    asked: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)

    def requirements(self) -> str:
        return f"--index-url {self.url}\ngreeting\n"


@contextmanager
def hanging_index() -> Iterator[HangingIndex]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(LIMIT_SECONDS)
        index = HangingIndex(f"http://127.0.0.1:{listening.getsockname()[1]}/simple")

        def serve() -> None:
            with suppress(OSError), listening.accept()[0] as connection:
                connection.recv(4096)
                index.asked.set()
                connection.settimeout(LIMIT_SECONDS)
                with suppress(ConnectionError):
                    connection.recv(4096)
                index.left.set()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield index
