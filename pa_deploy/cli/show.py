"""Rows and records on stdout: a table on a terminal, tab-separated text in a pipe, or JSON."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pa_deploy.ci import Ci, harmless_lines
from pa_deploy.report import redacted

JSON_ESCAPES = {"##": "#\\u0023", "\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""A CI reads commands in stdout too, `##[name]` anywhere in a line; an escape says the same in
JSON.
"""
RISKY = re.compile("|".join(JSON_ESCAPES))

Cell = str | int | bool | None
Row = Mapping[str, Cell]


def _on_a_terminal() -> bool:
    return sys.stdout.isatty()


@dataclass(frozen=True, slots=True)
class Show:
    """Where a command's data goes. Messages go to `ci`, which then writes to stderr.

    It loses its secrets here; keys, numbers and what is Exact stay.
    """

    ci: Ci
    as_json: bool

    def rows(self, rows: Sequence[Row], *, nothing: str) -> None:
        """One line a row. If there are no rows, say `nothing` beside the data."""
        if self.as_json:
            self.data(list(rows))
        elif not rows:
            self.ci.log(nothing)
        elif _on_a_terminal():
            self._table(rows)
        else:
            for row in rows:
                print("\t".join(self._texts(row)), flush=True)

    def record(self, record: Row) -> None:
        """One line a field."""
        if self.as_json:
            self.data(record)
            return
        width = max(len(name) for name in record)
        for name, text in zip(record, self._texts(record), strict=True):
            print(f"{name:<{width}}  {text}", flush=True)

    def done(self, record: object) -> None:
        """What was done, for programs; people read it in the messages."""
        if self.as_json:
            self.data(record)

    def text(self, text: str, **record: Cell) -> None:
        """A single value; as JSON it is the `record`."""
        self.lines([text], record)

    def lines(self, lines: Iterable[str], data: object) -> None:
        """Lines for people, or the `data` that says the same."""
        if self.as_json:
            self.data(data)
            return
        for line in lines:
            for part in harmless_lines(self.ci.redact(line)):
                print(part, flush=True)

    def data(self, data: object) -> None:
        """JSON, and nothing else on stdout."""
        text = json.dumps(redacted(data, self.ci.redact), indent=2, ensure_ascii=False)
        print(RISKY.sub(lambda found: JSON_ESCAPES[found[0]], text), flush=True)

    def _texts(self, row: Row) -> list[str]:
        return [_text(value) for value in redacted(list(row.values()), self.ci.redact)]

    def _table(self, rows: Sequence[Row]) -> None:
        # Imported here only: it is large, and most runs have no terminal.
        from rich import box  # noqa: PLC0415
        from rich.console import Console  # noqa: PLC0415
        from rich.table import Table  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        table = Table(box=box.SIMPLE_HEAD)
        for name in rows[0]:
            table.add_column(name, overflow="fold")  # by itself it would cut what is too wide
        for row in rows:
            table.add_row(*map(Text, self._texts(row)))
        Console().print(table)


def _text(value: Cell) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = "" if value is None else str(value)
    return " ".join(harmless_lines(text.replace("\t", " ")))
