"""The account's name and the domain are never hidden, whatever secret is a part of them."""

from __future__ import annotations

import pytest

from tests.runner import Runner
from tests.soak import first_of

SITE = {"python_version": "3.13", "health_check": "none", "source": "."}
URL = "https://alice.pythonanywhere.com/"


@pytest.fixture
def job(runner: Runner) -> Runner:
    (runner.workspace / "index.html").write_text("hello")
    return runner


@pytest.mark.soak
@pytest.mark.parametrize(
    "secret", first_of(["alice", "ALICE", "pythonanywhere", "alice.pythonanywhere.com"])
)
def test_a_secret_that_is_part_of_the_address_hides_nothing(job: Runner, secret: str) -> None:
    done = job.run(env=f"NAME={secret}", **SITE)

    assert (done.exit_code, done.outputs["url"]) == (0, URL)
    assert f"::add-mask::{secret}" not in done.log
    assert "alice.pythonanywhere.com" in done.summary


@pytest.mark.soak
def test_nor_if_the_config_file_names_the_account(job: Runner) -> None:
    (job.workspace / "pa-deploy.toml").write_text('username = "alice"\n')

    done = job.run(username="", env="NAME=alice", **SITE)

    assert (done.exit_code, done.outputs["url"]) == (0, URL)
    assert "add-mask::alice" not in done.log


@pytest.mark.parametrize("value", first_of(["plain-4711", "4711-Plain", "x" * 30]))
def test_a_variable_that_equals_a_secret_is_hidden(job: Runner, value: str) -> None:
    done = job.run(env=f"KEY={value}", variables=f"COPY={value}", run="echo $COPY", **SITE)

    log = [line for line in done.log.splitlines() if "add-mask" not in line]
    assert (done.exit_code, value in "".join(log)) == (0, False)


@pytest.mark.soak
@pytest.mark.parametrize("value", first_of(["ultramarine-1234", "alice", "a b c d e f 1 2 3"]))
def test_other_variables_are_shown(job: Runner, value: str) -> None:
    done = job.run(variables=f"COLOUR={value}", run="echo $COLOUR; exit 1", **SITE)

    assert (done.exit_code, f"| {value}" in done.log) == (9, True)
