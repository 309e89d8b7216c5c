"""A deploy from its inputs to its report; the report is written however it ends."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from pa_deploy import __version__
from pa_deploy.background import interruptible
from pa_deploy.ci import Ci, dotenv, who_runs
from pa_deploy.cli.build import build_tools
from pa_deploy.cli.context import Context
from pa_deploy.cli.options import capitals_warning, token_warnings
from pa_deploy.cli.several import deploy_all, nothing_done
from pa_deploy.cli.watching import make_observers
from pa_deploy.errors import InputError, Interrupted, OtherCapitals
from pa_deploy.model import SUMMARY_MARK, Exact, Failure, Outcome
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
    find_secrets,
    read_config,
    resolve_all,
    resolve_report,
    resolve_watching,
    unknown_inputs,
    with_token,
    write_file,
)
from pa_deploy.transport import Observe


def run_deploy(context: Context, given: Mapping[str, str]) -> tuple[Outcome, ...]:
    """Settle the inputs, deploy, report. An outcome for each web app, its failure in it.

    A signal ends the deploy, and nothing else: not the account of it.
    """
    ci, environ, workspace = context.ci, context.environ, context.workspace
    try:
        with context.interrupts.raised():  # a file may be a pipe that nobody writes to
            config, (flags, unusable) = interruptible(
                lambda: (read_config(given, environ, workspace), _with_token(context, given))
            )
    except Interrupted as error:
        outcomes: tuple[Outcome, ...] = (nothing_done(failure_from(error)),)
        _report(outcomes, ci, resolve_report(given, environ, workspace))
        return outcomes
    ci.forget()
    secrets = find_secrets(environ, flags, config)
    for secret in secrets.hidden:
        ci.mask(secret)
    for secret in secrets.weak:
        ci.hide_whole(secret)
    warnings = (
        *token_warnings(given),
        *unknown_inputs(environ),
        *config.warnings,
        *secrets.warnings,
    )
    for warning in warnings:
        ci.warning(warning)
    started = context.clock.now()
    with ExitStack() as until:
        try:
            if unusable:
                raise unusable
            webapps = resolve_all(flags, environ, workspace, config, warnings)
            watching = resolve_watching(flags, environ, workspace, config.shared, [])
            domains = [each.target.domain for each in webapps]
            observers = make_observers(watching, webapps[0].target, domains, ci, until)
        except InputError as error:
            seconds = context.clock.now() - started
            outcome = nothing_done(failure_from(error), warnings=warnings)
            outcomes = (replace(outcome, seconds=seconds),)
        else:
            try:
                outcomes = _run(webapps, context, observers)
            except OtherCapitals as error:
                warnings = (*warnings, capitals_warning(error))
                ci.warning(warnings[-1])
                flags = {**flags, "username": error.name}
                webapps = resolve_all(flags, environ, workspace, config, warnings)
                outcomes = _run(webapps, context, observers)
    _report(outcomes, ci, resolve_report(flags, environ, workspace, config.shared))
    return outcomes


def _with_token(
    context: Context, given: Mapping[str, str]
) -> tuple[Mapping[str, str], InputError | None]:
    """The flags with the token of `token-file`, or why that file cannot be used."""
    try:
        return with_token(given, context.environ, context.workspace), None
    except InputError as error:
        return given, error


def _run(
    webapps: Sequence[Settings], context: Context, observers: Sequence[Observe]
) -> tuple[Outcome, ...]:
    """They are of one account and share the time, so they share the tools."""
    first = webapps[0]
    place = first.target.domain if len(webapps) == 1 else f"{len(webapps)} web apps"
    context.ci.log(f"pa-deploy {__version__}: {place}, by {first.target.host.origin}")
    tools = build_tools(
        first.target,
        first.timeout_seconds,
        context.ci,
        context.clock,
        who_runs(context.environ),
        context.interrupts.raised,
        context.environ,
        observers,
    )
    return deploy_all(webapps, tools)


def _report(outcomes: Sequence[Outcome], ci: Ci, wanted: ReportSettings) -> None:
    """Tell the outcomes. They lose their secrets value by value; what is made of them has none."""
    outcomes = redacted(tuple(outcomes), ci.redact)
    values = run_outputs(outcomes)
    for name, value in values.items():
        ci.output(name, Exact(value))
    summary = run_summary_md(outcomes)
    if wanted.summary:
        ci.summary(Exact(summary), failed=run_failure(outcomes) is not None)
    _write_files(outcomes, values, summary, wanted, ci)
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


def _write_files(
    outcomes: Sequence[Outcome],
    values: Mapping[str, str],
    summary: str,
    wanted: ReportSettings,
    ci: Ci,
) -> None:
    if wanted.file:
        _write(wanted.file, json.dumps(run_json(outcomes), indent=2, ensure_ascii=False), ci)
    if wanted.summary_file:
        _write(wanted.summary_file, f"{summary.rstrip()}\n{SUMMARY_MARK}", ci)
    if wanted.outputs_file:
        _write_outputs(wanted.outputs_file, values, ci)


def _errors(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, str]]:
    """Title and message of each failure, once; of several web apps it names those it is of."""
    domains: dict[Failure, list[str]] = {}
    for outcome in outcomes:
        if outcome.failure:
            domains.setdefault(outcome.failure, []).append(outcome.domain)
    for failure, of in domains.items():
        title = failure.title if len(outcomes) == 1 else f"{', '.join(of)}: {failure.title}"
        yield title, failure.message


def _write_outputs(path: Path, values: Mapping[str, str], ci: Ci) -> None:
    text, emptied = dotenv(values)
    for name in emptied:
        ci.warning(
            f"The output {name} is too long for the file of `outputs-file`, and was left empty "
            "there. The file of `report` has it."
        )
    _write(path, text, ci)


def _write(path: Path, text: str, ci: Ci) -> None:
    try:
        write_file(path, text.rstrip("\n") + "\n")
    except OSError as error:
        ci.warning(f"The file {path} was not written: {error.strerror}.")
