"""Undoes what a run made, checks that it is gone, and names what is not."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pa_emulator.verify import progress
from pa_emulator.verify.account import LISTS, exists, get, items, names
from pa_emulator.verify.cases import Request
from pa_emulator.verify.ledger import Step, delete, file_step, folder_step, share_step, site_steps
from pa_emulator.verify.made import MARK, SITES
from pa_emulator.verify.unanswered import Unanswered

if TYPE_CHECKING:
    from collections.abc import Callable

    from pa_emulator.verify.ledger import Ledger
    from pa_emulator.verify.made import Made
    from pa_emulator.verify.match import Reply
    from pa_emulator.verify.pace import Clock
    from pa_emulator.verify.progress import Say
    from pa_emulator.verify.server import Server, Target

PATIENCE = 2
"""After so many calls without an answer, the rest is not tried."""
LONGEST_SECONDS = 900
"""For the whole undoing: each pause for the rate limit takes a minute."""
KINDS = {
    "webapps": "web app",
    "websites": "website",
    "consoles": "console",
    "schedule": "scheduled task",
    "always_on": "always-on task",
}


@dataclass(frozen=True, slots=True)
class Left:
    """A thing that is or may be still there, and the command that removes it."""

    what: str
    command: str


@dataclass(slots=True)
class Found:
    """What is on the account of a run: `ours` surely belongs to it.

    `others` may belong to the run, or could not be checked. They are named, and never removed.
    """

    ours: list[Step] = field(default_factory=list)
    others: list[Left] = field(default_factory=list)

    def all(self, target: Target) -> tuple[Left, ...]:
        return (*left_of(target, self.ours), *self.others)


def carry_out(
    server: Server,
    steps: list[Step],
    has_given_up: Callable[[], bool],
    say: Say = progress.nothing,
) -> list[Step]:
    """Take the steps, the last one first; return those that failed."""
    failed = []
    silent = 0
    for step in reversed(steps):
        if silent >= PATIENCE or has_given_up():
            failed.append(step)
            continue
        say(f"removing {step.what}")
        try:
            status = server.send(step.request).status
        except Unanswered:
            silent += 1
            failed.append(step)
            continue
        silent = 0
        # 403 is the answer for a web app that does not exist.
        if not 200 <= status < 300 and status not in {403, 404}:
            failed.append(step)
    return failed[::-1]


def removed(server: Server, steps: list[Step], has_given_up: Callable[[], bool]) -> list[Step]:
    """Take the steps, and report each."""
    return carry_out(server, steps, has_given_up, server.pace.say)


def finish(server: Server, ledger: Ledger, has_given_up: Callable[[], bool]) -> tuple[Left, ...]:
    """Undo all that is left of a run, and check that it is gone."""
    if not ledger.steps and ledger.made.is_empty:
        return ()
    failed = removed(server, ledger.steps, has_given_up)
    ledger.forget([step for step in ledger.steps if step not in failed])
    found = survey(server, ledger.made, has_given_up)
    if found.ours and not has_given_up():
        removed(server, found.ours, has_given_up)
        found = survey(server, ledger.made, has_given_up)
    return found.all(server.target)


def in_time(has_given_up: Callable[[], bool], clock: Clock) -> Callable[[], bool]:
    """Also give up if the undoing takes too long."""
    end = clock.now() + LONGEST_SECONDS
    return lambda: has_given_up() or clock.now() >= end


def survey(server: Server, made: Made, is_over: Callable[[], bool]) -> Found:
    """Look on the account for all that a run may have made. Change nothing."""
    return _Survey(server, made, is_over).done()


class _Survey:
    def __init__(self, server: Server, made: Made, is_over: Callable[[], bool]) -> None:
        self._server = server
        self._made = made
        self._is_over = is_over
        self._silent = 0
        self._found = Found()

    def done(self) -> Found:
        files = set(self._made.files)
        for kind in self._made.kinds:
            files |= self._in_list(kind)
        for path in sorted(self._made.shares):
            reply = self._asked(Request(method="GET", path="files/sharing/", query={"path": path}))
            self._note(None if reply is None else exists(reply), share_step(path))
        known = {path for paths in self._made.sites.values() for path in paths}
        for path in sorted(files):
            self._note(self._is_there(path), file_step(path))
        for path in sorted(known - files):
            if self._is_there(path) is not False:
                self._name("may be this run's or yours", file_step(path))
        if self._made.has_folder:
            folder, _, name = self._made.root.rpartition("/")
            reply = self._asked(get(f"files/path{folder}/"))
            there = None if reply is None else names(reply)
            self._note(None if there is None else name in there, folder_step(self._made.root))
        # Steps run backwards: first the site, then the files that it writes.
        sites = [step for step in self._found.ours if step.request.parts[0] in SITES]
        rest = [step for step in self._found.ours if step not in sites]
        return Found([*rest, *sites], self._found.others)

    def _in_list(self, kind: str) -> set[str]:
        """Look at a list; return the files of the sites that surely belong to the run."""
        reply = self._asked(LISTS[kind])
        there = None if reply is None else items(kind, reply)
        if there is None:
            self._could_not_check(kind)
            return set()
        files: set[str] = set()
        for item in there:
            step = _of_item(kind, item)
            key = f"{kind}/{str(item.get('domain_name')).lower()}"
            if self._made.owns(kind, item):
                self._found.ours.append(step)
                files |= set(self._made.sites.get(key, ()))
            elif kind in SITES and key in self._made.sites:
                self._name("may be this run's or yours", step)
        return files

    def _could_not_check(self, kind: str) -> None:
        own = [key for key in self._made.sites if key.startswith(f"{kind}/")]
        steps = [site_steps(kind, key.partition("/")[2], [])[0] for key in own]
        steps += [
            Step(f"{KINDS[kind]} {number}", delete(f"{kind}/{number}/"))
            for number in self._made.ids.get(kind, ())
        ]
        if not steps:
            request = LISTS[kind]
            steps = [Step(f"any of {kind} that contains {self._made.root}", request)]
        for step in steps:
            self._name("could not check", step)

    def _is_there(self, path: str) -> bool | None:
        reply = self._asked(get(f"files/path{path}"))
        return None if reply is None else exists(reply)

    def _note(self, there: bool | None, step: Step) -> None:  # noqa: FBT001 - three answers
        if there is None:
            self._name("could not check", step)
        elif there:
            self._found.ours.append(step)

    def _name(self, why: str, step: Step) -> None:
        left = _left(self._server.target, step)
        self._found.others.append(Left(f"{left.what} ({why})", left.command))

    def _asked(self, request: Request) -> Reply | None:
        """Return the answer; None if there is none, or the look was given up."""
        if self._silent >= PATIENCE or self._is_over():
            return None
        try:
            reply = self._server.send(request)
        except Unanswered:
            self._silent += 1
            return None
        self._silent = 0
        return reply


def _of_item(kind: str, item: dict[str, object]) -> Step:
    if kind in SITES:
        return site_steps(kind, str(item["domain_name"]), [])[0]
    return Step(f"{KINDS[kind]} {item['id']}", delete(f"{kind}/{item['id']}/"))


def marked_folders(target: Target, folders: list[str]) -> tuple[Left, ...]:
    """Return how to remove by hand folders that have no record on this machine."""
    return left_of(target, [folder_step(f"{target.home}/{name}") for name in folders])


def left_of(target: Target, steps: list[Step]) -> tuple[Left, ...]:
    return tuple(_left(target, step) for step in steps)


def _left(target: Target, step: Step) -> Left:
    request = step.request
    query = f"?{urlencode(request.query)}" if request.query else ""
    address = shlex.quote(f"{target.address(request)}{query}")
    method = "" if request.method == "GET" else f"-X {request.method} "
    command = f'curl {method}-H "Authorization: Token $PA_TOKEN" {address}'
    return Left(shown(step.what), command)


def shown(text: str) -> str:
    """Return a server's text with control characters escaped, as they could steer a terminal."""
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape", "backslashreplace").decode()
        for sign in text
    )


def folder_of(target: Target, name: str) -> str:
    """Return the folder of a run."""
    return f"{target.home}/{MARK}{name}"
