"""What `make test` leaves to `make soak`, which runs every test with all of its members."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

import pytest
from _pytest.mark.structures import ParameterSet

IS_SOAK = "SOAK" in os.environ


def one_in(every: int, members: Iterable[object]) -> list[ParameterSet]:
    """Return parameters of which `make test` runs one in `every`, beginning with the first.

    A tuple holds the values of several parameters.
    """
    return [
        in_soak(member) if number % every else _parameters(member)
        for number, member in enumerate(members)
    ]


def first_of(members: Iterable[object]) -> list[ParameterSet]:
    """Return parameters of which `make test` runs the first alone."""
    every = list(members)
    return one_in(len(every), every)


def diagonal(rows: Sequence[object], columns: Sequence[object]) -> list[ParameterSet]:
    """Return all pairs; `make test` runs some, among which is each row and each column."""
    longer = max(len(rows), len(columns))
    kept = {(number % len(rows), number % len(columns)) for number in range(longer)}
    pairs = [
        ((row, column), (*_values(rows[row]), *_values(columns[column])))
        for row in range(len(rows))
        for column in range(len(columns))
    ]
    return [_parameters(pair) if place in kept else in_soak(pair) for place, pair in pairs]


def in_soak(member: object) -> ParameterSet:
    """Return a parameter that `make test` leaves out."""
    given = _parameters(member)
    return pytest.param(*given.values, marks=[*given.marks, pytest.mark.soak], id=given.id)


def _parameters(member: object) -> ParameterSet:
    return member if isinstance(member, ParameterSet) else pytest.param(*_values(member))


def _values(member: object) -> tuple[object, ...]:
    return member if isinstance(member, tuple) else (member,)
