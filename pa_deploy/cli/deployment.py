"""A deploy from its inputs to its report; the report is written however it ends."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from pa_deploy import __version__
from pa_deploy.ci import Ci, dotenv
from pa_deploy.cli.build import build_tools
from pa_deploy.cli.context import Context
from pa_deploy.cli.options import capitals_warning, token_warnings
from pa_deploy.cli.reading import read_and_hide
from pa_deploy.cli.several import deploy_all
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
    resolve_all,
    resolve_report,
    resolve_watching,
    unknown_inputs,
    write_file,
)
from pa_deploy.transport import Observe


def run_deploy(context: Context, flags: Mapping[str, str]) -> tuple[Outcome, ...]:
    """Settle the inputs, deploy, report. An outcome for each web app, its failure in it.

    A signal ends the deploy, and nothing else: not the account of it.
    """
    ci, given = context.ci, context.given.with_flags(flags)
    try:
        with context.interrupts.raised():
            inputs = read_and_hide(given, ci)
    except Interrupted as error:
        report = resolve_report(given)
        outcomes: tuple[Outcome, ...] = (Outcome(mode=report.mode, failure=failure_from(error)),)
        _report(outcomes, ci, report)
        return outcomes
    report = resolve_report(inputs.given, inputs.config.shared)
    warnings = (
        *token_warnings(flags),
        *unknown_inputs(given.environ),
        *inputs.config.warnings,
        *inputs.secrets.warnings,
    )
    for warning in warnings:
        ci.warning(warning)
    started = context.clock.now()
    with ExitStack() as until:
        try:
            webapps = resolve_all(inputs, warnings)
            watching = resolve_watching(inputs.given, inputs.config.shared, [])
            domains = [each.target.domain for each in webapps]
            observers = make_observers(watching, webapps[0].target, domains, ci, until)
        except InputError as error:
            seconds = context.clock.now() - started
            failure = failure_from(error)
            outcomes = (
                Outcome(mode=report.mode, warnings=warnings, failure=failure, seconds=seconds),
            )
        else:
            try:
                outcomes = _run(webapps, context, observers)
            except OtherCapitals as error:
                warnings = (*warnings, capitals_warning(error))
                ci.warning(warnings[-1])
                webapps = resolve_all(inputs.of_account(error.name), warnings)
                outcomes = _run(webapps, context, observers)
    _report(outcomes, ci, report)
    return outcomes


def _run(
    webapps: Sequence[Settings], context: Context, observers: Sequence[Observe]
) -> tuple[Outcome, ...]:
    """They are of one account and share the time, so they share the tools."""
    first = webapps[0]
    place = first.target.domain if len(webapps) == 1 else f"{len(webapps)} web apps"
    context.ci.log(f"pa-deploy {__version__}: {place}, by {first.target.host.origin}")
    context.ci.doing("Looking at the project and at PythonAnywhere")
    return deploy_all(webapps, build_tools(context, first, observers))


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
            ci.result(last_line(outcome))
        for line in undone_lines(outcome):
            ci.result(line)
    for title, message in _errors(outcomes):
        ci.error(title, message)
    ci.result(run_last_line(outcomes))


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
