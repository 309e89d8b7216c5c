"""All that a run was told, as it is read once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pa_deploy.settings import read_inputs, resolve_all
from pa_deploy.settings.sources import Given

TOKEN = "0123456789abcdef"


@pytest.mark.parametrize(
    ("flags", "environ", "text"),
    [
        ({"username": "Alice"}, {}, ""),
        ({}, {"PA_USERNAME": "Alice"}, ""),
        ({}, {}, 'username = "Alice"'),
        ({"username": "Alice"}, {"PA_USERNAME": "ALICE"}, 'username = "aLICE"'),
    ],
    ids=["flag", "environment", "file", "all"],
)
def test_an_account_may_have_other_capitals_than_the_input(
    tmp_path: Path, flags: dict[str, str], environ: dict[str, str], text: str
) -> None:
    (tmp_path / "pa-deploy.toml").write_text(text)
    inputs = read_inputs(Given.of(flags, {"PA_TOKEN": TOKEN, **environ}, tmp_path))

    (settings,) = resolve_all(inputs.of_account("alice"))

    assert settings.target.username == "alice"


def test_nothing_else_of_that_account_differs(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN)
    (tmp_path / "pa-deploy.toml").write_text("mod = 1")
    flags = {"username": "Alice", "token-file": "token", "mode": "plan"}
    inputs = read_inputs(Given.of(flags, {}, tmp_path))

    other = inputs.of_account("alice")

    assert other.given.flags.texts == {**flags, "token": TOKEN, "username": "alice"}
    assert replace(other, given=inputs.given) == inputs
    assert other.problems


def test_the_token_of_a_file_is_hidden_too(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN)

    inputs = read_inputs(Given.of({"token-file": "token"}, {}, tmp_path))

    assert inputs.secrets.hidden == (TOKEN,)


def test_what_is_wrong_with_each_file_and_with_the_token_is_kept(tmp_path: Path) -> None:
    (tmp_path / "pa-deploy.toml").write_text("mod = 1")
    environ = {"PA_TOKEN_FILE": "none"}

    weak = read_inputs(Given.of({"token": "t"}, environ, tmp_path))
    missing = read_inputs(Given.of({}, environ, tmp_path))

    assert [each.input for each in weak.problems] == ["mod", "token"]
    assert [each.input for each in missing.problems] == ["token-file", "mod"]
