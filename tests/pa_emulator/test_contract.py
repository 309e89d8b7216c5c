"""Holds the emulator to the contract: requests and the answers known of the real API, as data."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pa_emulator import choices
from pa_emulator.verify.account import ANY_PLAN, LISTS, Account
from pa_emulator.verify.cases import NEEDS, PLANS, SOURCES, Case, load, unseen
from pa_emulator.verify.ledger import Ledger
from pa_emulator.verify.made import Made
from pa_emulator.verify.pace import Clock, Pace
from pa_emulator.verify.runner import HOLDS, Runner
from pa_emulator.verify.server import Server, Target

if TYPE_CHECKING:
    from pa_emulator import Emulator

CASES = load()
EMPTY = Account(
    plan=ANY_PLAN,
    lists={kind: [] for kind in LISTS},
    home=frozenset(),
    has_wsgi=False,
    logs=frozenset(),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.service}: {case.name}")
def test_answer_is_the_real_ones(pa: Emulator, case: Case) -> None:
    if case.slow and "SOAK" not in os.environ:
        pytest.skip(f"takes {case.slow} s; `make soak` has the time")
    if case.plan:
        pa.add_user("alice", token=pa.token, plan=case.plan)
    target = Target(pa.url, "alice", pa.token, "alice.pythonanywhere.com", is_emulator=True)
    server = Server(target, Pace(0, Clock()))
    nowhere = "none-alice.pythonanywhere.com"
    ledger = Ledger(target, EMPTY, Made(pa.url, "alice", "0123abcd"), nowhere, "nobody")
    runner = Runner(server, ledger, slow=True)
    runner.run([case])
    server.close()
    (result,) = runner.results
    assert (result.status, result.differences, result.why) == (HOLDS, (), "")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.service}: {case.name}")
def test_a_case_says_where_it_is_known_from_and_why_it_is_not_safe(case: Case) -> None:
    assert case.source in SOURCES
    assert bool(case.why) != case.safe
    assert case.needs in {"", *NEEDS}
    assert case.plan in {"", *PLANS}


def test_names_of_a_service_are_its_cases() -> None:
    names = [(case.service, case.name) for case in CASES]
    assert len(set(names)) == len(names)


def test_each_choice_is_shown_by_a_case_or_it_is_said_why_no_call_can() -> None:
    shown = {name for case in CASES for name in case.choices}
    hidden = {name for group in unseen() for name in group.choices}
    assert shown | hidden == {name for name in vars(choices) if name.isupper()}
    assert not shown & hidden
