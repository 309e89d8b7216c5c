"""The outcome as the Markdown of a job summary. Every value in it is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pa_deploy import __version__
from pa_deploy.model import Change, Outcome, Plan
from pa_deploy.report import words


def plain_md(text: str) -> str:
    """Text as it is: each mark that can be markup becomes a character reference, which Markdown
    never takes for markup (CommonMark, section 2.5).
    """
    line = " ".join(text.split())
    return MARKUP.sub(lambda mark: f"&#{ord(mark[0])};", line)


# An underscore within a word and a colon before a space are never markup.
MARKUP = re.compile(
    r"[\\`*{}\[\]<>()#!|~&@$^]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?! |$)|^[-+=]|(?<=^\d)\."
)
LONGEST_LINE = 500


def code_md(text: str) -> str:
    return f"<code>{plain_md(text)}</code>" if text else ""


def block_md(lines: tuple[str, ...]) -> str:
    """Lines in a fence longer than any run of backticks in them."""
    body = "\n".join(line[:LONGEST_LINE] for line in lines)
    longest = max((len(run) for run in re.findall(r"`+", body)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{body}\n{fence}"


def summary_md(outcome: Outcome, level: int = 2) -> str:
    """The whole summary under a heading of that level, ending in a newline."""
    return "\n\n".join(part for part in _parts(outcome, level) if part) + "\n"


def _parts(outcome: Outcome, level: int) -> Iterator[str]:
    yield f"{'#' * level} {_icon(outcome)} {plain_md(words.verdict(outcome))}"
    if outcome.url:
        yield f"**Site:** [{plain_md(outcome.url)}]({outcome.url})"
    yield from _failure_parts(outcome)
    if outcome.plan:
        yield _changes_md(outcome, outcome.plan)
        yield _unchanged_md(outcome.plan)
    yield _result_md(outcome)
    yield _notes_md((*(outcome.plan.notes if outcome.plan else ()), *outcome.warnings))
    yield _footer_md(outcome)


def _icon(outcome: Outcome) -> str:
    if outcome.failure:
        return "❌"
    return "📋" if outcome.mode == "plan" else "✅"


def _failure_parts(outcome: Outcome) -> Iterator[str]:
    if outcome.failure is None:
        return
    lines = outcome.failure.message.splitlines()
    yield "\n".join(f"> {plain_md(line)}<br>" for line in lines).removesuffix("<br>")
    if outcome.health and outcome.health.log_tail:
        yield "**The end of the error log** (it may hold older errors)"
        yield block_md(outcome.health.log_tail)


def _changes_md(outcome: Outcome, plan: Plan) -> str:
    if not plan.changes:
        return "Nothing had to be changed." if outcome.mode == "apply" else "There are no changes."
    rows = "\n".join(_row(change, outcome) for change in plan.changes)
    return f"| | What | Before | After |\n|---|---|---|---|\n{rows}"


def _row(change: Change, outcome: Outcome) -> str:
    cells = (
        _verb_md(change, outcome),
        plain_md(words.subject(change)),
        code_md(words.before(change)),
        code_md(words.after(change)),
    )
    return f"| {' | '.join(cells)} |"


def _verb_md(change: Change, outcome: Outcome) -> str:
    verb = words.verb(change)
    if outcome.mode != "apply":
        return verb
    if change in outcome.undone:
        return f"⏸️ {verb} (not done)"
    return f"❔ {verb} (unclear)" if change in outcome.unclear else f"✅ {verb}"


def _unchanged_md(plan: Plan) -> str:
    if not plan.unchanged:
        return ""
    rows = "\n".join(
        f"| {plain_md(words.name(each))} | {code_md(words.value(each))} |"
        for each in plan.unchanged
    )
    title = f"Right already: {words.count(len(plan.unchanged), 'item')}"
    table = f"| What | Value |\n|---|---|\n{rows}"
    return f"<details><summary>{title}</summary>\n\n{table}\n\n</details>"


def _result_md(outcome: Outcome) -> str:
    lines = []
    if outcome.reloaded:
        lines.append(f"- **Reload:** done in {outcome.reload_seconds:.1f} s")
    elif outcome.mode == "apply" and outcome.failure is None:
        lines.append(f"- **Reload:** {'left to you' if outcome.steps else 'not needed'}")
    if outcome.health:
        mark = "healthy" if outcome.health.healthy else "unhealthy"
        said = plain_md(words.health_sentence(outcome.health))
        lines.append(f"- **Health:** {mark}: {said}")
    if outcome.expires:
        lines.append(f"- **Expires:** {outcome.expires}")
    return "\n".join(lines)


def _notes_md(notes: tuple[str, ...]) -> str:
    if not notes:
        return ""
    return "**Notes**\n\n" + "\n".join(f"- {plain_md(note)}" for note in notes)


def _footer_md(outcome: Outcome) -> str:
    facts = [words.count(outcome.requests, "API request"), f"{outcome.seconds:.1f} s"]
    if outcome.plan:
        facts.append(f"digest {code_md(outcome.plan.digest[:12])}")
    facts.append(f"pa-deploy {__version__}")
    return f"<sub>{' · '.join(facts)}</sub>"
