"""Which of the config file's web apps a run is about, and the settings of each."""

from __future__ import annotations

from collections.abc import Iterable

from pa_deploy.errors import InputError, Problem, without_follow_ups
from pa_deploy.inputs import did_you_mean, names_in_file
from pa_deploy.model import WantedRelease
from pa_deploy.settings.config import Config
from pa_deploy.settings.reading import RunInputs
from pa_deploy.settings.release import OWN_FILES, RELEASE_INPUTS, SOURCE_INPUTS, make_release
from pa_deploy.settings.resolve import Settings, StatusSettings, resolve, resolve_status
from pa_deploy.settings.sources import Given, Source, located, read_values, strongest
from pa_deploy.settings.workspace import find_workspace, stay_in_workspace

UNREAD = {"config", "environment"}
"""Problems of these inputs mean that the file, or a part of it, was not read."""


def resolve_all(inputs: RunInputs, warnings: tuple[str, ...] = ()) -> tuple[Settings, ...]:
    """Settle every input of every web app, in the order of the file, or raise InputError.

    The warnings are about the whole run; the first web app carries them.
    """
    given, config = inputs.given, inputs.config
    problems = list(inputs.problems)
    refused = {problem.input for problem in problems}
    found: list[Settings] = []
    for own in _asked_for(config, _domain(given), problems):
        try:
            of_run = () if found else warnings
            found.append(resolve(given, of_run, (own, *config.shared)))
        except InputError as error:
            problems += without_follow_ups(error.problems, _perhaps_given(refused))
    if problems:
        raise InputError(tuple(dict.fromkeys(problems)))
    return tuple(found)


def _perhaps_given(refused: set[str]) -> set[str]:
    """The inputs that nobody knows to be absent if there are problems with the `refused` ones: the
    file has them but may not have them, or it may have them but cannot be read.
    """
    in_file = names_in_file("webapp", "run") if UNREAD & refused else ()
    in_token_file = ("token",) if "token-file" in refused else ()
    return {*refused, *in_file, *in_token_file}


def resolve_one(
    inputs: RunInputs, *, needs_domain: bool, also: Iterable[str] = ()
) -> StatusSettings:
    """Settle what a command needs that is about one web app, or about the account alone.

    `also` are inputs that not every such command has. Raises InputError.
    """
    given, config = inputs.given, inputs.config
    problems = list(inputs.problems)
    asked = _asked_for(config, _domain(given), problems) if needs_domain else (Source(),)
    if len(asked) > 1:
        said = f"the config file has several web apps: {', '.join(_domains(config))}."
        advice = "Name one of them with --domain."
        problems.append(Problem("domain", said, advice=advice))
    if problems:
        raise InputError(tuple(problems))
    return resolve_status(given, (asked[0], *config.shared), also)


def resolve_source(
    given: Given, config: Config, also: Iterable[Problem] = (), *, whole: bool = False
) -> WantedRelease:
    """Settle which files of which folder are shipped. No account is needed for that.

    Unless it is to be the `whole` release, other inputs have their defaults. Raises InputError,
    with the problems in `also`.
    """
    workspace = given.workspace
    problems = list(dict.fromkeys((*also, *config.problems)))
    own = _asked_for(config, _domain(given), problems)[0]
    sources = (*given.sources, own, *config.shared)
    only = RELEASE_INPUTS if whole else SOURCE_INPUTS
    values, found = read_values(sources, (*only, *OWN_FILES))
    values = stay_in_workspace(values, sources, given, found)
    release = make_release(values, workspace, find_workspace(given.environ, workspace), found)
    if release is None:
        said, advice = "it was not given.", "Name the folder: --source ."
        found.append(Problem("source", said, advice=advice, absent="source"))
    if found or problems or release is None:
        refused = {problem.input for problem in (*problems, *found) if not problem.absent}
        found = list(without_follow_ups(found, _perhaps_given(refused)))
        raise InputError((*problems, *located(found, sources)))
    return release


def _domain(given: Given) -> str:
    """The domain that is asked for outside of the file, or ""."""
    return strongest("domain", given.sources).text("domain").lower()


def _domains(config: Config) -> tuple[str, ...]:
    return tuple(entry.text("domain").lower() for entry in config.webapps)


def _asked_for(config: Config, domain: str, problems: list[Problem]) -> tuple[Source, ...]:
    """The file's own inputs of each web app: the entry of that domain, or every entry.

    If the file has no entries, there is one web app, with nothing of its own in the file.
    """
    if not config.webapps or not domain:
        return config.webapps or (Source(),)
    chosen = tuple(each for each in config.webapps if each.text("domain").lower() == domain)
    if not chosen:
        known = _domains(config)
        offer = did_you_mean(domain, known)
        said = f'no [[webapp]] of the config file has the domain "{domain}".'
        advice = f"{offer} It has: {', '.join(known)}." if offer else f"It has: {', '.join(known)}."
        problems.append(Problem("domain", said, advice=advice))
    return chosen or (Source(),)
