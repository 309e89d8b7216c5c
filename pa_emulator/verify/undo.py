"""Undoes what a run made, looks whether it is gone, and says what is not."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pa_emulator.verify import progress
from pa_emulator.verify.account import LISTS, MARK, get, is_marked, items, wsgi_path
from pa_emulator.verify.cases import Request
from pa_emulator.verify.ledger import Step, delete
from pa_emulator.verify.unanswered import NoAnswerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pa_emulator.verify.account import Account
    from pa_emulator.verify.ledger import Ledger
    from pa_emulator.verify.progress import Say
    from pa_emulator.verify.server import Server, Target

# After as many calls without an answer, the rest is not tried.
_PATIENCE = 2
_KINDS = {
    "webapps": "web app",
    "websites": "website",
    "consoles": "console",
    "schedule": "scheduled task",
    "always_on": "always-on task",
}


@dataclass(frozen=True, slots=True)
class Left:
    """What is still there, or may be, and the command that removes it."""

    what: str
    command: str


def carry_out(
    server: Server,
    steps: list[Step],
    has_given_up: Callable[[], bool],
    say: Say = progress.nothing,
) -> list[Step]:
    """Take the steps from the last to the first; returns those that were not answered well."""
    failed = []
    silent = 0
    for step in reversed(steps):
        if silent >= _PATIENCE or has_given_up():
            failed.append(step)
            continue
        say(f"removing {step.what}")
        try:
            status = server.send(step.request).status
        except NoAnswerError:
            silent += 1
            failed.append(step)
            continue
        silent = 0
        # 403 is what a web app that is not there answers.
        if status >= 400 and status not in {403, 404}:
            failed.append(step)
    return failed[::-1]


def removed(server: Server, steps: list[Step], has_given_up: Callable[[], bool]) -> list[Step]:
    """Carry steps out, and say each."""
    return carry_out(server, steps, has_given_up, server.pace.say)


def finish(server: Server, ledger: Ledger, has_given_up: Callable[[], bool]) -> tuple[Left, ...]:
    """Undo all that is left of a run, and look whether it is gone."""
    if not ledger.steps and not ledger.kinds():
        return ()
    failed = removed(server, ledger.steps, has_given_up)
    ledger.forget([step for step in ledger.steps if step not in failed])
    if has_given_up():
        return tuple(_left(server.target, step) for step in failed)
    try:
        found = list(_still_there(server, ledger))
    except NoAnswerError:
        found = failed
    again = removed(server, found, has_given_up)
    try:
        found = list(_still_there(server, ledger)) if found else []
    except NoAnswerError:
        found = again
    return tuple(_left(server.target, step) for step in found)


def _still_there(server: Server, ledger: Ledger) -> Iterator[Step]:
    """Look at the account for what the run has made."""
    for kind in sorted(ledger.kinds()):
        for item in items(server.send(LISTS[kind])) or ():
            if ledger.is_own(kind, item):
                yield _of_item(kind, item)
    for path in sorted(ledger.paths):
        if server.send(get(f"files/path{path}")).status == 200:
            yield Step(f"file {path}", delete(f"files/path{path}"))
    folder, _, name = ledger.root.rpartition("/")
    home = server.send(get(f"files/path{folder}/")).data
    if isinstance(home, dict) and name in home:
        yield Step(f"folder {ledger.root}", delete(f"files/path{ledger.root}"))


def _of_item(kind: str, item: dict[str, object]) -> Step:
    key = str(item["domain_name"] if kind in {"webapps", "websites"} else item["id"])
    request = delete(f"{kind}/{key}/", "v1" if kind == "websites" else "v0")
    return Step(f"{_KINDS[kind]} {key}", request)


def leftovers(server: Server, account: Account) -> list[Step]:
    """Return how to undo what an earlier run has left, which its mark shows."""
    steps: list[Step] = []
    for name in account.folders:
        folder = f"{server.target.home}/{name}"
        steps.append(Step(f"folder {folder}", delete(f"files/path{folder}")))
        steps += _shares_in(server, folder)
    for kind in LISTS:
        for item in account.lists[kind] or ():
            if is_marked(item):
                steps += [*_files_of(kind, item), _of_item(kind, item)]
    return steps


def _shares_in(server: Server, folder: str) -> list[Step]:
    """Return how to end the sharing of a folder's files, which may outlive them."""
    tree = Request(method="GET", path="files/tree/", query={"path": folder})
    paths = server.send(tree).data
    return [
        Step(f"share of {path}", delete("files/sharing/", query={"path": path}))
        for path in (paths if isinstance(paths, list) else ())
        if server.send(replace(tree, path="files/sharing/", query={"path": path})).status == 200
    ]


def _files_of(kind: str, item: dict[str, object]) -> list[Step]:
    if kind != "webapps":
        return []
    path = wsgi_path(str(item["domain_name"]))
    return [Step(f"file {path}", delete(f"files/path{path}"))]


def left_of(target: Target, steps: list[Step]) -> tuple[Left, ...]:
    return tuple(_left(target, step) for step in steps)


def _left(target: Target, step: Step) -> Left:
    request = step.request
    query = "".join(f"?{key}={value}" for key, value in request.query.items())
    address = f"{target.address(request)}{query}"
    command = f"curl -X {request.method} -H \"Authorization: Token $PA_TOKEN\" '{address}'"
    return Left(step.what, command)


def folder_of(target: Target, name: str) -> str:
    """Return the folder of a run."""
    return posixpath.join(target.home, MARK + name)
