"""What a run warns of: each text once, and in a rollback once more."""

from __future__ import annotations

import io

import pytest

from pa_deploy.ci import detect
from pa_deploy.deploy import Warnings


@pytest.fixture
def err() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def warnings(err: io.StringIO) -> Warnings:
    return Warnings(detect({}, io.StringIO(), err))


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_warning_is_said_once(warnings: Warnings, err: io.StringIO, times: int) -> None:
    for _ in range(times):
        warnings.warn("slow")

    assert (warnings.texts, err.getvalue().count("slow")) == (["slow"], 1)


def test_a_rollback_says_it_again_and_the_outcome_does_not(
    warnings: Warnings, err: io.StringIO
) -> None:
    warnings.warn("slow")
    again = warnings.anew()
    again.warn("slow")
    again.warn("new")

    assert (warnings.texts, err.getvalue().count("slow")) == (["slow", "new"], 2)
