"""Shows what a run found: a table, and JSON that can be published."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from pa_emulator.verify.hosts import OFFICIAL
from pa_emulator.verify.runner import DIFFERS, HOLDS, NOT_TRIED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from pa_emulator.verify.cases import Unseen
    from pa_emulator.verify.runner import Result
    from pa_emulator.verify.server import Target
    from pa_emulator.verify.undo import Left

FORMAT = 1
MARK = '{\n  "format": '
"""How a report begins."""
STYLES = {HOLDS: "green", DIFFERS: "bold red", NOT_TRIED: "yellow"}
LONGEST = 80
"""The JSON has the whole text."""
LONGEST_IN_JSON = 300
WORDS = {HOLDS: "hold", DIFFERS: "differ", NOT_TRIED: "not tried"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """All about a run. `stopped` says why it ended early, if it did."""

    target: Target
    plan: str
    root: str
    results: Sequence[Result]
    left: Sequence[Left]
    calls: int
    seconds: float
    stopped: str = ""

    def count(self, status: str) -> int:
        return sum(result.status == status for result in self.results)


def redacted(text: str, run: Run) -> str:
    """Remove token, domain, username and the name of the run's folder from a text."""
    target = run.target
    if target.token:
        text = _hidden(text, target.token, "TOKEN")
    text = text.replace(run.root.rpartition("/")[2], "FOLDER")
    names = [(target.domain, "DOMAIN"), (target.domain.replace(".", "_"), "DOMAIN")]
    for name, word in (*names, (target.username, "USER")):
        text = _hidden(text, name, word, alone=True)
    if target.host not in OFFICIAL:
        text = _hidden(text, target.host, "HOST", alone=True)
    return text


def _hidden(text: str, name: str, word: str, *, alone: bool = False) -> str:
    """Replace a name in all spellings: in other capitals, and percent-encoded once or twice."""
    if not name:
        return text
    signs = "".join(f"(?:{re.escape(sign)}|%(?:25)*{ord(sign):02x})" for sign in name)
    before = "(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f]{2}))" if alone else ""
    after = "(?![A-Za-z0-9])" if alone else ""
    return re.sub(before + signs + after, word, text, flags=re.IGNORECASE)


def _clean(text: str, run: Run, longest: int = LONGEST_IN_JSON) -> str:
    """Redact, then cut: half of a secret would not be found."""
    text = redacted(text, run)
    return text if len(text) <= longest else text[: longest - 3] + "..."


def as_data(run: Run, hidden: Sequence[Unseen]) -> dict[str, Any]:
    """Return the report for JSON. A change of its keys needs a new `format`."""

    def clean(text: str) -> str:
        return _clean(text, run)

    return {
        "format": FORMAT,
        "program": f"pa-emulator {metadata.version('pa-deploy')}",
        "server": run.target.host if run.target.host in OFFICIAL else "other",
        "emulator": run.target.is_emulator,
        "plan": run.plan,
        "calls": run.calls,
        "seconds": round(run.seconds, 1),
        "stopped": clean(run.stopped),
        "summary": {status: run.count(status) for status in WORDS},
        "cases": [
            {
                "service": result.case.service,
                "name": result.case.name,
                "source": result.case.source,
                "choices": list(result.case.choices),
                "status": result.status,
                "found": clean(result.found),
                "differences": [clean(text) for text in result.differences],
                "why": clean(result.why),
            }
            for result in run.results
        ],
        "unseen": [{"choices": list(group.choices), "why": group.why} for group in hidden],
        "left": [clean(left.what) for left in run.left],
    }


def as_json(run: Run, hidden: Sequence[Unseen]) -> str:
    return json.dumps(as_data(run, hidden), indent=2, ensure_ascii=False) + "\n"


def show(run: Run, console: Console) -> None:
    """Print the table, the decided choices and the summary; without colours if not a terminal."""
    table = Table("service", "fact", "result", "found", box=None, pad_edge=False)
    notes = _notes(run)
    for result in run.results:
        status = Text(result.status, style=STYLES[result.status])
        found = Text(_clean(_found(result, notes), run, _longest(result)), overflow="fold")
        table.add_row(result.case.service, Text(result.case.name), status, found)
    console.print(table)
    for why, number in notes.items():
        times = sum(result.why == why for result in run.results)
        console.print(Text(redacted(f"\nNot tried ({number}), {times} facts: {why}.", run)))
    settled = {name: result for result in run.results for name in _settles(result)}
    if settled:
        console.print("\nThese entries of pa_emulator/choices.py would have to change:")
    for name, result in settled.items():
        console.print(Text(_clean(f"  {name}: {'; '.join(result.differences)}", run)))
    console.print(f"\n{_summary(run)}", highlight=False)


def _notes(run: Run) -> dict[str, int]:
    """Number the reasons shared by several facts, in the order of the table."""
    times = Counter(result.why for result in run.results if result.status == NOT_TRIED)
    return {why: at for at, why in enumerate((why for why in times if times[why] > 1), 1)}


def _found(result: Result, notes: dict[str, int]) -> str:
    if result.status == NOT_TRIED:
        return f"({notes[result.why]}) see below" if result.why in notes else result.why
    if result.status == DIFFERS:
        return f"{'; '.join(result.differences)} (answered: {result.found})"
    return result.found


def _longest(result: Result) -> int:
    return LONGEST if result.status == HOLDS else 3 * LONGEST_IN_JSON


def _settles(result: Result) -> tuple[str, ...]:
    return result.case.choices if result.status == DIFFERS else ()


def _summary(run: Run) -> str:
    counts = ", ".join(f"{run.count(status)} {word}" for status, word in WORDS.items())
    return f"{counts}. {run.calls} calls in {run.seconds:.0f} s."
