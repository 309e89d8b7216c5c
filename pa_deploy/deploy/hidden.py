"""Mappings that are on PythonAnywhere already and would show a release's secrets or source."""

from __future__ import annotations

from dataclasses import replace

from pa_deploy.errors import InputError, Problem
from pa_deploy.layout import Layout
from pa_deploy.model import Actual, StaticFile
from pa_deploy.release import Bundle, neighbours, source_mappings
from pa_deploy.settings import Settings, home_mappings, mapping_problems


def insist_on_hidden(bundle: Bundle, actual: Actual, settings: Settings) -> None:
    """Raise InputError for mappings that this run leaves alone, and that are dangerous with it."""
    problems = [
        replace(problem, advice=_advice(row, settings.target.domain))
        for row in _left_alone(actual, settings)
        for problem in _problems(row, bundle, settings)
    ]
    if problems:
        raise InputError(tuple(dict.fromkeys(problems)))


def _left_alone(actual: Actual, settings: Settings) -> list[StaticFile]:
    listed = {row.url for row in settings.wanted.static_files or ()}
    is_pruned = settings.policy.prune and settings.wanted.static_files is not None
    return [row for row in actual.static_files or () if row.url not in listed and not is_pruned]


def _problems(row: StaticFile, bundle: Bundle, settings: Settings) -> list[Problem]:
    target, manifest = settings.target, bundle.code.manifest
    layout = Layout.of(target.username, target.domain)
    near = neighbours([row], bundle.wanted, layout, manifest)
    return [
        *mapping_problems([row], target.username),
        *home_mappings([row], target.username),
        *source_mappings([row], bundle.wanted, layout, manifest),
        *(problem for problem, is_certain in near if is_certain),
    ]


def _advice(row: StaticFile, domain: str) -> str:
    return (
        "This mapping is on PythonAnywhere, but not in `static-files`. Remove it: "
        f"pa-deploy static-files remove {row.id} --domain {domain}"
    )
