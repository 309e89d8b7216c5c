"""The text of pa-deploy.toml."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pa_deploy.detect import Finding, Variable
from pa_deploy.detect.findings import Findings
from pa_deploy.detect.project import Detected
from pa_deploy.init import config_text

ALICE = {"username": "alice"}
TEXTS = st.text(st.characters(codec="utf-8"))


def text_of(*values: Finding, variables: tuple[Variable, ...] = ()) -> str:
    return config_text(Detected("an app", Findings(values, variables)), ALICE)


def read(*values: Finding, variables: tuple[Variable, ...] = ()) -> dict[str, Any]:
    return tomllib.loads(text_of(*values, variables=variables))


@given(value=TEXTS, place=TEXTS, other=TEXTS)
def test_any_value_comes_back(value: str, place: str, other: str) -> None:
    found = Finding("app", value, place, "likely", ((other, place),))
    rows = (Finding("shared", value, place), Finding("shared", other, place))

    assert read(found, *rows) == {**ALICE, "app": value, "shared": [value, other]}


@given(name=TEXTS, value=TEXTS)
def test_any_variable_comes_back(name: str, value: str) -> None:
    assert read(variables=(Variable(name, "x", None, value=value),))["variables"] == {name: value}


def test_each_value_says_where_it_was_found() -> None:
    text = text_of(Finding("app", "a:b", "a.py:3"), Finding("run", "x", "manage.py", "likely"))

    assert 'app = "a:b"  # a.py:3\n' in text
    assert '    "x",  # likely: manage.py\n' in text


def test_what_might_be_meant_as_well_is_shown() -> None:
    text = text_of(Finding("app", "a:b", "a.py", "likely", (("c:d", "c.py:2"),)))

    assert '# Also found: "c:d" (c.py:2)\napp = ' in text


@pytest.mark.parametrize("is_secret", [True, False])
def test_a_variable_without_a_value_is_a_comment(*, is_secret: bool) -> None:
    needed = Variable("THE_NAME", "a.py:3", None, is_secret=is_secret)

    assert "# THE_NAME" in text_of(variables=(needed,))
    assert "variables" not in read(variables=(needed,))


def test_a_variable_with_a_default_is_not_mentioned() -> None:
    assert "THE_NAME" not in text_of(variables=(Variable("THE_NAME", "a.py:3", "x"),))


def test_without_a_username_there_is_a_line_to_fill_in() -> None:
    text = config_text(Detected("an app", Findings()), {})

    assert "# username = " in text
    assert tomllib.loads(text) == {}
