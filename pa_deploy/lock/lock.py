"""Taking the lock, keeping it, giving it back; the rules are in the package's docstring."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from pa_deploy.api import Api
from pa_deploy.errors import (
    DeployError,
    DiskFull,
    Forbidden,
    Locked,
    Refused,
    ServerFailed,
    Unauthorized,
)
from pa_deploy.layout import Layout
from pa_deploy.lock.ticket import NOBODYS, Ticket, clock_time, read_name
from pa_deploy.model import Run
from pa_deploy.transport import Transport, no_guard

LEASE_SECONDS = 180
"""How long a ticket counts, and so how long a dead run keeps others waiting at most."""
MARGIN_SECONDS = 10
"""For how much longer it counts for others: several servers, several clocks."""
POLL_SECONDS = 5.0
LONGEST_NAME = 200
"""Of who has the lock, or the URL of the run."""


@dataclass(slots=True)
class Lock:
    """The lock of one web app. `run` is what others are told about who has it.

    `notes`: what is to be said about how it was got.
    """

    api: Api
    transport: Transport
    domain: str
    run: Run
    log: Callable[[str], None]
    notes: list[str] = field(default_factory=list)
    _tickets: list[Ticket] = field(default_factory=list)
    _nonces: set[str] = field(default_factory=set)
    _held: Ticket = NOBODYS
    _told: bool = False
    _is_known: bool = False
    """Whether PythonAnywhere has said of a ticket that it is there."""

    @property
    def directory(self) -> str:
        return Layout.of(self.api.username, self.domain).lock

    def acquire(self, timeout_seconds: float) -> None:
        """Get the lock, or raise Locked after `timeout_seconds`.

        However it ends, `release` has to follow.
        """
        end = self.transport.deadline.clock.now() + timeout_seconds
        try:
            dead = self._get(end, timeout_seconds)
        except DiskFull:
            raise
        except (Forbidden, Refused, ServerFailed) as error:
            raise self._not_to_be_had(error) from None
        self._held = self._tickets[-1]
        self.transport.guard = self._before_write
        for ticket in dead:
            self._take_over(ticket)

    def _get(self, end: float, timeout_seconds: float) -> list[Ticket]:
        """Be alone there, among tickets that no longer count: these."""
        self._announce()
        while True:
            others, dead, own = self._look()
            seen = bool(self._tickets) and self._tickets[-1] in own
            if seen and not others:
                return dead
            if not self._tickets and not others:
                self._announce()
                continue
            if not (seen and self._may_stay(others)):
                self._withdraw()
            self._wait(others, end, timeout_seconds)

    def _not_to_be_had(self, error: DeployError) -> DeployError:
        """The same failure, said of the lock: its cause is none of the inputs' values."""
        home = f"/home/{self.api.username}"
        is_refused = isinstance(error, Forbidden | Refused)
        capitals = f"Check the capitals of `username`: the home directory would be {home}."
        others = (
            f"The token may lack write access to {self.directory}, or that path is not a directory."
        )
        return type(error)(
            f"The lock of {self.domain} cannot be taken: {error.what}",
            cause=f"{capitals} If they are right: {others}" if is_refused else others,
            advice="Nothing was written. Check that path on the Files page, or deploy without the "
            "lock: `lock: false`.",
        )

    def release(self) -> str:
        """Give the lock back; "", or a sentence about why it will have to end by itself.

        Nothing is said of a lock that PythonAnywhere has never taken.
        """
        self.transport.guard = no_guard
        until = clock_time(max((ticket.until for ticket in self._tickets), default=0))
        try:
            self._withdraw()
        except DeployError as error:
            if self._is_known:
                said = f"pa-deploy could not release the lock. It ends by itself at {until}"
            elif isinstance(error, ServerFailed):
                return ""  # as it answers for an account that does not exist
            else:
                said = "It is unknown whether the lock was taken. If it was, it ends by itself at "
                said += until
            return f"{said}: {error.what}"
        return ""

    def _announce(self) -> None:
        """Put a ticket there, by the server's clock.

        Before the first answer that clock is not known. If this machine's turns out to be
        wrong, the ticket gives way to another: it may count for hours, or not count any more.
        """
        self._put_ticket()
        if abs(self.transport.server_time() - self._tickets[-1].since) > LEASE_SECONDS / 2:
            self._withdraw()
            self._put_ticket()

    def _put_ticket(self) -> None:
        since = int(self.transport.server_time())
        nonce = secrets.token_hex(8)
        self._nonces.add(nonce)
        self._upload(Ticket(since, nonce, since + LEASE_SECONDS))

    def _upload(self, ticket: Ticket) -> None:
        said = {
            "owner": self.run.owner,
            "run": self.run.url,
            "since": clock_time(ticket.since),
            "until": clock_time(ticket.until),
        }
        self._tickets.append(ticket)
        path = f"{self.directory}/{ticket.name}"
        try:
            self._put(path, json.dumps(said).encode())
        except DeployError as error:
            if error.unsent or isinstance(error, Unauthorized | Forbidden | Refused):
                self._tickets.remove(ticket)
            raise
        self._is_known = True

    def _put(self, path: str, content: bytes) -> None:
        try:
            self.api.files.upload(path, content)
        except (Refused, ServerFailed):
            # A full disk may still take a file without content; its name says all that counts.
            self.api.files.upload(path, b"")

    def _look(self) -> tuple[list[Ticket], list[Ticket], set[Ticket]]:
        """Tickets of others that count and that do not; and those of our own."""
        names = self.api.files.entries(self.directory) or {}
        tickets = [ticket for name in names if (ticket := read_name(name))]
        now = self.transport.server_time() - MARGIN_SECONDS
        others = [ticket for ticket in tickets if ticket.nonce not in self._nonces]
        return (
            [ticket for ticket in others if ticket.until > now],
            [ticket for ticket in others if ticket.until <= now],
            {ticket for ticket in tickets if ticket.nonce in self._nonces},
        )

    def _may_stay(self, others: list[Ticket]) -> bool:
        """Whether our ticket is the oldest, and will count for a while."""
        ticket = self._tickets[-1]
        counts = ticket.until - self.transport.server_time() > LEASE_SECONDS / 2
        return counts and ticket < min(others)

    def _withdraw(self) -> None:
        while self._tickets:
            self._delete(self._tickets[-1])
            self._tickets.pop()

    def _delete(self, ticket: Ticket) -> None:
        self.api.files.delete(f"{self.directory}/{ticket.name}")

    def _wait(self, others: list[Ticket], end: float, timeout_seconds: float) -> None:
        deadline = self.transport.deadline
        if not self._told:
            self._told = True
            limit = f"waiting up to {timeout_seconds:g} s"
            self.log(f"{self._who(others)} {limit}.")
        if deadline.clock.now() + POLL_SECONDS > end:
            raise self._locked(others, timeout_seconds)
        whose = "which another deploy has" if others else "which PythonAnywhere does not list"
        deadline.check(f"the lock of {self.domain}, {whose}", POLL_SECONDS)
        deadline.clock.sleep(POLL_SECONDS)

    def _locked(self, others: list[Ticket], timeout_seconds: float) -> Locked:
        waited = f"waited {timeout_seconds:g} s."
        if not others:
            return Locked(
                f"{self._who(others)} {waited}",
                cause="PythonAnywhere does not list a file that pa-deploy has just uploaded.",
                advice="Nothing was written. Run again later, or deploy without the lock: `lock: "
                "false`.",
            )
        until = clock_time(max(ticket.until for ticket in others))
        return Locked(
            f"{self._who(others)} {waited}",
            cause="Two runs deploy the same web app at once.",
            advice="Nothing was written. Run again when the other run is over, or set "
            f"`lock-timeout` higher. If that run has died, its lock ends by itself at {until}. To "
            f"end it now, delete its file in {self.directory}.",
        )

    def _who(self, others: list[Ticket]) -> str:
        """Who has the lock, as far as the ticket says it."""
        if not others:
            return f"PythonAnywhere does not list the new lock of {self.domain};"
        oldest = min(others)
        said = self._read(oldest)
        who = " ".join(each for each in (said.get("owner", ""), said.get("run", "")) if each)
        since = clock_time(oldest.since)
        return f"Another deploy has the lock of {self.domain} since {since} ({who or 'unknown'});"

    def _read(self, ticket: Ticket) -> dict[str, str]:
        try:
            said = json.loads(self.api.files.read(f"{self.directory}/{ticket.name}") or b"{}")
            return {name: _sane(value) for name, value in said.items()}
        except (DeployError, ValueError, AttributeError, RecursionError):
            return {}

    def _take_over(self, ticket: Ticket) -> None:
        """Say whose it was, and delete it; if it stays, it counts for nobody all the same."""
        who = self._read(ticket)
        run = who.get("run") or who.get("owner") or "a run"
        self.notes.append(
            f"The lock that {run} took at {clock_time(ticket.since)} expired before it was "
            "released. This run took it over."
        )
        with suppress(Forbidden, Refused, ServerFailed):
            self._delete(ticket)

    def _before_write(self, seconds: float) -> None:
        """Make sure that the lock is ours for `seconds` more; raises Locked if it is lost."""
        while (now := self.transport.server_time()) + seconds > self._held.until:
            until = int(now + max(LEASE_SECONDS, 2 * seconds))
            self.transport.guard = no_guard
            try:
                if now <= self._held.until:
                    self._renew(until)
                else:
                    self._get_back(until)
            finally:
                self.transport.guard = self._before_write

    def _get_back(self, until: int) -> None:
        """Renew a lock that has ended, if nobody has had it since: who gets it deletes our ticket
        before anything else.
        """
        last = self._held
        ticket = Ticket(last.since, last.nonce, until)
        self._upload(ticket)
        others, _, own = self._look()
        if others or not {last, ticket} <= own:
            raise Locked(
                f"The lock of {self.domain} expired during this run, and another run has it now.",
                cause="This machine or PythonAnywhere paused for minutes.",
                advice="Nothing was written after that. Run again. It continues from what is "
                "already done.",
            )
        self._hold(ticket)

    def _renew(self, until: int) -> None:
        """Only a ticket that was taken counts; the one before it ends by itself, if it stays."""
        ticket = Ticket(self._held.since, self._held.nonce, until)
        self._upload(ticket)
        self._hold(ticket)

    def _hold(self, ticket: Ticket) -> None:
        last, self._held = self._held, ticket
        with suppress(DeployError):
            self._delete(last)
            self._tickets.remove(last)


def _sane(said: object) -> str:
    """One line of what somebody else has written; "" if it is longer than a name or a URL is."""
    text = " ".join(str(said).split())
    return text if len(text) <= LONGEST_NAME else ""
