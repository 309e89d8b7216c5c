"""What a run has done so far, so that one that fails or is interrupted can still tell."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pa_deploy.ci import Ci
from pa_deploy.deploy.paths import shared_files
from pa_deploy.deploy.tools import Tools
from pa_deploy.deploy.warned import Warnings
from pa_deploy.lock import Lock
from pa_deploy.model import (
    Actual,
    Change,
    Create,
    Failure,
    Health,
    Outcome,
    Plan,
    Release,
    ReleaseOutcome,
    Rollback,
    Step,
    Update,
    Work,
    WsgiFile,
)
from pa_deploy.plan import Pace, sentence, target, writes
from pa_deploy.settings import Settings

if TYPE_CHECKING:
    from pa_deploy.deploy.delivery import Delivery


@dataclass(slots=True)
class Ledger:
    """What has come of one plan's changes."""

    ci: Ci
    plan: Plan | None = None
    pace: Pace | None = None
    steps: list[Step] = field(default_factory=list)
    under_way: tuple[Change, ...] = ()

    def begin(self, changes: tuple[Change, ...]) -> None:
        self.under_way = changes

    def made(self, step: Step) -> None:
        self.steps.append(step)
        self.under_way = ()
        for change in step.changes:
            self.ci.log(f"{self._count()}{_done(change)} ({step.seconds:.1f} s)")

    def release_refused(self) -> None:
        """Note that a release that was uploaded did not go live."""
        self.steps = [step for step in self.steps if not ships(step.changes)]

    def refused(self) -> None:
        """Note that what was under way was not done."""
        self.under_way = ()

    def settle(self, rest: Plan) -> None:
        """Note what a fresh look has shown: changes that `rest` does not ask for are made."""
        made = self._made()
        still_open = {target(change) for change in rest.changes}
        new = tuple(
            change
            for change in (self.plan.changes if self.plan else ())
            if target(change) not in still_open | made
        )
        if new:
            self.steps.append(Step(new, 0.0))
        self.under_way = ()

    def wrote_wsgi_file(self) -> bool:
        """Whether the WSGI file was written, or perhaps."""
        changes = (*(change for step in self.steps for change in step.changes), *self.under_way)
        return any(writes(change, WsgiFile) for change in changes)

    def account(self) -> Work:
        """What came of all changes."""
        return Work(steps=tuple(self.steps), undone=self.undone, unclear=self.unclear)

    @property
    def undone(self) -> tuple[Change, ...]:
        return tuple(change for change in self._open() if not self._is_under_way(change))

    @property
    def unclear(self) -> tuple[Change, ...]:
        """Changes that were under way when the run ended."""
        return tuple(change for change in self._open() if self._is_under_way(change))

    def _is_under_way(self, change: Change) -> bool:
        """By what it leads to: a plan made anew may update what the first one would create."""
        return target(change) in {target(each) for each in self.under_way}

    def _open(self) -> tuple[Change, ...]:
        made = self._made()
        changes = self.plan.changes if self.plan else ()
        return tuple(change for change in changes if target(change) not in made)

    def _made(self) -> set[tuple[str, ...]]:
        return {target(change) for step in self.steps for change in step.changes}

    def _count(self) -> str:
        """How far a plan that takes minutes has come."""
        if self.pace is None or self.plan is None or not self.pace.seconds:
            return ""
        return f"[{sum(len(step.changes) for step in self.steps)}/{len(self.plan.changes)}] "


def _done(change: Change) -> str:
    """What was done, for people."""
    if isinstance(change, Create | Update) and isinstance(change.after, Release):
        return f"Release {change.after.id} is on PythonAnywhere, but not live yet"
    return sentence(change)


def ships(changes: tuple[Change, ...]) -> bool:
    """Whether a release is among them."""
    return any(writes(change, Release) for change in changes)


@dataclass(slots=True)
class Restoring:
    """What has come of putting the former configuration back."""

    ledger: Ledger
    warnings: Warnings
    reloaded: bool = False
    health: Health | None = None
    failure: str = ""
    delivery: Delivery | None = None

    def account(self) -> Rollback:
        return Rollback(
            changes=self.ledger.plan.changes if self.ledger.plan else (),
            undone=(*self.ledger.undone, *self.ledger.unclear),
            reloaded=self.reloaded,
            health=self.health,
            failure=self.failure,
        )


@dataclass(slots=True)
class Journal:
    """All that a run has done so far.

    It has `started` by this machine's clock, and `began` to change things by the server's. `doubts`
    is how many answers to writes were not clear before it.
    """

    started: float
    doubts: int
    ledger: Ledger
    warnings: Warnings
    began: float = 0.0
    actual: Actual | None = None
    reload_seconds: float | None = None
    health: Health | None = None
    restoring: Restoring | None = None
    delivery: Delivery | None = None
    lock: Lock | None = None

    @staticmethod
    def begin(tools: Tools) -> Journal:
        """That of a run that begins now."""
        return Journal(
            started=tools.deadline.clock.now(),
            doubts=tools.transport.doubts,
            ledger=Ledger(tools.ci),
            warnings=Warnings(tools.ci),
        )

    def outcome(self, settings: Settings, tools: Tools, failure: Failure | None) -> Outcome:
        """What the run has come to."""
        webapp = self.actual.webapp if self.actual else None
        return Outcome(
            domain=settings.target.domain,
            url=settings.target.site_url,
            mode=settings.mode,
            plan=self.ledger.plan,
            work=self.ledger.account(),
            reload_seconds=self.reload_seconds,
            health=self.health,
            shared=shared_files(settings, self.actual),
            release=self._release(),
            rollback=self.restoring.account() if self.restoring else None,
            warnings=(*settings.warnings, *self.warnings.texts),
            failure=failure,
            expires=webapp.expiry if webapp else None,
            requests=tools.transport.requests,
            seconds=tools.deadline.clock.now() - self.started,
        )

    def _release(self) -> ReleaseOutcome | None:
        """What became of the release, and which is live after a rollback."""
        if self.delivery is None:
            return None
        outcome, restoring = self.delivery.outcome(), self.restoring
        if restoring and restoring.delivery:
            return replace(outcome, live=restoring.delivery.status.live)
        if restoring and restoring.ledger.wrote_wsgi_file():  # the one of before all releases
            return replace(outcome, live="")
        return outcome
