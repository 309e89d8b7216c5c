"""A deploy from its inputs to its report; the report is written however it ends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pa_deploy import __version__
from pa_deploy.ci import Ci, who_runs
from pa_deploy.cli.build import build_tools
from pa_deploy.cli.signals import Interrupts
from pa_deploy.clock import Clock
from pa_deploy.deploy import deploy
from pa_deploy.errors import InputError
from pa_deploy.model import Outcome
from pa_deploy.report import (
    failure_from,
    last_line,
    outcome_json,
    outputs,
    redacted,
    summary_md,
    undone_lines,
)
from pa_deploy.settings import (
    ReportSettings,
    Settings,
    resolve,
    resolve_report,
    secret_texts,
    unknown_inputs,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a command may use of the world. Files of this side are in `workspace`."""

    environ: Mapping[str, str]
    workspace: Path
    ci: Ci
    clock: Clock
    interrupts: Interrupts


def run_deploy(context: Context, flags: Mapping[str, str]) -> Outcome:
    """Settle the inputs, deploy, report. A failure is in the outcome, and reported.

    A signal ends the deploy, and nothing else: not the account of it.
    """
    with context.interrupts.deferred():
        return _run_deploy(context, flags)


def _run_deploy(context: Context, flags: Mapping[str, str]) -> Outcome:
    ci = context.ci
    for secret in secret_texts(context.environ, flags):
        ci.mask(secret)
    warnings = unknown_inputs(context.environ)
    for warning in warnings:
        ci.warning(warning)
    started = context.clock.now()
    try:
        settings = resolve(flags, context.environ, context.workspace, warnings)
    except InputError as error:
        outcome = _never_started(error, warnings, context.clock.now() - started)
    else:
        outcome = _run(settings, context)
    outcome = redacted(outcome, ci.clean)
    _report(outcome, ci, resolve_report(flags, context.environ, context.workspace))
    return outcome


def _run(settings: Settings, context: Context) -> Outcome:
    target = settings.target
    context.ci.log(f"pa-deploy {__version__}: {target.domain}, by {target.host.origin}")
    tools = build_tools(
        target,
        settings.timeout_seconds,
        context.ci,
        context.clock,
        who_runs(context.environ),
        context.interrupts.raised,
    )
    return deploy(settings, tools)


def exit_code(outcome: Outcome) -> int:
    return outcome.failure.exit_code if outcome.failure else 0


def _never_started(error: InputError, warnings: tuple[str, ...], seconds: float) -> Outcome:
    return Outcome(
        domain="",
        url="",
        mode="apply",
        plan=None,
        undone=(),
        unclear=(),
        steps=(),
        reloaded=False,
        reload_seconds=0.0,
        health=None,
        warnings=warnings,
        failure=failure_from(error),
        expires=None,
        requests=0,
        seconds=seconds,
    )


def _report(outcome: Outcome, ci: Ci, wanted: ReportSettings) -> None:
    for name, value in outputs(outcome).items():
        ci.output(name, value)
    if wanted.summary:
        ci.summary(summary_md(outcome))
    if wanted.file:
        _write_json(wanted.file, outcome, ci)
    for line in undone_lines(outcome):
        ci.log(line)
    if outcome.failure:
        ci.error(outcome.failure.title, outcome.failure.message)
    ci.log(last_line(outcome))


def _write_json(path: Path, outcome: Outcome, ci: Ci) -> None:
    text = json.dumps(outcome_json(outcome), indent=2, ensure_ascii=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(ci.clean(text) + "\n", encoding="utf-8")
    except OSError as error:
        ci.warning(f"The report {path} was not written: {error.strerror}.")
