"""How the packages of a release come to PythonAnywhere: as wheels, or by pip there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from pa_deploy.clock import Deadline
from pa_deploy.dependencies import NeedsBuilding, Surroundings, read_install_lines
from pa_deploy.errors import InputError
from pa_deploy.model import Secret, WantedRelease
from pa_deploy.release.content import Environment, env_of, resolve_environment


def choose_environment(
    wanted: WantedRelease,
    webapp: tuple[str, str],
    around: Surroundings,
    deadline: Deadline,
    announce: Callable[[str], None],
    warn: Callable[[str], None],
    token: Secret,
) -> Environment:
    """The packages as `dependencies` wants them. As `resolve_environment`, which finds wheels.

    With `auto`, all others have been resolved if some have to be built, and the log says which.
    """
    why: NeedsBuilding | None = None
    warn = partial(_warn_once, warn, set())
    if wanted.dependencies != "install":
        try:
            building = replace(around, can_build=wanted.dependencies == "auto")
            return resolve_environment(wanted, webapp, building, deadline, announce, warn)
        except NeedsBuilding as error:
            if wanted.dependencies == "ship":
                raise
            why = error
    try:
        environment = _read(wanted, webapp, around, warn, token)
    except InputError as error:
        raise InputError((*(why.problems if why else ()), *error.problems)) from None
    if environment.id:
        reason = f", because these have to be built: {', '.join(why.packages)}" if why else ""
        announce(f"PythonAnywhere installs all packages by pip{reason}.")
    return environment


def _warn_once(warn: Callable[[str], None], told: set[str], warning: str) -> None:
    """The file may be read twice: to be shipped, and for pip."""
    if warning not in told:
        told.add(warning)
        warn(warning)


def _read(
    wanted: WantedRelease,
    webapp: tuple[str, str],
    around: Surroundings,
    warn: Callable[[str], None],
    token: Secret,
) -> Environment:
    """The environment that pip makes; none if there is nothing to install."""
    if wanted.requirements is None:
        return Environment()
    given = {**dict(wanted.variables), **env_of(wanted)}
    found = read_install_lines(
        wanted.requirements, around, given, webapp[0], token.reveal().encode()
    )
    for warning in found.warnings:
        warn(warning)
    if not found.lines:
        return Environment()
    return Environment(id=found.identify(webapp), install=found.recipe())
