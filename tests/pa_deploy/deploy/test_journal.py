"""What a run notes about its plan's changes."""

from __future__ import annotations

import io

from pa_deploy.ci import Ci
from pa_deploy.deploy.journal import Ledger
from pa_deploy.model import Create, Plan, Update, WsgiFile

OLD = WsgiFile(path="/var/www/w.py", content=b"hello world")
NEW = WsgiFile(path="/var/www/w.py", content=b"ours")
PLAN = Plan(
    domain="x.example", changes=(Create(NEW),), unchanged=(), notes=(), reload=True, digest=""
)


def ledger() -> Ledger:
    return Ledger(Ci(io.StringIO(), io.StringIO(), {}), plan=PLAN)


def test_a_change_that_was_never_sent_is_undone() -> None:
    noted = ledger()

    assert (noted.undone, noted.unclear) == ((Create(NEW),), ())


def test_a_change_under_way_is_unclear_also_where_a_plan_made_anew_does_it_by_an_update() -> None:
    noted = ledger()

    noted.begin((Update(OLD, NEW),))

    assert (noted.undone, noted.unclear) == ((), (Create(NEW),))
