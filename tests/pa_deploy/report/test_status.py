"""`status` shows the web app as it is."""

from __future__ import annotations

from dataclasses import Field, fields, replace
from datetime import date
from typing import Any

import pytest

from pa_deploy.model import Actual, PasswordProtection, Webapp
from pa_deploy.report.status import status_lines, webapp_json

OTHERS: dict[type, object] = {
    str: "other",
    bool: True,
    date: date(2027, 1, 1),
    PasswordProtection: PasswordProtection(enabled=True),
}
"""Another value than that of a new web app, by its type."""


@pytest.mark.parametrize(
    "each", [each for each in fields(Webapp) if each.compare], ids=lambda each: each.name
)
def test_each_setting_is_shown(each: Field[Any]) -> None:
    new = Webapp(domain="a.example", python_version="3.13", expiry=date(2026, 1, 1))
    changed: dict[str, Any] = {each.name: OTHERS[type(getattr(new, each.name))]}
    other = replace(new, **changed)

    assert webapp_json(other) != webapp_json(new)
    assert lines(other) != lines(new)


def lines(webapp: Webapp) -> list[str]:
    actual = Actual(observed_on=date(2026, 1, 1), webapp=webapp)
    return list(status_lines(webapp, actual, None, None))
