"""All calls that a run could make: a run against a server that only lists them."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

from pa_emulator.verify.account import ANY_PLAN, LISTS, look
from pa_emulator.verify.ledger import Ledger
from pa_emulator.verify.made import Made
from pa_emulator.verify.match import Reply
from pa_emulator.verify.pace import Clock, Pace
from pa_emulator.verify.runner import Runner
from pa_emulator.verify.server import Server
from pa_emulator.verify.undo import finish

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pa_emulator.verify.cases import Case, Request
    from pa_emulator.verify.server import Target


ID = 2**53
"""An id, as a server would answer."""


class _Rehearsal(Server):
    """Answers all calls with success, and sends none."""

    def __init__(self, target: Target) -> None:
        ticks = itertools.count(0.0, 3600.0)  # so that no case waits to try again
        super().__init__(target, Pace(0, Clock(lambda: next(ticks), lambda _: None)))
        self.made: list[str] = []

    def _once(self, request: Request) -> Reply:
        query = "".join(f"?{key}={value}" for key, value in request.query.items())
        line = f"{request.method:6} {self.target.address(request)}{query}".replace(str(ID), "ID")
        self.made.append(line + _condition(request))
        is_list = request in LISTS.values() or request.path == "files/tree/"
        body = [] if is_list else {"id": ID}
        absent = ("files/path/var/", "files/sharing/")
        is_absent = request.method == "GET" and request.path.startswith(absent)
        return Reply(404 if is_absent else 200, "application/json", json.dumps(body).encode(), {})

    def taken(self) -> list[str]:
        """Return the calls since the last time."""
        made, self.made = self.made, []
        return made


def _condition(request: Request) -> str:
    """The account may have such a file already: a run removes only its own."""
    is_shared = request.path.startswith("files/path/var/")
    return "  (only if this run made it)" if request.method == "DELETE" and is_shared else ""


def calls(target: Target, cases: Sequence[Case], *, slow: bool) -> Iterator[str]:
    """Yield a line for each call, below its purpose; `XXXXXXXX` is random in a real run."""
    server = _Rehearsal(target)
    account = look(server, plan=ANY_PLAN)
    yield "# look at the account, then ask"
    yield from server.taken()
    made = Made(target.url, target.username, "XXXXXXXX")
    ledger = Ledger(target, account, made, f"nothingXXXXXXXX-{target.domain}", "nobodyXXXXXXXX")
    runner = Runner(server, ledger, slow=slow)
    for case in cases:
        runner.run([case])
        why = runner.results[-1].why
        plan = f" ({case.plan} accounts)" if case.plan else ""
        yield f"# {case.service}: {case.name}{plan}" + (f"; not tried: {why}" if why else "")
        yield from server.taken()
    yield "# undo the rest, and check that it is gone"
    finish(server, ledger, lambda: False)
    yield from server.taken()
