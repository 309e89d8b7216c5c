"""`pythonanywhereapiclient`, whose host is an environment variable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.pa_emulator.client import DOMAIN
from tests.pa_emulator.clients.running import results

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.pa_emulator.client import Client

REQUIREMENT = "pythonanywhereapiclient==2.0.1"
PRELUDE = f"""
from pythonanywhereapiclient import console, file, schedule, webapp
from pythonanywhereapiclient.error import QuotaError, ResponseError
domain = {DOMAIN!r}
"""


@pytest.fixture
def run(tls: Client) -> Callable[[str], Any]:
    def code(text: str) -> Any:  # noqa: ANN401
        prefix = "PYTHONANYWHERE_API_CLIENT_"
        values = {
            "HOST": tls.pa.url.removeprefix("https://"),
            "TOKEN": tls.pa.token,
            "USER": "Alice",
        }
        variables = {prefix + name: value for name, value in values.items()}
        return results(tls, REQUIREMENT, PRELUDE + text, **variables)

    return code


@pytest.mark.soak
def test_consoles(tls: Client, run: Callable[[str], Any]) -> None:
    number = tls.post("consoles/", data={"executable": "bash"}).json()["id"]
    tls.pa.open_console(number)
    found = run(f"""
made = console.create("bash", working_directory="/home/alice")
result = [
    len(console.list()),
    console.send_input({number}, "ls\\n"),
    "Preparing" in console.get_latest_output({number})["output"],
    console.kill(made["id"]),
]
""")
    assert found == [2, None, True, None]


def test_files(run: Callable[[str], Any]) -> None:
    found = run("""
file.upload("/home/alice/x/y.txt", b"1")
result = file.list("/home/alice/x")
""")
    assert found == ["/home/alice/x/y.txt"]


def test_schedule(run: Callable[[str], Any]) -> None:
    found = run("""
made = schedule.create("echo foo", hour=16, minute=5)
number = made["id"]
result = [
    made["printable_time"],
    schedule.get(number) == made,
    schedule.list() == [made],
    schedule.delete(number),
    schedule.list(),
]
""")
    assert found == ["16:05", True, True, None, []]


@pytest.mark.soak
def test_the_quota_of_tasks(tls: Client, run: Callable[[str], Any]) -> None:
    task = {"command": "x", "interval": "hourly", "minute": 5}
    for _ in range(20):
        assert tls.post("schedule/", json=task).status_code == 201
    found = run("""
try:
    schedule.create("echo foo")
except QuotaError as error:
    result = error.message
""")
    assert found == "You have reached your maximum number of scheduled tasks"


def test_web_app(run: Callable[[str], Any]) -> None:
    found = run("""
result = [
    webapp.create(domain, "python310"),
    len(webapp.list()),
    webapp.create_static(domain, "/a/", "/home/alice/a")["url"],
    webapp.modify(domain, python_version="3.11", force_https=True)["python_version"],
    webapp.reload(domain),
    webapp.disable(domain),
    webapp.enable(domain),
    webapp.delete(domain),
]
""")
    assert found == [{"status": "OK"}, 1, "/a/", "3.11", None, None, None, None]


def test_the_quota_of_web_apps(tls: Client, run: Callable[[str], Any]) -> None:
    tls.pa.add_user("alice", token=tls.pa.token, plan="free")
    tls.create()
    found = run("""
try:
    webapp.create(domain, "python310")
except QuotaError as error:
    result = error.message
""")
    assert found == "You cannot create any more webapps - your account only allows 1"
