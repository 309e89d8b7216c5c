"""Each input is read and parsed once a run, whatever the command and however many ask for it."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType

import pytest

from pa_deploy.inputs import INPUTS
from pa_deploy.inputs import input as inputs
from pa_deploy.settings.config import read_config
from pa_deploy.settings.sources import Given
from pa_deploy.settings.token_file import with_token
from tests.terminal import Terminal

PARSERS = {each.parse.__code__ for each in INPUTS}
READERS = {each.__code__: each.__name__ for each in (Given.of, read_config, with_token)}
CONFIG = """
python-version = "3.13"
timeout = 77
report = "report.json"
static-files = { "/static/" = "~/static" }

[[webapp]]
domain = "a.example.com"
force-https = true

[[webapp]]
domain = "b.example.com"
"""
GIVEN = {
    "PA_ENV": "API_KEY=hunter22-hunter33",
    "PA_PASSWORD_PROTECTION": "carol:wonderland7",
    "PA_VARIABLES": "COLOUR=blue",
    "PA_RECORD": "record.jsonl",
    "PA_SOURCE": ".",
    "PA_APP": "wsgi:application",
}
EVERY = [["plan"], ["check"], ["plan", "--json"], ["status"], ["doctor"], ["webapps", "list"]]


@contextmanager
def counted() -> Iterator[tuple[Counter[object], Counter[str]]]:
    """How often each parser was called for each text, and each reader; in all threads."""
    parsed: Counter[object] = Counter()
    read: Counter[str] = Counter()

    def note(frame: FrameType, event: str, _arg: object) -> None:
        code: CodeType = frame.f_code
        if event == "call" and code in PARSERS:
            parsed[code.co_qualname, frame.f_locals[code.co_varnames[0]]] += 1
        elif event == "call" and code in READERS:
            read[READERS[code]] += 1

    inputs._read.cache_clear()
    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield parsed, read
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def ask(terminal: Terminal, folder: Path, command: list[str], flags: list[str]) -> None:
    (folder / "pa-deploy.toml").write_text(CONFIG)
    (folder / "wsgi.py").write_text("application = None\n")
    terminal.environ = {**terminal.environ, **GIVEN}
    of_site = ["--domain=a.example.com"] if command[0] in ("status", "doctor") else []
    terminal.type(*command, *of_site, *flags)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("command", EVERY, ids=" ".join)
def test_no_text_is_parsed_twice(terminal: Terminal, workspace: Path, command: list[str]) -> None:
    with counted() as (parsed, _):
        ask(terminal, workspace, command, [])

    assert ("env", GIVEN["PA_ENV"]) in parsed
    assert [each for each, times in parsed.items() if times > 1] == []


@pytest.mark.parametrize("command", EVERY, ids=" ".join)
def test_each_source_is_read_once(terminal: Terminal, workspace: Path, command: list[str]) -> None:
    with counted() as (_, read):
        ask(terminal, workspace, command, ["--timeout=66"])

    assert read == dict.fromkeys(READERS.values(), 1)


def test_other_capitals_of_the_account_have_nothing_else_parsed_anew(
    terminal: Terminal, workspace: Path
) -> None:
    assert terminal.type("--python-version=3.13", "--health-check=none").exit_code == 0
    name = terminal.environ["PYTHONANYWHERE_USERNAME"].upper()
    terminal.environ["PYTHONANYWHERE_USERNAME"] = name

    with counted() as (parsed, _):
        ask(terminal, workspace, ["plan"], [])

    assert {("username", name), ("username", name.lower())} <= parsed.keys()
    assert [each for each, times in parsed.items() if times > 1] == []
