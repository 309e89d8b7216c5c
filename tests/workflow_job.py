"""A step of a workflow that types commands in a folder."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.terminal import Result, Terminal


class Job:
    """A step of a workflow that types commands, and all that it leaves."""

    def __init__(self, terminal: Terminal, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.terminal = terminal
        self.folder = folder
        monkeypatch.chdir(folder)
        for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
            terminal.environ[name] = str(folder / name)
        terminal.environ["GITHUB_ACTIONS"] = "true"

    def type(self, *words: str, password: str) -> Result:
        for file in self.folder.iterdir():
            file.write_text("") if file.name.startswith("GITHUB") else None
        self.terminal.environ["PA_PASSWORD_PROTECTION"] = f"carol:{password}"
        return self.terminal.type(*words)

    def outputs(self) -> dict[str, str]:
        text = (self.folder / "GITHUB_OUTPUT").read_text()
        pairs = re.findall(r"^(\S+)<<(\S+)\n(.*?)\n?\2$", text, re.DOTALL | re.MULTILINE)
        return {name: value for name, _, value in pairs}

    def report(self) -> Any:  # noqa: ANN401 - whatever was written
        return json.loads((self.folder / "report.json").read_text())

    def everything(self, shown: Result) -> str:
        """All that was told, but for the mask, which has to name it."""
        log = "\n".join(
            line for line in (shown.out + shown.err).splitlines() if "::add-mask" not in line
        )
        return "\n".join((log, *(file.read_text() for file in self.folder.iterdir())))
