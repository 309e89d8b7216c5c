"""A repository that is pushed again and again, as GitHub's runner would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pa_emulator import Emulator
from tests.hosted import DOMAIN
from tests.runner import Done, Runner

BASE = f"/home/alice/.pa-deploy/{DOMAIN}"


@dataclass
class Job:
    """A repository whose release `one` is live, and what the next pushes make of it."""

    runner: Runner
    pa: Emulator
    inputs: dict[str, str] = field(default_factory=dict)

    def write(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            file = self.runner.workspace / "site" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

    def push(self, files: Mapping[str, str], **inputs: str) -> Done:
        self.write(files)
        given = {"source": "site", "app": "mysite:app", "python_version": "3.13", **inputs}
        return self.runner.run(health_timeout="4", **given)
