"""A release on its way: how it is shipped or gone back to, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from pa_deploy.deploy.release_goal import ReleaseGoal
from pa_deploy.deploy.seen import Seen, see_status, with_boot, with_comparison, with_shipment
from pa_deploy.model import (
    Actual,
    Boot,
    Compared,
    HealthCheck,
    Release,
    ReleaseOutcome,
    ReleaseRow,
    ReleaseStatus,
    WsgiFile,
)
from pa_deploy.release import (
    Destination,
    Ready,
    Sent,
    Shipment,
    check_of_release,
    compare_by_site,
    former,
    insist_on_live,
    insist_on_ready,
    is_noted,
    is_one_verified,
    late_sentences,
    left_sentences,
    make_pointer,
    make_ready,
    needs_judging,
    note_verified,
    output_lines,
    point_back,
    put_pointer,
    sending,
    site_of_before,
    switch,
    with_verified,
    withdraw,
)
from pa_deploy.settings import wsgi_path

UNKNOWN = ("", "")


@dataclass(slots=True)
class Delivery:
    """Brings one release there: `look`, `ship` while `sending`, `make_ready`, `activate`.

    `status` is the last that was heard of the loader, `nonce` that of the pointer that was written
    last. `previous` is what was live before this run. `before` and `is_left` are as in `Seen`, of
    the last look that found it. `ready` is what `make_ready` has come to, until it is switched to.
    `is_waited_for`: somebody waits for what that pointer wants, or has done so.
    """

    goal: ReleaseGoal
    seen: Seen | None = None
    status: ReleaseStatus = field(default_factory=ReleaseStatus)
    previous: str | None = None
    shipment: Shipment | None = None
    before: Boot | None = None
    is_left: bool = False
    sent: Sent | None = None
    nonce: str = ""
    is_waited_for: bool = False
    ready: Ready | None = None

    @property
    def release(self) -> Release:
        return self.goal.release

    @property
    def destination(self) -> Destination:
        return self.goal.destination

    @property
    def interpreter(self) -> tuple[str, str]:
        """The Python version and the virtualenv that the web app will have."""
        return self.seen.prospect.interpreter if self.seen else UNKNOWN

    def look(self, actual: Actual) -> Seen:
        """See what is there. If a later part fails, what was seen before it is known all the same.

        Raises NewerPaDeploy and ReleaseRefused.
        """
        seen = self._note(see_status(self.goal, actual))
        if self.previous is None:
            self.previous = seen.served
        seen = self._note(with_boot(seen))
        seen = self._note(with_comparison(seen))
        return self._note(with_shipment(seen))

    def _note(self, seen: Seen) -> Seen:
        self.seen = seen
        self.goal, self.status, self.shipment = seen.goal, seen.status, seen.shipment
        self.before = seen.before or self.before
        self.is_left = seen.is_left or self.is_left
        return seen

    # --- on its way

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Upload what is not there. It is deleted again if what is done meanwhile fails."""
        if self.shipment is None:
            yield
            return
        with sending(self.destination, self.shipment, self.goal.scratch) as self.sent:
            if self.is_left:
                self.destination.api.files.upload(self.destination.layout.again, b"")
            yield

    def ship(self) -> None:
        """Upload the pointer, which `activate` waits for, while `sending`."""
        self.is_waited_for, self.nonce = False, ""
        self.ready = None
        if self.shipment is None or self.sent is None:
            rows = {row.id: row for row in self.status.releases}
            row = rows.get(self.release.id, ReleaseRow(self.release.id, ""))
            self.nonce = point_back(self.destination, row, self.status, self.interpreter)
            return
        if self.shipment.bundle.wanted.first_run:
            first = not is_one_verified(self.destination, self.status)
            self.shipment = replace(self.shipment, first=first)
        pointer = make_pointer(self.destination, self.shipment, self.sent, self.before)
        self.nonce = pointer.nonce  # from here on, PythonAnywhere may have it
        put_pointer(self.destination, pointer, self.sent)

    def withdraw(self) -> bool:
        """Take back a pointer that was written and that nothing has waited for yet. Whether it is
        certain that none of this run is there.
        """
        if self.is_waited_for:
            return False
        return not self.nonce or withdraw(self.destination, self.nonce)

    def make_ready(self) -> None:
        """Have what was shipped prepared. Raises ReleaseRefused."""
        self._prepare()
        self.is_waited_for = False

    def _prepare(self) -> Ready:
        self.is_waited_for = True
        self.ready = ready = make_ready(
            self.destination, self.nonce, self.shipment, self.goal.scratch, self.before
        )
        self.status = ready.status
        self.nonce = self.status.nonce
        self.before = None
        goal = self.goal
        insist_on_ready(self.status, self.destination.redact, goal.app, goal.copies)
        return ready

    def activate(self) -> None:
        """Reload, and wait for what was shipped. Raises ReleaseRefused."""
        is_changed = self.ready is not None
        ready = self.ready or self._prepare()
        self.is_waited_for = True
        self.status = switch(self.destination, ready, is_changed=is_changed)
        self.ready = None
        goal = self.goal
        is_rollback = goal.bundle is None
        for said in left_sentences(self.status, self.destination.layout, is_rollback=is_rollback):
            self.destination.warn(said)
        insist_on_live(self.status, self.destination.redact, goal.app, goal.copies)

    # --- whether the live release is healthy

    def is_live_in_doubt(self) -> bool:
        """Whether nobody has seen the live release healthy since it was switched to.

        If so, that costs a request, unless this run has switched to it.
        """
        is_own = self.status.nonce == self.nonce
        if needs_judging(self.status) and not is_own and is_noted(self.destination, self.status):
            self.vouch()
        return needs_judging(self.status)

    def check_of(self, release: str, check: HealthCheck | None) -> HealthCheck | None:
        """How to ask whether a release is healthy: as the run has asked that deployed it."""
        return check_of_release(check, self.status, release)

    def vouch(self) -> None:
        """Take the live release for healthy, so that a rollback may go back to it."""
        self.status = with_verified(self.status)
        if self.shipment:
            self.shipment = replace(self.shipment, status=self.status)

    def note_verified(self) -> None:
        """Note that the live release is healthy, if that is not known yet."""
        if self.status.live == self.release.id and self.is_live_in_doubt():
            self.status = note_verified(self.destination, self.status)

    # --- what there is to tell, and to go back to

    def late(self, *, ask: bool) -> Iterator[str]:
        """What was written in releases after the site had left them; if need be, `ask` the site."""
        told = self.seen.compared if self.seen else None
        if told is None and ask and self.status.live:
            told = compare_by_site(self.destination, self.status)
        return self._late_in(told)

    def late_since_switch(self) -> Iterator[str]:
        """What was written in the former release since the site has left it, by the end of a run.

        A request may still have been under way at the switch.
        """
        return self._late_in(compare_by_site(self.destination, self.status))

    def _late_in(self, told: Compared | None) -> Iterator[str]:
        late = told.late if told else ()
        return late_sentences(late, self.status, self.destination.layout)

    def target(self) -> Release | None:
        """What a rollback goes back to, whether this one is live yet or not; None if nothing is."""
        row = former(self.status, self.release.id)
        return Release(row.id) if row else None

    def file_of_before(self) -> WsgiFile | None:
        """The WSGI file of before the first release; None if it was not kept."""
        content = site_of_before(self.destination)
        path = wsgi_path(self.destination.layout.domain)
        return None if content is None else WsgiFile(path=path, content=content)

    def outcome(self) -> ReleaseOutcome:
        """What became of it, as far as was seen."""
        status = self.status
        if status.id != self.release.id:
            status = ReleaseStatus(live=status.live)
        is_refused = status.state == "refused"
        return ReleaseOutcome(
            id=self.release.id,
            state=status.state,
            step=status.step,
            error=status.error,
            live=status.live,
            previous=self.previous or "",
            output=output_lines(status) if is_refused else (),
        )
