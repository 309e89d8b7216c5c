"""`pypawapi`, which has PythonAnywhere's names wired in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.pa_emulator.client import DOMAIN
from tests.pa_emulator.clients.running import results
from tests.soak import first_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.pa_emulator.client import Client

REQUIREMENT = "pypawapi==2.0.0"
PRELUDE = f"""
import os
from pawapi import Pawapi, Python2, Python3, Shell, SystemImage, TaskInterval
from pawapi.exceptions import *
api = Pawapi("alice", os.environ["API_TOKEN"], timeout=60)
domain = {DOMAIN!r}

def refused(call, *arguments, **options):
    try:
        return call(*arguments, **options)
    except PythonAnywhereAPIException as error:
        return [error.status_code, error.description]
"""


@pytest.fixture
def run(tls: Client, way_in: str) -> Callable[[str], Any]:
    def code(text: str) -> Any:  # noqa: ANN401
        return results(tls, REQUIREMENT, PRELUDE + text, HTTPS_PROXY=way_in)

    return code


def test_cpu_and_system(run: Callable[[str], Any]) -> None:
    found = run("""
result = [
    api.cpu.get_info()["daily_cpu_limit_seconds"],
    api.system.get_current_image()["system_image"],
    refused(api.system.set_image, SystemImage.HAGGIS)[0],
]
""")
    assert found == [2000, "innit", 400]


@pytest.mark.soak
def test_python_versions(run: Callable[[str], Any]) -> None:
    found = run("""
version, key = Python3.PYTHON310, "default_python%s_version"
result = [
    api.python.get_python_version()[key % ""],
    api.python.set_python_version(version)[key % ""],
    api.python.get_python3_version()[key % "3"],
    api.python.set_python3_version(version)[key % "3"],
    api.python.get_sar_version()["default_save_and_run_python_version"],
    api.python.set_sar_version(version)["default_save_and_run_python_version"],
    refused(api.python.set_python_version, Python2.PYTHON27)[0],
]
""")
    assert found == ["3.13", "3.10", "3.13", "3.10", "3.13", "3.10", 400]


def test_files(run: Callable[[str], Any]) -> None:
    found = run("""
path = "/home/alice/x/y.txt"
result = [
    api.file.upload(path, b"one"),
    api.file.upload(path, b"two"),
    api.file.get_file_content(path).decode(),
    list(api.file.get_directory_content("/home/alice/x")),
    api.file.get_tree("/home/alice/x"),
    api.file.get_tree("/home/alice/none"),
    api.file.get_sharing_status(path),
    api.file.start_sharing(path) == api.file.get_sharing_status(path),
    api.file.stop_sharing(path),
    api.file.delete("/home/alice/x"),
    refused(api.file.delete, "/home/alice/x")[0],
]
""")
    tree = ["/home/alice/x/y.txt"]
    assert found == [True, False, "two", ["y.txt"], tree, None, None, True, True, True, 404]


@pytest.mark.soak
def test_scheduled_tasks(run: Callable[[str], Any]) -> None:
    found = run("""
tasks = api.scheduled_task
daily = tasks.create("echo foo", 5, hour=16, description="a")
hourly = tasks.create("echo bar", 7, interval=TaskInterval.HOURLY, enabled=False)
number = daily["id"]
result = [
    daily["printable_time"],
    [hourly["printable_time"], hourly["enabled"]],
    [task["id"] for task in tasks.list()] == [number, hourly["id"]],
    tasks.get_info(number) == daily,
    tasks.update(number, interval=TaskInterval.HOURLY)["printable_time"],
    tasks.update(number, enabled=False, description="b")["description"],
    tasks.delete(number),
    refused(tasks.get_info, number),
]
""")
    assert found == [
        "16:05",
        ["07 minutes past", False],
        True,
        True,
        "05 minutes past",
        "b",
        True,
        [404, "Not found."],
    ]


@pytest.mark.soak
def test_always_on_tasks(run: Callable[[str], Any]) -> None:
    found = run("""
tasks = api.alwayson_task
made = tasks.create("sleep 1000", description="a")
number = made["id"]
result = [
    made["enabled"],
    tasks.list() == [made],
    tasks.get_info(number) == made,
    tasks.update(number, description="b")["description"],
    tasks.restart(number)["command"],
    tasks.update(number, enabled=False)["enabled"],
    tasks.delete(number),
]
""")
    assert found == [True, True, True, "b", "sleep 1000", False, True]


def test_students(tls: Client, run: Callable[[str], Any]) -> None:
    tls.pa.add_user("bob")
    tls.pa.add_student("bob", teacher="alice")
    found = run("result = [api.students.list(), api.students.delete('bob'), api.students.list()]")
    assert found == [[{"username": "bob"}], True, []]


@pytest.mark.soak
def test_consoles(tls: Client, run: Callable[[str], Any]) -> None:
    number = tls.post("consoles/", data={"executable": "bash"}).json()["id"]
    tls.pa.open_console(number)
    found = run(f"""
made = api.console.create(Shell.BASH, working_directory="/home/alice")
result = [
    len(api.console.list()),
    api.console.list_shared(),
    api.console.get_info(made["id"]) == made,
    refused(api.console.send_input, made["id"], "ls\\n")[0],
    api.console.send_input({number}, "ls\\n"),
    "Preparing" in api.console.get_output({number}),
    api.console.kill(made["id"]),
]
""")
    assert found == [2, [], True, 412, True, True, True]


def test_web_apps(run: Callable[[str], Any]) -> None:
    found = run("""
webapp = api.webapp
result = dict(
    create=webapp.create(domain, Python3.PYTHON310),
    list=[row["domain_name"] for row in webapp.list()],
    info=webapp.get_info(domain)["python_version"],
    update=webapp.update(domain, force_https=True, protection_username="me")["force_https"],
    enable=webapp.enable(domain),
    reload=webapp.reload(domain),
    disable=webapp.disable(domain),
    reload_disabled=webapp.reload(domain),
    ssl=webapp.get_ssl_info(domain),
    bad_ssl=refused(webapp.add_ssl, domain, "no certificate", "no key")[0],
    delete_ssl=webapp.delete_ssl(domain),
    missing=refused(webapp.get_info, "none.example.com")[0],
    delete=webapp.delete(domain),
)
""")
    assert found == {
        "create": True,
        "list": [DOMAIN],
        "info": "3.10",
        "update": True,
        "enable": True,
        "reload": True,
        "disable": True,
        "reload_disabled": False,
        "ssl": {"cert_type": "pythonanywhere-subdomain"},
        "bad_ssl": 400,
        "delete_ssl": True,
        "missing": 404,
        "delete": True,
    }


@pytest.mark.soak
@pytest.mark.parametrize(
    ("kind", "fields", "new"),
    first_of(
        [
            ("file", ("/a/", "/home/alice/a"), ("/b/", "/home/alice/b")),
            ("header", ("/a/", "X-Name", "one"), ("/a/", "X-Name", "two")),
        ]
    ),
)
def test_static_rows(
    tls: Client,
    run: Callable[[str], Any],
    kind: str,
    fields: tuple[str, ...],
    new: tuple[str, ...],
) -> None:
    tls.create()
    found = run(f"""
webapp = api.webapp
made = webapp.add_static_{kind}(domain, *{fields!r})
number = made["id"]
result = [
    webapp.list_static_{kind}s(domain) == [made],
    webapp.get_static_{kind}_info(domain, number) == made,
    list(webapp.update_static_{kind}(domain, number, *{new!r}).values())[1:],
    webapp.delete_static_{kind}(domain, number),
    webapp.list_static_{kind}s(domain),
]
""")
    assert found == [True, True, list(new), True, []]
