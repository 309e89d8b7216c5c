"""Types commands as a person does in a PythonAnywhere console."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from pa_deploy.cli import main
from pa_emulator import Emulator


@dataclass(frozen=True)
class Result:
    exit_code: int
    out: str
    err: str


class Terminal:
    """Types commands with the account in the environment, as in a PythonAnywhere console."""

    def __init__(self, pa: Emulator | None, capsys: pytest.CaptureFixture[str]) -> None:
        self.environ = (
            {}
            if pa is None
            else {
                "API_TOKEN": pa.token,
                "PYTHONANYWHERE_USERNAME": pa.username,
                "PA_HOST": pa.url,
                "PA_ALLOW_HOST": pa.url,
            }
        )
        self._capsys = capsys

    def type(self, *words: str) -> Result:
        code = main(words, self.environ)
        out, err = self._capsys.readouterr()
        return Result(code, out, err)
