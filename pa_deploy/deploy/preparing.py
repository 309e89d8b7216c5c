"""Prepare a release on this machine: read and check its files, resolve its dependencies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from pa_deploy.dependencies import Surroundings, TooLarge, for_indexes, is_for_indexes, with_indexes
from pa_deploy.deploy.cautions import release_cautions
from pa_deploy.deploy.room import insist_on_size, insist_on_wheels, most_fetched
from pa_deploy.deploy.tools import Tools
from pa_deploy.deploy.warned import Warnings
from pa_deploy.detect import install_cautions
from pa_deploy.errors import InputError, Problem
from pa_deploy.layout import Layout
from pa_deploy.model import WantedRelease
from pa_deploy.release import (
    Bundle,
    Environment,
    FileSet,
    choose_environment,
    make_bundle,
    neighbours,
    read_code,
    source_mappings,
    unfilled_mappings,
)
from pa_deploy.settings import Settings, is_unmistakable

INSTALL_SECONDS = 1800.0
"""What a run may take if pip installs on PythonAnywhere, and `timeout` is not given."""

MOST_CAUTIONS = 8
"""How many warnings about the code are told one by one."""


def read_release(
    wanted: WantedRelease,
    settings: Settings,
    tools: Tools,
    scratch: Path,
    warnings: Warnings,
) -> Bundle:
    """Return all that is to be shipped. `warnings` get each likely mistake.

    Raises InputError, IndexUnreachable or OutOfTime.
    """
    token, webapp = settings.target.token, settings.wanted
    code = read_code(wanted, token, partial(tools.deadline.check, "reading `source`"))
    _announce(code, tools)
    exposed = _exposed(wanted, settings, code)
    for warning in _warnings(wanted, code, exposed, settings.target.domain):
        warnings.warn(warning)
    place = (webapp.python_version or "", webapp.virtualenv or "")
    around = Surroundings(
        workspace=wanted.workspace or wanted.source,
        scratch=scratch,
        environ=with_indexes(tools.environ, for_indexes(_variables(wanted))),
        secrets=_secrets(settings),
        source=wanted.source,
        chosen=wanted.chosen,
        most_bytes=most_fetched(wanted),
    )
    environment = _environment(wanted, settings, tools, around, warnings)
    place_shared = _shared_place(wanted, environment, webapp.virtualenv or "")
    for caution in install_cautions(wanted, place_shared) if place_shared else ():
        warnings.warn(str(caution))
    if environment.install and not settings.has_timeout:
        tools.deadline.extend(INSTALL_SECONDS)
    bundle = make_bundle(wanted, code, environment, token, place)
    insist_on_size(bundle, settings, tools)
    return bundle


def _environment(
    wanted: WantedRelease,
    settings: Settings,
    tools: Tools,
    around: Surroundings,
    warnings: Warnings,
) -> Environment:
    """The packages. If they cannot fit on the disk, they are not even fetched."""
    place = (settings.wanted.python_version or "", settings.wanted.virtualenv or "")
    rest = (tools.deadline, tools.ci.log, warnings.warn, settings.target.token)
    try:
        return choose_environment(wanted, place, around, *rest)
    except TooLarge as error:
        insist_on_wheels(error.sizes, settings, tools)
    return choose_environment(wanted, place, replace(around, most_bytes=0), *rest)


def _announce(code: FileSet, tools: Tools) -> None:
    tools.ci.log(f"The release has {code.count}.")
    if code.left_out:
        tools.ci.log(f"{code.left_out_count}. Run `pa-deploy release files` to see which, and why.")


def _exposed(wanted: WantedRelease, settings: Settings, code: FileSet) -> tuple[Problem, ...]:
    """Warnings about mappings that may show source to visitors.

    Raises InputError if they do show source, or may show data, or if they show nothing.
    """
    layout = Layout.of(settings.target.username, settings.target.domain)
    rows = settings.wanted.static_files or ()
    near = tuple(neighbours(rows, wanted, layout, code.manifest))
    shown = tuple(source_mappings(rows, wanted, layout, code.manifest))
    empty = tuple(unfilled_mappings(rows, wanted, layout, code.manifest))
    refused = (*shown, *empty, *(problem for problem, is_certain in near if is_certain))
    if refused:
        raise InputError(refused)
    return tuple(problem for problem, _ in near)


def _shared_place(wanted: WantedRelease, environment: Environment, virtualenv: str) -> str:
    """Where a command installs that other releases have too; "" if its release has its own."""
    if virtualenv:
        return f"the virtualenv {virtualenv}"
    if environment.install:
        return "the environment of these requirements"
    return "" if wanted.requirements else "the account's own packages"


def _warnings(
    wanted: WantedRelease, code: FileSet, exposed: tuple[Problem, ...], domain: str
) -> Iterator[str]:
    yield from code.warnings
    for folder in wanted.python_path:
        if folder != "." and not any(path.startswith(f"{folder}/") for path in code.manifest):
            yield (
                f'`python-path` names "{folder}", but no file in that folder of `source` is '
                "shipped. If no command of `run` makes the folder, the release will be refused."
            )
    cautions = (*exposed, *release_cautions(wanted, code, domain))
    yield from map(str, cautions[:MOST_CAUTIONS])
    more = len(cautions) - MOST_CAUTIONS
    if more > 0:
        yield f"There {'is' if more == 1 else 'are'} {more} more. To see all: pa-deploy doctor"


def _variables(wanted: WantedRelease) -> Iterator[tuple[str, str]]:
    yield from wanted.variables
    yield from ((name, value.reveal()) for name, value in wanted.env)


def _secrets(settings: Settings) -> tuple[str, ...]:
    """Secrets that no started program may see, without values of `env` that are common words, or
    that are for package indexes.
    """
    protection = settings.wanted.password_protection
    password = (protection.password.reveal(),) if protection and protection.enabled else ()
    pairs = settings.release.env if settings.release else ()
    env = (value.reveal() for name, value in pairs if not is_for_indexes(name))
    others = (text for text in (*password, *env) if is_unmistakable(text))
    return (settings.target.token.reveal(), *others)
