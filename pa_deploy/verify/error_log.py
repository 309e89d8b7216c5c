"""Read the logs of the site: the newest exception, or the last lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pa_deploy.api import Api
from pa_deploy.errors import DeployError
from pa_deploy.unprintable import LINE_END

LOGS = ("error", "server", "access")
LOG_LINES = 20
MOST_LINES = 60
"""Of one exception: its message and both ends of a long traceback."""
STAMP = re.compile(r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d)(?:[,.]\d+)?:? ?")
"""What PythonAnywhere puts before each line (logs of live accounts), in UTC."""
TRACEBACK = "Traceback (most recent call last):"
WSGI_ERROR = "Error running WSGI application"
"""Comes before an exception that PythonAnywhere's own wrapper logs, whose message comes first."""
CHAINED = ("During handling of the above exception", "The above exception was the direct cause")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a log, without its date. `seconds` since the epoch; None if it has no date."""

    seconds: float | None
    text: str


def log_path(domain: str, log: str) -> str:
    return f"/var/log/{domain.lower()}.{log}.log"


def read_errors(
    api: Api, domain: str, since: float, redact: Callable[[str], str]
) -> tuple[str, ...]:
    """Lines of the error log since a moment by PythonAnywhere's clock, the newest exception first.

    `redact` takes the secrets out, so that a line can be quoted in part. A log that cannot be read
    never hides the real failure. It costs one request.
    """
    try:
        return errors_since(api, domain, since, redact)
    except DeployError as error:
        return (f"(the error log could not be read: {error.what})",)


def errors_since(
    api: Api, domain: str, since: float, redact: Callable[[str], str]
) -> tuple[str, ...]:
    """As `read_errors`. Raises DeployError if the log cannot be read."""
    content = api.files.read(log_path(domain, "error"))
    return _errors_since(content or b"", since, redact)


def _errors_since(
    content: bytes, since: float, redact: Callable[[str], str] = str
) -> tuple[str, ...]:
    """As `read_errors`; a line without a date is as old as the one before it.

    The dates tell what is new, also if the log was rotated meanwhile. If no line has one, all of
    them may be older, and the last ones are returned.
    """
    lines = [_line(line) for line in _lines(content)]
    if not any(line.seconds is not None for line in lines):
        return _last((line.text for line in reversed(lines)), LOG_LINES, redact)
    new = (n for n, line in enumerate(lines) if line.seconds is not None and line.seconds >= since)
    first = next(new, len(lines))
    shown = (part for line in lines[first:] for part in _parts(line.text, redact))
    return _exception_first([_line(part).text for part in shown])


def _exception_first(lines: Sequence[str]) -> tuple[str, ...]:
    """The newest exception: its message, then its traceback. Without one, the last lines."""
    starts = [n for n, line in enumerate(lines) if line.strip() in (TRACEBACK, WSGI_ERROR)]
    if not starts:
        return tuple(lines[-LOG_LINES:])
    last = starts.pop()
    if lines[last].strip() == WSGI_ERROR:
        return _shortened(lines[last + 1 :] or lines[last:])
    # All but the message is indented.
    rest = enumerate(lines[last + 1 :], last + 1)
    message = next((n for n, line in rest if not line.startswith(" ")), None)
    first = last
    while starts and lines[first - 1].startswith(CHAINED):
        first = starts.pop()
    if message is None:
        return _shortened(lines[first:])
    return _shortened([lines[message], *lines[first:message], *lines[message + 1 :]])


def _shortened(lines: Sequence[str]) -> tuple[str, ...]:
    if len(lines) <= MOST_LINES:
        return tuple(lines)
    half = MOST_LINES // 2
    left_out = f"({len(lines) - 2 * half} lines are left out)"
    return (*lines[:half], left_out, *lines[-half:])


def _lines(content: bytes) -> list[str]:
    """The lines that are not blank, as they stand in the log."""
    text = content.decode("utf-8", errors="replace")
    return [line for line in LINE_END.split(text) if line.strip()]


def _parts(line: str, redact: Callable[[str], str]) -> Iterator[str]:
    """The lines of a line: newlines within one message are written as #012 (seen). Secrets go
    first, because one may have that in it.
    """
    parts = LINE_END.split(redact(line).replace("#012", "\n"))
    return (part for part in parts if part.strip())


def _last(newest_first: Iterable[str], count: int, redact: Callable[[str], str]) -> tuple[str, ...]:
    """The last lines, `count` of them. No line before them is looked at."""
    shown: list[str] = []
    for line in newest_first:
        if len(shown) >= count:
            break
        shown[:0] = _parts(line, redact)
    return tuple(shown[-count:])


def _line(text: str) -> Line:
    stamp = STAMP.match(text)
    if not stamp:
        return Line(None, text)
    try:
        moment = datetime.fromisoformat(stamp[1]).replace(tzinfo=UTC)
    except ValueError:
        return Line(None, text)
    return Line(moment.timestamp(), text[stamp.end() :])


def tail(content: bytes, count: int, redact: Callable[[str], str] = str) -> tuple[str, ...]:
    """The last lines of a log, as they are but for their secrets.

    A line ends here wherever a terminal or a CI would end it.
    """
    return _last(reversed(_lines(content)), count, redact)
