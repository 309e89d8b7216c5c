"""Several web apps in one run, one after the other; each of them is deployed by `deploy`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pa_deploy.deploy import Prepared, Tools, Warnings, deploy, prepare, scratch_folder
from pa_deploy.errors import Drift, Interrupted, PlanChanged, Unauthorized
from pa_deploy.model import Failure, Outcome
from pa_deploy.report import NOT_BEGUN, failure_from, run_digest
from pa_deploy.settings import Settings


def deploy_all(webapps: Sequence[Settings], tools: Tools) -> tuple[Outcome, ...]:
    """An outcome for each web app. A failure of one does not keep the others from being deployed,
    unless it would be theirs too: a signal, or a token that is refused.
    """
    if len(webapps) == 1:
        return (deploy(webapps[0], tools),)
    with ExitStack() as folders:
        jobs = [_prepare(settings, tools, folders) for settings in webapps]
        bad = next((job.failure for job in jobs if job.failure), None)
        if bad:
            return tuple(_stopped_before(job, bad) for job in jobs)
        if webapps[0].expect_digest is not None:
            return _as_expected(jobs, tools, webapps[0].expect_digest)
        return _one_by_one(jobs, tools)


@dataclass(frozen=True, slots=True)
class _Job:
    """One web app, with this side made ready for it, or why it could not be."""

    settings: Settings
    prepared: Prepared
    failure: Failure | None = None


def _prepare(settings: Settings, tools: Tools, folders: ExitStack) -> _Job:
    warnings = Warnings(tools.ci)
    prepared, failure = Prepared(), None
    try:
        with tools.interruptible():
            scratch = folders.enter_context(scratch_folder(settings))
            prepared = prepare(settings, tools, Path(scratch), warnings)
    except (Exception, Interrupted) as error:
        failure = failure_from(error)
    told = (*settings.warnings, *warnings.texts)
    return _Job(replace(settings, warnings=told), prepared, failure)


def _stopped_before(job: _Job, bad: Failure) -> Outcome:
    """Of one of several web apps, if something is wrong with any before anything is written."""
    if job.failure is None:
        return _not_begun(job.settings, bad)
    return replace(_not_begun(job.settings, bad), failure=job.failure)


def _one_by_one(jobs: Sequence[_Job], tools: Tools, what: str = "") -> tuple[Outcome, ...]:
    outcomes: list[Outcome] = []
    end: Failure | None = None
    try:
        for number, job in enumerate(jobs, start=1):
            domain = job.settings.target.domain
            tools.ci.log(f"\n=== {domain}{what} ({number} of {len(jobs)}) ===")
            outcomes.append(_deploy(job, tools))
            failure = outcomes[-1].failure
            if failure and _is_for_all(failure):
                end = failure
                break
    except Interrupted as error:
        end = failure_from(error)
    rest = jobs[len(outcomes) :]
    return (*outcomes, *(_not_begun(each.settings, end) for each in rest if end))


def _deploy(job: _Job, tools: Tools) -> Outcome:
    """As `deploy`, but with the requests of this web app alone."""
    before = tools.transport.requests
    outcome = deploy(job.settings, tools, job.prepared)
    return replace(outcome, requests=outcome.requests - before)


def _is_for_all(failure: Failure) -> bool:
    """Whether it is the others' failure too: the token is theirs, and a signal ends the run."""
    return failure.exit_code == Unauthorized.exit_code or failure.exit_code > 128


def _not_begun(settings: Settings, end: Failure) -> Outcome:
    """The outcome of a web app that the run did not come to."""
    return Outcome(
        domain=settings.target.domain,
        url=settings.target.site_url,
        mode=settings.mode,
        warnings=settings.warnings,
        failure=_held_back(end),
    )


def _held_back(cause: Failure) -> Failure:
    return Failure(
        title=NOT_BEGUN,
        message=f"Nothing was written, because of another web app: {cause.title}.\n"
        "Run again. It continues from what is already done.",
        exit_code=cause.exit_code,
    )


def _as_expected(jobs: Sequence[_Job], tools: Tools, expected: str) -> tuple[Outcome, ...]:
    """All are planned before anything is written; then each is held to the plan that was seen."""
    mode = jobs[0].settings.mode
    looking = [
        _with(job, mode="plan" if mode == "apply" else mode, expect_digest=None) for job in jobs
    ]
    seen = tuple(replace(each, mode=mode) for each in _one_by_one(looking, tools, ": plan"))
    stopped = _stopped(seen, expected)
    if stopped or mode != "apply":
        return stopped or seen
    held = [
        _with(job, expect_digest=outcome.plan.digest if outcome.plan else None)
        for job, outcome in zip(jobs, seen, strict=True)
    ]
    done = _one_by_one(held, tools)
    return tuple(_both(before, after) for before, after in zip(seen, done, strict=True))


def _with(job: _Job, **settings: Any) -> _Job:  # noqa: ANN401 - fields of Settings
    return replace(job, settings=replace(job.settings, **settings))


def _both(before: Outcome, after: Outcome) -> Outcome:
    """The outcome with what the look before it cost, and with its plan if it came to none."""
    told = after if after.plan else replace(before, failure=after.failure)
    return replace(
        told, requests=before.requests + after.requests, seconds=before.seconds + after.seconds
    )


def _stopped(seen: tuple[Outcome, ...], expected: str) -> tuple[Outcome, ...]:
    """The outcomes, if nothing may be written: a plan is missing, or they are not as expected."""
    failures = [outcome.failure for outcome in seen if outcome.failure]
    broken = next((each for each in failures if each.exit_code != Drift.exit_code), None)
    if broken:
        return tuple(replace(each, failure=each.failure or _held_back(broken)) for each in seen)
    digest = run_digest(seen)
    if digest == expected:
        return ()
    failure = failure_from(
        PlanChanged(
            f"The digest of all plans is {digest}, but `expect-digest` is {expected}.",
            cause="A web app or the inputs have changed since those plans were made.",
            advice="Nothing was written. Review the plans above. To accept them, set "
            "`expect-digest` to their digest.",
        )
    )
    return tuple(replace(each, failure=failure) for each in seen)
