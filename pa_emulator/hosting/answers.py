"""An answer to a site's visitor, whether the web app's or the web server's own."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from pa_emulator.hosting import pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Headers = list[tuple[str, str]]


def _nothing() -> None:
    """There is nothing to close."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`chunks` may come slowly; `close` must be called when nobody wants them any more."""

    status: int
    reason: str
    headers: Headers
    chunks: Iterable[bytes]
    close: Callable[[], None] = _nothing

    @property
    def length(self) -> int | None:
        """The length that the headers promise, in bytes."""
        for name, value in self.headers:
            if name.lower() == "content-length" and value.isdigit():
                return int(value)
        return None

    def send(self, log: Callable[[int], None]) -> Iterator[bytes]:
        """Yield the chunks, and close; `log` gets the number of bytes that were sent.

        It is called before the last byte that the visitor waits for, so that whoever looks into the
        log next finds the line.
        """
        sent, is_logged = 0, False
        try:
            for chunk in self.chunks:
                sent += len(chunk)
                if sent == self.length:
                    log(sent)
                    is_logged = True
                yield chunk
        finally:
            self.close()
            if not is_logged:
                log(sent)


def page(status: int, html: str, headers: Headers | None = None) -> Answer:
    body = html.encode()
    own = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
    return Answer(status, HTTPStatus(status).phrase, [*own, *(headers or [])], [body])


def redirect(status: int, location: str) -> Answer:
    return page(status, pages.moved(), [("Location", location)])
