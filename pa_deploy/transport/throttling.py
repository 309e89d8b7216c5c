"""How long an answer asks to wait, because of the rate limit. Pure."""

from __future__ import annotations

import math
import re
from datetime import UTC
from email.utils import parsedate_to_datetime

from pa_deploy.transport.answer import Answer

SECONDS = r"(\d{1,6})"
"""Of a wait; who asks for longer ones, eleven days and more, does not mean it."""


def throttle_seconds(answer: Answer, now: float) -> float | None:
    """How long a 429 asks to wait: its `Retry-After`, else the number in its text; 1 at least.

    A date there counts from the answer's own `Date`, or from `now` (seconds since the epoch).
    What asks for a million seconds or more says nothing.
    """
    header = answer.headers.get("retry-after", "").strip()
    until = http_date(header)
    if until is not None:
        sent = http_date(answer.headers.get("date", ""))
        header = str(max(0, math.ceil(until - (now if sent is None else sent))))
    match = re.fullmatch(SECONDS, header) or re.search(
        rf"available in {SECONDS} second", answer.text()
    )
    return max(1.0, float(match[1])) if match else None


def http_date(text: str) -> float | None:
    """Seconds since the epoch; None if it is not a date. Without a zone it is UTC (RFC 9110)."""
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
