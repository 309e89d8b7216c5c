"""The lock on PythonAnywhere: who gets it, who waits, and what is left of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pa_deploy.deploy import deploy
from pa_deploy.errors import DeployError, Locked, Refused
from pa_deploy.lock import Lock
from pa_deploy.lock.lock import LEASE_SECONDS, MARGIN_SECONDS
from pa_deploy.lock.ticket import Ticket
from pa_deploy.model import Run
from pa_deploy.transport import Call
from pa_emulator import Emulator
from tests.faults.state import put_state, read_state
from tests.faults.world import World

LOCK = "/home/alice/.pa-deploy/alice.pythonanywhere.com/lock"
INPUTS = {"python-version": "3.13", "static-files": "/a/ = /a"}
WRITE = Call(method="POST", path="/api/v0/user/alice/x/", what="writing", wants_json=False)


@pytest.fixture
def world(plain_emulator: Emulator, tmp_path: Path) -> Iterator[World]:
    put_state(plain_emulator, None)
    plain_emulator.clear_requests()
    yield World(plain_emulator, tmp_path)
    plain_emulator.clear_faults()


def server_now(world: World) -> int:
    settings = world.settings(INPUTS)
    tools, _, _ = world.tools(settings)
    tools.api.webapps.list()
    return int(tools.transport.server_time())


def put_ticket(world: World, until: int, since: int | None = None) -> Path:
    """That of another run."""
    ticket = Ticket(until - LEASE_SECONDS if since is None else since, "0" * 16, until)
    file = world.pa.path(LOCK) / ticket.name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"owner": "bob", "run": "https://ci.example/7"}))
    return file


def tickets(world: World) -> list[str]:
    return sorted(file.name for file in world.pa.path(LOCK).glob("*"))


def lock_calls(world: World) -> list[str]:
    return [call["method"] for call in world.pa.requests() if "/.pa-deploy/" in call["path"]]


def test_a_run_that_writes_takes_the_lock_and_gives_it_back(world: World) -> None:
    ran = world.run(INPUTS)

    assert ran.exit_code == 0
    assert (lock_calls(world), tickets(world)) == (["POST", "GET", "DELETE"], [])


def test_a_run_that_fails_gives_it_back_too(world: World) -> None:
    world.pa.add_fault(method="POST", path="static_files/$", status=400, body="{}")

    ran = world.run(INPUTS)

    assert (ran.exit_code, tickets(world)) == (5, [])


def test_a_run_that_is_out_of_time_gives_it_back_within_that_time(world: World) -> None:
    world.pa.add_fault(method="POST", path="static_files/$", throttle=50, times=None)

    ran = world.run({**INPUTS, "timeout": "60"})

    assert (ran.exit_code, tickets(world)) == (6, [])
    assert ran.outcome.seconds <= 60


@pytest.mark.parametrize(
    "inputs", [{"mode": "plan"}, {"lock": "false"}], ids=["plan", "lock: false"]
)
def test_a_run_that_writes_nothing_or_is_not_to_does_not_touch_it(
    world: World, inputs: dict[str, str]
) -> None:
    world.run({**INPUTS, **inputs})

    assert lock_calls(world) == []


def test_a_run_with_nothing_to_change_does_not_touch_it(world: World) -> None:
    world.run(INPUTS)
    world.pa.clear_requests()

    ran = world.run(INPUTS)

    assert (ran.exit_code, lock_calls(world)) == (0, [])


def test_a_lock_that_another_run_has_is_waited_for_and_then_told(world: World) -> None:
    other = put_ticket(world, until=server_now(world) + 10_000)

    ran = world.run({**INPUTS, "lock-timeout": "60"})

    assert ran.exit_code == 10
    message = str(ran.outcome.failure)
    assert "(bob https://ci.example/7); waited 60 s." in message
    assert ran.log.count("waiting up to 60 s") == 1
    assert 50 <= ran.outcome.seconds <= 62
    assert tickets(world) == [other.name]
    assert read_state(world.pa).settings is None


def test_a_wait_for_the_lock_ends_with_the_run_s_time(world: World) -> None:
    put_ticket(world, until=server_now(world) + 10_000)

    ran = world.run({**INPUTS, "timeout": "30"})

    assert ran.exit_code == 6
    assert "too short for the lock of" in str(ran.outcome.failure)


def test_the_lock_is_got_when_the_other_run_is_over_and_the_plan_is_made_anew(
    world: World,
) -> None:
    other = put_ticket(world, until=server_now(world) + 10_000)
    settings = world.settings(INPUTS)
    tools, clock, log = world.tools(settings)

    def the_other_ends() -> None:
        put_state(world.pa, "3.13", [("/a/", "/a")])
        other.unlink(missing_ok=True)

    clock.later(20, the_other_ends)
    outcome = deploy(settings, tools)

    assert outcome.failure is None, log.getvalue()
    assert outcome.plan is not None
    assert outcome.plan.changes == ()
    assert len(read_state(world.pa).files) == 1


def test_a_lock_of_a_dead_run_is_taken_over_with_a_note(world: World) -> None:
    put_ticket(world, until=server_now(world) - MARGIN_SECONDS - 1)

    ran = world.run(INPUTS)

    assert (ran.exit_code, tickets(world)) == (0, [])
    (note,) = ran.outcome.warnings
    assert "The lock that https://ci.example/7 took at" in note
    assert "This run took it over." in note
    assert ran.outcome.seconds < 5


def test_a_lock_of_a_run_that_has_just_died_is_waited_for_until_it_ends(world: World) -> None:
    put_ticket(world, until=server_now(world) + 100)

    ran = world.run(INPUTS)

    assert ran.exit_code == 0
    assert 100 <= ran.outcome.seconds <= 130


@pytest.mark.parametrize("ahead", [-7200, 7200])
def test_on_a_machine_whose_clock_is_wrong_the_lock_counts_by_the_server_s(
    world: World, monkeypatch: pytest.MonkeyPatch, ahead: int
) -> None:
    now = server_now(world)
    tools, clock, _ = world.tools(world.settings(INPUTS))
    monkeypatch.setattr(clock, "time", lambda: now + ahead)
    lock = Lock(tools.api, tools.transport, "alice.pythonanywhere.com", Run(), tools.ci.log)

    lock.acquire(10)
    lock.transport.send(WRITE)

    (name,) = tickets(world)
    assert abs(int(name.rpartition("-")[2]) - now - LEASE_SECONDS) < LEASE_SECONDS / 2


NOBODY_YET = {"method": "GET", "path": "webapps/$", "status": 200, "body": "[]", "times": 1}
"""A look at the web apps before another run made this one."""
THE_OTHER_S = (("/a/", "/other"),)


def test_a_web_app_that_another_run_has_created_since_the_look_is_made_as_wanted(
    world: World,
) -> None:
    put_state(world.pa, "3.12", THE_OTHER_S)
    world.pa.add_fault(**NOBODY_YET)

    ran = world.run(INPUTS)

    assert (ran.exit_code, read_state(world.pa).files) == (0, (("/a/", "/a"),)), ran.log


def test_a_web_app_that_another_run_has_created_goes_back_to_what_that_run_has_left(
    world: World,
) -> None:
    put_state(world.pa, "3.12", THE_OTHER_S)
    world.pa.add_fault(**NOBODY_YET)

    ran = world.run(INPUTS, status=lambda: 500)

    assert (ran.exit_code, read_state(world.pa).files) == (8, THE_OTHER_S), ran.log


def test_a_web_app_that_another_run_has_created_is_not_what_a_digest_expects(world: World) -> None:
    planned = world.run({**INPUTS, "mode": "plan"}).outcome.plan
    assert planned is not None
    put_state(world.pa, "3.12", THE_OTHER_S)
    world.pa.add_fault(**NOBODY_YET)

    ran = world.run({**INPUTS, "expect-digest": planned.digest})

    assert (ran.exit_code, read_state(world.pa).files) == (10, THE_OTHER_S), ran.log


@pytest.mark.parametrize("version", [None, "3.12"])
def test_the_lock_is_given_back_when_the_site_has_been_judged(
    world: World, version: str | None
) -> None:
    put_state(world.pa, version)
    seen: list[int] = []

    def ask() -> int:
        seen.append(len(tickets(world)))
        return 200

    ran = world.run(INPUTS, status=ask)

    assert (ran.exit_code, set(seen), tickets(world)) == (0, {1}, [])


def test_the_lock_lasts_for_as_long_as_the_site_may_be_asked(world: World) -> None:
    seen: list[str] = []

    def ask() -> int:
        seen.extend(tickets(world))
        return 200

    world.run({**INPUTS, "health-timeout": "400"}, status=ask)

    since, _, until = seen[0].split("-")
    assert int(until) - int(since) >= 400


def test_a_file_that_is_no_ticket_is_left_alone(world: World) -> None:
    note = world.pa.path(LOCK) / "README"
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text("mine")

    assert world.run(INPUTS).exit_code == 0
    assert note.read_text() == "mine"


def test_the_lock_is_renewed_in_a_run_that_takes_long(world: World) -> None:
    world.pa.add_fault(method="POST", path="static_files/$", throttle=90, times=3)

    ran = world.run(INPUTS)

    assert (ran.exit_code, tickets(world)) == (0, [])
    assert lock_calls(world)[:4] == ["POST", "GET", "POST", "DELETE"]


def test_what_a_ticket_says_is_shown_in_one_line_and_may_be_anything(world: World) -> None:
    now = server_now(world)
    for number, said in enumerate(
        [b"[" * 100_000, b"\xff", b"[1]", b'{"owner": "a\\n' + b"b" * 999]
    ):
        ticket = Ticket(now - 1000, f"{number:016x}", now - 500)
        file = world.pa.path(LOCK) / ticket.name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(said + b'"}' if said[:1] == b"{" else said)

    ran = world.run(INPUTS)

    assert (ran.exit_code, tickets(world)) == (0, [])
    assert ran.outcome.warnings
    assert all("\n" not in note and len(note) < 400 for note in ran.outcome.warnings)


def test_a_ticket_that_ended_and_cannot_be_deleted_stops_nobody(world: World) -> None:
    dead = put_ticket(world, until=server_now(world) - MARGIN_SECONDS - 1)
    world.pa.add_fault(method="DELETE", path=dead.name, status=403, body="{}", times=None)

    ran = world.run(INPUTS)

    assert (ran.exit_code, tickets(world)) == (0, [dead.name])


@pytest.mark.parametrize(("status", "exit_code"), [(400, 5), (403, 4)])
def test_a_lock_that_cannot_be_taken_is_told_as_such(
    world: World, status: int, exit_code: int
) -> None:
    world.pa.add_fault(method="POST", path="/lock/", status=status, body="{}", times=None)

    ran = world.run(INPUTS)

    assert (ran.exit_code, read_state(world.pa).settings) == (exit_code, None)
    message = str(ran.outcome.failure)
    assert "The lock of alice.pythonanywhere.com cannot be taken" in message
    assert "`lock: false`" in message
    capitals = "Check the capitals of `username`: the home directory would be /home/alice."
    assert (capitals in message) is (exit_code != 6)


def test_a_ticket_that_never_ends_can_be_deleted_where_the_message_says(world: World) -> None:
    put_ticket(world, until=9_999_999_999, since=server_now(world))

    ran = world.run({**INPUTS, "lock-timeout": "10"})

    assert f"delete its file in {LOCK}" in str(ran.outcome.failure)


def test_a_ticket_whose_renewal_was_not_taken_does_not_count(world: World) -> None:
    lock = make_lock(world)
    lock.acquire(10)
    lock.transport.deadline.clock.sleep(LEASE_SECONDS - 20)
    world.pa.add_fault(method="POST", path="/lock/", status=400, body="{}", times=None)

    for _ in range(2):
        with pytest.raises(Refused):
            lock.transport.send(WRITE)
    assert len(tickets(world)) == 1


def test_the_lock_lasts_as_long_as_the_rate_limit_is_waited_for(world: World) -> None:
    world.pa.add_fault(method="POST", path="static_files/$", throttle=300, times=1)

    ran = world.run(INPUTS)

    assert (ran.exit_code, tickets(world)) == (0, [])
    assert lock_calls(world)[:4] == ["POST", "GET", "POST", "DELETE"]
    assert lock_calls(world).count("GET") == 1, "it had ended, and was got back"


@pytest.mark.parametrize("fails", [False, True])
def test_the_rate_limit_is_waited_for_before_it_is_given_back(world: World, *, fails: bool) -> None:
    """A lock that stayed would keep the next run waiting for three minutes."""
    world.pa.add_fault(method="DELETE", path="/lock/", throttle=46, times=1)
    if fails:
        world.pa.add_fault(method="POST", path="static_files/$", status=400, body="{}")

    ran = world.run(INPUTS)

    assert (ran.exit_code, tickets(world), ran.outcome.warnings) == (5 if fails else 0, [], ())


def test_a_lock_that_cannot_be_given_back_is_told_with_its_end(world: World) -> None:
    world.pa.add_fault(method="DELETE", path="/lock/", status=503, times=None)

    ran = world.run(INPUTS)

    assert ran.exit_code == 0
    assert "could not release the lock. It ends by itself at" in ran.outcome.warnings[0]


def test_a_listing_that_does_not_show_the_own_ticket_does_not_give_the_lock(world: World) -> None:
    world.pa.add_fault(method="GET", path="/lock$", status=404, body="{}", times=None)

    ran = world.run({**INPUTS, "lock-timeout": "30"})

    assert (ran.exit_code, read_state(world.pa).settings) == (10, None)
    assert tickets(world) == []
    assert "the new lock of alice.pythonanywhere.com; waited 30 s" in str(ran.outcome.failure)


def test_who_has_it_is_in_the_ticket(world: World) -> None:
    lock = make_lock(world, Run("alice", "https://ci.example/1"))
    lock.acquire(10)

    (name,) = tickets(world)
    said = json.loads((world.pa.path(LOCK) / name).read_text())
    assert (said["owner"], said["run"]) == ("alice", "https://ci.example/1")
    assert {"since", "until"} <= set(said)


def make_lock(world: World, run: Run = Run()) -> Lock:  # noqa: B008 - it is frozen
    tools, _, _ = world.tools(world.settings(INPUTS))
    tools.api.webapps.list()
    return Lock(tools.api, tools.transport, "alice.pythonanywhere.com", run, tools.ci.log)


def test_a_lock_that_has_ended_is_got_back_where_nobody_has_had_it(world: World) -> None:
    lock = make_lock(world)
    lock.acquire(10)
    (before,) = tickets(world)
    lock.transport.deadline.clock.sleep(LEASE_SECONDS + 1)

    lock.transport.send(WRITE)

    (after,) = tickets(world)
    assert after > before
    assert lock.release() == ""
    assert tickets(world) == []


@pytest.mark.parametrize("left", ["a ticket of the other", "nothing"])
def test_nothing_is_written_under_a_lock_that_has_ended_and_was_taken_over(
    world: World, left: str
) -> None:
    lock = make_lock(world)
    lock.acquire(10)
    lock.transport.deadline.clock.sleep(LEASE_SECONDS + MARGIN_SECONDS + 1)
    other = make_lock(world)
    other.acquire(10)
    if left == "nothing":
        other.release()
    world.pa.clear_requests()

    with pytest.raises(Locked, match="expired during this run"):
        lock.transport.send(WRITE)
    assert [call for call in world.pa.requests() if "/.pa-deploy/" not in call["path"]] == []
    assert lock.release() == ""


def test_a_long_wait_for_a_healthy_site_does_not_cost_the_lock_that_the_rollback_needs(
    world: World,
) -> None:
    put_state(world.pa, "3.13", [("/a/", "/former")])

    ran = world.run({**INPUTS, "health-timeout": "250"}, status=lambda: 500)

    assert ran.outcome.rollback is not None
    assert (ran.outcome.rollback.failure, tickets(world)) == ("", [])
    assert read_state(world.pa).files == (("/a/", "/former"),)


ALL = "/api/v0/user/"


@pytest.mark.parametrize(
    ("faults", "exit_code", "said"),
    [
        ({ALL: 401}, 4, "PythonAnywhere does not accept this token."),
        ({ALL: 403}, 4, "The token is not for the account alice."),
        ({ALL: 500}, 6, "It also answers 500 if the account does not exist."),
        ({"/lock/": 400}, 5, "The lock of alice.pythonanywhere.com cannot be taken"),
    ],
)
def test_a_lock_that_was_never_taken_is_not_told_to_last(
    world: World, faults: dict[str, int], exit_code: int, said: str
) -> None:
    for path, status in faults.items():
        world.pa.add_fault(path=path, status=status, body="{}", times=None)
    settings = world.settings(INPUTS)
    tools, _, _ = world.tools(settings)
    lock = Lock(tools.api, tools.transport, settings.target.domain, Run(), tools.ci.log)

    with pytest.raises(DeployError):
        lock.acquire(10)

    assert lock.release() == ""
    ran = world.run(INPUTS)
    assert (ran.exit_code, ran.outcome.warnings) == (exit_code, ())
    assert said in str(ran.outcome.failure)


def test_a_lock_that_was_perhaps_taken_is_told_as_such(world: World) -> None:
    world.pa.add_fault(method="POST", path="/lock/", status=503, times=None)
    world.pa.add_fault(method="DELETE", path="/lock/", status=503, times=None)

    ran = world.run(INPUTS)

    (warning,) = ran.outcome.warnings
    assert "If it was, it ends by itself at" in warning
