"""The files that a step writes to, read by the runner when the container has ended, however it
ended (FileCommandManager.cs).
"""

from __future__ import annotations

from collections.abc import Iterator

LARGEST_SUMMARY_BYTES = 1024 * 1024


class BadFileCommand(Exception):
    """The step fails, whatever its exit code; the pairs before the bad line count all the same."""


def read_key_values(text: str) -> Iterator[tuple[str, str]]:
    r"""Name and value of each pair in `GITHUB_OUTPUT`, `GITHUB_ENV`, `GITHUB_STATE`.

    Lines end at `\n` only, empty ones are skipped, and whichever of `=` and `<<` comes first
    decides. Nothing is trimmed. Raises BadFileCommand.
    """
    lines = _Lines(text)
    while (line := lines.next()) is not None:
        if not line:
            continue
        equals, heredoc = line.find("="), line.find("<<")
        if equals >= 0 and (heredoc < 0 or equals < heredoc):
            name, value = line[:equals], line[equals + 1 :]
        elif heredoc >= 0:
            name, delimiter = line[:heredoc], line[heredoc + 2 :]
            if not name or not delimiter:
                message = f"Invalid format '{line}'. Name must not be empty and delimiter must not be empty"  # noqa: E501
                raise BadFileCommand(message)
            value = _until(delimiter, lines)
        else:
            message = f"Invalid format '{line}'"
            raise BadFileCommand(message)
        if not name:
            message = "Name must not be empty"
            raise BadFileCommand(message)
        yield name, value


def summary_problem(raw: bytes) -> str | None:
    """Why a summary is not shown; the step does not fail for it."""
    if len(raw) <= LARGEST_SUMMARY_BYTES:
        return None
    return (
        "$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, "
        f"got {len(raw) // 1024}k."
    )


def _until(delimiter: str, lines: _Lines) -> str:
    value = []
    while (line := lines.next()) != delimiter:
        if line is None:
            message = f"Invalid value. Matching delimiter not found '{delimiter}'"
            raise BadFileCommand(message)
        if not lines.ended:
            message = "Invalid value. EOF marker missing new line."
            raise BadFileCommand(message)
        value.append(line)
    return "\n".join(value)


class _Lines:
    r"""Lines by `\n`; `ended` says whether the last one had it."""

    def __init__(self, text: str) -> None:
        self._rest = text
        self.ended = True

    def next(self) -> str | None:
        if not self._rest:
            return None
        line, newline, self._rest = self._rest.partition("\n")
        self.ended = bool(newline)
        return line
