"""An answer to a site's visitor, from the web app or the web server."""

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
    """`chunks` may come slowly. Call `close` when nobody needs them any more."""

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
        """Yield the chunks, and close. Call `log` with the number of bytes that were sent.

        This happens before the last byte is sent: a visitor who has the answer finds the line in
        the log.
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
