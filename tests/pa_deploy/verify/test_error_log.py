"""What is shown of an error log: what is new, the exception first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from pa_deploy.verify.error_log import MOST_LINES, read_errors, tail

SINCE = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC).timestamp()
OLD = "2026-01-31 11:59:59,999: ValueError: old"
STAMP = "2026-01-31 12:00:00,000: "
FRAMES = ["Traceback (most recent call last):", '  File "a.py", line 1, in f', "    1 / 0"]


def dated(*lines: str) -> list[str]:
    return [f"{STAMP}{line}" for line in lines]


@dataclass(frozen=True)
class Files:
    """An account whose only file is an error log."""

    content: bytes

    @property
    def files(self) -> Files:
        return self

    def read(self, path: str) -> bytes | None:
        return self.content if path == "/var/log/www.example.com.error.log" else None


def errors_in(content: bytes, redact: Callable[[str], str] = str) -> tuple[str, ...]:
    return read_errors(cast("Any", Files(content)), "www.example.com", SINCE, redact)


def shown(*lines: str) -> tuple[str, ...]:
    return errors_in("".join(f"{line}\n" for line in lines).encode())


@pytest.mark.parametrize(
    "lines",
    [
        [OLD],
        [OLD, "  a line without a date belongs to the one before"],
        ["2026-01-30 23:00:00 old without milliseconds"],
        [],
    ],
)
def test_what_is_older_is_not_shown(lines: list[str]) -> None:
    assert shown(*lines) == ()
    assert shown(*lines, *dated("new"))[-1] == "new"
    assert len(shown(*lines, *dated("new"))) == 1


def test_a_log_that_was_rotated_meanwhile_is_all_new() -> None:
    assert shown(*dated("one", "two")) == ("one", "two")


def test_without_dates_the_end_is_shown() -> None:
    assert shown(*map(str, range(50))) == tuple(map(str, range(30, 50)))


def test_the_message_of_an_exception_comes_first() -> None:
    lines = shown(OLD, *dated("Exception on / [GET]", *FRAMES, "ZeroDivisionError: x", "after"))

    assert lines == ("ZeroDivisionError: x", *FRAMES, "after")


def test_the_newest_exception_is_shown_with_what_has_caused_it() -> None:
    during = "During handling of the above exception, another exception occurred:"
    chain = [*FRAMES, "KeyError: 'a'", during, *FRAMES, "ValueError: b"]

    lines = shown(*dated(*FRAMES, "OSError: first", *chain))

    assert lines == ("ValueError: b", *chain[:-1])


def test_pythonanywhere_s_own_wrapper_says_the_message_first() -> None:
    said = ["ModuleNotFoundError: No module named 'x'", '  File "a.py", line 1, in <module>']

    assert shown(*dated("Error running WSGI application", *said)) == tuple(said)


def test_lines_that_were_joined_are_taken_apart() -> None:
    joined = "#012".join([*FRAMES, "ZeroDivisionError: x"])

    assert shown(*dated(joined))[0] == "ZeroDivisionError: x"


def test_a_long_traceback_loses_its_middle() -> None:
    frames = [f"  File {n}" for n in range(500)]

    lines = shown(*dated(FRAMES[0], *frames, "RecursionError: deep"))

    assert len(lines) == MOST_LINES + 1
    assert (lines[0], lines[-1]) == ("RecursionError: deep", "  File 499")


@pytest.mark.parametrize("secret", ["pass#012word77x9", "#012hunter22", "hunter22#012"])
@pytest.mark.parametrize("stamp", [STAMP, ""])
def test_a_secret_goes_before_a_line_is_split(secret: str, stamp: str) -> None:
    content = f"{stamp}key={secret}#012more\n".encode()

    def redact(text: str) -> str:
        return text.replace(secret, "***")

    assert errors_in(content, redact) == ("key=***", "more")
    assert tail(content, 20, redact) == (f"{stamp}key=***", "more")


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_last_lines_are_counted_as_they_are_shown(count: int) -> None:
    assert tail(b"a\nb#012c\n#012\nd", count) == ("a", "b", "c", "d")[-count:]


def test_secrets_are_looked_for_in_no_older_line() -> None:
    seen: list[str] = []

    def redact(text: str) -> str:
        seen.append(text)
        return text

    tail(b"old\n" * 1000 + b"new\n" * 3, 2, redact)
    errors_in(f"{OLD}\n{STAMP}new\n".encode(), redact)

    assert seen == ["new"] * 3
