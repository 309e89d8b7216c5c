"""What became of a run, in words: the same in log, summary and errors."""

from __future__ import annotations

from pa_deploy.errors import ReleaseRefused
from pa_deploy.model import Change, Delete, Health, Mode, Outcome, Release
from pa_deploy.plan import CALLS_A_MINUTE, Pace, count

NOT_LIVE = ReleaseRefused.title
COMMANDS: dict[Mode, str] = {"apply": "Deploy", "plan": "Plan", "check": "Check"}
"""What a run is called as long as its web app is not known."""


def is_refused(change: Change, outcome: Outcome) -> bool:
    """Whether the change has shipped a release, which then did not go live."""
    is_release = not isinstance(change, Delete) and isinstance(change.after, Release)
    return is_release and outcome.failure is not None and outcome.failure.title == NOT_LIVE


def pace_sentence(expected: Pace) -> str:
    """How long the rate limit makes a plan take."""
    minutes = round(expected.seconds / 60)
    return (
        f"This will take about {count(minutes, 'minute')}: one endpoint needs {expected.calls} "
        f"calls, and PythonAnywhere allows {CALLS_A_MINUTE} a minute."
    )


def health_sentence(health: Health) -> str:
    tries = "" if health.attempts == 1 else f", try {health.attempts}"
    return f"{health.url} {health.detail} ({health.seconds:.2f} s{tries})"


def verdict(outcome: Outcome) -> str:
    """The whole run in a few words; the heading of the summary and the last line of the log."""
    place = outcome.domain or COMMANDS[outcome.mode]
    if outcome.failure is not None:
        return f"{place}: {outcome.failure.title}{_rollback_words(outcome)}"
    done = work(outcome.mode, len(outcome.plan.changes) if outcome.plan else 0)
    if outcome.mode != "apply":
        return f"{place}: {done}"
    return f"{place}: {done}{', reloaded' if outcome.reloaded else ''}{_health_words(outcome)}"


def work(mode: Mode, changes: int) -> str:
    """What a run without a failure has come to, of one web app or of several."""
    if mode == "check":
        return "no differences"
    if mode == "plan":
        return f"{count(changes, 'change') if changes else 'no changes'} planned"
    return f"{count(changes, 'change')} made" if changes else "nothing to change"


def _health_words(outcome: Outcome) -> str:
    if outcome.health is None:
        return ", site not asked"
    return ", healthy" if outcome.health.healthy else ", unhealthy"


def _rollback_words(outcome: Outcome) -> str:
    if outcome.rollback is None:
        return ""
    return ", not rolled back" if outcome.rollback.failure else ", rolled back"
