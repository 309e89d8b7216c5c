"""One deploy, told flat: observe, plan, apply, reload, verify."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from urllib.parse import urljoin

from pa_deploy.api import Api
from pa_deploy.ci import Ci
from pa_deploy.clock import Deadline
from pa_deploy.errors import (
    Drift,
    Interrupted,
    NotKept,
    PlanChanged,
    Refused,
    Unclear,
    Unhealthy,
    Unreachable,
)
from pa_deploy.model import Actual, Change, Health, HealthCheck, Outcome, Plan, SharedFile, Step
from pa_deploy.plan import make_plan, missing_notes, target, used_paths
from pa_deploy.reconcile import apply, find_missing, observe
from pa_deploy.report import failure_from, health_sentence, plan_lines, sentence, sentences
from pa_deploy.settings import Settings
from pa_deploy.transport import Transport
from pa_deploy.verify import Site, read_log_tail, wait_until_healthy, with_login

ROUNDS = 3
"""How often the state is read and planned anew after an unclear answer, the first included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The real things that a deploy works with."""

    api: Api
    transport: Transport
    site: Site
    deadline: Deadline
    ci: Ci


@dataclass(slots=True)
class _Progress:
    """What has been done so far, so that a run that fails can still tell."""

    started: float
    plan: Plan | None = None
    steps: list[Step] = field(default_factory=list)
    under_way: tuple[Change, ...] = ()
    actual: Actual | None = None
    reloaded: bool = False
    reload_seconds: float = 0.0
    health: Health | None = None
    warnings: list[str] = field(default_factory=list)

    def settle(self, changes: tuple[Change, ...]) -> None:
        """Note changes that turned out to be made, though no clear answer said so."""
        known = {target(change) for step in self.steps for change in step.changes}
        new = tuple(change for change in changes if target(change) not in known)
        if new:
            self.steps.append(Step(new, 0.0))


def deploy(settings: Settings, tools: Tools) -> Outcome:
    """Carry out `settings`. Whatever goes wrong is told by the outcome, not raised."""
    progress = _Progress(started=tools.deadline.clock.now())
    failure = None
    try:
        _deploy(settings, tools, progress)
    except (Exception, Interrupted) as error:
        failure = failure_from(error)
    webapp = progress.actual.webapp if progress.actual else None
    undone = _undone(progress)
    return Outcome(
        domain=settings.target.domain,
        url=settings.target.site_url,
        mode=settings.mode,
        plan=progress.plan,
        undone=tuple(change for change in undone if change not in progress.under_way),
        unclear=tuple(change for change in undone if change in progress.under_way),
        steps=tuple(progress.steps),
        reloaded=progress.reloaded,
        reload_seconds=progress.reload_seconds,
        health=progress.health,
        shared=_shared(settings, progress.actual),
        warnings=(*settings.warnings, *progress.warnings),
        failure=failure,
        expires=webapp.expiry if webapp else None,
        requests=tools.transport.requests,
        seconds=tools.deadline.clock.now() - progress.started,
    )


def _shared(settings: Settings, actual: Actual | None) -> tuple[SharedFile, ...]:
    """What is known to be shared, with whole URLs, in the order of the input."""
    links = {file.path: file.url for file in (actual.shared_files if actual else None) or ()}
    origin = settings.target.host.origin
    return tuple(
        SharedFile(file.path, urljoin(origin, links[file.path]))
        for file in settings.wanted.share_files or ()
        if file.path in links
    )


def _undone(progress: _Progress) -> tuple[Change, ...]:
    made = {target(change) for step in progress.steps for change in step.changes}
    changes = progress.plan.changes if progress.plan else ()
    return tuple(change for change in changes if target(change) not in made)


def _deploy(settings: Settings, tools: Tools, progress: _Progress) -> None:
    actual = observe(tools.api, settings.wanted, tools.deadline.clock)
    if settings.mode != "apply":
        actual = _look_for_paths(actual, settings, tools)
    progress.actual = actual
    plan = make_plan(actual, settings.wanted, settings.policy)
    progress.plan = plan
    for line in plan_lines(plan):
        tools.ci.log(line)
    _guard(plan, settings)
    if settings.mode != "apply":
        return
    actual = progress.actual = _converge(plan, actual, settings, tools, progress)
    for file in _shared(settings, actual):
        tools.ci.log(f"{file.path} is shared: {file.url}")
    if plan.reload:
        _reload(settings.target.domain, tools, progress)
    if settings.health_check and settings.policy.reload != "never":
        check = with_login(settings.health_check, actual.webapp)
        try:
            _verify(settings.target.domain, check, tools, progress)
        except Unhealthy:
            _note_missing_paths(settings, tools, progress)
            raise


def _look_for_paths(actual: Actual, settings: Settings, tools: Tools) -> Actual:
    """With what is missing of the paths that the web app uses; costs requests."""
    paths = (path for path, _ in used_paths(actual, settings.wanted))
    return replace(actual, missing_paths=find_missing(tools.api, paths))


def _note_missing_paths(settings: Settings, tools: Tools, progress: _Progress) -> None:
    """What may be why the site is unhealthy. A run that ends well does not pay for it."""
    if progress.actual is None or progress.plan is None:
        return
    actual = _look_for_paths(progress.actual, settings, tools)
    notes = tuple(missing_notes(actual, settings.wanted))
    progress.plan = replace(progress.plan, notes=(*progress.plan.notes, *notes))
    for note in notes:
        tools.ci.log(f"! {note}")


def _guard(plan: Plan, settings: Settings) -> None:
    """Stop where the plan is not to be gone on with."""
    if settings.expect_digest not in (None, plan.digest):
        raise PlanChanged(
            f"The plan has the digest {plan.digest}, expected was {settings.expect_digest}.",
            cause="The web app or the inputs have changed since that plan was made.",
            advice="Nothing was written. Look at the plan above, and expect its digest if it is "
            "what you want.",
        )
    if settings.mode == "check" and plan.changes:
        raise Drift(
            f"{plan.domain} differs from what is wanted: {sentences(plan.changes)}.",
            cause="Somebody changed it by hand, or the inputs were changed and not applied.",
            advice="Nothing was written. A run with `mode: apply` makes these changes.",
        )


def _converge(
    plan: Plan, actual: Actual, settings: Settings, tools: Tools, progress: _Progress
) -> Actual:
    """Make the plan's changes; after an unclear answer look and plan anew, never send it again."""
    clock, wanted, policy = tools.deadline.clock, settings.wanted, settings.policy
    rest = plan
    for _ in range(ROUNDS):
        try:
            reached = _apply(rest, actual, tools, progress)
        except Unclear as error:
            unclear = error
        else:
            _insist_on_nothing_left(make_plan(reached, wanted, policy))
            return reached
        tools.ci.log(f"{unclear.what} Reading the state anew.")
        actual = observe(tools.api, wanted, clock)
        rest = make_plan(actual, wanted, policy)
        open_targets = {target(change) for change in rest.changes}
        worked = (change for change in plan.changes if target(change) not in open_targets)
        progress.settle(tuple(worked))
        progress.under_way = ()
        if not rest.changes:
            return actual
    raise Unreachable(
        f"{unclear.what} The state was read anew {ROUNDS} times, and it is still not as wanted.",
        cause="PythonAnywhere takes requests, but does not answer clearly.",
        advice="Run again later: what is done already is not done twice.",
    )


def _apply(plan: Plan, actual: Actual, tools: Tools, progress: _Progress) -> Actual:
    """Apply with an eye on what is under way, as a run can end at any moment."""

    def begin(changes: tuple[Change, ...]) -> None:
        progress.under_way = changes

    def made(step: Step) -> None:
        progress.steps.append(step)
        progress.under_way = ()
        for change in step.changes:
            tools.ci.log(f"{sentence(change)} ({step.seconds:.1f} s)")

    try:
        return apply(tools.api, plan, actual, tools.deadline.clock, begin, made)
    except Refused:
        progress.under_way = ()
        raise


def _insist_on_nothing_left(leftover: Plan) -> None:
    if leftover.changes:
        raise NotKept(
            "All changes were accepted, but PythonAnywhere's answers still call for: "
            f"{sentences(leftover.changes)}.",
            advice="Run again. If it comes back, something else changes the web app meanwhile.",
        )


def _reload(domain: str, tools: Tools, progress: _Progress) -> None:
    started = tools.deadline.clock.now()
    warning = tools.api.webapps.reload(domain)
    progress.reloaded = True
    progress.reload_seconds = tools.deadline.clock.now() - started
    tools.ci.log(f"Reload {domain} ({progress.reload_seconds:.1f} s)")
    if warning:
        progress.warnings.append(warning)
        tools.ci.warning(warning)


def _verify(domain: str, check: HealthCheck, tools: Tools, progress: _Progress) -> None:
    health = wait_until_healthy(check, tools.site, tools.deadline, tools.ci.log)
    if health.healthy:
        progress.health = health
        tools.ci.log(f"Healthy: {health_sentence(health)}")
        return
    tail = read_log_tail(tools.api, domain)
    progress.health = replace(health, log_tail=tail)
    if tail:
        with tools.ci.group(f"The end of the error log of {domain} (it may hold older errors)"):
            for line in tail:
                tools.ci.log(f"| {line}")
    raise Unhealthy(
        f"The site is not healthy: {health_sentence(health)}.",
        cause=_likely_cause(health),
        advice=(
            "The end of its error log is in the log and the summary. "
            if tail
            else "Its error log is empty. "
        )
        + "The configuration is written; it was not rolled back.",
    )


def _likely_cause(health: Health) -> str:
    if health.status is None:
        return "The domain does not lead to PythonAnywhere yet, or its certificate is missing."
    if health.status == 401:
        return (
            "It asks for a login. That of PythonAnywhere's password protection is sent with the "
            "health check, but over https and to the web app's own domain only."
        )
    if health.status >= 500:
        return "The app fails: often an import error, a missing package or a wrong path."
    if health.status == 404:
        return "The app lives, but has no such page; `health-check` names the page to ask for."
    return "`health-check`, `health-status` or `health-text` may not fit the app."
