"""`always_on/`: its objects and refusals, and that the tasks run and are started again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.pa_emulator.processes import client_of, forked, is_running, started
from tests.pa_emulator.waiting import eventually
from tests.soak import first_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pa_emulator.client import Client

LASTING = "echo begun $$; exec sleep 1000"


def create(client: Client, command: str = LASTING, **fields: object) -> int:
    answer = client.post("always_on/", json={"command": command, **fields})
    assert answer.status_code == 201, answer.text
    number: int = answer.json()["id"]
    return number


def pids(client: Client, number: int, count: int = 1) -> list[int]:
    """Which processes have written that they began; waits for so many."""
    path = client.pa.path(f"/var/log/alwayson-log-{number}.log")

    def look() -> list[int]:
        lines = path.read_text().splitlines() if path.exists() else []
        found = [int(line.split()[1]) for line in lines if line.startswith("begun ")]
        return found if len(found) >= count else []

    return eventually(look)


def test_a_task_shows_itself(alice: Client) -> None:
    number = create(alice, description="worker")
    assert alice.get(f"always_on/{number}/").json() == {
        "id": number,
        "url": f"/api/v0/user/alice/always_on/{number}/",
        "user": "alice",
        "command": LASTING,
        "description": "worker",
        "enabled": True,
        "logfile": f"/user/alice/files/var/log/alwayson-log-{number}.log",
    }
    assert [row["id"] for row in alice.get("always_on/").json()] == [number]


def test_a_command_is_required(alice: Client) -> None:
    answer = alice.post("always_on/", json={})
    assert (answer.status_code, answer.json()) == (400, {"command": ["This field is required."]})


def test_free_accounts_have_none(free: Client) -> None:
    answer = free.post("always_on/", json={"command": "x"})
    assert answer.status_code == 403
    assert "Free accounts" in answer.json()["detail"]


def test_the_plan_has_an_end(alice: Client) -> None:
    for _ in range(5):
        create(alice, enabled=False)
    answer = alice.post("always_on/", json={"command": "x"})
    assert (answer.status_code, answer.json()) == (
        403,
        {"detail": "You have reached your maximum number of always-on tasks"},
    )


def test_a_task_that_ends_is_started_again(alice: Client) -> None:
    number = create(alice, "echo begun $$; exit 1")
    pids(alice, number)
    alice.pa.advance(2)
    pids(alice, number, 2)
    alice.pa.advance(3)
    assert len(set(pids(alice, number, 3))) >= 3


@pytest.mark.parametrize("act", first_of(["restart", "command", "off and on"]))
def test_a_task_is_started_anew(alice: Client, act: str) -> None:
    number = create(alice)
    (first,) = pids(alice, number)
    match act:
        case "restart":
            assert alice.post(f"always_on/{number}/restart/").status_code == 200
        case "command":
            alice.patch(f"always_on/{number}/", json={"command": LASTING + "0"})
        case _:
            alice.patch(f"always_on/{number}/", json={"enabled": False})
            assert not is_running(first)
            alice.patch(f"always_on/{number}/", json={"enabled": True})
    _, second = pids(alice, number, 2)
    assert (is_running(first), is_running(second)) == (False, True)


def test_a_new_description_leaves_it_running(alice: Client) -> None:
    number = create(alice)
    (first,) = pids(alice, number)
    answer = alice.patch(f"always_on/{number}/", data={"description": "new"})
    assert answer.json()["description"] == "new"
    assert is_running(first)


def test_a_deleted_task_ends_with_its_children(alice: Client) -> None:
    number = create(alice, "sleep 1000 & echo begun $!; wait")
    (child,) = pids(alice, number)
    assert alice.delete(f"always_on/{number}/").status_code == 204
    assert not is_running(child)
    assert alice.post(f"always_on/{number}/restart/").status_code == 404


def test_a_killed_emulator_leaves_no_task(tmp_path: Path) -> None:
    with started(f"--root={tmp_path}") as (process, ready):
        alice = client_of(ready)
        (pid,) = pids(alice, create(alice))
        alice.session.close()
        process.kill()
        process.wait(10)
    assert eventually(lambda: not is_running(pid))


def test_tasks_end_with_the_emulator_and_begin_with_the_next(tmp_path: Path) -> None:
    option = f"--root={tmp_path}"
    with forked(option) as ready:
        alice = client_of(ready)
        number = create(alice)
        (first,) = pids(alice, number)
        alice.session.close()
    assert not is_running(first)
    with forked(option) as ready:
        alice = client_of(ready)
        _, second = pids(alice, number, 2)
        assert is_running(second)
        alice.session.close()
    assert not is_running(second)
