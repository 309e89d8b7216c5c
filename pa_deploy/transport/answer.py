"""What comes back of a request: a whole answer, or the fault in its place."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole HTTP answer. Header names are in lower case. `cookies` are its `Set-Cookie` headers.

    `redact` takes the secrets out of a text. All text loses them when it leaves; what is quoted of
    an answer in part, or decoded, has to lose them before.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    cookies: tuple[str, ...] = field(default=(), repr=False)
    redact: Callable[[str], str] = field(default=str, compare=False)

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_json(self) -> bool:
        """Some endpoints answer `text/json` (observed by clients), so a substring decides."""
        return "json" in self.headers.get("content-type", "")

    @property
    def is_page(self) -> bool:
        """A page for people, which no endpoint of the API answers with success."""
        is_html = self.headers.get("content-type", "").startswith("text/html")
        return is_html and bool(self.body)

    def json(self) -> Any:  # noqa: ANN401 - whatever the server sent
        """The decoded body; ValueError if it is not JSON."""
        try:
            return json.loads(self.body)
        except RecursionError:
            raise ValueError("nested too deeply") from None

    def text(self) -> str:
        return self.body.decode("utf-8", errors="replace")


@dataclass(frozen=True, slots=True)
class Hint:
    """What a fault tells about this side: the likely cause and the next step."""

    cause: str
    advice: str


class Fault(Exception):
    """No answer. `sent`: the server may have got the request; `lasting`: trying again is vain."""

    def __init__(
        self, reason: str, *, sent: bool, lasting: bool = False, hint: Hint | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent
        self.lasting = lasting
        self.hint = hint
