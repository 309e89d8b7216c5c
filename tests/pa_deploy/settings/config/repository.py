"""A workspace whose config file a test writes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pa_deploy.errors import InputError
from pa_deploy.settings import Settings, resolve_all
from pa_deploy.settings.config import Config, read_config
from pa_deploy.settings.reading import read_inputs
from pa_deploy.settings.sources import Given

ACCOUNT = {"INPUT_TOKEN": "t0ken", "INPUT_USERNAME": "alice"}
TWO = '[[webapp]]\ndomain = "a.example.com"\n\n[[webapp]]\ndomain = "b.example.com"\n'


class Repository:
    """A workspace whose config file a test writes."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def write(self, text: str, name: str = "pa-deploy.toml") -> None:
        (self.directory / name).write_text(text, encoding="utf-8")

    def read(self, **environ: str) -> Config:
        return read_config(Given.of({}, environ, self.directory))

    def webapps(
        self, text: str = "", flags: Mapping[str, str] | None = None, /, **environ: str
    ) -> tuple[Settings, ...]:
        if text:
            self.write(text)
        given, environ = flags or {}, {**ACCOUNT, **environ}
        return resolve_all(read_inputs(Given.of(given, environ, self.directory)))

    def settings(
        self, text: str = "", flags: Mapping[str, str] | None = None, /, **environ: str
    ) -> Settings:
        (only,) = self.webapps(text, flags, **environ)
        return only

    def problems(self, text: str = "", /, **environ: str) -> list[str]:
        with pytest.raises(InputError) as caught:
            self.webapps(text, **environ)
        return [str(problem) for problem in caught.value.problems]

    def problem(self, text: str = "", /, **environ: str) -> str:
        (only,) = self.problems(text, **environ)
        return only
