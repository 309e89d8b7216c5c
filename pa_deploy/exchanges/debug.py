"""Each request and its answer as lines of a log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from pa_deploy.transport import Answer, Exchange
from pa_deploy.urls import shown_url

MOST_CHARACTERS = 2000
"""Of the body of an error."""
NOT_THERE = ": it does not exist, which may be normal"
"""Whoever reads or deletes a thing often wants to know no more than that."""
MOST_BYTES = 1024 * 1024
"""A longer body is not shown: secrets are searched for in all of it, and if it were cut before, it
could end in a part of one.
"""


@dataclass(frozen=True, slots=True)
class DebugLines:
    """An observer that logs. `redact` takes the secrets out of a text, before it is cut.

    `api` is where the API is, as `host:port`.
    """

    api: str
    log: Callable[[str], None]
    redact: Callable[[str], str]

    def __call__(self, exchange: Exchange) -> None:
        self.log("\n".join(self._lines(exchange)))

    def _lines(self, exchange: Exchange) -> Iterator[str]:
        sent = f" (sent {len(exchange.content):,} bytes)" if exchange.content is not None else ""
        asked = f"{exchange.method} {self._place(exchange)}{sent}"
        answer = exchange.answer
        if answer is None:
            reason = exchange.fault.reason if exchange.fault else "a signal ended the run"
            yield f"{asked}: no answer in {exchange.seconds:.3f} s: {reason}"
            return
        came = f"{answer.status} in {exchange.seconds:.3f} s, {len(answer.body):,} bytes"
        is_absent = answer.status == 404 and exchange.method in ("GET", "DELETE")
        yield f"{asked}: {came}{NOT_THERE if is_absent and exchange.is_call(self.api) else ''}"
        if answer.status >= 400:
            yield from (f"  {line}" for line in self._body(answer))

    def _place(self, exchange: Exchange) -> str:
        """The path of a call to the API; the address of a page, whose query may be a key."""
        if not exchange.is_call(self.api):
            return shown_url(exchange.url)
        query = f"?{urlencode(exchange.params, safe='/')}" if exchange.params else ""
        return f"{urlsplit(exchange.url).path}{query}"

    def _body(self, answer: Answer) -> Iterator[str]:
        if len(answer.body) > MOST_BYTES:
            yield f"(not shown: the body has {len(answer.body):,} bytes)"
            return
        text = self.redact(answer.body.decode("utf-8", errors="replace"))
        yield from (line for line in text[:MOST_CHARACTERS].splitlines() if line.strip())
        if len(text) > MOST_CHARACTERS:
            yield f"(cut: the whole body has {len(answer.body):,} bytes)"
