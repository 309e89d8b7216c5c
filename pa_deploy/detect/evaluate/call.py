"""A call that the code makes, with the values of its arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pa_deploy.detect.evaluate.run import Run
from pa_deploy.detect.evaluate.values import Value


@dataclass(frozen=True, slots=True)
class Call:
    """A call: its arguments, and the line where it stands."""

    run: Run
    args: tuple[Value, ...]
    named: Mapping[str, Value]
    line: int

    def get(self, position: int, name: str, default: Value = None) -> Value:
        if position < len(self.args):
            return self.args[position]
        return self.named.get(name, default)

    def has(self, position: int, name: str) -> bool:
        return position < len(self.args) or name in self.named

    def with_args(self, *args: Value) -> Call:
        return Call(self.run, args, self.named, self.line)
