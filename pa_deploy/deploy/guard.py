"""Refuse plans that must not be applied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pa_deploy.deploy.warned import Warnings
from pa_deploy.errors import Drift, PlanChanged, ReleaseRefused
from pa_deploy.model import NewWebapp, Plan, Release
from pa_deploy.plan import sentences, writes
from pa_deploy.settings import Settings

if TYPE_CHECKING:
    from pa_deploy.deploy.seen import Seen


def guard(plan: Plan, settings: Settings, seen: Seen | None = None) -> None:
    """Raise PlanChanged for another plan than was expected, and Drift in the mode `check`.

    `seen` is what was found for the release that is wanted, if one is.
    """
    if settings.expect_digest not in (None, plan.digest):
        raise PlanChanged(
            f"The plan's digest is {plan.digest}, but `expect-digest` is {settings.expect_digest}.",
            cause="The web app or the inputs have changed since that plan was made.",
            advice="Nothing was written. Review the plan above. To accept it, set `expect-digest` "
            "to its digest.",
        )
    if settings.mode == "check" and plan.changes:
        raise Drift(
            f"{plan.domain} differs from your inputs: {sentences(plan.changes)}.",
            cause=" ".join(_causes(plan, seen)),
            advice="Nothing was written. To make these changes, run `pa-deploy deploy`, or set "
            "`mode: apply`.",
        )


def look_for_writing(seen: Seen, settings: Settings, warnings: Warnings) -> None:
    """Tell what somebody or the app has written in the live release, which is the wanted one.

    Raises Drift in the mode `check`, and ReleaseRefused for changed code: the site is not what the
    repository says, and what was changed there may be wanted. `warnings` get the rest.
    """
    from pa_deploy.release import difference, next_steps  # noqa: PLC0415 - as in `prepare`

    compared = seen.compared
    said = difference(compared) if compared else ""
    if compared is None or not said:
        return
    advice = next_steps(compared.wrote, seen.goal.release.id) if compared.wrote else ""
    if settings.mode == "check":
        raise Drift(
            f"{settings.target.domain} differs from your inputs: {said}",
            cause="The app wrote them, or somebody changed them on PythonAnywhere.",
            advice=f"Nothing was written. {advice}",
        )
    if compared.changed and settings.mode == "apply":
        raise ReleaseRefused(
            said,
            cause="Somebody changed it on PythonAnywhere, or the app itself did.",
            advice="Commit the change if it is wanted. To have your version back, name the files "
            "in `discard-changes`.",
        )
    warnings.warn(f"{said} {advice}")


def _causes(plan: Plan, seen: Seen | None) -> Iterator[str]:
    """Why a web app may differ from the inputs."""
    if any(writes(change, NewWebapp) for change in plan.changes):
        yield "The web app does not exist yet."
        return
    shipped = next((change for change in plan.changes if writes(change, Release)), None)
    if shipped and seen:
        yield seen.why_not_live()
    if any(change is not shipped for change in plan.changes):
        yield "Somebody changed it on PythonAnywhere, or the inputs were changed and not applied."
