"""The outcome as JSON, and as the action's outputs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from pa_deploy.model import (
    REPORT_MARK,
    Create,
    Health,
    NewWebapp,
    Outcome,
    ReleaseOutcome,
    Rollback,
)
from pa_deploy.plan import change_json, plan_json

VERSION = 1
"""Of the report's shape; it counts up when a reader would have to change."""


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """All of the outcome; times in seconds, dates as `YYYY-MM-DD`."""
    return {
        **REPORT_MARK,
        "version": VERSION,
        "domain": outcome.domain,
        "url": outcome.url,
        "mode": outcome.mode,
        "created": _created(outcome),
        "changed": _changed(outcome),
        "plan": plan_json(outcome.plan) if outcome.plan else None,
        "steps": [
            {
                "changes": [change_json(change) for change in step.changes],
                "seconds": round(step.seconds, 3),
            }
            for step in outcome.work.steps
        ],
        "undone": [change_json(change) for change in outcome.work.undone],
        "unclear": [change_json(change) for change in outcome.work.unclear],
        "reloaded": outcome.reloaded,
        "health": _health_json(outcome.health),
        "rollback": _rollback_json(outcome.rollback),
        "shared": _shared_urls(outcome),
        "release": _release_json(outcome.release),
        "warnings": list(outcome.warnings),
        "failure": asdict(outcome.failure) if outcome.failure else None,
        "expires": outcome.expires.isoformat() if outcome.expires else None,
        "requests": outcome.requests,
        "seconds": round(outcome.seconds, 3),
    }


def _rollback_json(rollback: Rollback | None) -> dict[str, Any] | None:
    if rollback is None:
        return None
    return {
        "done": not rollback.failure,
        "changes": [change_json(change) for change in rollback.changes],
        "undone": [change_json(change) for change in rollback.undone],
        "reloaded": rollback.reloaded,
        "health": _health_json(rollback.health),
        "failure": rollback.failure or None,
    }


def _health_json(health: Health | None) -> dict[str, Any] | None:
    if health is None:
        return None
    return {
        "healthy": health.healthy,
        "url": health.url,
        "detail": health.detail,
        "status": health.status,
        "seconds": round(health.seconds, 3),
        "attempts": health.attempts,
        "log_tail": list(health.log_tail),
    }


def _release_json(release: ReleaseOutcome | None) -> dict[str, Any] | None:
    return None if release is None else {**asdict(release), "output": list(release.output)}


def output_values(outcome: Outcome) -> dict[str, Any]:
    """The value of each declared output, before it becomes a text; None if there is none."""
    plan, release = outcome.plan, outcome.release
    return {
        "url": outcome.url,
        "domain": outcome.domain,
        "created": _created(outcome),
        "changed": _changed(outcome),
        "reloaded": outcome.reloaded,
        "healthy": outcome.health.healthy if outcome.health else None,
        "rolled-back": outcome.rollback is not None and not outcome.rollback.failure,
        "plan": plan_json(plan) if plan else None,
        "digest": plan.digest if plan else None,
        "shared-urls": _shared_urls(outcome),
        "expires": outcome.expires.isoformat() if outcome.expires else None,
        "release": release.live if release else None,
        "previous-release": release.previous if release else None,
        "requests": outcome.requests,
        "duration": outcome.seconds,
    }


def output_text(value: object) -> str:
    """The text of an output's value: a word for a truth value, JSON for what has parts."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:.1f}"
        case dict() | list():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)


def _shared_urls(outcome: Outcome) -> dict[str, str]:
    return {file.key or file.path: file.url or "" for file in outcome.shared}


def _created(outcome: Outcome) -> bool:
    made = (change for step in outcome.work.steps for change in step.changes)
    return any(
        isinstance(change, Create) and isinstance(change.after, NewWebapp) for change in made
    )


def _changed(outcome: Outcome) -> bool:
    """Whether anything was changed; if nothing is written, whether anything would be."""
    if outcome.mode != "apply":
        return bool(outcome.plan and outcome.plan.changes)
    return bool(outcome.work.steps)
