"""A deploy from its inputs to its report; the report is written however it ends."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pa_deploy import __version__
from pa_deploy.ci import Ci
from pa_deploy.cli.build import build_tools
from pa_deploy.cli.several import deploy_all, nothing_done
from pa_deploy.cli.signals import Interrupts
from pa_deploy.clock import Clock
from pa_deploy.errors import InputError
from pa_deploy.model import Failure, Outcome
from pa_deploy.report import (
    failure_from,
    last_line,
    redacted,
    run_failure,
    run_json,
    run_last_line,
    run_outputs,
    run_summary_md,
    undone_lines,
)
from pa_deploy.settings import (
    ReportSettings,
    Settings,
    read_config,
    resolve_all,
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


def run_deploy(context: Context, flags: Mapping[str, str]) -> tuple[Outcome, ...]:
    """Settle the inputs, deploy, report. An outcome for each web app, its failure in it."""
    ci, environ, workspace = context.ci, context.environ, context.workspace
    config = read_config(flags, environ, workspace)
    for secret in (*secret_texts(environ, flags), *config.secrets):
        ci.mask(secret)
    warnings = (*unknown_inputs(environ), *config.warnings)
    for warning in warnings:
        ci.warning(warning)
    started = context.clock.now()
    try:
        webapps = resolve_all(flags, environ, workspace, config, warnings)
    except InputError as error:
        seconds = context.clock.now() - started
        outcome = nothing_done(failure_from(error), warnings=warnings)
        outcomes: tuple[Outcome, ...] = (replace(outcome, seconds=seconds),)
    else:
        outcomes = _run(webapps, context)
    outcomes = redacted(outcomes, ci.clean)
    with context.interrupts.deferred():
        _report(outcomes, ci, resolve_report(flags, environ, workspace, config.shared))
    return outcomes


def _run(webapps: Sequence[Settings], context: Context) -> tuple[Outcome, ...]:
    """They are of one account and share the time, so they share the tools."""
    first = webapps[0]
    place = first.target.domain if len(webapps) == 1 else f"{len(webapps)} web apps"
    context.ci.log(f"pa-deploy {__version__}: {place}, by {first.target.host.origin}")
    tools = build_tools(first.target, first.timeout_seconds, context.ci, context.clock)
    return deploy_all(webapps, tools)


def exit_code(outcomes: Sequence[Outcome]) -> int:
    failure = run_failure(outcomes)
    return failure.exit_code if failure else 0


def _report(outcomes: Sequence[Outcome], ci: Ci, wanted: ReportSettings) -> None:
    for name, value in run_outputs(outcomes).items():
        ci.output(name, value)
    if wanted.summary:
        ci.summary(run_summary_md(outcomes))
    if wanted.file:
        _write_json(wanted.file, outcomes, ci)
    if len(outcomes) > 1:
        ci.log("\n=== All web apps ===")
    for outcome in outcomes:
        if len(outcomes) > 1:
            ci.log(last_line(outcome))
        for line in undone_lines(outcome):
            ci.log(line)
    for title, message in _errors(outcomes):
        ci.error(title, message)
    ci.log(run_last_line(outcomes))


def _errors(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, str]]:
    """Title and message of each failure, once; of several web apps it names those it is of."""
    domains: dict[Failure, list[str]] = {}
    for outcome in outcomes:
        if outcome.failure:
            domains.setdefault(outcome.failure, []).append(outcome.domain)
    for failure, of in domains.items():
        title = failure.title if len(outcomes) == 1 else f"{', '.join(of)}: {failure.title}"
        yield title, failure.message


def _write_json(path: Path, outcomes: Sequence[Outcome], ci: Ci) -> None:
    text = json.dumps(run_json(outcomes), indent=2, ensure_ascii=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(ci.clean(text) + "\n", encoding="utf-8")
    except OSError as error:
        ci.warning(f"The report {path} was not written: {error.strerror}.")
