"""From the inputs to the release that is wanted."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path

from pa_deploy.errors import Problem
from pa_deploy.inputs import INPUTS, Values, absolute_complaints
from pa_deploy.model import Chosen, WantedRelease
from pa_deploy.settings.config.find import OWN_FILE, SHARED_FILE
from pa_deploy.settings.local_files import is_directory, is_file
from pa_deploy.settings.near import missing_path
from pa_deploy.settings.shared import as_in_source
from pa_deploy.settings.sources import Source, strongest
from pa_deploy.settings.workspace import WRITTEN

SOURCE_INPUTS = ("source", "include", "exclude", "domain", "config", "environment")
OWN_FILES = ("token-file", *WRITTEN)
_OF_RELEASE = {
    *(each.name for each in fields(WantedRelease)),
    *("python_version", "virtualenv", "static_files", "wsgi_file", "reload"),
}
RELEASE_INPUTS = (*SOURCE_INPUTS, *(each.name for each in INPUTS if each.field in _OF_RELEASE))
"""What tells which files are shipped; what tells all of a release, and whether it fits the rest."""


def make_release(
    values: Values, folder: Path, workspace: Path, problems: list[Problem]
) -> WantedRelease | None:
    """None if `source` is not given: all inputs about releases need it.

    Paths start from `folder`, which is in the `workspace`.
    """
    problems += _problems(values, folder)
    if values.source is None:
        return None
    source = folder / values.source
    return WantedRelease(
        source=source,
        source_as_given=values.source.replace(os.sep, "/"),
        workspace=workspace,
        app=values.app or "",
        include=values.include or (),
        exclude=values.exclude or (),
        own_files=tuple(_own_files(values, folder)),
        requirements=folder / values.requirements.path if values.requirements else None,
        chosen=values.requirements.chosen if values.requirements else Chosen(),
        dependencies=values.dependencies,
        python_path=values.python_path or (),
        run=values.run or (),
        first_run=values.first_run or (),
        variables=values.variables or (),
        env=values.env or (),
        generate=values.generate or (),
        shared=as_in_source(values.shared or (), source),
        keep=values.keep_releases,
        disk_limit=values.disk_limit,
        discard_changes=values.discard_changes or (),
        backups=values.backups,
        serve_source=values.serve_source,
        preflight=values.preflight,
        static_check=values.static_check,
    )


def _own_files(values: Values, workspace: Path) -> Iterator[Path]:
    """Never ship these: one has the token, and the others would change the release in each run."""
    for name in OWN_FILES:
        given = values.of(name)
        if given:
            yield workspace / given
    config = workspace / (values.config or OWN_FILE)
    if config.name != SHARED_FILE:
        yield config


def _problems(values: Values, workspace: Path) -> Iterator[Problem]:
    if values.source is None:
        yield from _without_source(values)
        return
    yield from _set_twice(values)
    if not is_directory(workspace / values.source):
        yield missing_path("source", values.source, workspace, is_folder=True)
    if values.requirements and not is_file(workspace / values.requirements.path):
        yield missing_path("requirements", values.requirements.path, workspace, is_folder=False)
    if values.requirements and not values.python_version:
        said = "it is needed, because the wheels of `requirements` depend on the Python version."
        advice = 'Set it to the web app\'s, such as "3.13".'
        yield Problem("python-version", said, advice=advice, absent="python-version")
    if values.reload == "never":
        said = "`never` cannot be used with `source`: a release goes live by a reload."
        yield Problem("reload", said, advice="Leave out `reload`, or leave out `source`.")
    if values.wsgi_file:
        said = "it cannot be used with `source`: pa-deploy then writes the WSGI file itself."
        yield Problem("wsgi-file", said, advice="Leave it out, and name your app in `app`.")


def _without_source(values: Values) -> Iterator[Problem]:
    for each in INPUTS:
        value = values.of(each.name)
        is_given = value is not None and value != each.read(each.default).value
        if each.needs_source and is_given:
            said = "it has no effect without `source`."
            advice = "Set `source`, for example to `.`."
            yield Problem(each.name, said, advice=advice, absent="source")


def _set_twice(values: Values) -> Iterator[Problem]:
    secret = {name for name, _ in values.env or ()}
    for name in values.generate or ():
        where = "env" if name in secret else "variables"
        if name in secret or name in dict(values.variables or ()):
            advice = f"Remove it from `{where}`, or from `generate` to use that value."
            yield Problem("generate", f"{name} is also in `{where}`.", advice=advice)
    for name, _ in values.variables or ():
        if name in secret:
            advice = "If it is a secret, keep it in `env`. Otherwise, keep it in `variables`."
            yield Problem("variables", f"{name} is also in `env`.", advice=advice)


def absolute_problems(values: Values, sources: Sequence[Source]) -> Iterator[Problem]:
    """Problems with relative paths of `static-files`, which mean something in a release only."""
    text = strongest("static-files", sources).text("static-files")
    for line, message, advice in absolute_complaints(text, values.static_files or ()):
        said = f"{advice} Or set `source`, to ship a release."
        yield Problem("static-files", message, line, said, absent="source")
