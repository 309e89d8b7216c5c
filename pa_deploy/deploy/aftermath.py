"""Undo a failed run, so that the site is not the worse for it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pa_deploy.deploy.course import Look, settle
from pa_deploy.deploy.forewarned import forewarned
from pa_deploy.deploy.journal import Journal, Ledger, Restoring, ships
from pa_deploy.deploy.live import check_of
from pa_deploy.deploy.paths import look_for_paths
from pa_deploy.deploy.rollback import RESERVE_SECONDS, WayBack, former_webapp
from pa_deploy.deploy.tools import Tools
from pa_deploy.errors import (
    DeployError,
    Locked,
    OutOfTime,
    ReleaseRefused,
    ReloadFailed,
    Unhealthy,
)
from pa_deploy.model import Actual, Health, HealthCheck, Plan, Release, WantedWebapp
from pa_deploy.plan import missing_notes, writes
from pa_deploy.report import CONTINUES, health_sentence
from pa_deploy.settings import Settings
from pa_deploy.verify import ask_once, wait_until_healthy


@dataclass(frozen=True, slots=True)
class Aftermath:
    """Undoes what a failed run has done, as far as that is right, and says what came of it."""

    settings: Settings
    tools: Tools
    journal: Journal

    def leave(self, *, hurry: bool) -> str:
        """Leave no release behind that nobody watches; which one is live, if that was found out."""
        journal = self.journal
        delivery = journal.delivery
        if delivery is None:
            return ""
        if delivery.withdraw() and ships(journal.ledger.under_way):
            journal.ledger.refused()
        if not hurry:
            return ""
        from pa_deploy.deploy.retreat import retreat  # noqa: PLC0415 - as in `prepare`

        said = retreat(delivery)
        if said:
            journal.warnings.warn(said)
            return ""
        return f"Release {delivery.status.live} is live." if delivery.status.live else ""

    def next_step(self, live: str) -> str:
        """What holds after a signal, and what to do. `live` is what `leave` has said."""
        ledger = self.journal.ledger
        begun = ledger.steps or ledger.under_way
        said = CONTINUES if begun else "The web app was not changed."
        step = f"Run again. {said}" if begun else f"{said} Run again."
        return f"{live} {step}".strip()

    def roll_back_if_worse(self, error: DeployError, first: Look) -> None:
        """Put back what the `first` look has found if the site is the worse for this run; `error`
        tells of it.
        """
        said = self._after(error, first.plan, first.actual)
        restoring = self.journal.restoring
        error.went_on(said, undone=restoring is not None and not restoring.failure)

    def _after(self, error: DeployError, plan: Plan, former: Actual) -> str:
        """What was put back, and why, or why not."""
        if isinstance(error, ReleaseRefused):
            self.journal.ledger.release_refused()
            self._repeat_warning(error)
            return self._after_refusal(plan, former)
        if not self._may_be_live(error):
            return ""
        if plan.changes and self.settings.policy.reload != "never":
            self._ask_the_site(error)
        if self.journal.health is None or self.journal.health.healthy:
            return (
                "pa-deploy did not roll back, because it found no sign that the site is unhealthy."
            )
        self._note_missing_paths()
        wanted = self._without_doubtful(former_webapp(former, plan), plan)
        if self._is_first_live(plan, former):
            wanted = self._with_site_of_before(wanted, plan)
        if not plan.changes and wanted is None:
            return "This run changed no configuration, so there was nothing to roll back."
        if wanted is None and former.webapp is None:
            return (
                "This run created the web app, so there is no former configuration to go back to."
            )
        if wanted is None:
            return "There was no release before this one, so it stays live."
        if not self.settings.rollback:
            return "The new configuration stays, because `rollback` is false."
        return self._roll_back(wanted)

    def _without_doubtful(self, wanted: WantedWebapp | None, plan: Plan) -> WantedWebapp | None:
        """With the release before if the live one is an earlier run's, and was never healthy."""
        delivery = self.journal.delivery
        if delivery is None or ships(plan.changes) or not delivery.is_live_in_doubt():
            return wanted
        target = delivery.target()
        return (
            replace(wanted or WantedWebapp(domain=plan.domain), release=target)
            if target
            else wanted
        )

    def _is_first_live(self, plan: Plan, former: Actual) -> bool:
        """Whether this run has brought a release live where only the site of before was."""
        return former.webapp is not None and former.release is None and ships(plan.changes)

    def _with_site_of_before(self, wanted: WantedWebapp | None, plan: Plan) -> WantedWebapp | None:
        """With the WSGI file of before, if an earlier run has put pa-deploy's in its place.

        Without it the release stays live, and so does its configuration.
        """
        delivery = self.journal.delivery
        if delivery is None or (wanted and wanted.wsgi_file):
            return wanted
        file = delivery.file_of_before()
        if file is None:
            return None
        return replace(wanted or WantedWebapp(domain=plan.domain), wsgi_file=file)

    def _repeat_warning(self, error: ReleaseRefused) -> None:
        """Put the warning that has told why beside the error: it is far above."""
        delivery = self.journal.delivery
        said = forewarned(self.journal.warnings.texts, delivery.status.step) if delivery else ""
        if said:
            error.cause = f"{error.cause}\npa-deploy warned of this: {said}".strip()

    def _after_refusal(self, plan: Plan, former: Actual) -> str:
        """What served before serves, but perhaps with a configuration for the new release."""
        others = tuple(each for each in plan.changes if not writes(each, Release))
        wanted = former_webapp(former, replace(plan, changes=others))
        if wanted and self.settings.rollback:
            return self._roll_back(wanted)
        check = check_of(self.settings, former)
        if check is None or not former.webapp:
            return ""
        health = ask_once(check, self.tools.site, self.tools.deadline)
        return f"The site was asked: {health_sentence(health)}."

    def _may_be_live(self, error: DeployError) -> bool:
        """Whether the site may be another one than before, although the run has come to its end.

        PythonAnywhere reloads by itself if a WSGI file was written (help page ReloadWebApp). Who
        has lost the lock leaves all to the run that has it.
        """
        if isinstance(error, ReloadFailed | Unhealthy):
            return True
        return self.journal.ledger.wrote_wsgi_file() and not isinstance(error, Locked)

    def _ask_the_site(self, error: DeployError) -> None:
        """Have the site's health in the journal, if it was not asked before the failure."""
        actual = self.journal.actual
        check = check_of(self.settings, actual) if actual else None
        if check is None or isinstance(error, Unhealthy):
            return
        if isinstance(error, ReloadFailed):
            self.journal.health = ask_once(check, self.tools.site, self.tools.deadline)
        else:
            self.journal.health = self._ask_after_upload(check)

    def _ask_after_upload(self, check: HealthCheck) -> Health | None:
        """What the site says when it has had a moment to load the new WSGI file; None: no time."""
        tools = self.tools
        try:
            settle(
                "PythonAnywhere loads the new WSGI file without a reload. Asking the site", tools
            )
        except OutOfTime:
            return None
        reserve = min(RESERVE_SECONDS, tools.deadline.remaining() / 2)
        any_release = replace(check, release=None)
        return wait_until_healthy(
            any_release, tools.site, tools.deadline, self.tools.ci.log, reserve
        )

    def _note_missing_paths(self) -> None:
        """What may be why the site is unhealthy. A run that ends well does not pay for it."""
        actual, plan = self.journal.actual, self.journal.ledger.plan
        if actual is None or plan is None:
            return
        wanted = self.settings.wanted
        notes = tuple(missing_notes(look_for_paths(actual, wanted, self.tools), wanted))
        self.journal.ledger.plan = replace(plan, notes=(*plan.notes, *notes))
        for note in notes:
            self.tools.ci.log(f"! {note}")

    def _roll_back(self, wanted: WantedWebapp) -> str:
        delivery = self.journal.delivery
        if wanted.release and delivery:
            target = delivery.target()
            if target is None:
                return (
                    f"Release {delivery.release.id} stays live, because no release before it was "
                    "seen healthy."
                )
            wanted = replace(wanted, release=target)
        warnings = self.journal.warnings.anew()
        self.journal.restoring = restoring = Restoring(Ledger(self.tools.ci), warnings)
        return WayBack(wanted, self.settings, self.tools, self.journal, restoring).go()
