"""What a run will make on an account, as shown before the confirmation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pa_emulator.verify.undo import folder_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pa_emulator.verify.account import Account
    from pa_emulator.verify.cases import Case, Request
    from pa_emulator.verify.server import Target

NEEDED = {"webapp": "webapps", "new webapp": "webapps", "website": "websites"}
"""`needs` of a case -> the list that has it."""
FOLDER = re.compile("<folder>|<root>")
STRANGERS = {"nobody", "stranger"}


def intent(target: Target, account: Account, tried: Sequence[Case], known: int) -> str:
    """Return what the run will do; `tried` are the facts that suit the account, of `known`."""
    texts = {
        "webapps": f"a web app at {target.domain}, with its WSGI file and logs",
        "websites": f"a website (ASGI) at {target.domain}",
        "consoles": "consoles, which are not started",
        "schedule": "scheduled tasks",
        "always_on": "always-on tasks",
    }
    made = {kind for case in tried for kind in _made_by(case)}
    things = [text for kind, text in texts.items() if kind in made]
    if "files" in made:
        things.insert(0, f"a folder {folder_of(target, 'XXXXXXXX')}")
    lines = "".join(f"  - {thing}\n" for thing in things)
    makes = f"It makes, and removes at the end:\n{lines}" if things else "It makes nothing.\n"
    return (
        f"This tries {len(tried)} of {known} facts on the account {target.username} of "
        f"{target.host} ({account.plan or 'unknown'} plan).\n{makes}"
        "It touches nothing else. --dry-run lists all calls.\n"
    )


def _made_by(case: Case) -> Iterator[str]:
    """Yield the lists to which a case adds something; a refused call adds nothing."""
    if case.needs in NEEDED:
        yield NEEDED[case.needs]
    makers = case.requests if _succeeds(case) else case.given
    for request in makers:
        if request.method == "POST" and request.as_ not in STRANGERS and request.api != "site":
            yield from _made_at(request)


def _made_at(request: Request) -> Iterator[str]:
    is_in_folder = request.parts[:2] == ("files", "path") and FOLDER.search(request.path)
    if len(request.parts) == 1 or is_in_folder:
        yield request.parts[0]


def _succeeds(case: Case) -> bool:
    answer = case.answer
    said = answer.body if isinstance(answer.body, dict) else answer.includes
    return answer.status < 400 and said.get("status") != "ERROR"
