"""What earlier runs left behind: what a record on this machine proves, and the rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pa_emulator.verify import record
from pa_emulator.verify.made import MARK
from pa_emulator.verify.undo import Found, carry_out, marked_folders, survey

if TYPE_CHECKING:
    from pa_emulator.verify.account import Account
    from pa_emulator.verify.ledger import Step
    from pa_emulator.verify.record import Record
    from pa_emulator.verify.server import Server
    from pa_emulator.verify.undo import Left


@dataclass(slots=True)
class Leftovers:
    """The things of each record that exist; `unnamed` are such folders without a record."""

    found: dict[str, Found]
    records: list[Record]
    unnamed: tuple[Left, ...]
    _server: Server
    removed: list[str] = field(default_factory=list)

    @property
    def ours(self) -> list[Step]:
        return [step for found in self.found.values() for step in found.ours]

    @property
    def unproven(self) -> tuple[Left, ...]:
        others = [left for found in self.found.values() for left in found.others]
        return (*others, *self.unnamed)

    def remove(self) -> None:
        """Remove what is proven, then look again; `removed` lists what is done so far."""
        for step in reversed(self.ours):
            if not carry_out(self._server, [step], lambda: False):
                self.removed.append(step.what)
        for each in self.records:
            self.found[each.made.name] = survey(self._server, each.made, lambda: False)

    def close(self) -> None:
        """Forget the runs that left nothing."""
        for each in self.records:
            found = self.found.get(each.made.name)
            each.close(is_done=found is not None and not found.ours and not found.others)


def leftovers(server: Server, account: Account) -> Leftovers:
    """Look for what earlier runs on the account left. Change nothing."""
    target = server.target
    records, at_work = record.earlier(target.url, target.username)
    known = {MARK + name for name in at_work} | {MARK + each.made.name for each in records}
    unnamed = marked_folders(target, [name for name in account.marked if name not in known])
    found = Leftovers({}, records, unnamed, server)
    try:
        for each in records:
            found.found[each.made.name] = survey(server, each.made, lambda: False)
    except BaseException:
        found.close()
        raise
    return found
