"""A whole run: what its only web app tells, or several web apps together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pa_deploy.errors import InputError, Refused
from pa_deploy.model import REPORT_MARK, Failure, Outcome
from pa_deploy.plan import combined_digest, count
from pa_deploy.report import words
from pa_deploy.report.encode import VERSION, outcome_json, output_text, output_values
from pa_deploy.report.lines import last_line
from pa_deploy.report.markdown import code_md, plain_md, summary_md

NOT_BEGUN = "Not begun"
"""The title of the failure of a web app that the run did not come to."""
WITHOUT_FAILURE = {"plan": "planned", "check": "with no differences", "apply": "as wanted"}

Outcomes = Sequence[Outcome]


def run_failure(outcomes: Outcomes) -> Failure | None:
    """The first failure."""
    return next((outcome.failure for outcome in outcomes if outcome.failure), None)


def run_exit_code(outcomes: Outcomes) -> int:
    """That of the first failure, or 0.

    "Bad input" means that nothing was changed. If an input turned out to be bad only after this
    run had changed something, another web app perhaps, it is a change that was refused.
    """
    failure = run_failure(outcomes)
    if failure is None:
        return 0
    if failure.exit_code == InputError.exit_code and any(map(_changed, outcomes)):
        return Refused.exit_code
    return failure.exit_code


def _changed(outcome: Outcome) -> bool:
    return bool(outcome.work.steps or outcome.work.unclear or outcome.reloaded)


def run_digest(outcomes: Outcomes) -> str:
    """What `expect-digest` is compared with; "" if a plan is missing."""
    digests = [outcome.plan.digest for outcome in outcomes if outcome.plan]
    if len(digests) < len(outcomes):
        return ""
    return digests[0] if len(digests) == 1 else combined_digest(digests)


def run_outputs(outcomes: Outcomes) -> dict[str, str]:
    """The text of each declared output."""
    values = output_values(outcomes[0]) if len(outcomes) == 1 else _together(outcomes)
    return {name: output_text(value) for name, value in values.items()}


def _together(outcomes: Outcomes) -> dict[str, Any]:
    """One value for all web apps: true if any is, `healthy` if all that were asked are; the sum of
    numbers, the list of plans; else a line each.
    """
    each = [output_values(outcome) for outcome in outcomes]
    by_name = {name: [one[name] for one in each] for name in each[0]}
    asked = [value for value in by_name["healthy"] if value is not None]
    return {
        **{name: _lines(values) for name, values in by_name.items()},
        **{name: any(by_name[name]) for name in ("created", "changed", "reloaded", "rolled-back")},
        **{name: sum(by_name[name]) for name in ("requests", "duration")},
        "healthy": all(asked) if asked else None,
        "plan": by_name["plan"],
        "digest": run_digest(outcomes),
        # All web apps are of one account, and so is what they share.
        "shared-urls": {path: url for urls in by_name["shared-urls"] for path, url in urls.items()},
    }


def _lines(values: Sequence[object]) -> str:
    texts = [output_text(value) for value in values]
    return "\n".join(texts) if any(texts) else ""


def run_json(outcomes: Outcomes) -> dict[str, Any]:
    """The report: the outcome of the only web app, or all outcomes and what they add up to."""
    each = [outcome_json(outcome) for outcome in outcomes]
    if len(each) == 1:
        return each[0]
    together = _together(outcomes)
    return {
        **REPORT_MARK,
        "version": VERSION,
        "webapps": each,
        **{name: together[name] for name in ("created", "changed", "reloaded", "healthy")},
        "digest": together["digest"] or None,
        "exit_code": run_exit_code(outcomes),
        "requests": together["requests"],
        "seconds": round(together["duration"], 3),
    }


def run_summary_md(outcomes: Outcomes) -> str:
    """The whole summary: a section for each web app, if there are several, under one heading."""
    if len(outcomes) == 1:
        return summary_md(outcomes[0])
    icon = "❌" if run_failure(outcomes) else "📋" if outcomes[0].mode == "plan" else "✅"
    parts = [f"## {icon} {plain_md(run_last_line(outcomes))}\n"]
    digest = run_digest(outcomes)
    if digest:
        parts.append(f"Digest of all plans together: {code_md(digest)}\n")
    return "\n".join((*parts, *(summary_md(outcome, level=3) for outcome in outcomes)))


def run_last_line(outcomes: Outcomes) -> str:
    if len(outcomes) == 1:
        return last_line(outcomes[0])
    requests = count(sum(outcome.requests for outcome in outcomes), "API request")
    seconds = sum(outcome.seconds for outcome in outcomes)
    return f"{_verdict(outcomes)} ({requests}, {seconds:.1f} s)"


def _verdict(outcomes: Outcomes) -> str:
    place, mode = count(len(outcomes), "web app"), outcomes[0].mode
    failures = [outcome.failure for outcome in outcomes if outcome.failure]
    if failures:
        waiting = sum(failure.title == NOT_BEGUN for failure in failures)
        counts = {
            WITHOUT_FAILURE[mode]: len(outcomes) - len(failures),
            "failed": len(failures) - waiting,
            "not begun": waiting,
        }
        said = (f"{number} {what}" for what, number in counts.items() if number)
        return f"{place}: {', '.join(said)}"
    changes = sum(len(outcome.plan.changes) for outcome in outcomes if outcome.plan)
    return f"{place}: {words.work(mode, changes)}"
