"""The outcome as the Markdown of a job summary. Every value in it is escaped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar
from urllib.parse import quote

from pa_deploy import __version__
from pa_deploy.model import Change, Outcome, Plan, ReleaseOutcome, Resource, Rollback, SharedFile
from pa_deploy.plan import describe
from pa_deploy.report import words

Item = TypeVar("Item")


def plain_md(text: str) -> str:
    """Text as it is: each mark that can be markup becomes a character reference, which Markdown
    never takes for markup (CommonMark, section 2.5).
    """
    line = _cut(" ".join(text.split()))
    return MARKUP.sub(lambda mark: f"&#{ord(mark[0])};", line)


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}…"


MARKUP = re.compile(
    r"[\\`*{}\[\]<>()#!|~&@$^]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?! |$)|^[-+=]|(?<=^\d)\."
)
"""An underscore within a word and a colon before a space are never markup."""
LONGEST_LINE = 1000
MOST_ROWS = 300
"""Of each list, so that all parts of the summary fit into what a runner takes; the log has all."""
URL_SIGNS = ":/?#[]@!$&'*+,;=%-._~"


def code_md(text: str) -> str:
    return f"<code>{plain_md(text)}</code>" if text else ""


def _link_md(url: str) -> str:
    """A link to a URL of any text; what could end the link is percent-encoded."""
    if not url.startswith(("https://", "http://")):
        return code_md(url)
    return f"[{plain_md(url)}]({quote(url, safe=URL_SIGNS)})"


def _block_md(lines: tuple[str, ...]) -> str:
    """Lines in a fence longer than any run of backticks in them."""
    body = "\n".join(_cut(describe.one_line(line)) for line in lines)
    longest = max((len(run) for run in re.findall(r"`+", body)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{body}\n{fence}"


def summary_md(outcome: Outcome, level: int = 2) -> str:
    """The whole summary under a heading of that level, ending in a newline."""
    return "\n\n".join(part for part in _parts(outcome, level) if part) + "\n"


def _parts(outcome: Outcome, level: int) -> Iterator[str]:
    yield f"{'#' * level} {_icon(outcome)} {plain_md(words.verdict(outcome))}"
    if outcome.url:
        yield f"**Site:** {_link_md(outcome.url)}"
    yield from _failure_parts(outcome)
    if outcome.plan:
        yield _changes_md(outcome, outcome.plan)
        yield _unchanged_md(outcome.plan)
    yield _result_md(outcome)
    notes = outcome.plan.notes if outcome.plan else ()
    yield _notes_md((*notes, *outcome.warnings))
    yield _footer_md(outcome)


def _icon(outcome: Outcome) -> str:
    if outcome.failure:
        return "❌"
    return "📋" if outcome.mode == "plan" else "✅"


def _failure_parts(outcome: Outcome) -> Iterator[str]:
    if outcome.failure is None:
        return
    lines = _first(outcome.failure.message.splitlines(), plain_md, "line")
    yield "\n".join(f"> {line}<br>" for line in lines).removesuffix("<br>")
    if outcome.release and outcome.release.output:
        yield "**Last lines that PythonAnywhere printed**"
        yield _block_md(outcome.release.output)
    if outcome.health and outcome.health.log_tail:
        yield "**New lines in the error log**"
        yield _block_md(outcome.health.log_tail)


def _changes_md(outcome: Outcome, plan: Plan) -> str:
    if not plan.changes:
        return "Nothing had to be changed." if outcome.mode == "apply" else "There are no changes."
    undone, unclear = frozenset(outcome.work.undone), frozenset(outcome.work.unclear)

    def row(change: Change) -> str:
        return _row(change, _verb_md(change, outcome, undone, unclear))

    rows = "\n".join(_first(plan.changes, row, "change", "| | {} | | |"))
    return f"| | What | Before | After |\n|---|---|---|---|\n{rows}"


def _first(
    items: Sequence[Item], show: Callable[[Item], str], noun: str, line: str = "{}"
) -> Iterator[str]:
    """The first of a list as Markdown, and in a last line how many more there are."""
    yield from (show(item) for item in items[:MOST_ROWS])
    if len(items) > MOST_ROWS:
        yield line.format(f"… and {describe.count(len(items) - MOST_ROWS, f'more {noun}')}")


def _row(change: Change, verb: str) -> str:
    cells = (
        verb,
        plain_md(describe.subject(change)),
        code_md(describe.before(change)),
        code_md(describe.after(change)),
    )
    return f"| {' | '.join(cells)} |"


def _verb_md(
    change: Change, outcome: Outcome, undone: frozenset[Change], unclear: frozenset[Change]
) -> str:
    verb = describe.verb(change)
    if outcome.mode != "apply":
        return verb
    if change in undone:
        state = "not live" if words.is_refused(change, outcome) else "not done"
        return f"⏸️ {verb} ({state})"
    return f"❔ {verb} (unclear)" if change in unclear else f"✅ {verb}"


def _unchanged_md(plan: Plan) -> str:
    if not plan.unchanged:
        return ""

    def row(each: Resource) -> str:
        return f"| {plain_md(describe.name(each))} | {code_md(describe.value(each))} |"

    rows = "\n".join(_first(plan.unchanged, row, "item", "| {} | |"))
    title = f"Right already: {describe.count(len(plan.unchanged), 'item')}"
    table = f"| What | Value |\n|---|---|\n{rows}"
    return f"<details><summary>{title}</summary>\n\n{table}\n\n</details>"


def _result_md(outcome: Outcome) -> str:
    lines = []
    if outcome.reload_seconds is not None:
        lines.append(f"- **Reload:** done in {outcome.reload_seconds:.1f} s")
    elif outcome.mode == "apply" and outcome.failure is None:
        lines.append(f"- **Reload:** {'left to you' if outcome.work.steps else 'not needed'}")
    if outcome.health:
        mark = "healthy" if outcome.health.healthy else "unhealthy"
        said = plain_md(words.health_sentence(outcome.health))
        lines.append(f"- **Health:** {mark}: {said}")
    if outcome.rollback:
        lines += _rollback_lines(outcome.rollback)
    if outcome.release and outcome.release.live:
        lines.append(f"- **Release:** {code_md(outcome.release.live)}{_former_md(outcome.release)}")
    lines += _first(outcome.shared, _shared_md, "shared file", "- {}")
    if outcome.expires:
        lines.append(f"- **Expires:** {outcome.expires}")
    return "\n".join(lines)


def _rollback_lines(rollback: Rollback) -> Iterator[str]:
    """What was done to put the former configuration back."""
    if rollback.failure:
        yield f"- **Rollback:** failed: {plain_md(rollback.failure)}"
    else:
        yield f"- **Rollback:** done, {describe.count(len(rollback.changes), 'change')}"
    for change in rollback.changes:
        mark = "⏸️ not done: " if change in rollback.undone else ""
        yield f"  - {mark}{plain_md(describe.sentence(change))}"
    if rollback.health:
        yield f"  - the site then: {plain_md(words.health_sentence(rollback.health))}"


def _former_md(release: ReleaseOutcome) -> str:
    if release.previous in ("", release.live):
        return ""
    return f", before it {code_md(release.previous)}"


def _shared_md(file: SharedFile) -> str:
    return f"- **Shared:** {code_md(file.path)} at {_link_md(file.url or '')}"


def _notes_md(notes: tuple[str, ...]) -> str:
    if not notes:
        return ""
    lines = _first(notes, lambda note: f"- {plain_md(note)}", "note", "- {}")
    return "**Notes**\n\n" + "\n".join(lines)


def _footer_md(outcome: Outcome) -> str:
    facts = [describe.count(outcome.requests, "API request"), f"{outcome.seconds:.1f} s"]
    if outcome.plan:
        facts.append(f"digest {code_md(outcome.plan.digest[:12])}")
    facts.append(f"pa-deploy {__version__}")
    return f"<sub>{' · '.join(facts)}</sub>"
