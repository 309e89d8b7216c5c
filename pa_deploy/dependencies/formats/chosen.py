"""Extras and groups of a file: which are asked for, and what there is instead."""

from __future__ import annotations

from collections.abc import Iterable

from packaging.utils import canonicalize_name

from pa_deploy.dependencies.formats.listing import Misread
from pa_deploy.model import Chosen


def check(chosen: Chosen, *, extras: Iterable[str], groups: Iterable[str]) -> None:
    """Raise Misread if the file has not all that is asked for."""
    for kind, asked, there in (
        ("extra", chosen.extras, _names(extras)),
        ("group", chosen.groups, _names(groups)),
    ):
        missing = [name for name in asked if name not in there]
        if missing:
            raise Misread(0, f"it has no {kind} {_listed(missing)}.", _has(kind, there))


def refuse(chosen: Chosen, what: str) -> None:
    """Raise Misread if anything is chosen of a file that has no parts."""
    if chosen.extras or chosen.groups:
        why = f"{what} has no extras and no groups."
        raise Misread(0, why, "Remove the brackets after its name.")


def _names(names: Iterable[str]) -> list[str]:
    return sorted({canonicalize_name(name) for name in names})


def _has(kind: str, there: list[str]) -> str:
    if not there:
        return f"The file has no {kind}s. Remove it from the brackets."
    return f"The file has the {kind}{'s' if len(there) > 1 else ''} {_listed(there)}."


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
