"""What was on the account before a request, as the recording shows, in the order of its lists.

The emulator lists things in the order of their ids. So what is there from the start must be made in
the order in which the recording lists it, not in the order of its requests.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pa_emulator.compare.recording import Line

WEBAPPS = "webapps/"
ONE_WEBAPP = re.compile(r"webapps/([^/]+)/.*")


def webapps(lines: Sequence[Line]) -> tuple[str, ...]:
    """The domains of the web apps that were there before the first line."""
    known: dict[str, bool] = {}
    listed: list[str] = []
    for line in lines:
        if line.rest == WEBAPPS and line.method == "GET" and isinstance(line.json, list):
            listed = [domain_of(row) for row in line.json] if line.is_good else []
            break  # what it does not list was not there, or a line above shows it
        for domain, there in _told(line):
            known.setdefault(domain, there)
    known = {**dict.fromkeys(listed, True), **known}
    order = dict.fromkeys((*listed, *known))
    return tuple(domain for domain in order if domain and known[domain])


def rows(scope: str, lines: Iterable[Line]) -> tuple[dict[str, Any], ...]:
    """The rows of a list that were there before these lines. `scope` is the list's path, without
    the slash at its end.

    Rows that the recording itself has made are left out.
    """
    made: set[str] = set()
    for line in lines:
        if line.method == "DELETE" and line.is_good and f"{scope}/".startswith(line.rest):
            return ()  # with all its rows
        if line.rest.rstrip("/") != scope or not line.is_good:
            continue
        if line.method == "POST":
            made.add(str(as_object(line.json).get("id")))
        elif line.method == "GET" and isinstance(line.json, list):
            return tuple(
                as_object(each) for each in line.json if str(as_object(each).get("id")) not in made
            )
    return ()


def as_object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _told(line: Line) -> Iterator[tuple[str, bool]]:
    """Return the web app if the line shows whether it existed before."""
    webapp = ONE_WEBAPP.fullmatch(line.rest)
    if webapp and line.tells:
        yield webapp[1], not line.is_missing
    elif line.rest == WEBAPPS and line.method == "POST" and line.is_good:
        domain = (line.form or {}).get("domain_name", "")
        yield domain, as_object(line.json).get("status") == "ERROR"


def domain_of(row: object) -> str:
    return str(as_object(row).get("domain_name", ""))
