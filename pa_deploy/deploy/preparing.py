"""Prepare a release on this machine: read and check its files, resolve its dependencies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from pa_deploy.dependencies import Surroundings
from pa_deploy.deploy.cautions import release_cautions
from pa_deploy.deploy.tools import Tools
from pa_deploy.errors import InputError, Problem
from pa_deploy.layout import Layout
from pa_deploy.model import WantedRelease
from pa_deploy.release import (
    Bundle,
    FileSet,
    make_bundle,
    neighbours,
    read_code,
    resolve_environment,
    source_mappings,
)
from pa_deploy.settings import Settings, is_unmistakable


def read_release(
    wanted: WantedRelease,
    settings: Settings,
    tools: Tools,
    scratch: Path,
    warn: Callable[[str], None],
) -> Bundle:
    """Return all that is to be shipped. `warn` gets a message for each likely mistake.

    Raises InputError, IndexUnreachable or OutOfTime.
    """
    token, webapp = settings.target.token, settings.wanted
    code = read_code(wanted, token, partial(tools.deadline.check, "reading `source`"))
    _announce(code, tools)
    exposed = _exposed(wanted, settings, code)
    for warning in _warnings(wanted, code, exposed):
        warn(warning)
    place = (webapp.python_version or "", webapp.virtualenv or "")
    around = Surroundings(
        workspace=wanted.workspace or wanted.source,
        scratch=scratch,
        environ=tools.environ,
        secrets=_secrets(settings),
        source=wanted.source,
    )
    deadline, log = tools.deadline, tools.ci.log
    environment = resolve_environment(wanted, place, around, deadline, log, warn)
    return make_bundle(wanted, code, environment, token, place)


def _announce(code: FileSet, tools: Tools) -> None:
    tools.ci.log(f"The release has {code.count}.")
    if code.left_out:
        tools.ci.log(f"{code.left_out_count}. Run `pa-deploy release files` to see which, and why.")


def _exposed(wanted: WantedRelease, settings: Settings, code: FileSet) -> tuple[Problem, ...]:
    """Warnings about mappings that may show source to visitors.

    Raises InputError if they do show source, or may show data.
    """
    layout = Layout.of(settings.target.username, settings.target.domain)
    rows = settings.wanted.static_files or ()
    near = tuple(neighbours(rows, wanted, layout, code.manifest))
    shown = tuple(source_mappings(rows, wanted, layout, code.manifest))
    refused = (*shown, *(problem for problem, is_certain in near if is_certain))
    if refused:
        raise InputError(refused)
    return tuple(problem for problem, _ in near)


def _warnings(wanted: WantedRelease, code: FileSet, exposed: tuple[Problem, ...]) -> Iterator[str]:
    yield from code.warnings
    for folder in wanted.python_path:
        if folder != "." and not any(path.startswith(f"{folder}/") for path in code.manifest):
            yield (
                f'`python-path` names "{folder}", but no file in that folder of `source` is '
                "shipped. If no command of `run` makes the folder, the release will be refused."
            )
    for caution in (*exposed, *release_cautions(wanted, code)):
        yield str(caution)


def _secrets(settings: Settings) -> tuple[str, ...]:
    """Secrets that no started program may see, without values of `env` that are common words."""
    protection = settings.wanted.password_protection
    password = (protection.password.reveal(),) if protection and protection.enabled else ()
    env = (value.reveal() for _, value in (settings.release.env if settings.release else ()))
    others = (text for text in (*password, *env) if is_unmistakable(text))
    return (settings.target.token.reveal(), *others)
