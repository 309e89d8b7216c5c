"""What a look at the releases on PythonAnywhere has found, and how it differs from the goal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pa_deploy.deploy.prospect import Prospect
from pa_deploy.deploy.release_goal import ReleaseGoal
from pa_deploy.errors import Problem
from pa_deploy.layout import insist_on_known
from pa_deploy.loader.paths import covers
from pa_deploy.loader_files import is_loader, number_of_loader
from pa_deploy.model import Actual, Boot, Compared, Release, ReleaseStatus, StaticFile
from pa_deploy.release import (
    Shipment,
    attempt_of,
    compare,
    differences,
    find_becoming_shared,
    insist_on_shared,
    look_ahead,
    mapped_folders,
    mapped_paths,
    page_check,
    read_boot,
    read_status,
    rival_paths,
    unfilled_live,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is there. The `goal` is as it was given, but its site is asked with the logins.

    `live` is None if no release is, or if it is not whole, or if the loader has not done with the
    pointer yet. `served` is the id of the one that serves all the same.
    `before` is the last import before the WSGI file is written; None if it stays as it is, or if
    the web app is new: PythonAnywhere does not start that before its first reload.
    `is_left`: the site of before the first release serves, though there are releases. `compared`
    is how the live release differs if it is the wanted one, but for what may be left behind.
    `becoming_shared` are paths that become shared, and that the live release has as its own.
    `shipment` is what is to be sent; None if the goal has no bundle.
    """

    goal: ReleaseGoal
    prospect: Prospect
    status: ReleaseStatus
    live: Release | None
    served: str
    before: Boot | None = None
    is_left: bool = False
    compared: Compared | None = None
    becoming_shared: tuple[str, ...] = ()
    shipment: Shipment | None = None

    def why_not_live(self) -> str:
        """Why the live release is another one than the wanted one."""
        wanted, live = self.goal.release.id, self.status.live
        row = next((row for row in self.status.releases if row.id == wanted), None)
        if not live:
            return "No release is live."
        if live == wanted:
            return f"Release {wanted} went live, but it is not complete on PythonAnywhere any more."
        if row is None:
            said = (
                f"Release {live} is live. The files or inputs have changed since it was deployed."
            )
            return " ".join((said, *self._differences()))
        if row.bad:
            return f"Release {wanted} was rolled back, and release {live} is live."
        return f"Release {wanted} was deployed before, but now release {live} is live."

    def _differences(self) -> Iterator[str]:
        if self.shipment and self.shipment.record:
            yield from differences(self.shipment.record, self.shipment.bundle)

    def unfilled(self, rows: Iterable[StaticFile]) -> tuple[Problem, ...]:
        """Those of the mappings for which the live release has nothing, if it is the wanted one:
        of another one, the preparer finds out.
        """
        goal = self.goal
        if goal.bundle is None or self.served != goal.release.id:
            return ()
        manifest, wanted = goal.bundle.code.manifest, goal.bundle.wanted
        return tuple(unfilled_live(rows, wanted, manifest, goal.destination, goal.release.id))


def see_status(goal: ReleaseGoal, actual: Actual) -> Seen:
    """See what is live, first of all. Raises NewerPaDeploy if the status or the WSGI file is from
    a newer one.
    """
    prospect = Prospect(goal.webapp, actual)
    destination = replace(goal.destination, logins=prospect.logins)
    wsgi_file = actual.wsgi_file.content if actual.wsgi_file else None
    if wsgi_file:
        insist_on_known(number_of_loader(wsgi_file), destination.layout.domain)
    serves = is_loader(wsgi_file or b"")
    status = read_status(destination, has_run=serves)
    # The release was left for the site of before, which has served since.
    is_left = bool(status.live) and wsgi_file is not None and not serves
    if is_left:
        status = replace(status, live="")
    return Seen(
        goal=replace(goal, destination=destination),
        prospect=prospect,
        status=status,
        live=Release(status.live) if status.live else None,
        served=status.live,
        is_left=is_left,
    )


def with_boot(seen: Seen) -> Seen:
    """With the last import of a WSGI file that is about to be written."""
    destination, actual = seen.goal.destination, seen.prospect.actual
    file = actual.wsgi_file
    if actual.webapp and file and file.content != destination.layout.wsgi_file():
        return replace(seen, before=read_boot(destination))
    return seen


def with_comparison(seen: Seen) -> Seen:
    """Without a live release that is not whole; another one than the wanted one is replaced anyhow,
    whatever the pointer says.
    """
    goal, status, live = seen.goal, seen.status, seen.live
    if live is None or live.id != goal.release.id:
        return seen
    has_env = goal.bundle is not None and bool(goal.bundle.wanted.env)
    told = compare(goal.destination, status, has_env=has_env)
    if told is None:
        return replace(seen, live=None)
    named = goal.bundle.wanted.discard_changes if goal.bundle else ()
    changed = tuple(path for path in told.changed if not covers(named, path))
    seen = replace(seen, compared=replace(told, changed=changed))
    if not told.missing and changed == told.changed:
        return seen
    others = tuple(row for row in status.releases if row.id != live.id)
    return replace(seen, live=None, status=replace(status, live="", releases=others))


def with_shipment(seen: Seen) -> Seen:
    """With what is to be sent, if the release comes from this side.

    Raises NewerPaDeploy if a record is from a newer one, and ReleaseRefused if the data of a path
    that is no longer shared would be left behind.
    """
    goal, bundle, status = seen.goal, seen.goal.bundle, seen.status
    if bundle is None:
        return seen
    is_same = seen.live is not None and seen.live.id == goal.release.id
    shipment = (
        Shipment(bundle=bundle, status=status)
        if is_same
        else look_ahead(goal.destination, bundle, status)
    )
    insist_on_shared(goal.destination, shipment.record, bundle.wanted)
    becoming = find_becoming_shared(goal.destination, status.live, shipment.record, bundle.wanted)
    shipment = _with_trial(shipment, goal, seen.prospect)
    return replace(seen, becoming_shared=becoming, shipment=shipment)


def _with_trial(shipment: Shipment, goal: ReleaseGoal, prospect: Prospect) -> Shipment:
    """With what is to be tried before the release serves."""
    wanted, layout = shipment.bundle.wanted, goal.destination.layout
    mappings = prospect.mappings
    python, virtualenv = prospect.interpreter
    return replace(
        shipment,
        check=page_check(goal.check),
        attempt=attempt_of(wanted, goal.check, layout, mappings),
        mapped=mapped_folders(wanted, layout, mappings),
        sampled=mapped_paths(wanted, layout, mappings),
        rivals=rival_paths(wanted, layout, (*mappings, *prospect.left_alone)),
        former=() if shipment.status.live else prospect.folders,
        python=python,
        virtualenv=virtualenv,
    )
