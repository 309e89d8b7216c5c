"""`schedule/`: its objects and refusals, and that the tasks run."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from pa_emulator.schedule.times import next_time
from tests.pa_emulator.client import Options
from tests.pa_emulator.waiting import eventually
from tests.soak import first_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pa_emulator.client import Client

DAILY = {"command": "echo foo", "interval": "daily", "hour": 16, "minute": 0}
HOURLY = {"command": "echo foo", "interval": "hourly", "minute": 7}
DAY = 86400
LAST_LINE = re.compile(
    r"\n\d{4}-\d\d-\d\d \d\d:\d\d:\d\d -- "
    r"Completed task, took \d+\.\d\d seconds, return code was (\d+)\.\n"
)


def log_of(client: Client, number: int) -> str:
    """The log of a task that has ended."""
    path = client.pa.path(f"/var/log/schedule-log-{number}.log")
    return eventually(lambda: text if LAST_LINE.search(text := read(path)) else "")


def read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def run(client: Client, command: str) -> str:
    """Create a task, move the clock past its time, and return its log."""
    number = client.post("schedule/", json=DAILY | {"command": command}).json()["id"]
    client.pa.advance(DAY)
    return log_of(client, number)


def test_a_daily_task_shows_its_time(alice: Client) -> None:
    answer = alice.post("schedule/", json=DAILY | {"description": "a day's work"})
    number = answer.json()["id"]
    assert answer.status_code == 201
    assert answer.json() == {
        "id": number,
        "url": f"/api/v0/user/alice/schedule/{number}/",
        "user": "alice",
        "command": "echo foo",
        "expiry": None,
        "enabled": True,
        "logfile": f"/user/alice/files/var/log/schedule-log-{number}.log",
        "extend_url": f"/user/alice/schedule/task/{number}/extend",
        "interval": "daily",
        "hour": 16,
        "minute": 0,
        "printable_time": "16:00",
        "can_enable": False,
        "description": "a day's work",
    }
    assert alice.get("schedule/").json() == [answer.json()]
    assert alice.get(f"schedule/{number}/").json() == answer.json()


@pytest.mark.parametrize("options", [Options(data=HOURLY), Options(json=HOURLY)])
def test_an_hourly_task_has_no_hour(alice: Client, options: Options) -> None:
    answer = alice.post("schedule/", **options).json()
    assert (answer["hour"], answer["printable_time"]) == (None, "07 minutes past")
    assert answer["enabled"] is True


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        (
            {},
            {key: ["This field is required."] for key in ("command", "interval", "minute")},
        ),
        (
            HOURLY | {"hour": 3},
            {"non_field_errors": ["Hourly tasks must not have an hour."]},
        ),
        (
            {**HOURLY, "interval": "daily"},
            {"non_field_errors": ["Daily tasks must have an hour."]},
        ),
        (DAILY | {"interval": "weekly"}, {"interval": ['"weekly" is not a valid choice.']}),
        (
            DAILY | {"minute": 60},
            {"minute": ["Ensure this value is less than or equal to 59."]},
        ),
        (DAILY | {"hour": -1}, {"hour": ["Ensure this value is greater than or equal to 0."]}),
    ],
)
def test_what_makes_no_task_is_refused(
    alice: Client, fields: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    answer = alice.post("schedule/", json=fields)
    assert (answer.status_code, answer.json()) == (400, errors)


@pytest.mark.parametrize(
    ("change", "time"),
    [
        ({"minute": 30}, "16:30"),
        ({"interval": "hourly"}, "00 minutes past"),
        ({"hour": 4, "minute": 5}, "04:05"),
    ],
)
def test_patch_changes_what_is_sent(alice: Client, change: dict[str, Any], time: str) -> None:
    number = alice.post("schedule/", json=DAILY).json()["id"]
    answer = alice.patch(f"schedule/{number}/", json=change)
    assert (answer.status_code, answer.json()["printable_time"]) == (200, time)
    assert answer.json()["command"] == "echo foo"


def test_put_wants_all(alice: Client) -> None:
    number = alice.post("schedule/", json=DAILY).json()["id"]
    assert alice.put(f"schedule/{number}/", json={"minute": 3}).status_code == 400
    assert alice.put(f"schedule/{number}/", json=HOURLY).json()["interval"] == "hourly"


def test_a_deleted_task_is_gone_and_its_log_stays(alice: Client) -> None:
    assert "once" in run(alice, "echo once")
    number = alice.get("schedule/").json()[0]["id"]
    assert alice.delete(f"schedule/{number}/").status_code == 204
    for method in ("GET", "PATCH", "PUT", "DELETE"):
        answer = alice(method, f"schedule/{number}/", json=DAILY)
        assert (answer.status_code, answer.json()) == (404, {"detail": "Not found."})
    assert "once" in alice.read(f"/var/log/schedule-log-{number}.log")


def test_another_account_reaches_neither_task_nor_log(alice: Client, bob: Client) -> None:
    run(alice, "echo secret")
    number = alice.get("schedule/").json()[0]["id"]
    assert bob.get(f"schedule/{number}/").status_code == 404
    assert bob.get(f"files/path/var/log/schedule-log-{number}.log").status_code == 404
    assert bob.get("files/tree/", params={"path": "/var/log"}).json() == []


def test_a_free_account_has_none(free: Client) -> None:
    answer = free.post("schedule/", json=DAILY)
    assert answer.status_code == 403
    assert "Free accounts" in answer.json()["detail"]
    assert free.get("schedule/").json() == []


def test_the_plan_has_an_end(alice: Client) -> None:
    alice.pa.clear_rate_limit()
    answers = [alice.post("schedule/", json=HOURLY) for _ in range(21)]
    assert {answer.status_code for answer in answers[:20]} == {201}
    assert (answers[20].status_code, answers[20].json()) == (
        403,
        {"detail": "You have reached your maximum number of scheduled tasks"},
    )


def test_permission_goes_by_the_plan(alice: Client, free: Client) -> None:
    assert alice.get("user_perms/schedule/").json() == {"can_create": True}
    assert free.get("user_perms/schedule").json() == {"can_create": False}


@pytest.mark.parametrize(
    ("command", "output", "code"),
    first_of(
        [
            ("echo out; echo err >&2", "out\nerr\n", "0"),
            ("cat /home/alice/x; exit 3", "content", "3"),
            ("cd ~ && cat x && pwd", "content/home/alice\n", "0"),
            ("/home/alice/job.py", "job in /home/alice\n", "0"),
            ("job.py", "job in /home/alice\n", "0"),
            ("no-such-program", "no-such-program: command not found\n", "127"),
            ("echo " + "x" * 200_000, "Argument list too long\n", "126"),
        ]
    ),
    ids=["bash", "path", "home", "script", "name of a script", "unknown", "too long"],
)
def test_a_task_runs_when_its_time_has_come(
    alice: Client, command: str, output: str, code: str
) -> None:
    alice.upload("/home/alice/x", "content")
    alice.upload("/home/alice/job.py", "import os\nprint('job in', os.getcwd())\n")
    log = run(alice, command)
    end = LAST_LINE.search(log)
    assert end is not None
    assert (log[: end.start()].endswith(output), end[1]) == (True, code)


def test_a_task_has_the_environment_of_a_console(alice: Client) -> None:
    log = run(alice, "echo $USER $API_TOKEN $PYTHONANYWHERE_SITE $HOME")
    assert f"alice {alice.pa.token} www.pythonanywhere.com /home/alice\n" in log


def test_a_disabled_task_does_not_run(alice: Client) -> None:
    alice.post("schedule/", json=DAILY | {"enabled": False, "command": "echo no"})
    assert "yes" in run(alice, "echo yes")
    assert len(alice.get("files/tree/", params={"path": "/var/log"}).json()) == 1


def test_a_reset_ends_what_runs(alice: Client) -> None:
    alice.post("schedule/", json=DAILY | {"command": "touch ~/begun; exec sleep 1000"})
    alice.pa.advance(DAY)
    assert eventually(alice.pa.path("/home/alice/begun").exists)
    alice.pa.reset()
    assert alice.get("files/tree/", params={"path": "/var/log"}).json() == []


@pytest.mark.parametrize(
    ("after", "hour", "minute", "wanted"),
    [
        ("2026-01-01 15:59:59", 16, 0, "2026-01-01 16:00"),
        ("2026-01-01 16:00:00", 16, 0, "2026-01-02 16:00"),
        ("2026-12-31 23:59:00", 0, 5, "2027-01-01 00:05"),
        ("2026-01-01 15:06:30", None, 7, "2026-01-01 15:07"),
        ("2026-01-01 23:07:00", None, 7, "2026-01-02 00:07"),
    ],
)
def test_the_next_time_is_the_first_after(
    after: str, hour: int | None, minute: int, wanted: str
) -> None:
    moment = datetime.fromisoformat(after).replace(tzinfo=UTC)
    assert f"{next_time(moment, hour, minute):%Y-%m-%d %H:%M}" == wanted
