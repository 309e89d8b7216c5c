"""A recording comes from somebody else: nothing that it says makes this machine run anything."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from pa_emulator import Emulator
from pa_emulator.compare.player import play
from pa_emulator.compare.recording import read
from tests import hosted
from tests.soak import diagonal

HEADER = '{"pa_deploy_recording": 1}\n'
COMMAND = "touch ~/ran; sleep 1000"
TASK = {"command": COMMAND, "enabled": "true", "description": "x"}
DAILY = {**TASK, "interval": "daily", "hour": "3", "minute": "4"}
SITE = {"domain_name": "DOMAIN", "enabled": "true", "command": COMMAND}
ROUTES = {
    "always_on/": TASK,
    "always_on/1/": TASK,
    "always_on/1/restart/": {},
    "schedule/": DAILY,
    "schedule/1/": DAILY,
    "consoles/1/send_input/": {"input": f"{COMMAND}\n"},
}
SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "two slashes before": "/{}".format,
    "five slashes before": "////{}".format,
    "two slashes after": "{}/".format,
    "two slashes within": lambda path: path.replace("/", "//"),
    "no slash after": lambda path: path.rstrip("/"),
    "capitals": str.upper,
    "percent": lambda path: f"%{ord(path[0]):02x}{path[1:]}",
    "percent twice": lambda path: quote(f"%{ord(path[0]):02x}") + path[1:],
    "a slash as percent": "%2F{}".format,
    "a dot": "./{}".format,
    "dots": "webapps/../{}".format,
    "dots as percent": "webapps/%2e%2e/{}".format,
    "a line": "{}\n".format,
    "a query": "{}?x=1".format,
    "as a file": "files/path/../../{}".format,
}


def recording(folder: Path, *lines: tuple[str, str, dict[str, str]]) -> Path:
    file = folder / "r.jsonl"
    told = (
        {"to": "api", "method": method, "path": path, "form": form, "status": 201, "body": {}}
        for method, path, form in lines
    )
    file.write_text(HEADER + "".join(f"{json.dumps(line)}\n" for line in told))
    return file


def forbidden(pa: Emulator) -> list[tuple[str, str]]:
    """Calls that change something else than files, web apps and the list of consoles."""
    harmless = ("files", "webapps", "consoles")
    return [
        (call["method"], call["path"])
        for call in pa.requests()
        if call["method"] != "GET"
        and not (
            call["path"].lower().split("/")[5].startswith(harmless)
            and "send_input" not in call["path"]
        )
    ]


@pytest.mark.parametrize(
    ("spelling", "method"), diagonal(list(SPELLINGS), ["POST", "PUT", "PATCH", "DELETE"])
)
def test_no_spelling_of_a_route_that_runs_something_is_sent(
    fresh: Emulator, tmp_path: Path, method: str, spelling: str
) -> None:
    spelled = [(SPELLINGS[spelling](route), form) for route, form in ROUTES.items()]
    lines = [(method, f"/api/v0/user/USER/{path}", form) for path, form in spelled]
    sites = [SPELLINGS[spelling](path) for path in ("websites/", "websites/DOMAIN/reload/")]
    lines += [(method, f"/api/v1/user/USER/{path}", SITE) for path in sites]
    fresh.clear_requests()

    play(read(recording(tmp_path, *lines)), fresh)

    assert forbidden(fresh) == []


def children(pid: int) -> set[int]:
    """The processes that the threads of a process have started."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return {int(child) for task in tasks for child in task.read_text().split()}


@pytest.fixture
def idle(tmp_path: Path) -> Iterator[Emulator]:
    with Emulator(programs=False, rate_limit=0, root=tmp_path / "root") as running:
        yield running


def start_everything(pa: Emulator) -> None:
    """Do all that makes an emulator run something."""
    hosted.api(pa, "POST", "always_on/", **TASK)
    hosted.api(pa, "POST", "schedule/", **DAILY)
    hosted.api(pa, "POST", "consoles/", executable="bash")
    hosted.api(pa, "POST", "webapps/", domain_name=hosted.DOMAIN, python_version="python311")
    hosted.api(pa, "POST", f"webapps/{hosted.DOMAIN}/reload/")
    pa.open_console(1)
    pa.advance(3 * 24 * 3600)


def test_without_programs_nothing_runs(idle: Emulator) -> None:
    start_everything(idle)

    assert children(idle._process.pid) == set()
    assert not idle.path("/home/alice/ran").exists()


def test_with_programs_the_same_runs(tmp_path: Path) -> None:
    with Emulator(rate_limit=0, root=tmp_path / "root") as busy:
        start_everything(busy)

        assert len(children(busy._process.pid)) >= len(("task", "console", "web app"))
