"""Variables of the release's `env` that are for package indexes.

pip on PythonAnywhere gets them, and uv on this machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pa_deploy.dependencies.variables import FOR_INDEXES

FOR_UV = {"PIP_INDEX_URL": "UV_DEFAULT_INDEX", "PIP_EXTRA_INDEX_URL": "UV_INDEX"}
"""How uv calls what pip calls so."""


def is_for_indexes(name: str) -> bool:
    return name.startswith(FOR_INDEXES)


def for_indexes(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Those of the variables that are for indexes."""
    return {name: value for name, value in pairs if is_for_indexes(name)}


def with_indexes(environ: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """The variables of this machine, with those of the release where this machine has none."""
    named = {FOR_UV[name]: value for name, value in given.items() if name in FOR_UV}
    return {**given, **named, **{name: value for name, value in environ.items() if value}}
