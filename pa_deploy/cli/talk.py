"""What `init` asks the user."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import click

from pa_deploy.ci import Ci


@dataclass(frozen=True, slots=True)
class Talk:
    """How the command speaks: it asks only on a terminal, and only what it must."""

    ci: Ci
    can_ask: bool

    def ask(self, question: str, default: str | None = None) -> str:
        answer: str = click.prompt(self.ci.redact(question), default=default, err=True)
        return answer.strip()

    def confirm(self, question: str) -> bool:
        return click.confirm(self.ci.redact(question), err=True)

    def choose(self, said: str, options: Sequence[str]) -> int:
        """The place of the option that the user takes, from 0."""
        self.ci.log(said)
        for number, option in enumerate(options, 1):
            self.ci.log(f"{number:>3}  {option}")
        taken: int = click.prompt("Which one", type=click.IntRange(1, len(options)), err=True)
        return taken - 1
