"""What `make test` leaves to `make soak`: no member is lost, and each kind keeps one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from _pytest.mark.structures import ParameterSet

from tests.soak import diagonal, first_of, in_soak, one_in


def everyday(parameters: Sequence[ParameterSet]) -> list[Sequence[object]]:
    """The members that `make test` runs."""
    return [each.values for each in parameters if not each.marks]


def test_one_in_so_many_runs_each_day_and_the_first_among_them() -> None:
    made = one_in(3, "abcdefg")

    assert [each.values for each in made] == [(sign,) for sign in "abcdefg"]
    assert everyday(made) == [("a",), ("d",), ("g",)]


def test_the_first_of_a_list_runs_each_day_alone() -> None:
    made = first_of("abc")

    assert [each.values for each in made] == [(sign,) for sign in "abc"]
    assert everyday(made) == [("a",)]


@pytest.mark.parametrize(("rows", "columns"), [("ab", "123"), ("abc", "12"), ("abc", "123")])
def test_a_diagonal_has_each_row_and_each_column(rows: str, columns: str) -> None:
    made = diagonal(rows, columns)

    assert [each.values for each in made] == [(row, column) for row in rows for column in columns]
    assert len(everyday(made)) == 3
    assert {str(row) for row, _ in everyday(made)} == set(rows)
    assert {str(column) for _, column in everyday(made)} == set(columns)


def test_a_tuple_holds_several_values() -> None:
    assert diagonal([("a", "b")], [1])[0].values == ("a", "b", 1)


def test_a_mark_and_a_name_stay() -> None:
    made = in_soak(pytest.param("a", marks=pytest.mark.skip, id="name"))

    assert made.id == "name"
    assert [mark.name for mark in made.marks] == ["skip", "soak"]
