"""`pythonanywhere-client`: its API half. The other half logs in with a password and a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.pa_emulator.client import DOMAIN
from tests.pa_emulator.clients.running import results
from tests.soak import first_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.pa_emulator.client import Client

REQUIREMENT = "pythonanywhere-client==1.1.6"
PRELUDE = """
import os
from pythonanywhere_client import PythonAnywhereApi
api = PythonAnywhereApi("alice", os.environ["API_TOKEN"])
api.create_session("a test")

def codes(*answers):
    return [[answer.status_code, answer.error] for answer in answers]
"""


@pytest.fixture
def run(tls: Client, way_in: str) -> Callable[[str], Any]:
    def code(text: str) -> Any:  # noqa: ANN401
        return results(tls, REQUIREMENT, PRELUDE + text, HTTPS_PROXY=way_in)

    return code


def good(*statuses: int) -> list[list[object]]:
    return [[status, False] for status in statuses]


@pytest.mark.soak
def test_consoles(tls: Client, run: Callable[[str], Any]) -> None:
    number = tls.post("consoles/", data={"executable": "bash"}).json()["id"]
    tls.pa.open_console(number)
    found = run(f"""
made = api.create_console("bash", working_directory="/home/alice")
result = codes(
    made,
    api.list_consoles(),
    api.console_input({number}, "ls\\n"),
    api.console_latest_output({number}),
    api.console_input(made.data["id"], "ls\\n"),
    api.delete_console(made.data["id"]),
)
""")
    assert found == [*good(201, 200, 200, 200), [412, True], *good(204)]


def test_files(run: Callable[[str], Any]) -> None:
    found = run("""
import base64
path = "/home/alice/x.txt"
made, again, read = api.create_file(path, b"1"), api.create_file(path, b"2"), api.get_file(path)
result = codes(made, again, read, api.get_dir("/home/alice"), api.delete_file(path))
result.append(base64.b64decode(read.data["content"]).decode())
""")
    assert found == [*good(201, 200, 200, 200, 204), "2"]


@pytest.mark.soak
def test_tasks(run: Callable[[str], Any]) -> None:
    found = run("""
may = api.can_create_tasks()
made = api.create_task("echo foo", "a", 16, 5)
result = codes(may, made, api.get_tasks(), api.delete_task(made.data["id"]))
result.append(made.data["printable_time"])
""")
    assert found == [*good(200, 201, 200, 204), "16:05"]


def test_web_app(tls: Client, run: Callable[[str], Any]) -> None:
    tls.create(DOMAIN)
    found = run("""
result = codes(api.reload_app("alice"), api.disable_app("alice"), api.enable_app("alice"))
""")
    assert found == good(200, 200, 200)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("kind", "fields"),
    first_of([("path", ("/a/", "/home/alice/a")), ("header", ("/a/", "X-Name", "one"))]),
)
def test_static_rows(
    tls: Client, run: Callable[[str], Any], kind: str, fields: tuple[str, ...]
) -> None:
    tls.create(DOMAIN)
    found = run(f"""
made = api.create_static_{kind}("alice", *{fields!r})
number = made.data["id"]
result = codes(
    made,
    api.get_static_{kind}s("alice"),
    api.get_static_{kind}("alice", number),
    api.delete_static_{kind}("alice", number),
)
""")
    assert found == good(201, 200, 200, 204)
