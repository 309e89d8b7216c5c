"""Whether there is room for a release on the account's disk, before anything of it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pa_deploy.deploy.journal import ships
from pa_deploy.deploy.tools import Tools
from pa_deploy.deploy.warned import Warnings
from pa_deploy.errors import DeployError, InputError, Problem
from pa_deploy.model import Plan, Space, WantedRelease
from pa_deploy.settings import Settings
from pa_deploy.sizes import shown_size

if TYPE_CHECKING:
    from pa_deploy.deploy.delivery import Delivery
    from pa_deploy.release import Bundle, Need, Shipment

MIB = 1024 * 1024
FREE_BYTES = 512 * MIB
"""The disk of a free account."""
FREE_CPU_SECONDS = 100
"""Those of a free account a day; every other one has more."""
SMALL_BYTES = 16 * MIB
"""What needs less is not worth a request to find out the plan."""
KEPT_FOR_ROLLBACK = 2
"""As many releases stay if `pa-deploy releases prune` is not told otherwise."""
FEW = 3
"""How many of the largest packages a message names."""
INPUT = "disk-limit"
NEXT = (
    "Remove what your app does not need, or a package that PythonAnywhere has preinstalled. If "
    "your account has more disk space, set `disk-limit` to it. Nothing was sent."
)


@dataclass(frozen=True, slots=True)
class Limit:
    """How many bytes of the disk may be used, and whose limit that is, for people."""

    size: int
    whose: str

    def __str__(self) -> str:
        return f"{shown_size(self.size)} ({self.whose})"

    def is_less(self) -> str:
        """A sentence about what needs more."""
        return f"That is more than {shown_size(self.size)}, {self.whose}."


def insist_on_size(bundle: Bundle, settings: Settings, tools: Tools) -> None:
    """Raise InputError for a release that does not fit, even if nothing else is on the disk.

    Its archives do not count: most of it may be there already.
    """
    from pa_deploy.release import need_alone  # noqa: PLC0415 - as in `prepare`

    need = need_alone(bundle)
    limit = _limit(settings, tools, need.stays, FREE_BYTES)
    if limit and need.stays > limit.size:
        raise InputError((_too_large(need, limit),))


def most_fetched(wanted: WantedRelease) -> int:
    """How many bytes the wheels may have in sum, as far as that is known without a request."""
    return FREE_BYTES if wanted.disk_limit is None else wanted.disk_limit


def insist_on_wheels(sizes: tuple[tuple[str, int], ...], settings: Settings, tools: Tools) -> None:
    """Raise InputError for wheels of these sizes that cannot fit: unpacked, they have more."""
    total = sum(size for _, size in sizes)
    limit = _limit(settings, tools, total, FREE_BYTES)
    if limit and total > limit.size:
        raise InputError((_too_large_wheels(total, sizes, limit),))


def with_room(
    plan: Plan,
    delivery: Delivery | None,
    settings: Settings,
    tools: Tools,
    warnings: Warnings,
) -> Plan:
    """The plan with a note of what its release needs. Raises InputError if there is no room.

    In other modes than `apply`, the note says that. `warnings` tell if that is not known.
    """
    if delivery is None or delivery.shipment is None or settings.mode == "check":
        return plan
    if not ships(plan.changes):
        return plan
    from pa_deploy.release import need_of, see_to_disk  # noqa: PLC0415 - as in `prepare`

    need, more = need_of(delivery.shipment), _also(delivery.shipment)
    limit = _limit(settings, tools, need.peak, 0 if more else SMALL_BYTES)
    if limit is None or not need.peak:
        return plan
    if need.peak > limit.size:  # whatever else is there
        return _refused(plan, _too_large(need, limit), settings)
    space = see_to_disk(delivery.destination, delivery.status, "usage", KEPT_FOR_ROLLBACK)
    if space is None or space.error or not space.ended:
        said = f"{_unknown(need, limit)}{more}"
        if need.peak <= limit.size / 2:
            return _with_note(plan, said)
        warnings.warn(f"{said} If the disk gets full, the run ends and deletes what it uploaded.")
        return plan
    if space.used + need.peak <= limit.size:
        return _with_note(plan, f"{_fits(need, space, limit)}{more}")
    return _refused(plan, _no_room(need, space, limit), settings)


def _refused(plan: Plan, problem: Problem, settings: Settings) -> Plan:
    """The plan with a note; raises InputError if it was to be applied."""
    if settings.mode == "apply":
        raise InputError((problem,))
    return _with_note(plan, f"This release will be refused: {problem.message} {problem.advice}")


def _also(shipment: Shipment) -> str:
    """A sentence about what pip will install there, whose size nobody knows before; or ""."""
    environment, record = shipment.bundle.environment, shipment.record
    is_there = record is not None and record.environment.startswith(environment.id)
    if environment.install is None or is_there:
        return ""
    return " pip needs more room for the packages. How much is not known before it has run."


def clear_left(delivery: Delivery, settings: Settings) -> None:
    """Have removed what earlier runs have left, if this one has nothing to ship."""
    compared = delivery.seen.compared if delivery.seen else None
    if not (compared and compared.is_left and settings.lock):
        return
    from pa_deploy.release import see_to_disk  # noqa: PLC0415 - as in `prepare`

    space = see_to_disk(delivery.destination, delivery.status, "prune", 0)
    if space and space.ended and not space.error:
        said = "Deleted what interrupted runs had left on PythonAnywhere"
        delivery.destination.announce(f"{said}: {shown_size(space.frees)}")


def _limit(settings: Settings, tools: Tools, need: int, known_to_fit: int) -> Limit | None:
    """None if there is none; that of the plan is asked for only if more is needed than
    `known_to_fit`.
    """
    given = settings.release.disk_limit if settings.release else 0
    if given is not None:
        return Limit(given, "`disk-limit`") if given else None
    if need <= known_to_fit:
        return None
    try:
        is_free = tools.api.cpu.daily_limit() <= FREE_CPU_SECONDS
    except DeployError:  # what is wrong, the other requests say better
        return None
    return Limit(FREE_BYTES, "the limit of a free account") if is_free else None


def _too_large(need: Need, limit: Limit) -> Problem:
    said = (
        f"the release needs {shown_size(need.peak)} on PythonAnywhere while it is prepared, and "
        f"{shown_size(need.stays)} after that. {limit.is_less()}"
    )
    return Problem(INPUT, said, advice=" ".join((_parts(need), NEXT)))


def _too_large_wheels(total: int, sizes: Iterable[tuple[str, int]], limit: Limit) -> Problem:
    said = (
        f"the wheels of the packages need {shown_size(total)}, and more once PythonAnywhere has "
        f"unpacked them. {limit.is_less()}"
    )
    largest = sorted(sizes, key=lambda each: -each[1])[:FEW]
    return Problem(INPUT, said, advice=f"The largest: {_named(largest)}. {NEXT}")


def _no_room(need: Need, space: Space, limit: Limit) -> Problem:
    said = (
        f"the release needs {shown_size(need.peak)} on PythonAnywhere while it is prepared, but "
        f"{_used(space, limit)}. Of that, {shown_size(space.own)} are used by the releases of this "
        "web app and their packages."
    )
    freed = shown_size(space.frees) if space.frees else "nothing"
    prune = f"`pa-deploy releases prune` would free {freed}."
    return Problem(INPUT, said, advice=" ".join((_parts(need), prune, NEXT)))


def _fits(need: Need, space: Space, limit: Limit) -> str:
    return (
        f"The release needs {shown_size(need.peak)} on PythonAnywhere while it is prepared, and "
        f"{_used(space, limit)}."
    )


def _unknown(need: Need, limit: Limit) -> str:
    return (
        f"The release needs {shown_size(need.peak)} on PythonAnywhere while it is prepared. "
        f"pa-deploy does not know how much of {limit} is used."
    )


def _used(space: Space, limit: Limit) -> str:
    least = "" if space.is_all else "at least "
    return f"{least}{shown_size(space.used)} of {limit} are used"


def _parts(need: Need) -> str:
    return f"Its largest parts: {_named(need.largest)}."


def _named(sizes: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{name} {shown_size(size)}" for name, size in sizes)


def _with_note(plan: Plan, said: str) -> Plan:
    return replace(plan, notes=(*plan.notes, said))
