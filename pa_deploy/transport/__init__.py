"""The one place that speaks HTTP.

`Http` makes single exchanges and tells faults apart; `Transport` adds the token, the retries and
the rate limit for the API. No redirect is followed, so the token goes to one host only.
"""

from pa_deploy.transport.answer import Answer, Fault, Method
from pa_deploy.transport.calls import Call, Transport, no_guard
from pa_deploy.transport.exchange import Exchange, Observe
from pa_deploy.transport.form import Content, Piece
from pa_deploy.transport.http import BROKEN, LATE, READ_SECONDS, Http

__all__ = [
    "BROKEN",
    "LATE",
    "READ_SECONDS",
    "Answer",
    "Call",
    "Content",
    "Exchange",
    "Fault",
    "Http",
    "Method",
    "Observe",
    "Piece",
    "Transport",
    "no_guard",
]
