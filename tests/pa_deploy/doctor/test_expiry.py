"""What the doctor says of how long a web app runs."""

from __future__ import annotations

from datetime import date

import pytest

from pa_deploy.doctor.expiry import expiry_line
from pa_deploy.model import Webapp

LAST = date(2027, 3, 1)


@pytest.mark.parametrize(
    ("today", "state", "said"),
    [
        (date(2027, 1, 1), "ok", "It runs until 2027-03-01."),
        (date(2027, 2, 25), "note", "The web app expires on 2027-03-01, in 4 days."),
        (LAST, "note", "The web app expires on 2027-03-01, today."),
        (date(2027, 3, 2), "wrong", "The web app expired on 2027-03-01."),
    ],
)
def test_the_end_is_told(today: date, state: str, said: str) -> None:
    line = expiry_line(Webapp(domain="a.example", python_version="3.13", expiry=LAST), today)

    assert (line.state, line.said) == (state, said)


def test_one_that_does_not_expire_is_well() -> None:
    line = expiry_line(Webapp(domain="a.example", python_version="3.13"), LAST)

    assert (line.state, line.said) == ("ok", "It does not expire.")
